//! A trace, made again by the handlers.
use super::{anechoic, assert_exit, folder, stdout, trace::fixture};
use std::{fs, path::Path};

#[test]
fn the_observed_trace_is_reproduced_second_by_second_and_kept_as_a_test() {
    let folder = folder();
    for file in [fixture("six-events.bad.jsonl"), fixture("six-events.bad.item.json")] {
        let output = anechoic(folder.path(), &["reproduce", &file, "--out", "kept"]);
        assert_exit(&output, 1);
        assert!(stdout(&output).contains("✓ as observed: 6 of 6 events"), "{}", stdout(&output));
    }
    let output = anechoic(folder.path(), &["reproduce", &fixture("six-events.bad.jsonl"), "--out", "kept"]);
    assert!(stdout(&output).contains("6 of 6 events and 6 of 6 lines of the log"), "{}", stdout(&output));
    let kept = folder.path().join("kept");
    for name in ["smallest.json", "observed.json"] {
        let replay = kept.join(format!("01KQT96W0B8J48HDWGF4YA9V7D.{name}"));
        let output = anechoic(folder.path(), &["replay", replay.to_str().expect("utf-8")]);
        assert_exit(&output, 1);
        let text = fs::read_to_string(&replay).expect("it was kept");
        let broken =
            |variant| anechoic_task_cases::catalogue().broken(&text, variant).expect("the run can be made");
        assert!(broken(Some("unguarded"))[0].starts_with("exactly_one_event: 2 terminal events"));
        assert_eq!(broken(None), Vec::<String>::new(), "what ships holds");
    }
    // What is kept among the tests is what is made now.
    let regressions = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/regressions");
    for entry in fs::read_dir(&kept).expect("the folder").flatten() {
        let same = fs::read(entry.path()).ok() == fs::read(regressions.join(entry.file_name())).ok();
        assert!(same, "{} differs from the one among the tests", entry.path().display());
    }
}

#[test]
fn every_bad_fixture_can_be_reproduced() {
    for name in ["lost-event", "leaked-slot", "double-decrement", "six-sessions", "sibling"] {
        let folder = folder();
        let output = anechoic(folder.path(), &["reproduce", &fixture(&format!("{name}.bad.jsonl"))]);
        assert_exit(&output, 1);
        let replay = "target/anechoic/01KQT96W0B8J48HDWGF4YA9V7D.smallest.json";
        assert_exit(&anechoic(folder.path(), &["replay", replay]), 1);
    }
}
