//! No clock that is wrong can hold the command up for longer than until it is repaired: through the command itself, in
//! processes whose clock is set wrong.
use anechoic_sqlite::faults::{CLOCK_OFF_BY, off_to};
use std::process::{Command, Output};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// The command in a process whose clock is off by so many seconds.
fn tasks_off_by(folder: &TempDir, seconds: i64, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anechoic-tasks-faulty"));
    command.args(arguments).current_dir(folder.path()).env(CLOCK_OFF_BY, seconds.to_string());
    command.output().expect("it runs")
}

fn tasks(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_anechoic-tasks"))
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("it runs")
}

#[track_caller]
fn assert_exit(output: &Output, code: i32) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    format!("{}{said}", String::from_utf8_lossy(&output.stdout)).trim().to_string()
}

const SUBMIT: [&str; 3] = ["submit", "--user", "ada"];

#[test]
fn a_file_that_a_clock_in_2100_began_is_repaired_by_one_that_is_right() {
    let folder = folder();
    let century = off_to("2100-06-01T12:00:00Z");
    let task = assert_exit(&tasks_off_by(&folder, century, &SUBMIT), 0);
    let said = assert_exit(&tasks(&folder, &["cancel", &task]), 6);
    assert!(said.contains("changed at 2100-06-01T") && said.contains("anechoic-tasks repair"), "{said}");
    let said = assert_exit(&tasks(&folder, &["repair"]), 0);
    assert!(said.ends_with("; 2 times were later, and are this one now"), "{said}");
    assert_eq!(assert_exit(&tasks(&folder, &["cancel", &task]), 0), "CANCELLED");
    let shown = assert_exit(&tasks(&folder, &["show", &task]), 0);
    assert!(!shown.contains("2100"), "{shown}");
}

#[test]
fn a_clock_in_2100_cannot_change_a_file_of_today_and_so_keeps_nobody_out() {
    let folder = folder();
    let task = assert_exit(&tasks(&folder, &SUBMIT), 0);
    let century = off_to("2100-06-01T12:00:00Z");
    for arguments in
        [&["cancel", &task][..], &["run", &task], &["agent", &task], &["reconcile", "ada"], &SUBMIT]
    {
        let said = assert_exit(&tasks_off_by(&folder, century, arguments), 6);
        assert!(said.starts_with("error: tasks.db: the clock shows 2100-06-01T"), "{said}");
        assert!(said.contains("more than a year after") && said.contains("anechoic-tasks repair"), "{said}");
    }
    assert_eq!(assert_exit(&tasks(&folder, &["cancel", &task]), 0), "CANCELLED");
}

#[test]
fn a_clock_beyond_all_calendars_is_told_so_and_nothing_panics() {
    let folder = folder();
    let last_day = off_to("9999-12-30T00:00:00Z");
    for seconds in [last_day + 3 * 86_400, off_to("1969-12-30T00:00:00Z")] {
        for arguments in [&SUBMIT[..], &["repair"]] {
            let said = assert_exit(&tasks_off_by(&folder, seconds, arguments), 6);
            assert_eq!(said, "error: tasks.db: the clock shows a time before 1970 or after 9999; set it");
        }
    }
    assert!(!folder.path().join("tasks.db").exists(), "nothing was made");
    // On the last day that there is, everything works, and there is a way back.
    let task = assert_exit(&tasks_off_by(&folder, last_day, &SUBMIT), 0);
    let fast = ["run", &task, "--poll=1ms", "--polls=1", "--retry-delay=1ms"];
    assert!(assert_exit(&tasks_off_by(&folder, last_day, &fast), 1).starts_with("TIMED_OUT"));
    assert_exit(&tasks(&folder, &SUBMIT), 6);
    assert_exit(&tasks(&folder, &["repair"]), 0);
    assert_exit(&tasks(&folder, &SUBMIT), 0);
}
