use super::{anechoic, assert_exit, by_default, folder, says, stderr, stdout};
use std::{fs, path::Path};

const KEPT: &str = "target/anechoic/fail-task.gated.every_failure_is_announced.json";

/// A counterexample, as the command saves it.
fn counterexample(folder: &Path) -> String {
    assert_exit(&anechoic(folder, &["check", "fail-task", "--variant", "gated"]), 1);
    fs::read_to_string(folder.join(KEPT)).expect("it was saved")
}

#[test]
fn a_saved_run_is_made_again_and_breaks_the_same_promise() {
    let folder = folder();
    let file = counterexample(folder.path());
    let [first, second] = [(); 2].map(|()| anechoic(folder.path(), &["replay", KEPT]));
    assert_exit(&first, 1);
    assert_eq!(first.stdout, second.stdout);
    assert!(
        stdout(&first).contains("✗ every_failure_is_announced: the failure was accepted"),
        "{}",
        stdout(&first)
    );
    assert!(file.contains("the failure was accepted"));
}

#[test]
fn every_run_that_a_check_saves_can_be_replayed() {
    let (folder, _) = by_default();
    let mut replayed = 0;
    for entry in fs::read_dir(folder.join("target/anechoic")).expect("the folder of runs") {
        let file = entry.expect("a file").path();
        let name = file.file_name().expect("a name");
        if name == "report.json" || file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let output = anechoic(folder, &["replay", file.to_str().expect("utf-8")]);
        assert_exit(&output, 1);
        let promise =
            file.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.rsplit('.').next());
        assert!(stdout(&output).contains(&format!("✗ {}:", promise.expect("a name of three parts"))));
        replayed += 1;
    }
    assert!(replayed > 36, "{replayed} runs");
}

#[test]
fn a_run_that_no_longer_fits_says_at_which_choice_and_why() {
    let folder = folder();
    let file = counterexample(folder.path());
    let changed = file.replace("caller: task → FAILED", "caller: task → SHELVED");
    assert_ne!(file, changed);
    fs::write(folder.path().join("changed.json"), changed).expect("written");
    let output = anechoic(folder.path(), &["replay", "changed.json"]);
    assert_exit(&output, 4);
    assert!(says(&output, "choice 2 is `caller: task → SHELVED (rejected)`"), "{}", stderr(&output));
    assert!(says(&output, "expected one of"), "{}", stderr(&output));
    assert!(says(&output, "caller: task → FAILED (rejected)"), "{}", stderr(&output));
}

#[test]
fn a_file_whose_last_choices_are_missing_says_so() {
    let folder = folder();
    let mut file: serde_json::Value = serde_json::from_str(&counterexample(folder.path())).expect("JSON");
    file["choices"].as_array_mut().expect("a list").pop();
    fs::write(folder.path().join("short.json"), file.to_string()).expect("written");
    let output = anechoic(folder.path(), &["replay", "short.json"]);
    assert_exit(&output, 4);
    assert!(says(&output, "choice 2 is missing"), "{}", stderr(&output));
}

#[test]
fn two_runs_are_shown_side_by_side_up_to_where_they_part() {
    let folder = folder();
    counterexample(folder.path());
    let other = "target/anechoic/fail-task.gated.exactly_one_event.json";
    let output = anechoic(folder.path(), &["diff", KEPT, other]);
    assert_exit(&output, 1);
    let text = stdout(&output);
    assert!(text.contains("caller: task → FAILED  ⚡ rejected"), "{text}");
    assert!(text.contains("caller: task → FAILED  ⚡ lost"), "{text}");
    assert!(
        text.contains(
            "they part at ◀: step 1 of the first, step 1 of the second; 1 line in all not the same"
        ),
        "{text}"
    );
    let same = anechoic(folder.path(), &["diff", other, other]);
    assert!(stdout(&same).contains("the runs are the same, step by step"), "{}", stdout(&same));
}

/// The test that is compiled and run in `regressions/` is what the command prints.
#[test]
fn a_run_is_printed_as_a_test_that_compiles() {
    let regressions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/regressions");
    let output = anechoic(&regressions, &["replay", "emitted.json", "--emit", "test"]);
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), include_str!("../regressions/emitted.rs"));
}
