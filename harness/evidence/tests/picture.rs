//! A run as a picture: whatever can go wrong has a look of its own.
use anechoic_engine::{Breach, Fault, Record, Step, StepKind};
use anechoic_evidence::{Drawn, Grid, Picture};
use std::{collections::BTreeSet, time::Duration};

fn step(number: u32, actor: usize, fault: Option<Fault>) -> Step {
    Step {
        at: Duration::ZERO,
        number,
        actor: Some(actor),
        kind: StepKind::Operation,
        what: format!("write {number}"),
        reaches: vec!["orders".into()],
        answer: "done".into(),
        fault,
        cells: vec![number.to_string()],
        met: Vec::new(),
    }
}

fn record(steps: Vec<Step>) -> Record {
    Record {
        actors: (1..=6).map(|number| format!("caller {number}")).collect(),
        columns: vec!["orders".into()],
        initial: vec!["0".into()],
        steps,
        ..Record::default()
    }
}

fn drawn(steps: Vec<Step>) -> Picture {
    Picture::new(&Grid::whole(&record(steps), None), &BTreeSet::new())
}

fn looks(row: &Drawn) -> Vec<&str> {
    row.strokes.iter().map(|stroke| stroke.class).collect()
}

/// Where a line ends.
fn end(path: &str) -> (i32, i32) {
    let last = path.rsplit(['M', 'L']).next().expect("a point");
    let (x, y) = last.split_once(' ').expect("two numbers");
    (x.parse().expect("x"), y.parse().expect("y"))
}

#[test]
fn each_fault_of_a_request_has_a_look_of_its_own() {
    let faults = [
        None,
        Some(Fault::Rejected),
        Some(Fault::LostAcknowledgement),
        Some(Fault::CrashBefore),
        Some(Fault::CrashAfter),
        Some(Fault::LateWrite),
        Some(Fault::LateAnswer),
        Some(Fault::TornBatch),
        Some(Fault::StaleRead),
    ];
    let steps = (1..).zip(faults).map(|(number, fault)| step(number, number as usize % 6, fault));
    let picture = drawn(steps.collect());
    let looks: Vec<Vec<&str>> = picture.rows.iter().map(looks).collect();
    for (at, look) in looks.iter().enumerate() {
        let alike = looks[..at].iter().position(|other| other == look);
        assert_eq!(alike, None, "{:?} looks like {:?}: {look:?}", faults[at], alike.map(|at| faults[at]));
        let says = |fault: Fault| {
            picture.rows[at].labels.iter().any(|label| label.text.contains(&format!("⚡ {fault}")))
        };
        assert!(faults[at].is_none_or(says), "{:?} is said", faults[at]);
    }
}

#[test]
fn a_lost_answer_ends_before_the_actor_and_a_rejected_request_before_the_store() {
    let picture = drawn(vec![
        step(1, 0, Some(Fault::LostAcknowledgement)),
        step(2, 0, Some(Fault::Rejected)),
        step(3, 0, None),
    ]);
    let of = |row: usize, class: &str| {
        let strokes = &picture.rows[row].strokes;
        end(&strokes.iter().find(|stroke| stroke.class == class).expect("drawn").path).0
    };
    let (actor, store) = (of(2, "answer"), of(2, "request"));
    assert!(of(0, "request") == store && of(0, "answer") > actor, "it arrives, and nobody hears of it");
    assert!(of(1, "request") < store && of(1, "request") > actor, "it does not arrive");
    assert!(!looks(&picture.rows[1]).contains(&"answer"));
}

#[test]
fn a_late_write_leads_to_the_row_where_it_lands() {
    let mut landing = step(3, 0, None);
    landing.what = "late: write 1".into();
    let picture = drawn(vec![step(1, 0, Some(Fault::LateWrite)), step(2, 1, None), landing]);
    let late = &picture.rows[0].strokes[0];
    assert_eq!(late.class, "request late");
    let lands = &picture.rows[2];
    let (_, y) = end(&late.path);
    assert!(y > lands.y && y < lands.y + lands.height, "{y} is in the row of its landing");
    assert!(lands.strokes.is_empty(), "one arrow leads there, not two");
    let of_others = picture.rows[1].strokes.iter().any(|stroke| stroke.class.contains("late"));
    assert!(!of_others);
}

#[test]
fn the_line_of_who_dies_is_broken_until_it_is_invoked_again() {
    let mut again = step(3, 0, None);
    (again.kind, again.what, again.reaches) =
        (StepKind::Invocation { beside: false }, "invoked again".into(), Vec::new());
    let picture = drawn(vec![step(1, 0, Some(Fault::CrashAfter)), step(2, 1, None), again, step(4, 0, None)]);
    let looks: Vec<&str> = picture.lives.iter().map(|life| life.class).collect();
    assert_eq!(looks, ["life", "dead", "life", "life", "life store", "life store"]);
    let (dead, again) = (end(&picture.lives[1].path), &picture.rows[2]);
    assert_eq!(dead.1, again.y, "it lives from there on");
    let for_ever = drawn(vec![step(1, 0, Some(Fault::CrashBefore))]);
    assert_eq!(for_ever.lives[1].class, "dead", "and else to the end");
}

#[test]
fn what_a_long_run_leaves_out_is_said_and_the_picture_is_bounded() {
    let steps: Vec<Step> = (1..=10_000).map(|number| step(number, number as usize % 6, None)).collect();
    let breach = Breach {
        promise: 0,
        word: "".into(),
        step: 9_000,
        at_rest: false,
        detail: String::new(),
        excess: None,
    };
    let grid = Grid::whole(&record(steps), Some(&breach)).capped(50, 200);
    let picture = Picture::new(&grid, &BTreeSet::from([9_000]));
    assert_eq!(picture.rows.len(), 200);
    assert!(picture.width < 1_400 && picture.height < 9_000, "{} by {}", picture.width, picture.height);
    let said: Vec<&str> = picture.remarks.iter().map(|label| label.text.as_str()).collect();
    let left_out = [
        "… 8849 rows are left out here; the replay has them",
        "orders → 8899",
        "… 951 more rows are left out",
    ];
    assert_eq!(said, left_out);
    let breaks: Vec<u32> = picture.rows.iter().filter(|row| row.breaks).map(|row| row.number).collect();
    assert_eq!(breaks, [9_000]);
    assert!(picture.about.contains("Step 9000 breaks the promise."), "{}", picture.about);
}

#[test]
fn no_text_is_longer_than_there_is_room() {
    let mut long = step(1, 5, Some(Fault::StaleRead));
    (long.what, long.answer) = ("x".repeat(10_000), "y".repeat(10_000));
    long.cells = vec!["z".repeat(10_000)];
    let picture = drawn(vec![long]);
    assert!(picture.width < 2_000, "{}", picture.width);
    for label in &picture.rows[0].labels {
        assert!(label.x + label.text.chars().count() as i32 * 7 < picture.width, "{}", label.text);
    }
    let said: Vec<&str> = picture.rows[0].labels.iter().map(|label| label.text.as_str()).collect();
    assert!(said[1].starts_with("⚡ stale read  ⇒ yyy") && said[1].ends_with('…'), "{said:?}");
}
