//! Every way that was found to get a pass that was not earned, and what it gets now.
use super::{anechoic, assert_exit, command, folder, says, stderr, stdout};
use anechoic::report::{Document, Report};
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
        let lines = |report: &Report| anechoic::judge::judge(report).lines;
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
    let merged = anechoic(folder.path(), &["merge", "1", "2", "--all"]);
    assert_exit(&merged, 0);
    let whole = super::all_by_default();
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
        (&["1", "absent"], "absent: there is nothing of this name"),
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
        assert!(says(&output, said), "{files:?} should say {said:?}:\n{}", stderr(&output));
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
    let once = known("promise", "\"as_if_once\"").replace("[\"lost event\"]", "[\"duplicate\", \"lost\"]");
    let rest = format!("{counter}{announced}{once}");
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
        says(&twice, "known.toml:10: gated exactly_one_event in fail-task is there twice"),
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
    fs::create_dir(folder.path().join("saved")).expect("created");
    // What ships is said to break a promise that it keeps in this run; as a specimen's run, it has to break it.
    let kept =
        fs::read_to_string(SAVED).expect("a saved run").replace("exactly_one_event", "terminal_is_final");
    fs::write(folder.path().join("saved/run.json"), kept).expect("written");
    let forms = ["--junit", "j.xml", "--sarif", "s.sarif", "--annotations", "github"];
    for arguments in [
        &["check", "fail-task", "--variant", "atomic", "--max-executions", "1"][..],
        &["check", "fail-task", "--variant", "atomic", "--shard", "1/2"],
        &["check", "fail-task", "--variant", "atomic", "--regressions", "saved"],
        GATED,
    ] {
        let output = anechoic(folder.path(), &[arguments, &forms].concat());
        assert_ne!(output.status.code(), Some(0));
        assert!(stdout(&output).starts_with("::error title="), "{}", stdout(&output));
        let junit = fs::read_to_string(folder.path().join("j.xml")).expect("written");
        let junit = quick_junit::Report::deserialize_from_str(&junit).expect("JUnit");
        assert!(junit.failures + junit.errors > 0);
        let json = |name: &str| -> serde_json::Value {
            let text = fs::read(folder.path().join(name)).expect("written");
            serde_json::from_slice(&text).expect("JSON")
        };
        let run = &json("s.sarif")["runs"][0];
        let results = run["results"].as_array().map_or(0, Vec::len);
        let successful = run["invocations"][0]["executionSuccessful"].as_bool();
        assert!(results > 0 || successful == Some(false), "{run:#}");
        let document = json("target/anechoic/report.json");
        assert_eq!(document["exit"].as_i64(), output.status.code().map(i64::from));
    }
    let mixed = anechoic(folder.path(), &[ATOMIC, &["--annotations", "github", "--format", "json"]].concat());
    assert_exit(&mixed, 2);
}

#[test]
fn a_version_that_is_judged_like_code_is_judged_so_in_its_saved_runs_too() {
    let folder = folder();
    fs::create_dir(folder.path().join("saved")).expect("created");
    fs::copy(SAVED, folder.path().join("saved/run.json")).expect("copied");
    let quiet = ["check", "fail-task", "--variant", "gated", "--faults", "0", "--callers", "2"];
    assert_exit(&anechoic(folder.path(), &quiet), 0);
    let output = anechoic(folder.path(), &[&quiet[..], &["--regressions", "saved"]].concat());
    assert_exit(&output, 1);
    assert!(stdout(&output).contains("✗ gated breaks exactly_one_event again"), "{}", stdout(&output));
    // Where it is there to break its promises, it has to.
    assert_exit(&anechoic(folder.path(), &["check", "fail-task", "--regressions", "saved"]), 0);
}

