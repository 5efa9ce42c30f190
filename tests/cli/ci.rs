use super::{anechoic, assert_exit, folder, says, stderr, stdout};
use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use serde_json::Value;
use std::{fs, path::Path, process::Command};

/// One scenario, one version that breaks three of the ten promises, in every form.
const CHECK: &[&str] = &["check", "fail-task", "--variant", "gated"];

pub(crate) fn validate(schema: &str, value: &Value) {
    let mut schema: Value = serde_json::from_str(schema).expect("JSON");
    // The published schema of SARIF has a pattern for languages with a stray bracket, which is no regular expression here.
    for kind in ["run", "toolComponent"] {
        if let Some(language) = schema.pointer_mut(&format!("/definitions/{kind}/properties/language")) {
            language.as_object_mut().expect("a schema").remove("pattern");
        }
    }
    jsonschema::validate(&schema, value).expect("it follows its published schema");
}

#[test]
fn junit_has_a_suite_for_the_scenario_and_a_case_for_each_promise() {
    let folder = folder();
    assert_exit(&anechoic(folder.path(), &[CHECK, &["--junit", "out.xml"]].concat()), 1);
    let text = fs::read_to_string(folder.path().join("out.xml")).expect("the file");
    let report = Report::deserialize_from_str(&text).expect("JUnit");
    assert_eq!((report.test_suites.len(), report.tests, report.failures, report.errors), (2, 13, 5, 0));
    let suite = &report.test_suites[0];
    assert_eq!(suite.name.as_str(), "fail-task");
    let first = &suite.test_cases[0];
    assert_eq!((first.name.as_str(), first.classname.as_deref()), ("exactly_one_event", Some("gated")));
    let TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, message, description, .. } =
        &first.status
    else {
        panic!("{:?}", first.status)
    };
    assert_eq!(message.as_deref(), Some("0 terminal events, expected 1: the task is FAILED"));
    let description = description.as_deref().expect("the steps");
    assert!(description.contains("caller: task → FAILED (lost acknowledgement)"), "{description}");
    assert!(
        description.contains("replay target/anechoic/fail-task.gated.exactly_one_event.json"),
        "{description}"
    );
    assert_eq!(report.to_string().expect("XML"), text, "read and written, it is the same");
}

#[test]
fn what_was_not_searched_is_an_error_in_junit_and_no_pass() {
    let folder = folder();
    let with = ["check", "fail-task", "--variant", "atomic", "--max-executions", "10", "--junit", "out.xml"];
    assert_exit(&anechoic(folder.path(), &with), 3);
    let text = fs::read_to_string(folder.path().join("out.xml")).expect("the file");
    let report = Report::deserialize_from_str(&text).expect("JUnit");
    assert_eq!((report.failures, report.errors), (0, 13), "each promise, and the whole");
}

#[test]
fn sarif_follows_its_schema_and_its_steps_point_into_the_saved_run() {
    let folder = folder();
    assert_exit(&anechoic(folder.path(), &[CHECK, &["--sarif", "out.sarif"]].concat()), 1);
    let text = fs::read_to_string(folder.path().join("out.sarif")).expect("the file");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    validate(include_str!("../../fixtures/schema/sarif-2.1.0.json"), &value);
    let sarif: serde_sarif::sarif::Sarif = serde_json::from_str(&text).expect("SARIF");
    assert_eq!(serde_json::to_value(&sarif).expect("JSON"), value, "read and written, it is the same");

    let run = &value["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), 12);
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), 4);
    assert_eq!(results[0]["partialFingerprints"]["anechoic/v1"], "fail-task/gated/exactly_one_event");
    let steps = results[0]["codeFlows"][0]["threadFlows"][0]["locations"].as_array().expect("steps");
    let place = &steps[1]["location"]["physicalLocation"];
    let file = place["artifactLocation"]["uri"].as_str().expect("a file");
    let line = place["region"]["startLine"].as_u64().expect("a line") as usize;
    let saved = fs::read_to_string(folder.path().join(file)).expect("the saved run");
    assert!(saved.lines().nth(line - 1).expect("that line").contains("task → FAILED (lost acknowledgement)"));
}

