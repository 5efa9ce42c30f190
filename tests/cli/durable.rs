//! Durable functions on the official SDKs, unchanged.
use super::{
    anechoic, assert_exit, folder,
    handlers::{check, fixture, has_boto, has_node, numbers},
    stdout,
};
use serde_json::Value;
use std::{
    fs,
    io::{self, Write},
};

const FIXTURE: &str = "fail-task";

/// The specimens break what they are there to break, and what ships holds in the whole bound; with the same numbers each time.
fn is_right(scenario: &str, shown: &[&str]) {
    let folder = folder();
    let output = check(FIXTURE, folder.path(), &[scenario]);
    assert_exit(&output, 0);
    let printed = stdout(&output);
    for shown in [
        "✓ gated is a specimen, and is caught: breaks as_if_once, counter_does_not_drift, exactly_one_event",
        "✓ unguarded is a specimen, and is caught",
        "✓ atomic holds every promise in the whole bound",
        "told again to fresh processes, which did the same",
    ]
    .iter()
    .chain(shown)
    {
        assert!(printed.contains(shown), "{shown:?} is shown:\n{printed}");
    }
    let of = |printed: &str| numbers(printed, scenario, "atomic");
    let first = of(printed);
    writeln!(io::stderr(), "{scenario}: atomic {first:?} runs and states").expect("somebody listens");
    assert!(first.len() == 2 && first.iter().all(|number| *number > 100), "{printed}");
    let again = check(FIXTURE, folder.path(), &[scenario, "--variant", "atomic"]);
    assert_eq!(of(stdout(&again)), first, "the same runs and states each time");
}

#[test]
fn fail_task_in_python() {
    if has_boto(FIXTURE) {
        is_right(
            "python",
            &[
                "lost acknowl",
                "active_count = 8, status = 'FAILED'",
                "task_id = 't1', status = 'FAILED', events = 0",
            ],
        );
    }
}

#[test]
fn fail_task_in_typescript() {
    if has_node(FIXTURE) {
        is_right(
            "typescript",
            &[
                "lost acknowl",
                "active_count = 8, status = 'FAILED'",
                "task_id = 't1', status = 'FAILED', events = 0",
            ],
        );
    }
}

#[test]
fn the_observed_trace_is_made_by_the_real_handler_and_judged_like_the_observed_one() {
    if !has_node(FIXTURE) {
        return;
    }
    let folder = folder();
    assert_exit(&check(FIXTURE, folder.path(), &["observed", "--variant", "unguarded"]), 1);
    let config = fixture(FIXTURE).join("anechoic.toml").display().to_string();
    let run = "target/anechoic/observed.unguarded.exactly_one_event.json";
    let replayed = anechoic(folder.path(), &["--config", &config, "replay", run, "--tables", "tables"]);
    assert_exit(&replayed, 1);
    let events =
        fs::read_to_string(folder.path().join("tables/TaskEventsTable.json")).expect("it was written");
    let events: Value = serde_json::from_str(&events).expect("it is JSON");
    let mut seconds: Vec<i64> = events["Items"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|item| second(&item["timestamp"]["S"]))
        .collect();
    seconds.sort_unstable();
    // As they were observed: 20:00:03, :04, :11, :28, :36 and :59.
    assert_eq!(seconds, [0, 1, 8, 25, 33, 56]);

    let judged = anechoic(folder.path(), &["trace", "tables/TaskEventsTable.json", "tables/TaskTable.json"]);
    assert_exit(&judged, 1);
    assert!(stdout(&judged).contains("exactly_one_event"), "{}", stdout(&judged));
    let by_queries = anechoic(
        folder.path(),
        &["trace", "--config", &config, "tables/TaskEventsTable.json", "tables/TaskTable.json"],
    );
    assert_exit(&by_queries, 1);
    assert!(stdout(&by_queries).contains("events = 6"), "{}", stdout(&by_queries));
}

/// The seconds of a time of the run after its beginning.
fn second(time: &Value) -> i64 {
    let time = time.as_str().expect("a text");
    let of = |at: usize| time[at..at + 2].parse::<i64>().expect("a number");
    of(14) * 60 + of(17)
}
