//! Traces whose ids, times and sizes nobody would have thought of.
use super::{anechoic, assert_exit, folder, stdout};
use std::{fs, path::Path};

const OBSERVED: &str = include_str!("../../fixtures/traces/six-events.bad.jsonl");

/// The observed trace, told of another task or at another time.
fn retold(folder: &Path, name: &str, change: impl Fn(&mut serde_json::Value)) {
    let lines = OBSERVED.lines().map(|line| {
        let mut line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        change(&mut line);
        format!("{line}\n")
    });
    fs::write(folder.join(name), lines.collect::<String>()).expect("written");
}

#[test]
fn an_id_that_is_source_code_or_too_long_for_a_file_is_only_an_id() {
    let folder = folder();
    for id in
        ["a\n#![cfg(any())]\nb", "*/ fn main() {} /*", &"x".repeat(300), "../../up", "a/b", "a_b\u{202e}"]
    {
        retold(folder.path(), "id.jsonl", |line| line["entity"] = format!("task:{id}").into());
        let output = anechoic(folder.path(), &["reproduce", "id.jsonl", "--out", "kept"]);
        assert_exit(&output, 1);
        let kept: Vec<_> = fs::read_dir(folder.path().join("kept")).expect("kept").flatten().collect();
        assert_eq!(kept.len(), 3, "{id:?}: two runs and a test");
        for file in kept {
            let text = fs::read_to_string(file.path()).expect("text");
            assert!(!text.contains('\u{202e}'), "{id:?}");
            if file.path().extension().is_some_and(|extension| extension == "rs") {
                assert!(text.contains("#[test]") && text.starts_with("//! Task "), "{text}");
                let code = text.lines().filter(|line| !line.starts_with("//"));
                assert!(
                    code.filter(|line| line.starts_with("#!") || line.contains("fn main")).count() == 0,
                    "{text}"
                );
            }
            fs::remove_file(file.path()).expect("removed");
        }
        // In what is printed, it is in one line, too.
        let shown = anechoic(folder.path(), &["trace", "id.jsonl"]);
        assert!(
            !stdout(&shown).lines().any(|line| line.starts_with("#!") || line == "b"),
            "{}",
            stdout(&shown)
        );
    }
}

#[test]
fn a_trace_at_the_end_of_time_is_judged_and_reproduced_without_its_times() {
    let folder = folder();
    retold(folder.path(), "late.jsonl", |line| line["ts"] = "9999-12-30T21:59:59Z".into());
    assert_exit(&anechoic(folder.path(), &["trace", "late.jsonl"]), 1);
    let output = anechoic(folder.path(), &["reproduce", "late.jsonl"]);
    assert_exit(&output, 1);
    assert!(
        stdout(&output).contains("second by second    none: its times are beyond"),
        "{}",
        stdout(&output)
    );
}

/// A record has as many keys as whoever wrote it pleased: 64,000 of them took seconds, and a million minutes.
#[test]
fn a_record_of_very_many_keys_is_a_record() {
    let folder = folder();
    let mut line: serde_json::Value =
        serde_json::from_str(OBSERVED.lines().nth(1).expect("a line")).expect("JSON");
    for key in 0..500_000 {
        line[format!("{key:x}")] = 0.into();
    }
    fs::write(folder.path().join("keys.jsonl"), format!("{line}\n")).expect("written");
    let output = anechoic(folder.path(), &["trace", "keys.jsonl"]);
    assert_exit(&output, 3);
    assert!(stdout(&output).contains("1 record"), "{}", stdout(&output));
}
