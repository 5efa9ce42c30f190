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

/// What a version breaks that was proposed first, in each language.
const OF_GATED: [&str; 4] = [
    "counter_does_not_drift, exactly_one_event",
    "lost acknowl",
    "active_count = 8, status = 'FAILED'",
    "task_id = 't1', status = 'FAILED', events = 0",
];

/// What ships holds in the whole bound, and this is shown of the others. The numbers of runs and states.
fn checked(arguments: &[&str], exit: i32, shown: &[&str]) -> Vec<u64> {
    let folder = folder();
    let output = check(FIXTURE, folder.path(), arguments);
    assert_exit(&output, exit);
    let printed = stdout(&output);
    let always = [
        "✓ atomic holds every promise in the whole bound",
        "told again to fresh processes, which did the same",
    ];
    for shown in always.iter().chain(shown) {
        assert!(printed.contains(shown), "{shown:?} is shown:\n{printed}");
    }
    let numbers = numbers(printed, arguments[0], "atomic");
    writeln!(io::stderr(), "{arguments:?}: atomic {numbers:?} runs and states").expect("somebody listens");
    assert!(numbers.len() == 2 && numbers.iter().all(|number| *number > 100), "{printed}");
    numbers
}

#[test]
fn fail_task_in_python() {
    if has_boto(FIXTURE) {
        let caught = ["✓ gated is a specimen, and is caught", "✓ unguarded is a specimen, and is caught"];
        let first = checked(&["python"], 0, &[&OF_GATED[..], &caught].concat());
        assert_eq!(checked(&["python", "--variant", "atomic"], 0, &[]), first, "the same numbers each time");
    }
}

/// What no attempt of the step could record is recorded by the step that gives up.
#[test]
fn fail_task_in_python_with_five_retries_and_with_two_faults() {
    if has_boto(FIXTURE) {
        checked(&["python-often", "--variant", "atomic"], 0, &["up to 1 fault"]);
        checked(&["python", "--variant", "atomic", "--faults", "2"], 0, &["up to 2 faults"]);
    }
}

/// The step after it, whose attempts ask for one session by the task's name.
#[test]
fn a_session_is_started_once_in_typescript() {
    if has_node(FIXTURE) {
        checked(&["session", "--variant", "atomic"], 0, &[]);
    }
}

/// A failure is told once, although whoever tells it may be told of it again, and die in between.
#[test]
fn a_failure_is_told_once() {
    if has_boto(FIXTURE) {
        let edits = "breaks one_edit_per_failure: its query finds task_id = 't1', edits = 2";
        checked(&["told", "--variant", "gated,atomic"], 1, &[edits]);
    }
}

/// A client that tries again by itself gives the slot back twice.
#[test]
fn three_attempts_of_the_client_release_twice() {
    if has_boto(FIXTURE) {
        let twice = "released_once: its query finds active_count = 6";
        checked(&["three-attempts", "--variant", "gated,atomic"], 1, &[twice]);
    }
}

#[test]
fn fail_task_in_typescript() {
    if has_node(FIXTURE) {
        // Of the one that was observed, the search takes some minutes.
        let breaks = ["✗ gated breaks agrees_with_model, as_if_once"];
        checked(&["typescript", "--variant", "gated,atomic"], 1, &[&OF_GATED[..], &breaks].concat());
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

/// What it does is part of the request of whoever had it invoked.
#[test]
fn a_function_that_another_invokes_runs() {
    if !has_boto(FIXTURE) {
        return;
    }
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("order.py", include_str!("handlers/order.py"));
    write("charge.py", include_str!("handlers/charge.py"));
    let python = fixture(FIXTURE).join(".venv/bin/python").display().to_string();
    write(
        "anechoic.toml",
        &format!(
            r#"
[handlers.order]
python = "order.handler"
program = "{python}"
durable = true
[handlers.charge]
python = "charge.handler"
program = "{python}"
env = {{ AWS_MAX_ATTEMPTS = "1" }}
[handlers.later]
python = "order.later"
program = "{python}"
durable = true
[handlers.told]
python = "order.told"
program = "{python}"
durable = true
[tables.charges]
key = "id"
[tables.noted]
key = "id"
[promises.noted-first]
never = "select 'told' as what from told where not exists (select * from noted)"
[scenarios.later]
deliver = [{{ to = "later", event = {{ order = "o1" }} }}]
[as_if_once]
ignore = ["noted.notes"]
[scenarios.blindly]
env = {{ CHARGES = "blindly" }}
deliver = [{{ to = "order", event = {{ order = "o1" }} }}]
[scenarios.once]
env = {{ CHARGES = "once" }}
deliver = [{{ to = "order", event = {{ order = "o1" }} }}]
[bound]
faults = 1
"#
        ),
    );
    let output = anechoic(folder.path(), &["check", "--all"]);
    assert_exit(&output, 1);
    let printed = stdout(&output);
    for shown in [
        "✗ blindly breaks as_if_once: charges is amount=6 id=o1",
        "✓ once holds every promise in the whole bound",
        // A run begins without those whom another run has invoked.
        "✓ later holds every promise in the whole bound",
        "why  11  charge 2: UpdateItem charges",
        "charge: answer with an error ⇒ the execution",
        "histories of told",
    ] {
        assert!(printed.contains(shown), "{shown:?} is shown:\n{printed}");
    }
}

/// The seconds of a time of the run after its beginning.
fn second(time: &Value) -> i64 {
    let time = time.as_str().expect("a text");
    let of = |at: usize| time[at..at + 2].parse::<i64>().expect("a number");
    of(14) * 60 + of(17)
}
