//! What others copy into their CI: the steps, run as a runner would, and the files, against their published schemas.
use super::{anechoic, assert_exit, ci::validate, folder, installed, says, stderr, stdout};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const ACTION: &str = include_str!("../../ci/github/action.yml");
const GITLAB: &str = include_str!("../../ci/gitlab/anechoic.gitlab-ci.yml");

pub(crate) fn ci() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ci").canonicalize().expect("it is there")
}

fn bash(folder: &Path, script: &str, env: &[(&str, &str)]) -> Output {
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).current_dir(folder);
    for name in ["CARGO", "CI", "ANECHOIC", "ANECHOIC_CONFIG", "ANECHOIC_SOURCE", "ANECHOIC_SHA256"] {
        command.env_remove(name);
    }
    command
        .env("CARGO_PKG_NAME", env!("CARGO_PKG_NAME"))
        .envs(env.iter().copied())
        .output()
        .expect("bash runs")
}

/// A release of this binary, in a folder, as `ci/package.sh` lays it out. Says where.
pub(crate) fn release(folder: &Path) -> String {
    let pack = format!(
        "name=anechoic-0.1.0-$(uname -m)-unknown-linux-musl; mkdir -p releases/v0.1.0 $name; cp '{}' $name/anechoic; \
         tar -czf releases/v0.1.0/$name.tar.gz $name; rm -r $name; cd releases/v0.1.0; sha256sum $name.tar.gz > $name.tar.gz.sha256",
        env!("CARGO_BIN_EXE_anechoic")
    );
    assert_exit(&bash(folder, &pack, &[]), 0);
    format!("file://{}", folder.join("releases").display())
}

#[test]
#[cfg(target_os = "linux")]
fn only_what_was_released_is_installed() {
    let folder = folder();
    let releases = release(folder.path());
    let install = ci().join("steps/install.sh").display().to_string();
    let script = format!("'{install}' here");
    let env = [("ANECHOIC_VERSION", "v0.1.0"), ("ANECHOIC_RELEASES", &*releases)];
    let output = bash(folder.path(), &script, &env);
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), "here/bin/anechoic\n");
    assert_exit(&bash(folder.path(), "here/bin/anechoic --version", &[]), 0);

    let wrong = [&env[..], &[("ANECHOIC_SHA256", "00")]].concat();
    let output = bash(folder.path(), "rm -r here", &[]);
    assert_exit(&output, 0);
    let output = bash(folder.path(), &script, &wrong);
    assert_exit(&output, 1);
    assert!(says(&output, "expected 00: it is not what was released"), "{}", stderr(&output));
    // What was changed after it was released is not installed either, nor what is not there.
    assert_exit(
        &bash(folder.path(), "for file in releases/v0.1.0/*.tar.gz; do echo x >> $file; done", &[]),
        0,
    );
    assert_exit(&bash(folder.path(), &script, &env), 1);
    let none = [("ANECHOIC_VERSION", "9.9.9"), ("ANECHOIC_RELEASES", &*releases)];
    assert_ne!(bash(folder.path(), &script, &none).status.code(), Some(0));
    assert!(!folder.path().join("here/bin/anechoic").exists());
}

/// A `gh` that keeps the comments of one pull request as files, each named by its id.
const GH: &str = r#"#!/usr/bin/env bash
set -euo pipefail
echo "$*" >> calls
method=GET body="" path=""
while [ $# -gt 0 ]; do
    case $1 in
        --method) method=$2; shift ;;
        --field) body=${2#body=@}; shift ;;
        --jq) mark=$(printf %s "$2" | sed 's/.*startswith("\(.*\)")).*/\1/'); shift ;;
        repos/*) path=$1 ;;
    esac
    shift
done
mkdir -p comments
case $method in
    GET) for file in comments/*; do [ -f "$file" ] && [ "$(head -n 1 "$file")" = "$mark" ] && basename "$file"; done || true ;;
    POST) cp "$body" "comments/$(($(ls comments | wc -l) + 1))" ;;
    PATCH) cp "$body" "comments/${path##*/}" ;;
esac
"#;

