//! What a mapping says besides the names of fields.
use anechoic_traces::{Fields, Mapping, Options, Role, TraceError, Words, read};
use std::io::Write as _;

const WORDS: Words<'_> =
    Words { events: &["task_failed"], statuses: &["RUNNING", "FAILED"], ends: &["FAILED"] };

fn mapping(text: &str) -> Result<Mapping, TraceError> {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(text.as_bytes()).expect("it can be written");
    Mapping::load(file.path(), &WORDS)
}

/// Of each line its entity, status, event and key, as `entity status event key` with `-` for what it does not say.
fn told(said: &str, name: &str, text: &str) -> Vec<String> {
    let mapping = mapping(said).expect(said);
    let options = Options { format: None, mapping: &mapping, rows: None, after: None };
    let mut lines = Vec::new();
    let read = read(name, &mut text.as_bytes(), &options, &mut |line| {
        let of = |role| mapping.get(role, &line.fields).unwrap_or("-").to_string();
        let status = if mapping.is_thing(&line.fields) { of(Role::Status) } else { "other".into() };
        lines.push([of(Role::Entity), status, of(Role::Event), of(Role::Key)].join(" "));
    });
    let read = read.expect("it can be read");
    assert_eq!((read.skipped, read.truncated()), (0, None), "{:?}", read.first_skipped);
    lines
}

#[test]
fn an_id_with_a_prefix_is_a_part_of_a_field_and_what_has_none_is_about_nothing() {
    let said = "[fields]\nentity = [{ field = 'pk', text = '^ORDER#(.+)' }, 'order_id']\n";
    let rows = r#"[{"pk":"ORDER#o-1","status":"RUNNING"},{"pk":"CUSTOMER#c-1","status":"RUNNING"},{"order_id":"o-2"}]"#;
    assert_eq!(told(said, "a", rows), ["o-1 RUNNING - -", "- RUNNING - -", "o-2 - - -"]);
    let typed = r#"{"Items":[{"pk":{"S":"ORDER#o-1"},"status":{"S":"RUNNING"}}]}"#;
    assert_eq!(told(said, "a", typed), ["o-1 RUNNING - -"]);
}

#[test]
fn a_composite_id_is_told_by_all_of_its_fields_together() {
    let said = "[fields]\nentity = [{ fields = ['tenant', 'order.no'] }]\n";
    let rows = r#"[{"tenant":"t","order":{"no":7}},{"tenant":"u","order":{"no":7}},{"tenant":"u"}]"#;
    assert_eq!(told(said, "a", rows), ["t/7 - - -", "u/7 - - -", "- - - -"]);
    // What stands between the parts may stand in one.
    let alike = r#"[{"tenant":"a/b","order":{"no":"c"}},{"tenant":"a","order":{"no":"b/c"}}]"#;
    assert_eq!(told(said, "a", alike), [r"a\/b/c - - -", r"a/b\/c - - -"]);
}

#[test]
fn the_name_of_a_file_may_tell_what_all_of_it_is_about() {
    let said = "[fields]\nentity = [{ file = '([^/]+)[.]jsonl' }]\n";
    let rows = "{\"status\":\"RUNNING\"}\n{\"status\":\"FAILED\"}\n";
    assert_eq!(told(said, "orders/o-1.jsonl", rows), ["o-1 RUNNING - -", "o-1 FAILED - -"]);
    assert_eq!(told(said, "orders.csv", rows), ["- RUNNING - -", "- FAILED - -"]);
}

#[test]
fn which_rows_are_the_thing_itself_is_told_by_their_values() {
    let said = "[fields]\nentity = ['pk']\n[entity]\nwhere = { sk = 'META', version = 2 }\n";
    let rows = r#"[{"pk":"o","sk":"META","version":2,"status":"RUNNING"},{"pk":"o","sk":"PAYMENT#1","version":2,"status":"FAILED"}]"#;
    assert_eq!(told(said, "a", rows), ["o RUNNING - -", "o other - -"]);
}

#[test]
fn the_members_of_a_list_are_records_about_what_their_row_is_about() {
    let said = "lists = ['history', 'more.events']\n[fields]\nentity = ['order_id']\nevent = ['kind']\nkey = ['id']\n\
                [values.event]\nbroke = 'task_failed'\n";
    let row = r#"{"order_id":"o","status":"FAILED","history":[{"status":"RUNNING"},{"status":"FAILED"},7],
                  "more":{"events":[{"kind":"broke","id":"e-1"},{"kind":"broke","id":"e-2","order_id":"p"}]}}"#;
    let all = ["o FAILED - -", "o RUNNING - -", "o FAILED - -", "o - task_failed e-1", "p - task_failed e-2"];
    assert_eq!(told(said, "a", row), all);
    assert_eq!(told(said, "a", &row.replace('\n', "")), all, "on one line");
    let typed = r#"{"Item":{"order_id":{"S":"o"},"history":{"L":[{"M":{"status":{"S":"RUNNING"}}}]}}}"#;
    assert_eq!(told(said, "a", typed), ["o - - -", "o RUNNING - -"]);
    // It is called like a list of the events of a log, and comes first.
    let events = "lists = ['events']\n[fields]\nentity = ['order_id']\nevent = ['kind']\nkey = ['id']\n";
    let row = "{\n\"events\":[{\"kind\":\"task_failed\",\"id\":\"e-1\"}],\n\"order_id\":\"o\"}";
    assert_eq!(told(events, "a", row), ["o - - -", "o - task_failed e-1"]);
}

