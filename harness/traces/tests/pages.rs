//! Pages of one listing, in one file or in several, complete each other only where they themselves show that they do.
use anechoic_traces::{Mapping, Options, Read, Role, complete, read};
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// What was read of files that were given in this order, and what each lacks; and of how many lines it is known what they are
/// about.
fn told(files: &[Vec<u8>]) -> (Vec<Option<String>>, usize) {
    let (mapping, mut reads, mut about) = (Mapping::default(), Vec::<Read>::new(), 0);
    for (number, file) in files.iter().enumerate() {
        let options = Options { format: None, mapping: &mapping, rows: None, after: reads.last() };
        let name = format!("{}.json", number + 1);
        let read = read(&name, &mut &file[..], &options, &mut |line| {
            about += usize::from(mapping.get(Role::Entity, &line.fields) == Some("t"));
        });
        reads.push(read.expect("it can be read"));
    }
    complete(&mut reads);
    (reads.iter().map(|read| read.truncated().map(ToString::to_string)).collect(), about)
}

fn lacking(files: &[Value]) -> String {
    let files: Vec<Vec<u8>> = files.iter().map(|file| file.to_string().into_bytes()).collect();
    told(&files).0.into_iter().flatten().next().unwrap_or_default()
}

fn event(number: u64) -> Value {
    let mut event = json!({ "type": "TaskStateEntered", "id": number, "timestamp": 1_780_000_000 + number,
        "previousEventId": number - 1, "stateEnteredEventDetails": { "name": "bake" } });
    if number == 1 {
        event["executionStartedEventDetails"] = json!({ "input": "{\"task_id\":\"t\"}" });
    }
    event
}

fn page(numbers: RangeInclusive<u64>, token: Option<&str>) -> Value {
    json!({ "events": numbers.map(event).collect::<Vec<_>>(), "nextToken": token })
}

fn backwards(numbers: RangeInclusive<u64>, token: Option<&str>) -> Value {
    json!({ "events": numbers.rev().map(event).collect::<Vec<_>>(), "nextToken": token })
}

#[test]
fn pages_of_a_history_are_whole_if_their_numbers_go_on_from_1_to_a_page_without_a_token() {
    assert_eq!(lacking(&[page(1..=3, None)]), "");
    let whole = [page(1..=3, Some("x")), page(4..=6, Some("y")), page(7..=7, None)];
    let bytes: Vec<Vec<u8>> = whole.iter().map(|page| page.to_string().into_bytes()).collect();
    assert_eq!(told(&bytes), (vec![None; 3], 7), "in several files");
    assert_eq!(told(&[bytes.concat()]), (vec![None], 7), "in one");
    let pretty =
        whole.iter().map(|page| serde_json::to_string_pretty(page).expect("JSON")).collect::<String>();
    assert_eq!(told(&[pretty.into_bytes()]), (vec![None], 7), "over many lines");
    let two = [bytes[0].clone(), [&bytes[1][..], &bytes[2]].concat()];
    assert_eq!(told(&two), (vec![None; 2], 7), "in two");
}

#[test]
fn the_page_that_is_missing_is_named() {
    let pages = [page(1..=3, Some("x")), page(4..=6, Some("y")), page(7..=7, None)];
    let [first, middle, last] = &pages;
    let of = |pages: &[&Value]| lacking(&pages.iter().map(|page| (*page).clone()).collect::<Vec<_>>());
    assert_eq!(
        of(&[first]),
        "1.json:1: it has a nextToken: more follows, and the page that begins with event 4 is not here"
    );
    assert_eq!(of(&[first, last]), of(&[first]), "the middle is missing");
    assert_eq!(
        of(&[first, middle]),
        "2.json:1: it has a nextToken: more follows, and the page that begins with event 7 is not here"
    );
    assert_eq!(of(&[middle, last]), "1.json:1: its history begins with event 1, and here with 4");
    assert_eq!(
        lacking(&[json!({ "events": [event(1), event(2), event(5)] })]),
        "1.json:1: between its events 2 and 5, others of its history are not here"
    );
}

#[test]
fn of_pages_of_two_histories_nothing_tells_which_goes_on_with_which() {
    let two = [page(1..=3, Some("x")), page(4..=5, None), page(1..=3, Some("x")), page(4..=6, None)];
    assert!(
        lacking(&two).contains("of several pages nothing says which goes on with event 4"),
        "{}",
        lacking(&two)
    );
    let one_is_whole = [page(1..=3, Some("x")), page(4..=5, None), page(1..=2, None)];
    assert_eq!(lacking(&one_is_whole), "");
}

#[test]
fn pages_that_go_backwards_are_whole_in_one_file() {
    let pages = [backwards(4..=6, Some("x")), backwards(1..=3, None)];
    let bytes: Vec<Vec<u8>> = pages.iter().map(|page| page.to_string().into_bytes()).collect();
    assert_eq!(told(&[bytes.concat()]), (vec![None], 6));
    assert_eq!(
        told(&bytes[..1]).0[0].as_deref(),
        Some("1.json:1: its history begins with event 1, and here with 4")
    );
    let (lacks, about) = told(&bytes);
    let why = lacks[0].as_deref().unwrap_or_default();
    assert!(why.contains("pages that go backwards have to be in one file") && about == 3, "{why}");
}

#[test]
fn no_page_of_a_table_or_of_a_filtered_log_shows_where_it_begins() {
    for (list, token) in [("Items", "NextToken"), ("Items", "LastEvaluatedKey"), ("events", "nextToken")] {
        let record = match list {
            "Items" => json!({ "task_id": { "S": "t" } }),
            _ => json!({ "timestamp": 1_780_000_000_000_u64, "message": "it failed" }),
        };
        let (more, last) =
            (json!({ list: [record], token: { "x": { "S": "y" } } }), json!({ list: [record] }));
        for files in [vec![more.clone()], vec![more, last.clone()]] {
            let why = lacking(&files);
            let said =
                format!("1.json:1: it has a {token}: more follows that is not here, or not shown to be");
            assert!(why.starts_with(&said), "{why}");
        }
        assert_eq!(lacking(&[last]), "");
    }
}

#[test]
fn a_log_is_whole_between_pages_without_an_event_that_repeat_its_tokens() {
    let log = |said: &[&str], forward: &str, backward: &str| {
        let event = |said: &&str| json!({ "timestamp": 1_780_000_000_000_u64, "message": said });
        let events: Vec<Value> = said.iter().map(event).collect();
        json!({ "events": events, "nextForwardToken": forward, "nextBackwardToken": backward })
    };
    let page = log(&["it failed"], "f/2", "b/1");
    let (begin, end) = (log(&[], "f/0", "b/1"), log(&[], "f/2", "b/3"));
    assert_eq!(lacking(&[begin.clone(), page.clone(), end.clone()]), "");
    for (files, name) in [
        (vec![page.clone()], "nextForwardToken"),
        (vec![page.clone(), begin.clone()], "nextForwardToken"),
        (vec![page.clone(), end.clone()], "nextBackwardToken"),
        // The same page twice repeats its tokens, too.
        (vec![page.clone(), page.clone()], "nextForwardToken"),
        // What is between two pages is not shown.
        (vec![begin, page, log(&["again"], "f/9", "b/8"), end], "next"),
    ] {
        let why = lacking(&files);
        assert!(why.contains(&format!("it has a {name}")) && why.contains("filter-log-events"), "{why}");
    }
}
