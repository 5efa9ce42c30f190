use super::{anechoic, anechoic_told, assert_exit, folder, stdout};
use std::{fs, path::Path};

const KEPT: &str = "fixtures/replays";
const CHECK: &[&str] = &["check", "fail-task", "--variant", "gated", "--faults", "1"];

/// A folder in which a check has found something new.
fn found() -> tempfile::TempDir {
    let folder = folder();
    fs::create_dir_all(folder.path().join(KEPT)).expect("a folder");
    let output = anechoic(folder.path(), CHECK);
    assert_exit(&output, 1);
    assert!(stdout(&output).contains("fail-task.gated.exactly_one_event.new.json"), "{}", stdout(&output));
    assert!(stdout(&output).contains("anechoic review"), "{}", stdout(&output));
    folder
}

fn kept(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join(KEPT)).expect("the folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_a_check_finds_waits_for_a_review_and_is_kept_once() {
    let folder = found();
    let names = kept(folder.path());
    assert_eq!(
        names,
        ["as_if_once", "counter_does_not_drift", "every_failure_is_announced", "exactly_one_event"]
            .map(|promise| format!("fail-task.gated.{promise}.new.json"))
    );
    let again = anechoic(folder.path(), CHECK);
    assert!(!stdout(&again).contains("anechoic review"), "nothing is new now:\n{}", stdout(&again));
    let none = "– 4 saved runs wait for a review and were not made again";
    assert!(stdout(&again).contains(none), "what nobody has accepted is no fixture:\n{}", stdout(&again));
}

#[test]
fn in_ci_and_where_no_folder_is_nothing_is_kept() {
    let folder = folder();
    assert_exit(&anechoic(folder.path(), CHECK), 1);
    assert!(!folder.path().join("fixtures").exists());
    fs::create_dir_all(folder.path().join(KEPT)).expect("a folder");
    let mut command = super::command(folder.path(), CHECK);
    assert_exit(&command.env("CI", "true").output().expect("it runs"), 1);
    assert_eq!(kept(folder.path()), Vec::<String>::new());
}

#[test]
fn an_accepted_run_gets_a_name_and_a_line_and_every_check_makes_it_again() {
    let folder = found();
    let answers = "r\na\n../evil\nlost-slot\n\nthe answer is lost | the slot stays\nreject\ns\n";
    let output = anechoic_told(folder.path(), &["review"], answers);
    assert_exit(&output, 3);
    let text = stdout(&output);
    assert!(text.contains("✗ counter_does_not_drift: the counter says 8, expected 7"), "{text}");
    assert!(text.contains("letters, digits, and - _ . only, please"), "{text}");
    assert!(text.contains("1 left for the next review"), "{text}");
    let names = kept(folder.path());
    assert_eq!(names, ["README.md", "fail-task.gated.exactly_one_event.new.json", "lost-slot.json"]);
    let record = fs::read_to_string(folder.path().join(KEPT).join("README.md")).expect("the record");
    let line = "| [lost-slot](lost-slot.json) | `gated` breaks counter_does_not_drift in fail-task | the answer is lost \\| the slot stays |";
    assert!(record.contains(line), "{record}");

    let check = anechoic(folder.path(), &["check", "fail-task", "--variant", "atomic"]);
    assert_exit(&check, 0);
    assert!(
        stdout(&check).contains("1 saved run was made again, and ends as it should"),
        "{}",
        stdout(&check)
    );
}

#[test]
fn when_the_answers_end_what_is_left_stays() {
    let folder = found();
    let before = kept(folder.path());
    for answers in ["", "a\n", "a\nname\n"] {
        assert_exit(&anechoic_told(folder.path(), &["review"], answers), 3);
        assert_eq!(kept(folder.path()), before, "after {answers:?}");
    }
}

#[test]
fn a_run_that_nobody_wrote_a_line_about_is_named() {
    let folder = found();
    let kept = folder.path().join(KEPT);
    fs::rename(kept.join("fail-task.gated.exactly_one_event.new.json"), kept.join("found.json"))
        .expect("renamed");
    let output = anechoic_told(folder.path(), &["review"], "r\nr\nr\n");
    assert_exit(&output, 0);
    assert!(
        stdout(&output).contains("found.json: README.md beside it says nothing of it"),
        "{}",
        stdout(&output)
    );
    assert!(stdout(&output).contains("1 saved run in"), "{}", stdout(&output));
}

#[test]
fn the_runs_that_the_project_keeps_are_all_on_record_and_can_all_be_made() {
    let folder = folder();
    let copies = folder.path().join(KEPT);
    fs::create_dir_all(&copies).expect("a folder");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(KEPT);
    for file in fs::read_dir(own).expect("the folder").map(|entry| entry.expect("a file").path()) {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        if !name.ends_with(".new.json") {
            fs::copy(&file, copies.join(name)).expect("copied");
        }
    }
    let output = anechoic_told(folder.path(), &["review"], "");
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "12 saved runs in fixtures/replays\n");
}

#[test]
fn a_run_that_cannot_be_made_any_more_can_be_rejected_and_stops_nothing() {
    let folder = found();
    let kept_in = folder.path().join(KEPT);
    let gone = kept_in.join("fail-task.gated.exactly_one_event.new.json");
    let text = fs::read_to_string(&gone).expect("a run").replace("lost acknowledgement", "lost hope");
    fs::write(&gone, text).expect("written");
    fs::write(kept_in.join("zzz.new.json"), "{").expect("written");
    assert_exit(&anechoic(folder.path(), &["check", "fail-task", "--variant", "atomic"]), 0);
    let output = anechoic_told(folder.path(), &["review"], "r\nr\nr\na\nwhat?\nr\nr\n");
    assert_exit(&output, 3);
    let text = stdout(&output);
    assert!(text.contains("which the run does not offer any more"), "{text}");
    assert!(text.contains("zzz.new.json:1:1: EOF"), "{text}");
    assert!(text.contains("it cannot be made, so it can only be rejected"), "{text}");
    assert!(text.contains("a keeps it, r removes it"), "{text}");
}

#[test]
fn an_accepted_run_is_not_new_in_another_bound_nor_on_the_page() {
    let folder = found();
    let answers = "a\n\nnone\na\n\none\na\n\ntwo\na\n\nthree\n";
    assert_exit(&anechoic_told(folder.path(), &["review"], answers), 0);
    let again = anechoic(folder.path(), &[CHECK, &["--retries", "4"]].concat());
    assert_exit(&again, 1);
    assert!(!stdout(&again).contains("anechoic review"), "{}", stdout(&again));
    let page = fs::read_to_string(folder.path().join("target/anechoic/report.html")).expect("the page");
    assert!(
        page.contains("not mended: kept as fixtures/replays/fail-task.gated.exactly_one_event.json"),
        "{page}"
    );
    assert!(!page.contains(">new<"), "nothing is new");
}