#[test]
fn annotations_are_no_more_than_github_shows_and_say_how_many_there_are_besides() {
    let folder = folder();
    let with = |arguments: &[&str]| {
        let output = anechoic(
            folder.path(),
            &[arguments, &["--annotations", "github", "--max-time", "600s"]].concat(),
        );
        let is_one = |line: &&str| line.starts_with("::error") || line.starts_with("::notice");
        let lines = stdout(&output).lines().filter(is_one).map(String::from);
        lines.collect::<Vec<String>>()
    };
    let few = with(CHECK);
    assert_eq!(few.len(), 4, "{few:?}");
    assert!(few[0].starts_with("::error title=gated breaks exactly_one_event::0 terminal events"), "{few:?}");
    let many =
        with(&["check", "fail-task", "hydrate-context", "start-session", "--variant", "gated,unguarded"]);
    assert_eq!(many.len(), 10, "{many:?}");
    assert!(many[9].contains("more; the summary has them all"), "{many:?}");
}

#[test]
fn the_summary_has_every_violation_and_the_verdict() {
    let folder = folder();
    assert_exit(&anechoic(folder.path(), &[CHECK, &["--summary", "out.md"]].concat()), 1);
    let text = fs::read_to_string(folder.path().join("out.md")).expect("the file");
    assert!(text.starts_with("## Anechoic\n\n- ✗ gated breaks"), "{text}");
    assert_eq!(text.lines().filter(|line| line.contains("✗ violated")).count(), 4, "{text}");
}

const KNOWN: &str = r#"
[[known]]
scenario = "fail-task"
variant = "gated"
promise = "PROMISE"
ways = ["WAY"]
faults = 1
actors = 1
reason = "the fix waits for the next release"
until = "UNTIL"
"#;

/// How `gated` breaks these promises in fail-task.
const WAYS: [(&str, &str); 4] = [
    ("exactly_one_event", "lost event"),
    ("counter_does_not_drift", "leaked slot\", \"double release"),
    ("every_failure_is_announced", "lost event\", \"dropped failure"),
    ("as_if_once", "duplicate\", \"lost"),
];

fn known(promise: &str, until: &str) -> String {
    let way = WAYS.iter().find(|(known, _)| *known == promise).map_or("any", |(_, way)| way);
    KNOWN.replace("PROMISE", promise).replace("WAY", way).replace("UNTIL", until)
}