fn write_gh(folder: &Path) {
    fs::create_dir_all(folder.join("fake")).expect("created");
    fs::write(folder.join("fake/gh"), GH).expect("written");
    assert_exit(
        &bash(folder, "chmod +x fake/gh; mkdir comments; echo 'a person writes' > comments/1", &[]),
        0,
    );
}

#[test]
fn a_pull_request_has_one_comment_for_each_name_however_often_it_is_checked() {
    let folder = folder();
    write_gh(folder.path());
    let comment = ci().join("steps/comment.sh").display().to_string();
    let say = |text: &str, name: &str| {
        fs::write(folder.path().join("summary.md"), text).expect("written");
        let script = format!("PATH=$PWD/fake:$PATH '{comment}' summary.md octo/shop 7 \"$NAME\"");
        assert_exit(&bash(folder.path(), &script, &[("NAME", name)]), 0);
    };
    let read = |id: &str| fs::read_to_string(folder.path().join("comments").join(id)).expect("a comment");
    say("## Anechoic\n\nfirst\n", "anechoic.toml");
    say("## Anechoic\n\nsecond\n", "anechoic.toml");
    say("another\n", "b/anechoic.toml");
    // A name cannot end the mark and begin something else.
    say(&"ä".repeat(50_000), "--><b>\"");
    assert_eq!(fs::read_dir(folder.path().join("comments")).expect("a folder").count(), 4);
    assert_eq!(read("1"), "a person writes\n");
    assert_eq!(read("2"), "<!-- anechoic: anechoic.toml -->\n## Anechoic\n\nsecond\n");
    assert_eq!(read("3"), "<!-- anechoic: b/anechoic.toml -->\nanother\n");
    let long = read("4");
    assert!(long.starts_with("<!-- anechoic: --__b__ -->\nä"), "{}", &long[..40]);
    assert!(long.ends_with("the page has all of it.\n") && long.len() < 65_536, "{} bytes", long.len());
}

/// Carries out the steps of the action that have a script, as a runner does, with these inputs. Says how the last one ended.
fn run_action(folder: &Path, steps: &[&str], inputs: &[(&str, &str)]) -> Output {
    let action: Value = serde_yaml_ng::from_str(ACTION).expect("YAML");
    let defaults = action["inputs"].as_object().expect("inputs");
    let mut known: BTreeMap<String, String> = defaults
        .iter()
        .map(|(name, input)| {
            (format!("inputs.{name}"), input["default"].as_str().unwrap_or_default().to_string())
        })
        .collect();
    known.extend(inputs.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())));
    let mut last = None;
    for step in action["runs"]["steps"].as_array().expect("steps") {
        let Some(id) = step["id"].as_str().filter(|id| steps.contains(id)) else { continue };
        let value = |text: &str| match text.strip_prefix("${{ ").and_then(|text| text.strip_suffix(" }}")) {
            Some(name) => known.get(name).cloned().unwrap_or_default(),
            None => text.to_string(),
        };
        let own = step["env"].as_object().expect("variables").iter();
        let mut env: Vec<(String, String)> =
            own.map(|(name, text)| (name.clone(), value(text.as_str().expect("a text")))).collect();
        let at = |name: &str| folder.join(name).display().to_string();
        let action_path = ci().join("github").display().to_string();
        env.extend([
            ("GITHUB_ACTION_PATH".into(), action_path),
            ("GITHUB_OUTPUT".into(), at("output")),
            ("GITHUB_PATH".into(), at("path")),
            ("GITHUB_STEP_SUMMARY".into(), at("step.md")),
            ("RUNNER_TEMP".into(), at("temp")),
            ("PATH".into(), format!("{}:{}", at("fake"), std::env::var("PATH").expect("a path"))),
        ]);
        fs::write(folder.join("output"), "").expect("written");
        let env: Vec<(&str, &str)> = env.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let output = bash(folder, step["run"].as_str().expect("a script"), &env);
        let said = fs::read_to_string(folder.join("output")).expect("the outputs");
        for (name, text) in said.lines().filter_map(|line| line.split_once('=')) {
            known.insert(format!("steps.{id}.outputs.{name}"), text.into());
        }
        last = Some(output);
    }
    last.expect("a step")
}