#[test]
fn a_text_says_what_the_named_groups_of_a_pattern_find_in_it() {
    let said = "text = ['order (?<order_id>o-[0-9]+) is now (?<state>[A-Z]+)', 'broke (?<order_id>o-[0-9]+) \
                as (?<event_id>e-[0-9]+): (?<event_type>[a-z_]+)']\n[fields]\nentity = ['order_id']\nstatus = ['state']\n";
    let all = ["o-1 RUNNING - -", "- - - -", "o-1 - task_failed e-1"];
    let plain = "order o-1 is now RUNNING\nbake is over\nbroke o-1 as e-1: task_failed\n";
    assert_eq!(told(said, "a", plain), all, "alone");
    let last_first = "bake is over\norder o-1 is now RUNNING\n";
    assert_eq!(told(said, "a", last_first), ["- - - -", "o-1 RUNNING - -"]);
    assert_eq!(told(said, "a", &plain.replace('\n', "\r\n")), all, "with other ends of lines");
    let timed: String = plain.lines().map(|line| format!("2026-05-04T20:00:02Z {line}\n")).collect();
    assert_eq!(told(said, "a", &timed), all, "behind a time");
    let json: String =
        plain.lines().map(|line| format!("{{\"level\":\"info\",\"msg\":\"{line}\"}}\n")).collect();
    assert_eq!(told(said, "a", &json), all, "in a field");
}

/// What would be named as something that is not read is read if there is a pattern for it.
#[test]
fn a_pattern_comes_before_what_a_text_looks_like() {
    let said = "text = ['/orders/(?<order_id>[^/ ]+)/fail']\n[fields]\nentity = ['order_id']\n";
    let access = "127.0.0.1 - - [04/May/2026:20:00:01 +0000] \"POST /orders/o-1/fail HTTP/1.1\" 200 12\n";
    assert_eq!(told(said, "a", access), ["o-1 - - -"]);
    assert_eq!(told(said, "a", "<order> at /orders/o-1/fail\n"), ["o-1 - - -"]);
}

#[test]
fn a_text_without_a_line_that_a_pattern_fits_is_no_trace() {
    let mapping = mapping("text = ['order (?<order_id>o-[0-9]+)']\n").expect("a mapping");
    let options = Options { format: None, mapping: &mapping, rows: None, after: None };
    let error = read("a", &mut &b"AccessDenied: no\nsuch thing\n"[..], &options, &mut |_| {});
    assert!(error.expect_err("it is none").to_string().contains("it begins with `AccessDenied: no`"));
}

#[test]
fn what_is_wrong_with_a_mapping_is_told_with_its_line() {
    for (text, line, expected) in [
        ("\ntext = ['(']\n", 2, "`(` is no regular expression"),
        ("text = ['order']\n", 1, "it has no named group"),
        ("[fields]\nentity = [{ field = 'pk' }]\n", 2, "expected one of { field = \"pk\", text ="),
        ("[fields]\nentity = [{ fields = ['pk'] }]\n", 2, "expected one of"),
        ("[fields]\nentity = [{ field = 'pk', text = '(' }]\n", 2, "`(` is no regular expression"),
        ("[fields]\nentity = [7]\n", 2, "expected the name of a field, or a table"),
        ("[entity]\nwhere = { a = [1] }\n", 2, "`a` is a array; expected a text"),
        ("[entity]\nwhat = 1\n", 2, "unknown field `what`"),
    ] {
        let error = mapping(text).expect_err(text).to_string();
        assert!(error.contains(&format!(":{line}: ")) && error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn what_stands_in_the_place_of_an_id_is_none() {
    let mapping = Mapping::default();
    for none in ["", "null", "undefined", "None", "nil"] {
        let fields: Fields = [("task_id", none), ("event_id", none), ("status", none)].into_iter().collect();
        let said = [Role::Entity, Role::Key].map(|role| mapping.get(role, &fields));
        assert_eq!((said, mapping.get(Role::Status, &fields)), ([None, None], Some(none)));
    }
}
