use super::{all_by_default, anechoic, assert_exit, by_default, folder, stderr, stdout};
use anechoic::report::{Coverage, Document, Report, schema};
use anechoic_task_cases::{SCENES, VARIANTS};
use std::path::Path;

fn json(folder: &Path, arguments: &[&str]) -> Report {
    let output = anechoic(folder, &[&["check", "--format", "json"], arguments].concat());
    Document::read(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", stderr(&output)))
}

/// How each promise of each result is broken.
fn verdicts(report: &Report) -> Vec<(String, String, Vec<String>)> {
    let broken = report.found().map(|(searched, broken)| {
        (format!("{} {}", searched.scenario, searched.variant), broken.promise.clone(), broken.ways.clone())
    });
    broken.collect()
}

#[test]
fn without_arguments_it_is_green_shows_every_verdict_and_is_quiet_on_the_standard_error() {
    let (_, output) = by_default();
    assert_exit(output, 0);
    assert_eq!(stderr(output), "");
    for part in [
        "✓ atomic holds every promise in the whole bound",
        "✓ unguarded is a specimen, and is caught",
        "✓ gated is a specimen, and is caught",
        "✓ the observed trace is reproduced",
        "lost acknowledgement",
        "beyond   other numbers of callers",
        "report   target/anechoic/report.html",
    ] {
        assert!(stdout(output).contains(part), "{part:?} is missing from\n{}", stdout(output));
    }
}

/// The README shows what the command prints, to the letter.
#[test]
fn the_readme_shows_the_real_table_and_a_real_counterexample() {
    let readme = include_str!("../../README.md");
    let (_, output) = by_default();
    let blocks: Vec<&str> =
        readme.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    for (block, output) in blocks.iter().zip([output, all_by_default()]) {
        assert!(
            stdout(output).contains(block),
            "the README shows\n{block}\nand the command\n{}",
            stdout(output)
        );
    }
}

#[test]
fn the_same_arguments_give_the_same_bytes_in_another_process() {
    let folder = folder();
    for arguments in [
        &["check", "fail-task", "cancel-race"][..],
        &["check", "--search", "random", "--runs", "200", "--seed", "7"],
        &["check", "--search", "random", "--runs", "200", "--seed", "7", "--format", "json"],
        &["check", "--search", "pct", "--runs", "200", "--seed", "7"],
    ] {
        let [first, second] = [anechoic(folder.path(), arguments), anechoic(folder.path(), arguments)];
        assert_eq!(first.stdout, second.stdout, "{arguments:?}");
        assert!(!first.stdout.is_empty());
    }
    let with = |seed| {
        anechoic(folder.path(), &["check", "--search", "random", "--runs", "200", "--seed", seed]).stdout
    };
    assert_ne!(with("7"), with("8"));
}

#[test]
fn a_specimen_asked_for_by_name_is_judged_like_any_other_code() {
    let folder = folder();
    assert_exit(&anechoic(folder.path(), &["check", "fail-task", "--variant", "gated"]), 1);
    assert_exit(&anechoic(folder.path(), &["check", "fail-task", "--variant", "atomic"]), 0);
    assert_exit(&anechoic(folder.path(), &["check", "fail-task"]), 0);
    assert_exit(&anechoic(folder.path(), &["check", "--variant", "atomic", "gated", "--faults", "0"]), 1);
    assert_exit(&anechoic(folder.path(), &["check", "fail-task", "--variant", "gated", "--faults", "0"]), 0);
}

#[test]
fn the_naive_search_makes_the_runs_that_the_formula_counts() {
    let folder = folder();
    let arguments =
        ["fail-task", "--variant", "unguarded", "--search", "naive", "--faults", "0", "--callers"];
    for (callers, runs) in [("2", 20), ("3", 1_680), ("4", 369_600)] {
        let report = json(folder.path(), &[&arguments[..], &[callers]].concat());
        assert_eq!(report.results[0].executions, runs);
        assert!(report.results[0].complete);
    }
}

#[test]
fn a_budget_that_ends_first_is_inconclusive() {
    let folder = folder();
    let output = anechoic(folder.path(), &["check", "--variant", "atomic", "--max-time", "0s"]);
    assert_exit(&output, 3);
    assert!(stdout(&output).contains("? atomic breaks no promise in what was searched, which is not all"));
    let output = anechoic(
        folder.path(),
        &[
            "check",
            "cancel-race",
            "--variant",
            "atomic",
            "--callers",
            "6",
            "--faults",
            "4",
            "--max-time",
            "300ms",
        ],
    );
    assert_exit(&output, 3);
}

#[test]
fn a_budget_of_runs_ends_the_check_and_names_the_bound_that_was_covered() {
    let folder = folder();
    let arguments =
        ["check", "cancel-race", "--variant", "atomic", "--callers", "4", "--max-executions", "5000"];
    let output = anechoic(folder.path(), &arguments);
    assert_exit(&output, 3);
    assert!(stdout(&output).contains("all with up to 1 fault; a part"), "{}", stdout(&output));
    let report = json(folder.path(), &arguments[1..]);
    let covered = report.results[0].covered.expect("a smaller bound");
    assert_eq!((covered.faults, report.results[0].complete), (Some(1), false));
    let none =
        anechoic(folder.path(), &["check", "fail-task", "--variant", "atomic", "--max-executions", "0"]);
    assert_exit(&none, 3);
}

/// An interrupt ends the check with what is known by then.
#[test]
#[cfg(unix)]
fn an_interrupted_check_reports_what_it_knows_and_is_inconclusive() {
    let folder = folder();
    let arguments = ["check", "cancel-race", "--variant", "atomic", "--callers", "9", "--faults", "6"];
    let mut command = super::command(folder.path(), &arguments);
    let mut running = command.stdout(std::process::Stdio::piped()).spawn().expect("the binary runs");
    // Whoever has made its folder listens to interrupts.
    while !folder.path().join("target/anechoic").is_dir() {
        assert!(
            running.try_wait().expect("it is ours").is_none(),
            "it has ended before anybody interrupted it"
        );
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let kill = std::process::Command::new("kill").args(["-INT", &running.id().to_string()]).status();
    assert!(kill.expect("kill").success());
    let output = running.wait_with_output().expect("it ends");
    assert_exit(&output, 3);
    assert!(stdout(&output).contains("which is not all"), "{}", stdout(&output));
}

#[test]
fn every_reduction_comes_to_the_same_verdicts_with_more_or_fewer_runs() {
    let folder = folder();
    let arguments = ["cancel-race", "--variant", "gated", "--callers", "2", "--faults", "1"];
    let with = |more: &[&str]| json(folder.path(), &[&arguments[..], more].concat());
    let naive = with(&["--reduce", "none"]);
    let runs = |report: &Report| report.results[0].executions;
    for reduce in ["state", "sleep", "symmetry", "all"] {
        let reduced = with(&["--reduce", reduce]);
        assert_eq!(verdicts(&reduced), verdicts(&naive), "{reduce}");
        assert!(runs(&reduced) < runs(&naive), "{reduce}");
    }
    assert!(runs(&with(&[])) * 20 < runs(&naive), "all of them together");
    assert_eq!(verdicts(&with(&["--threads", "2"])), verdicts(&naive), "two threads");
    let forgetful = with(&["--states", "20"]);
    assert_eq!(verdicts(&forgetful), verdicts(&naive), "memory for 20 states");
    assert_eq!((with(&[]).results[0].forgotten, forgetful.results[0].states), (None, 20));
    assert!(runs(&forgetful) > runs(&with(&[])) && forgetful.results[0].forgotten > Some(0));
    let said = anechoic(folder.path(), &[&["check"], &arguments[..], &["--states", "20", "--all"]].concat());
    assert!(stdout(&said).contains("memory was full"), "{}", stdout(&said));
}

#[test]
fn coverage_says_which_fault_happened_to_which_operation() {
    let folder = folder();
    let with = ["check", "cancel-race", "--variant", "atomic", "--coverage", "coverage.json"];
    assert_exit(&anechoic(folder.path(), &with), 0);
    let text = std::fs::read_to_string(folder.path().join("coverage.json")).expect("it was written");
    let coverage: Coverage = serde_json::from_str(&text).expect("anechoic.coverage/1");
    let names: Vec<&str> = coverage.operations.iter().map(|operation| operation.operation.as_str()).collect();
    assert_eq!(
        names,
        [
            "invocation",
            "read task",
            "read task (consistent)",
            "task → CANCELLED + append task_cancelled + active -1",
            "task → FAILED + append task_failed + active -1",
        ]
    );
    let of = |name: &str| {
        coverage.operations.iter().find(|operation| operation.operation == name).expect("covered")
    };
    assert!(of("read task").never.is_empty() && of("read task").faults.contains_key("stale read"));
    assert_eq!(of("read task (consistent)").never, ["stale read"], "a consistent read is never stale");
    let quiet = anechoic(folder.path(), &[&with[..], &["--faults", "0", "--all"]].concat());
    assert!(stdout(&quiet).contains("0 pairs of an operation and a kind of fault were exercised"));
}

#[test]
fn a_sample_without_a_violation_is_inconclusive_and_says_so() {
    let folder = folder();
    let arguments = ["check", "fail-task", "--variant", "atomic", "--search", "random", "--runs", "50"];
    let output = anechoic(folder.path(), &arguments);
    assert_exit(&output, 3);
    assert!(stdout(&output).contains("a sample"));
}

#[test]
fn the_json_says_what_the_text_says_and_follows_its_schema() {
    let folder = folder();
    let output = anechoic(folder.path(), &["check", "--format", "json", "--max-time", "24h"]);
    assert_exit(&output, 0);
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let schema: serde_json::Value = serde_json::from_str(&schema()).expect("JSON");
    jsonschema::validate(&schema, &value).expect("the report follows the schema");

    assert_eq!((&value["format"], &value["exit"]), (&"anechoic.check/2".into(), &0.into()));
    let report = Document::read(&output.stdout).expect("anechoic.check/2");
    let pairs = SCENES.iter().flat_map(|scene| VARIANTS.iter().filter(|variant| variant.is_shown_in(scene)));
    assert_eq!((report.results.len(), report.troubles.len()), (pairs.count(), 27));
    for searched in &report.results {
        assert!(searched.complete && searched.executions > 0 && searched.milliseconds.is_some());
        assert!(searched.variant != "atomic" || searched.broken.is_empty());
    }
}

#[test]
fn the_committed_schemas_are_those_that_the_command_prints() {
    let check = include_str!("../../fixtures/schema/anechoic.check.2.json");
    let trace = include_str!("../../fixtures/schema/anechoic.trace.1.json");
    let config = include_str!("../../fixtures/schema/anechoic.config.json");
    let all = [(&[][..], check), (&["check"], check), (&["trace"], trace), (&["config"], config)];
    for (of, committed) in all {
        let output = anechoic(folder().path(), &[&["schema"], of].concat());
        assert_exit(&output, 0);
        let how = format!("write it anew with: anechoic schema {of:?} > fixtures/schema/…");
        assert_eq!(stdout(&output), committed, "{how}");
    }
}

#[test]
fn the_list_names_everything_once_with_a_line() {
    let output = anechoic(folder().path(), &["list"]);
    assert_exit(&output, 0);
    for name in
        ["fail-task", "hydrate-context", "start-session", "cancel-race", "unguarded", "gated", "atomic"]
            .into_iter()
            .chain([
                "exactly_one_event",
                "counter_does_not_drift",
                "terminal_is_final",
                "transitions_are_legal",
            ])
            .chain(["every_failure_is_announced", "agrees_with_model", "aws-default", "temporal", "azure"])
            .chain(["s3-export", "durable-history", "jsonl"])
    {
        let lines = stdout(&output).lines().filter(|line| line.starts_with(&format!("  {name} ")));
        assert_eq!(lines.count(), 1, "{name}");
    }
}