#[test]
#[cfg(target_os = "linux")]
fn the_action_installs_checks_comments_and_ends_as_the_check_does() {
    let folder = folder();
    let releases = release(folder.path());
    write_gh(folder.path());
    let of = |scenario: &str, arguments: &str| {
        let inputs = [
            ("inputs.releases", releases.as_str()),
            ("github.action_ref", "v0.1.0"),
            // The tasks, which need no configuration in this repository.
            ("inputs.config", ""),
            ("inputs.scenarios", scenario),
            ("inputs.arguments", arguments),
        ];
        run_action(folder.path(), &["install", "check"], &inputs)
    };
    let ended = of("fail-task", "--variant gated --faults 1");
    assert_exit(&ended, 1);
    assert!(stdout(&ended).contains("::error title=gated breaks"), "{}", stdout(&ended));
    let inputs = [
        ("github.repository", "octo/shop"),
        ("github.event.pull_request.number", "7"),
        ("steps.check.outputs.summary", "anechoic-reports/summary.md"),
    ];
    assert_exit(&run_action(folder.path(), &["comment"], &inputs), 0);
    let comment = fs::read_to_string(folder.path().join("comments/2")).expect("a comment");
    assert!(comment.starts_with("<!-- anechoic: anechoic.toml -->\n## Anechoic\n"), "{comment}");
    assert!(comment.contains("\n```text\n✗ gated breaks ") && comment.contains(" replay   "), "{comment}");
    let reports = folder.path().join("anechoic-reports");
    for file in ["anechoic.xml", "anechoic.sarif", "summary.md", "report.html", "report.json", "run.svg"] {
        assert!(reports.join(file).is_file(), "{file}");
    }
    assert!(fs::read_to_string(folder.path().join("step.md")).expect("a summary").contains("✗ gated breaks"));
    let ended = of("fail-task", "--variant atomic --faults 0");
    assert_exit(&ended, 0);
    assert!(!reports.join("run.svg").exists(), "a picture of an earlier check's run");
    // What could not be checked leaves no report of an earlier check behind.
    let ended = of("no-such-scenario", "");
    assert_exit(&ended, 2);
    assert!(!reports.join("summary.md").exists() && !reports.join("anechoic.sarif").exists());
}

#[test]
fn what_is_broken_is_code_quality_in_gitlab() {
    let folder = folder();
    let script = format!("'{}/steps/check.sh' reports fail-task --variant gated --faults 1", ci().display());
    let output = bash(folder.path(), &script, &[("ANECHOIC", env!("CARGO_BIN_EXE_anechoic"))]);
    assert_exit(&output, 1);
    let convert = format!(
        "python3 '{}/gitlab/code_quality.py' reports/anechoic.sarif reports/code-quality.json",
        ci().display()
    );
    assert_exit(&bash(folder.path(), &convert, &[]), 0);
    let text = fs::read_to_string(folder.path().join("reports/code-quality.json")).expect("the file");
    let issues: Value = serde_json::from_str(&text).expect("JSON");
    let issues = issues.as_array().expect("a list");
    assert_eq!(issues.len(), 4, "{text}");
    for issue in issues {
        // What GitLab asks for: description, check_name, fingerprint, severity, location.path, location.lines.begin.
        assert_eq!(issue["severity"], "critical");
        assert_eq!(issue["fingerprint"].as_str().map(str::len), Some(64));
        let path = issue["location"]["path"].as_str().expect("a path");
        let line = issue["location"]["lines"]["begin"].as_u64().expect("a line") as usize;
        let saved = fs::read_to_string(folder.path().join(path)).expect("the saved run is there");
        assert!(line <= saved.lines().count());
    }
}

#[test]
fn the_job_for_gitlab_follows_its_published_schema_and_its_files_are_there() {
    let value: Value = serde_yaml_ng::from_str(GITLAB).expect("YAML");
    validate(include_str!("../../fixtures/schema/gitlab-ci.json"), &value);
    let job = &value["anechoic"];
    let script = job["script"].as_array().expect("lines");
    let script: Vec<&str> = script.iter().map(|line| line.as_str().expect("a line")).collect();
    for file in ["steps/install.sh", "steps/check.sh", "gitlab/code_quality.py"] {
        assert!(script.iter().any(|line| line.contains(file)) && ci().join(file).is_file(), "{file}");
    }
}

