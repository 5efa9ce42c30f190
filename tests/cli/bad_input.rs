use super::{anechoic, assert_exit, folder, says, stderr};
use std::fs;

/// The arguments, the exit code, and what must be said.
type Case = (&'static [&'static str], i32, &'static [&'static str]);

#[test]
fn wrong_arguments_are_refused_with_what_was_meant() {
    let cases: &[Case] = &[
        (&["chekc"], 2, &["unrecognized subcommand 'chekc'", "'check'"]),
        (&["check", "fail-tsak"], 2, &["invalid value 'fail-tsak'", "'fail-task'"]),
        (&["check", "--variant", "gatd"], 2, &["invalid value 'gatd'", "'gated'"]),
        (&["check", "--calers", "3"], 2, &["unexpected argument '--calers'", "'--callers'"]),
        (&["check", "--callers", "0"], 2, &["expected a whole number from 1 to 12"]),
        (&["check", "--callers", "many"], 2, &["invalid value 'many' for '--callers <N>'"]),
        (&["check", "--runs", "0"], 2, &["expected a whole number from 1"]),
        (&["check", "--runs", "5"], 2, &["--runs and --seed are for --search random and pct"]),
        (&["check", "--search", "bfs"], 2, &["invalid value 'bfs'", "exhaustive, naive, random"]),
        (&["check", "--max-time", "soon"], 2, &["expected a time with its unit, such as 60s"]),
        (&["check", "--max-time", "-5s"], 2, &["error"]),
        (&["check", "--policy", "aws-defualt"], 2, &["'aws-default'"]),
        (&["check", "--shard", "5/4"], 2, &["expected K/N with K from 1 to N"]),
        (&["check", "--search", "naive", "--reduce", "all"], 2, &["--reduce is for --search exhaustive"]),
        (
            &["check", "--search", "random", "--threads", "2"],
            2,
            &["are for the searches that make every run"],
        ),
        (&["merge"], 2, &["<FILE>"]),
        (&["replay"], 2, &["<FILE>"]),
    ];
    for (arguments, code, said) in cases {
        let output = anechoic(folder().path(), arguments);
        assert_exit(&output, *code);
        for said in *said {
            assert!(says(&output, said), "{arguments:?} should say {said:?}:\n{}", stderr(&output));
        }
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named_before_any_work_is_done() {
    let folder = folder();
    fs::write(folder.path().join("file"), "").expect("written");
    let output = anechoic(folder.path(), &["check", "--out", "file/below"]);
    assert_exit(&output, 2);
    assert!(says(&output, "cannot write file/below"), "{}", stderr(&output));
}

#[test]
fn a_replay_file_that_is_none_is_refused_with_file_line_and_what_was_expected() {
    let folder = folder();
    let whole = r#"{
  "format": "anechoic.replay/1",
  "subject": {
    "scenario": "fail-task", "variant": "gated", "callers": 1, "faults": 1, "retries": 5,
    "client_attempts": null, "policy": "aws-default"
  },
  "promise": "every_failure_is_announced",
  "found": "",
  "choices": []
}"#;
    let cases = [
        ("empty.json", String::new(), "empty.json:1:0: EOF while parsing"),
        ("truncated.json", whole[..whole.len() / 2].to_string(), "truncated.json:4:"),
        ("foreign.json", "{\"version\": 2}".into(), "foreign.json:1:14: missing field `format`"),
        ("newer.json", whole.replace("replay/1", "replay/3"), "newer.json:2:"),
        ("binary.json", "\u{0}\u{1}".into(), "binary.json:1:1: expected value"),
        ("scenario.json", whole.replace("fail-task", "fail-tsak"), "no scenario `fail-tsak`"),
        ("variant.json", whole.replace("gated", "gatd"), "no variant `gatd`"),
        ("callers.json", whole.replace("\"callers\": 1", "\"callers\": 3000000000"), "expected 1 to 12"),
        ("promise.json", whole.replace("every_failure_is_announced", "never"), "no promise `never`"),
        ("policy.json", whole.replace("aws-default", "aws"), "no policy `aws`"),
    ];
    for (name, contents, said) in cases {
        fs::write(folder.path().join(name), contents).expect("written");
        let output = anechoic(folder.path(), &["replay", name]);
        assert_exit(&output, 4);
        assert!(says(&output, said), "{name} should say {said:?}:\n{}", stderr(&output));
    }
    for (name, said) in
        [("absent.json", "there is nothing of this name"), (".", "it is a folder; expected a file")]
    {
        let output = anechoic(folder.path(), &["replay", name]);
        assert_exit(&output, 4);
        assert!(says(&output, said), "{name} should say {said:?}:\n{}", stderr(&output));
    }
}
