//! Every way that was found to get a pass that was not earned, and what it gets now.
use super::{anechoic, assert_exit, command, folder, stderr, stdout};
use anechoic_cli::report::{Document, Report};
use std::{fs, path::Path};

pub(super) const SAVED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/replays/fail-task.gated.exactly_one_event.json");
pub(super) const GATED: &[&str] =
    &["check", "fail-task", "--variant", "gated", "--faults", "1", "--callers", "1"];
pub(super) const ATOMIC: &[&str] =
    &["check", "fail-task", "--variant", "atomic", "--faults", "1", "--callers", "1"];

/// Writes the report of a check, for machines.
fn write(folder: &Path, name: &str, arguments: &[&str]) {
    let output = anechoic(folder, &[arguments, &["--format", "json", "--out", "parts"]].concat());
    fs::write(folder.join(name), &output.stdout).expect("written");
}

fn read(output: &std::process::Output) -> Report {
    Document::read(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{}", stderr(output)))
}

#[test]
fn a_part_alone_never_passes_and_all_parts_come_to_the_verdict_of_the_whole() {
    let folder = folder();
    let part = &["check", "fail-task", "--variant", "swallowed-error"];
    let alone = anechoic(folder.path(), &[&part[..], &["--shard", "1/10"]].concat());
    assert_exit(&alone, 3);
    assert!(stdout(&alone).contains("this is part 1 of 10"), "{}", stdout(&alone));
    assert!(!stdout(&alone).contains("whole bound"), "{}", stdout(&alone));
    for (name, arguments) in [("red", GATED), ("green", ATOMIC)] {
        let parts: Vec<String> = (1..=3).map(|number| format!("{name}.{number}")).collect();
        for (part, number) in parts.iter().zip(1..) {
            write(folder.path(), part, &[arguments, &["--shard", &format!("{number}/3")]].concat());
        }
        let files: Vec<&str> = parts.iter().map(String::as_str).collect();
        let merged = anechoic(folder.path(), &[&["merge", "--format", "json"], &files[..]].concat());
        let whole = anechoic(folder.path(), &[arguments, &["--format", "json"]].concat());
        assert_eq!(merged.status.code(), whole.status.code(), "{name}");
        let (merged, whole) = (read(&merged), read(&whole));
        let broken = |report: &Report| {
            report
                .found()
                .map(|(_, broken)| (broken.promise.clone(), broken.ways.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(broken(&merged), broken(&whole));
        let lines = |report: &Report| anechoic_cli::judge::judge(report).lines;
        assert_eq!(lines(&merged), lines(&whole));
        let text = |arguments: &[&str]| stdout(&anechoic(folder.path(), arguments)).to_string();
        let reversed: Vec<&str> = files.iter().rev().copied().collect();
        assert_eq!(text(&[&["merge"], &files[..]].concat()), text(&[&["merge"], &reversed[..]].concat()));
    }
}

/// The specimens are asked for all that they are there for, and the table of troubles and the trace are there.
#[test]
fn all_parts_of_the_default_check_prove_what_the_default_check_proves() {
    let folder = folder();
    for number in ["1", "2"] {
        write(folder.path(), number, &["check", "--shard", &format!("{number}/2"), "--max-time", "24h"]);
    }
    let merged = anechoic(folder.path(), &["merge", "1", "2"]);
    assert_exit(&merged, 0);
    let (_, whole) = super::by_default();
    let verdict = |text: &str| text.rsplit_once("── Verdict").map(|(_, verdict)| verdict.to_string());
    assert_eq!(verdict(stdout(&merged)), verdict(stdout(whole)));
    let table = |text: &str| {
        let (_, rest) = text.split_once("Does one failure have one effect?").expect("the table");
        rest.split_once("── The smallest").expect("its end").0.to_string()
    };
    assert_eq!(table(stdout(&merged)), table(stdout(whole)));
}

#[test]
fn what_is_not_all_parts_of_one_check_is_not_merged() {
    let folder = folder();
    for (name, arguments) in [
        ("1", &["--shard", "1/2"][..]),
        ("2", &["--shard", "2/2"]),
        ("other", &["--shard", "2/2", "--retries", "4"]),
        ("third", &["--shard", "2/3"]),
        ("whole", &[]),
    ] {
        write(folder.path(), name, &[ATOMIC, arguments].concat());
    }
    let text = fs::read_to_string(folder.path().join("2")).expect("a part");
    let edits = [
        ("edited", text.replace("\"complete\": true", "\"complete\":  false")),
        ("number", text.replacen("\"executions\": ", "\"executions\": 1", 1)),
        ("unknown", text.replacen('{', "{\"passed\": true,", 1)),
        ("exit", text.replacen("\"exit\": 3", "\"exit\": 0", 1)),
        ("cut", text[..text.len() / 2].to_string()),
        ("empty", String::new()),
    ];
    for (name, edited) in &edits {
        assert_ne!(*edited, text, "{name}");
        fs::write(folder.path().join(name), edited).expect("written");
    }
    for (files, said) in [
        (&["1"][..], "missing: part 2/2"),
        (&["1", "1"], "part 1/2 is there twice"),
        (&["1", "other"], "it is a part of another check"),
        (&["1", "third"], "it is one of 3 parts"),
        (&["1", "whole"], "it is no part of a check"),
        (&["1", "absent"], "absent: No such file"),
        (&["1", "edited"], "edited: its digest is not that of its contents"),
        (&["1", "number"], "number: its digest is not that of its contents"),
        (&["1", "unknown"], "unknown field `passed`"),
        (&["1", "exit"], "exit: its digest is not that of its contents"),
        (&["1", "cut"], "EOF while parsing"),
        (&["1", "empty"], "empty:1:0: EOF while parsing"),
        (&["1", "/dev/zero"], "it is a device; expected a file"),
    ] {
        let output = anechoic(folder.path(), &[&["merge"], files].concat());
        assert_exit(&output, 4);
        assert!(stderr(&output).contains(said), "{files:?} should say {said:?}:\n{}", stderr(&output));
        assert!(output.stdout.is_empty(), "no verdict without all parts");
    }
    // Laid out otherwise, it is the same report.
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    fs::write(folder.path().join("compact"), value.to_string()).expect("written");
    assert_exit(&anechoic(folder.path(), &["merge", "1", "compact"]), 0);
}

#[test]
fn parts_that_fail_for_a_saved_run_or_were_not_searched_do_not_merge_to_a_pass() {
    let folder = folder();
    fs::create_dir(folder.path().join("saved")).expect("created");
    let mended = fs::read_to_string(SAVED).expect("a saved run").replace("\"gated\"", "\"swallowed-error\"");
    // A specimen has to break its promise in this run, and does not.
    fs::write(folder.path().join("saved/run.json"), mended.replace("exactly_one_event", "terminal_is_final"))
        .expect("written");
    let failing = [ATOMIC, &["--regressions", "saved"]].concat();
    for number in ["1", "2"] {
        write(folder.path(), number, &[&failing[..], &["--shard", &format!("{number}/2")]].concat());
    }
    let merged = anechoic(folder.path(), &["merge", "1", "2"]);
    assert_ne!(merged.status.code(), Some(0), "{}", stdout(&merged));
    for number in ["1", "2"] {
        let shard = format!("{number}/2");
        let cut = [ATOMIC, &["--max-executions", "3", "--shard", &shard]].concat();
        write(folder.path(), number, &cut);
    }
    assert_exit(&anechoic(folder.path(), &["merge", "1", "2"]), 3);
}

#[test]
fn a_saved_run_that_cannot_be_made_again_is_no_pass_and_review_can_take_it_out() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("fixtures/replays")).expect("created");
    let file = folder.path().join("fixtures/replays/lost.json");
    let lost = fs::read_to_string(SAVED).expect("a saved run").replace("lost acknowledgement", "lost hope");
    fs::write(&file, lost).expect("written");
    let output = anechoic(folder.path(), ATOMIC);
    assert_exit(&output, 3);
    assert!(
        stdout(&output).contains("? fixtures/replays/lost.json cannot be made again"),
        "{}",
        stdout(&output)
    );
    assert_exit(&anechoic(folder.path(), &["replay", "fixtures/replays/lost.json"]), 4);
    assert_exit(&super::anechoic_told(folder.path(), &["review"], "l\n"), 3);
    assert!(file.exists());
    assert_exit(&super::anechoic_told(folder.path(), &["review"], "r\n"), 0);
    assert!(!file.exists());
    assert_exit(&anechoic(folder.path(), ATOMIC), 0);
}

/// An entry of a baseline for `gated` in fail-task, with one key otherwise.
pub(super) fn known(key: &str, value: &str) -> String {
    let entry = [
        ("scenario", "\"fail-task\""),
        ("variant", "\"gated\""),
        ("promise", "\"exactly_one_event\""),
        ("ways", "[\"lost event\"]"),
        ("faults", "1"),
        ("actors", "1"),
        ("reason", "\"the fix waits for the next release\""),
        ("until", "2999-12-31"),
    ];
    let line =
        |(name, usual): (&str, &str)| format!("{name} = {}\n", if name == key { value } else { usual });
    let until = |text: String| text.replace("until = 2999-12-31", "until = \"2999-12-31\"");
    until(format!("[[known]]\n{}", entry.map(line).concat()))
}

#[test]
fn a_baseline_covers_what_it_names_and_nothing_else() {
    let folder = folder();
    let counter = known("promise", "\"counter_does_not_drift\"")
        .replace("[\"lost event\"]", "[\"leaked slot\", \"double release\"]");
    let announced = known("promise", "\"every_failure_is_announced\"")
        .replace("[\"lost event\"]", "[\"lost event\", \"dropped failure\"]");
    let rest = format!("{counter}{announced}");
    let check = |entry: &str| {
        fs::write(folder.path().join("known.toml"), format!("{entry}{rest}")).expect("written");
        anechoic(folder.path(), &[GATED, &["--baseline", "known.toml"]].concat())
    };
    let usual = check(&known("", ""));
    assert_exit(&usual, 0);
    let text = stdout(&usual).replace("\n  ", " ");
    assert!(!text.contains("✓ gated holds every promise"), "{text}");
    assert!(text.contains("as is known; it holds every other promise"), "{text}");
    for (key, value, exit, said) in [
        ("ways", "[\"duplicate\"]", 1, "otherwise than is known: by lost event"),
        ("faults", "2", 1, "otherwise than is known"),
        ("actors", "2", 1, "otherwise than is known"),
        ("until", "\"2020-12-31\"", 1, "which was known until 2020-12-31"),
        ("reason", "\"\"", 4, "`reason` has to be one line"),
        ("reason", "\" \\n\"", 4, "`reason` has to be one line"),
        ("ways", "[]", 4, "`ways` is empty"),
    ] {
        let output = check(&known(key, value));
        assert_exit(&output, exit);
        let text = format!("{}{}", stdout(&output), stderr(&output)).replace("\n  ", " ");
        assert!(text.contains(said), "{key} = {value} should say {said:?}:\n{text}");
    }
    // Of two entries for one promise, nobody could say which counts.
    let twice = check(&format!("{}{}", known("", ""), known("until", "\"2020-12-31\"")));
    assert_exit(&twice, 4);
    assert!(
        stderr(&twice).contains("known.toml:10: gated exactly_one_event in fail-task is there twice"),
        "{}",
        stderr(&twice)
    );
}

/// A full disk loses a file, and never the verdict.
#[test]
fn where_no_thread_can_be_started_all_is_searched_all_the_same() {
    let folder = folder();
    let run = |threads: &str| {
        let mut command = command(folder.path(), &[ATOMIC, &["--threads", threads]].concat());
        // No thread can have a stack of this size.
        command.env("RUST_MIN_STACK", "1000000000000000").output().expect("it runs")
    };
    for threads in ["1", "8"] {
        let output = run(threads);
        assert_exit(&output, 0);
        assert_eq!(stderr(&output), "");
    }
}

#[test]
fn zero_work_is_no_pass() {
    let folder = folder();
    for arguments in [
        &["check", "fail-task", "--max-executions", "0"][..],
        &["check", "fail-task", "--variant", "atomic", "--max-executions", "0"],
        &["check", "fail-task", "--max-time", "0s"],
        &["check", "--max-time", "0s"],
        &["check", "--search", "random", "--runs", "1"],
    ] {
        assert_exit(&anechoic(folder.path(), arguments), 3);
    }
}

#[test]
fn whatever_is_not_green_is_not_green_in_any_form() {
    let folder = folder();
    let forms = ["--junit", "j.xml", "--sarif", "s.sarif", "--annotations", "github", "--format", "json"];
    for arguments in [
        &["check", "fail-task", "--variant", "atomic", "--max-executions", "1"][..],
        &["check", "fail-task", "--variant", "atomic", "--shard", "1/2"],
        GATED,
    ] {
        let output = anechoic(folder.path(), &[arguments, &forms].concat());
        assert_ne!(output.status.code(), Some(0));
        assert!(stdout(&output).contains("::error title="), "{}", stdout(&output));
        let junit = fs::read_to_string(folder.path().join("j.xml")).expect("written");
        let junit = quick_junit::Report::deserialize_from_str(&junit).expect("JUnit");
        assert!(junit.failures + junit.errors > 0);
        let sarif: serde_json::Value =
            serde_json::from_slice(&fs::read(folder.path().join("s.sarif")).expect("written")).expect("JSON");
        let run = &sarif["runs"][0];
        let results = run["results"].as_array().map_or(0, Vec::len);
        let successful = run["invocations"][0]["executionSuccessful"].as_bool();
        assert!(results > 0 || successful == Some(false), "{run:#}");
        let document: serde_json::Value = serde_json::from_slice(
            &fs::read(folder.path().join("target/anechoic/report.json")).expect("written"),
        )
        .expect("JSON");
        assert_eq!(document["exit"].as_i64(), output.status.code().map(i64::from));
    }
}