#[test]
fn a_known_violation_passes_with_a_notice_an_expired_one_fails_and_a_fixed_one_is_reported() {
    let folder = folder();
    let all = WAYS.map(|(promise, _)| promise);
    let check = |baseline: String| {
        fs::write(folder.path().join("known.toml"), baseline).expect("written");
        anechoic(
            folder.path(),
            &[CHECK, &["--all", "--baseline", "known.toml", "--annotations", "github", "--junit", "out.xml"]]
                .concat(),
        )
    };
    let passes = check(all.map(|promise| known(promise, "2999-12-31")).concat());
    assert_exit(&passes, 0);
    assert!(
        stdout(&passes)
            .contains("! gated breaks exactly_one_event in fail-task, which is known until 2999-12-31")
    );
    assert_eq!(stdout(&passes).matches("::notice title=gated breaks").count(), 4);
    let junit = fs::read_to_string(folder.path().join("out.xml")).expect("the file");
    assert!(junit.contains(r#"skipped="4" failures="0" errors="0""#), "{junit}");

    let expired = check(all.map(|promise| known(promise, "2020-12-31")).concat());
    assert_exit(&expired, 1);
    assert!(
        stdout(&expired).contains(
            "✗ gated still breaks exactly_one_event in fail-task, which was known until 2020-12-31"
        )
    );

    let new = check(known("exactly_one_event", "2999-12-31"));
    assert_exit(&new, 1);
    assert!(
        stdout(&new)
            .contains("✗ gated breaks as_if_once, counter_does_not_drift, every_failure_is_announced")
    );

    let fixed = check(known("terminal_is_final", "2999-12-31"));
    assert!(
        stdout(&fixed)
            .contains("✓ gated no longer breaks terminal_is_final in fail-task: take it out of the baseline")
    );
}

#[test]
fn a_baseline_that_is_none_is_refused_with_its_line() {
    let folder = folder();
    for (baseline, place) in [
        (known("exactly_one_event", "tomorrow"), "known.toml:10:"),
        (known("no_promise", "2999-12-31"), "no promise `no_promise`"),
        ("known = 3".into(), "known.toml:1:"),
        ("[[known]]\nscenario = \"fail-task\"".into(), "missing field"),
    ] {
        fs::write(folder.path().join("known.toml"), baseline).expect("written");
        let output = anechoic(folder.path(), &[CHECK, &["--baseline", "known.toml"]].concat());
        assert_exit(&output, 4);
        assert!(says(&output, place) && says(&output, "expected"), "{}", stderr(&output));
    }
    assert_exit(&anechoic(folder.path(), &[CHECK, &["--baseline", "none.toml"]].concat()), 4);
}

#[test]
fn saved_runs_are_made_again_first() {
    let folder = folder();
    let replays = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/replays");
    let with = |name: &str| {
        ["check", "fan-out", "--variant", "atomic", "--max-executions", "0", "--regressions", name]
            .map(String::from)
    };
    let run = |name: &str| {
        let arguments = with(name);
        anechoic(folder.path(), &arguments.each_ref().map(String::as_str))
    };
    let output = run(replays);
    assert!(
        stdout(&output).contains("saved runs were made again, and end as they should"),
        "{}",
        stdout(&output)
    );

    // The shipped code, said to have made a run that only a specimen makes.
    fs::create_dir(folder.path().join("saved")).expect("created");
    let saved = fs::read_to_string(format!("{replays}/fan-out.edit-blindly.one_edit_per_failure.json"))
        .expect("a saved run");
    let made = saved.replace("edit-blindly", "atomic");
    fs::write(folder.path().join("saved/run.json"), &made).expect("written");
    assert!(stdout(&run("saved")).contains("✓ 1 saved run was made again"));
    // What the code does not do any more shows nothing, and is no pass.
    let lost =
        fs::read_to_string(format!("{replays}/fail-task.gated.exactly_one_event.json")).expect("a saved run");
    let gone = lost.replace("lost acknowledgement", "lost hope");
    fs::write(folder.path().join("saved/run.json"), gone).expect("written");
    let gone = run("saved");
    assert_exit(&gone, 3);
    assert!(stdout(&gone).contains("? saved/run.json cannot be made again"), "{}", stdout(&gone));
    fs::write(folder.path().join("saved/run.json"), "{").expect("written");
    assert_exit(&run("saved"), 4);
    assert_exit(&run("nowhere"), 4);
}

/// What a maintainer copies is what GitHub takes.
#[test]
fn the_workflow_and_the_action_follow_their_published_schemas() {
    for (file, schema) in [
        (
            include_str!("../../ci/github/anechoic.yml"),
            include_str!("../../fixtures/schema/github-workflow.json"),
        ),
        (
            include_str!("../../ci/github/action.yml"),
            include_str!("../../fixtures/schema/github-action.json"),
        ),
    ] {
        let value: Value = serde_yaml_ng::from_str(file).expect("YAML");
        validate(schema, &value);
    }
}

/// Whoever publishes is named in `Cargo.toml`, and nobody else anywhere; a script puts another in all places.
#[test]
fn whoever_publishes_is_set_in_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let files = [
        "Cargo.toml",
        "docs/ci.md",
        "ci/github/action.yml",
        "ci/github/anechoic.yml",
        "ci/github/release.yml",
    ];
    let files = [&files[..], &["ci/steps/install.sh", "ci/steps/check.sh", "ci/owner.sh"]].concat();
    let folder = folder();
    for file in &files {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().expect("a folder")).expect("made");
        fs::copy(root.join(file), to).expect("copied");
    }
    let named = || {
        let texts = files.iter().map(|file| fs::read_to_string(folder.path().join(file)).expect("a file"));
        texts.filter(|text| !text.contains("owner.sh OWNER")).collect::<String>()
    };
    let times = named().matches("OWNER/anechoic").count();
    assert!(times > 5, "{times}");
    let set = Command::new("bash").args(["ci/owner.sh", "octo"]).current_dir(folder.path()).status();
    assert!(set.expect("bash runs").success());
    assert_eq!(
        (named().matches("octo/anechoic").count(), named().matches("OWNER/anechoic").count()),
        (times, 0)
    );
}

/// Our own, which is beside the one to copy.
#[test]
fn the_workflows_of_this_repository_follow_their_published_schema_and_run_the_gate() {
    let file = include_str!("../../.github/workflows/ci.yml");
    let value: Value = serde_yaml_ng::from_str(file).expect("YAML");
    validate(include_str!("../../fixtures/schema/github-workflow.json"), &value);
    let steps = value["jobs"]["gate"]["steps"].as_array().expect("steps");
    assert!(steps.iter().any(|step| step["run"] == ".ci/run"), "{file}");
    let nightly: Value =
        serde_yaml_ng::from_str(include_str!("../../.github/workflows/nightly.yml")).expect("YAML");
    validate(include_str!("../../fixtures/schema/github-workflow.json"), &nightly);
    let steps = nightly["jobs"]["nightly"]["steps"].as_array().expect("steps");
    assert!(steps.iter().any(|step| step["run"] == "ci/nightly.sh"), "{nightly}");
}
