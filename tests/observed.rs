//! The six-event trace, reproduced second by second.
use anechoic::{
    Asked, Exit,
    check::{Budget, Clockwork, Silent},
};
use anechoic_model::Status;
use anechoic_task_cases::{
    Given, catalogue,
    trace::{Sought, could},
};
use anechoic_tests::{
    scenario,
    support::{witness, write},
};
use std::{fs, time::Duration};
use tempfile::TempDir;

#[test]
fn unguarded_writes_the_six_observed_rows_at_the_observed_seconds_and_decrements_six_times() {
    let observed = (catalogue().observed.expect("a trace was observed"))();
    assert_eq!(observed.header, ["time (UTC)", "observed", "unguarded", "gated", "atomic"]);
    let (seconds, sums) = observed.rows.split_at(observed.rows.len() - 2);
    let emitted = seconds.iter().filter(|row| row[2].contains("task_failed"));
    let times: Vec<&str> = emitted.map(|row| row[0].as_str()).collect();
    assert_eq!(times, ["20:00:03", "20:00:04", "20:00:11", "20:00:28", "20:00:36", "20:00:59"]);
    for row in seconds {
        assert_eq!(row[1], row[2], "log lines too, at {}", row[0]);
    }
    assert_eq!((sums[0][2].as_str(), sums[1][2].as_str()), ("6", "8 → 2"));
    assert!(observed.is_reproduced);
}

#[test]
fn gated_and_atomic_write_one_row_and_decrement_once() {
    let observed = (catalogue().observed.expect("a trace was observed"))();
    let sums = &observed.rows[observed.rows.len() - 2..];
    for column in [3, 4] {
        assert_eq!((sums[0][column].as_str(), sums[1][column].as_str()), ("1", "8 → 7"));
    }
}

/// A handler that dies between its event and its decrement, as a trace in which time passes.
fn leaked_slot() -> String {
    let steps = ["hydrate-context".to_string()].into();
    let (events, counter) = (Some([(Status::Failed, 1)].into()), Some(0));
    let sought = Sought {
        events,
        seconds: None,
        first: None,
        status: Some(Status::Failed),
        counter,
        sessions: None,
        steps,
        log: [].into(),
    };
    let start = "2026-05-04T20:00:02Z".parse().expect("a time");
    let given = Given {
        client_attempts: Some(1),
        start,
        lead: Some(Duration::from_secs(3)),
        delays: Some([5, 9].map(Duration::from_secs).to_vec()),
    };
    let asked =
        Asked { faults: Some(1), retries: Some(2), given: given.write(), ..catalogue().usual.clone() };
    let clockwork = Clockwork::new(Budget::time(Duration::from_secs(24 * 60 * 60)), &Silent);
    let could = could(&sought, &asked, &clockwork);
    let gated =
        could.iter().find(|could| could.variant.name == "gated").and_then(|could| could.alike.as_ref());
    let gated = gated.expect("gated leaks a slot");
    assert_eq!(gated.faults().count(), 1);
    let subject = scenario("hydrate-context", "gated", &gated.at);
    write("jsonl", &witness(&subject, &mut gated.path.source(), start).entries)
}

#[test]
fn a_trace_of_a_fault_is_reproduced_second_by_second_with_the_fault_in_its_place() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("leaked.jsonl"), leaked_slot()).expect("written");
    let mut printed = Vec::new();
    let words = ["anechoic", "reproduce", &path("leaked.jsonl"), "--out", &path("kept")].map(Into::into);
    assert_eq!(anechoic_cli::run(words, &mut printed, false), Exit::Violated);
    let printed = String::from_utf8(printed).expect("text");
    assert!(printed.contains("✓ as observed: 1 of 1 events"), "{printed}");
    let kept = path("kept/01KQT96W0B8J48HDWGF4YA9V7D.observed.json");
    let kept = fs::read_to_string(kept).expect("it was kept");
    let broken = catalogue().broken(&kept, Some("gated")).expect("the run can be made");
    assert!(broken.iter().any(|broken| broken.starts_with("counter_does_not_drift")), "{broken:?}");
}