/// The lines of the job, one after the other in one shell, as a runner of GitLab does it.
#[test]
#[cfg(target_os = "linux")]
fn the_job_for_gitlab_ends_as_the_check_does_and_leaves_its_reports() {
    let folder = folder();
    let releases = release(folder.path());
    let value: Value = serde_yaml_ng::from_str(GITLAB).expect("YAML");
    let job = &value["anechoic"];
    let lines = job["script"].as_array().expect("lines").iter().map(|line| line.as_str().expect("a line"));
    let script = lines.collect::<Vec<&str>>().join("\n");
    let (here, ci) = (folder.path().display().to_string(), ci().display().to_string());
    let env = [
        ("CI_PROJECT_DIR", here.as_str()),
        ("ANECHOIC_CI", &ci),
        ("ANECHOIC_VERSION", "0.1.0"),
        ("ANECHOIC_RELEASES", &releases),
        ("ANECHOIC_CONFIG", ""),
        ("ANECHOIC_ARGUMENTS", "fail-task --variant gated --faults 1"),
    ];
    assert_exit(&bash(folder.path(), &script, &env), 1);
    let reports = job["artifacts"]["reports"].as_object().expect("reports");
    for file in reports.values() {
        assert!(folder.path().join(file.as_str().expect("a file")).is_file(), "{file}");
    }
    // What is wrong with the configuration is no broken promise.
    let wrong = super::folder();
    fs::write(wrong.path().join("anechoic.toml"), "[handlers.pay\n").expect("written");
    let here = wrong.path().display().to_string();
    let own =
        [("CI_PROJECT_DIR", here.as_str()), ("ANECHOIC_CONFIG", "anechoic.toml"), ("ANECHOIC_ARGUMENTS", "")];
    let is_own = |(name, _): &&(&str, &str)| !own.iter().any(|(other, _)| other == name);
    let env: Vec<_> = env.iter().filter(is_own).copied().chain(own).collect();
    assert_exit(&bash(wrong.path(), &script, &env), 4);
}

/// What is released, for which targets: what the steps of CI ask for is among it.
#[test]
fn the_release_follows_its_published_schema_and_has_what_is_installed() {
    let text = include_str!("../../ci/github/release.yml");
    let value: Value = serde_yaml_ng::from_str(text).expect("YAML");
    validate(include_str!("../../fixtures/schema/github-workflow.json"), &value);
    let matrix =
        value.pointer("/jobs/build/strategy/matrix/include").and_then(Value::as_array).expect("targets");
    let targets: Vec<&str> = matrix.iter().map(|row| row["target"].as_str().expect("a target")).collect();
    for target in [
        "x86_64-unknown-linux-musl",
        "aarch64-unknown-linux-musl",
        "x86_64-unknown-linux-gnu",
        "aarch64-apple-darwin",
        "x86_64-apple-darwin",
        "x86_64-pc-windows-msvc",
    ] {
        assert!(targets.contains(&target), "{target}");
    }
    assert!(text.contains("ci/package.sh") && text.contains("SHA256SUMS"));
}

/// Whatever the steps ask of the command, it knows.
#[test]
fn the_steps_ask_for_nothing_that_the_command_does_not_know() {
    let help = anechoic(folder().path(), &["help", "check"]);
    let own = ["--fail", "--silent", "--show-error"];
    for file in ["steps/check.sh", "github/action.yml", "github/anechoic.yml"] {
        let text = fs::read_to_string(ci().join(file)).expect("a file");
        let code = text.lines().filter(|line| line.contains("check ") || line.trim_start().starts_with("--"));
        let words =
            code.flat_map(str::split_whitespace).filter(|word| word.starts_with("--") && word.len() > 2);
        for flag in words.filter(|word| !own.contains(word)) {
            assert!(stdout(&help).contains(flag), "{flag} of {file} is no argument of `anechoic check`");
        }
    }
    assert_exit(&installed(folder().path(), &["merge", "--help"]), 0);
}