#[test]
fn a_saved_run_that_names_what_there_is_not_can_be_taken_out() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("fixtures/replays")).expect("created");
    let file = folder.path().join("fixtures/replays/run.json");
    let saved = fs::read_to_string(SAVED).expect("a saved run");
    for strange in
        [saved.replace("exactly_one_event", "no_such"), saved.replace("\"fail-task\"", "\"no-such\"")]
    {
        fs::write(&file, strange).expect("written");
        assert_exit(&anechoic(folder.path(), ATOMIC), 3);
        assert_exit(&super::anechoic_told(folder.path(), &["review"], ""), 3);
        assert_exit(&super::anechoic_told(folder.path(), &["review"], "r\n"), 0);
        assert!(!file.exists());
    }
    fs::remove_dir(folder.path().join("fixtures/replays")).expect("removed");
    fs::write(folder.path().join("fixtures/replays"), "no folder").expect("written");
    assert_exit(&anechoic(folder.path(), ATOMIC), 4);
}

/// Neither names of files nor reasons begin a line of their own, or a command of GitHub's.
#[test]
#[cfg(unix)]
fn text_from_elsewhere_stays_in_its_line() {
    let folder = folder();
    fs::create_dir(folder.path().join("saved")).expect("created");
    let name = "x\n::stop-commands::zz\n✓ atomic holds.json";
    fs::copy(SAVED, folder.path().join("saved").join(name)).expect("copied");
    let quiet = ["check", "fail-task", "--variant", "gated", "--faults", "0", "--callers", "2"];
    let with = [&quiet[..], &["--regressions", "saved", "--junit", "j.xml"]].concat();
    let annotated = [&with[..], &["--annotations", "github"]].concat();
    for arguments in [&with[..], &annotated, &["replay", &format!("saved/{name}")]] {
        let output = anechoic(folder.path(), arguments);
        assert_exit(&output, 1);
        for line in stdout(&output).lines().chain(stderr(&output).lines()) {
            assert!(!line.starts_with("::stop-commands::zz") && !line.starts_with("✓ atomic"), "{line}");
        }
    }
    let output = anechoic(folder.path(), &annotated);
    let fence = stdout(&output).lines().find(|line| line.starts_with("::stop-commands::")).expect("a fence");
    let token = fence.trim_start_matches("::stop-commands::");
    assert!(stdout(&output).trim_end().ends_with(&format!("::{token}::")), "what is no command is fenced");
    let hostile = "[\"lost event\\n✓ gated holds every promise\"]";
    fs::write(folder.path().join("known.toml"), known("ways", hostile)).expect("written");
    assert_exit(&anechoic(folder.path(), &[GATED, &["--baseline", "known.toml"]].concat()), 4);
    for reason in ["\"a\\u202eb\"", "\"a\\uffffb\""] {
        fs::write(folder.path().join("known.toml"), known("reason", reason)).expect("written");
        assert_exit(&anechoic(folder.path(), &[GATED, &["--baseline", "known.toml"]].concat()), 4);
    }
}

#[test]
fn of_many_known_violations_the_last_notice_is_no_error() {
    let folder = folder();
    let all = [
        "check",
        "fail-task",
        "hydrate-context",
        "start-session",
        "cancel-race",
        "--variant",
        "unguarded,gated",
        "--callers",
        "1",
        "--faults",
        "1",
    ];
    let found = read(&anechoic(folder.path(), &[&all[..], &["--format", "json"]].concat()));
    let entries: String = found
        .found()
        .map(|(searched, broken)| {
            let size = broken.run.size;
            format!(
                "[[known]]\nscenario = \"{}\"\nvariant = \"{}\"\npromise = \"{}\"\nways = {:?}\nfaults = {}\nactors = {}\nreason = \"later\"\nuntil = \"2999-12-31\"\n",
                searched.scenario, searched.variant, broken.promise, broken.ways, size.faults, size.actors
            )
        })
        .collect();
    fs::write(folder.path().join("known.toml"), entries).expect("written");
    let output = anechoic(
        folder.path(),
        &[&all[..], &["--baseline", "known.toml", "--annotations", "github"]].concat(),
    );
    assert_exit(&output, 0);
    assert!(found.found().count() > 10);
    assert!(!stdout(&output).contains("::error"), "{}", stdout(&output));
    assert!(stdout(&output).contains("::notice title=anechoic::and "), "{}", stdout(&output));
}
