//! What people and machines are shown, as it is: a change of it is a change to be looked at.
//!
//! Without times and paths, so that it is the same on every machine. `cargo insta review` takes a change over.
use anechoic::Exit;
use insta::{assert_json_snapshot, assert_snapshot};
use tempfile::TempDir;

/// Runs the command in this process; its counterexamples go to a folder that is not shown.
fn run(arguments: &[&str], exit: Exit) -> String {
    let folder = TempDir::new().expect("a temporary folder");
    let out = folder.path().display().to_string();
    let mut words = [&["anechoic", "demo"], arguments].concat();
    if arguments[0] == "check" {
        words.extend(["--out", &out]);
    }
    let mut printed = Vec::new();
    let ended = anechoic_cli::run(words.into_iter().map(Into::into), &mut printed, false);
    let printed = String::from_utf8(printed).expect("text").replace(&out, "target/anechoic");
    assert_eq!(ended, exit, "{printed}");
    // Under cargo, the command calls itself by cargo's name.
    printed.replace("cargo run --release --", "anechoic")
}

#[test]
fn what_ships_and_what_was_searched() {
    assert_snapshot!(run(&["check", "fail-task", "--variant", "atomic", "--all"], Exit::Holds));
}

#[test]
fn a_lost_event() {
    assert_snapshot!(run(
        &["check", "fail-task", "--variant", "gated", "--faults", "1", "--all"],
        Exit::Violated
    ));
}

#[test]
fn six_rows_of_one_failure() {
    let check = ["check", "hydrate-context", "--variant", "unguarded", "--faults", "0", "--all"];
    assert_snapshot!(run(&check, Exit::Violated));
}

#[test]
fn the_first_screen_of_six_rows_of_one_failure() {
    assert_snapshot!(run(&["check", "hydrate-context", "--variant", "unguarded"], Exit::Violated));
}

#[test]
fn two_tasks_over_the_cap() {
    assert_snapshot!(run(
        &["check", "admission", "--variant", "check-then-act", "--faults", "0", "--all"],
        Exit::Violated
    ));
}

#[test]
fn a_search_that_ended_early() {
    let check = ["check", "cancel-race", "--variant", "atomic", "--max-executions", "2000", "--all"];
    assert_snapshot!(run(&check, Exit::Inconclusive));
}

#[test]
fn all_that_there_is() {
    assert_snapshot!(run(&["list"], Exit::Holds));
}

#[test]
fn the_same_for_machines() {
    let check = ["check", "fan-out", "--variant", "edit-unanswered", "--format", "json"];
    let report: serde_json::Value = serde_json::from_str(&run(&check, Exit::Violated)).expect("JSON");
    assert_json_snapshot!(report, {
        ".report.results[].milliseconds" => "[milliseconds]",
        ".report.tool.build" => "[build]",
        ".digest" => "[digest]",
    });
}
