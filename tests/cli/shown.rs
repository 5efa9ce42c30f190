//! How what is found is shown.
use super::{anechoic, assert_exit, command, folder, says, stderr, stdout};
use std::fs;

const SAVED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/replays/fail-task.gated.exactly_one_event.json");
const GATED: &[&str] = &["check", "fail-task", "--variant", "gated", "--faults", "1"];

#[test]
fn a_run_is_at_most_a_hundred_columns_wide() {
    let folder = folder();
    let output = anechoic(folder.path(), &["check", "hydrate-context", "--variant", "unguarded", "--all"]);
    let text = stdout(&output);
    let (_, run) = text.split_once(" given ").expect("a run");
    let (run, _) = run.split_once(" … ").expect("its end");
    assert!(run.lines().count() > 20);
    for line in run.lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn after_the_run_comes_why_and_what_if() {
    let folder = folder();
    let output = anechoic(folder.path(), &["check", "hydrate-context", "--variant", "unguarded", "--all"]);
    let text = stdout(&output);
    let parts = [
        "✗ unguarded breaks exactly_one_event: 2 terminal events for one task, expected 1",
        "◀",
        " why  9  hydrate-context: put task_failed",
        "runs again",
        "because of 4",
        "hydrate-context: the step throws: blocked",
        " if  no caller and no step tries again  ✓ it holds",
        "the handlers are `gated`",
        " replay ",
        "beyond ",
        " report ",
    ];
    let mut rest = text;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("{part:?} is not where it should be:\n{text}")
        };
        rest = after;
    }
}

/// What is printed first is one screen, and says what was not searched.
#[test]
fn the_first_screen_has_the_verdict_the_run_why_what_if_and_what_to_do_next() {
    let folder = folder();
    let output = anechoic(folder.path(), &["check", "hydrate-context", "--variant", "unguarded"]);
    let text = stdout(&output);
    let parts = [
        "── Verdict",
        "✗ unguarded breaks",
        "◀",
        " why  9  hydrate-context: put task_failed",
        "… and 4 steps before",
        " if  no caller and no step tries again",
        " searched ",
        "the whole bound of 1 search",
        " beyond   other numbers of callers",
        " replay   anechoic replay target/anechoic/hydrate-context.unguarded.exactly_one_event.json",
        " explore  anechoic explore target/anechoic/hydrate-context.unguarded.exactly_one_event.json",
        " report   target/anechoic/report.html",
        " all      --all prints",
    ];
    let mut rest = text;
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else {
            panic!("{part:?} is not where it should be:\n{text}")
        };
        rest = after;
    }
    assert!(text.lines().count() <= 50, "{} lines:\n{text}", text.lines().count());
    // What a shell is to take as it is, is not broken.
    for line in text.lines().filter(|line| !line.contains("target/anechoic/")) {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let command = text.lines().find_map(|line| line.strip_prefix(" replay   anechoic ")).expect("a command");
    assert_exit(&anechoic(folder.path(), &command.split(' ').collect::<Vec<&str>>()), 1);

    let cut = ["check", "fail-task", "cancel-race", "--variant", "atomic", "--max-executions", "1500"];
    let cut = anechoic(folder.path(), &cut);
    assert_exit(&cut, 3);
    let open = stdout(&cut).lines().filter(|line| line.starts_with(" not all  ")).count();
    assert!(open > 0, "{}", stdout(&cut));
    let said = format!("{} of 2 searches came to an end", 2 - open);
    assert!(stdout(&cut).contains(&said), "{}", stdout(&cut));
}

#[test]
fn colour_is_for_terminals_and_only_where_it_is_wanted() {
    let folder = folder();
    let plain = anechoic(folder.path(), GATED);
    assert!(!stdout(&plain).contains('\u{1b}'));
    let forced = command(folder.path(), GATED).env("CLICOLOR_FORCE", "1").output().expect("it runs");
    assert!(stdout(&forced).contains("\u{1b}[31;1m✗"), "{}", stdout(&forced));
    let without = strip(stdout(&forced));
    assert_eq!(without, stdout(&plain), "colour adds nothing but colour");
    let unwanted = command(folder.path(), GATED)
        .env("CLICOLOR_FORCE", "1")
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs");
    assert_eq!(stdout(&unwanted), stdout(&plain));
}

fn strip(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |text, part| text + part.split_once('m').map_or("", |(_, rest)| rest))
}

#[test]
fn on_request_all_of_it_is_ascii() {
    let folder = folder();
    let output = anechoic(folder.path(), &[GATED, &["--ascii"]].concat());
    assert_exit(&output, 1);
    assert!(stdout(&output).is_ascii(), "{}", stdout(&output));
    assert!(stdout(&output).contains("!! lost acknowledgement"), "{}", stdout(&output));
}

#[test]
fn hostile_content_of_a_trace_or_a_file_does_nothing_to_the_terminal() {
    let folder = folder();
    let hostile = "\u{1b}[2J\u{202e}\u{7}\u{9b}<b>".repeat(50);
    let row = |key: &str| serde_json::json!({"ts": "2026-05-04T20:00:03Z", "op": "emit", "task": hostile, "event": "task_failed", "key": key, "id": key});
    let trace = format!("{}\n{}\n", row("a"), row("b"));
    fs::write(folder.path().join("hostile.jsonl"), trace).expect("written");
    let output = anechoic(folder.path(), &["trace", "hostile.jsonl"]);
    let json = anechoic(folder.path(), &["trace", "hostile.jsonl", "--json"]);
    for text in [stdout(&output), stderr(&output), stdout(&json), stderr(&json)] {
        assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{text:?}");
        assert!(!text.contains('\u{202e}'), "{text:?}");
    }
    let replay =
        fs::read_to_string(SAVED).expect("a saved run").replace("lost acknowledgement", "\\u001b[2J");
    fs::write(folder.path().join("hostile.json"), replay).expect("written");
    let output = anechoic(folder.path(), &["replay", "hostile.json"]);
    assert_exit(&output, 4);
    assert!(!stderr(&output).contains('\u{1b}'), "{:?}", stderr(&output));

    let found =
        fs::read_to_string(SAVED).expect("a saved run").replace("0 terminal events", "\u{9b}2J\u{202e}");
    fs::write(folder.path().join("found.json"), found).expect("written");
    let output = anechoic(folder.path(), &["replay", "found.json", "--emit", "test"]);
    assert_exit(&output, 0);
    assert!(!stdout(&output).contains(['\u{9b}', '\u{202e}']), "{:?}", stdout(&output));
}

#[test]
fn a_run_whose_times_are_beyond_time_is_refused() {
    let folder = folder();
    for timing in [
        r#"{"start": "9999-12-30T22:00:00Z", "lead_ms": 0, "delays_ms": [1000]}"#,
        r#"{"start": "2026-05-04T20:00:02Z", "lead_ms": 18446744073709551615, "delays_ms": [1]}"#,
        r#"{"start": "2026-05-04T20:00:02Z", "lead_ms": 0, "delays_ms": [9223372036854775807]}"#,
    ] {
        let policy = r#""policy": "aws-default""#;
        let text = fs::read_to_string(SAVED).expect("a saved run");
        let text = text.replace(policy, &format!("{policy}, \"timing\": {timing}"));
        fs::write(folder.path().join("timed.json"), text).expect("written");
        let output = anechoic(folder.path(), &["replay", "timed.json"]);
        assert_exit(&output, 4);
        assert!(says(&output, "its timing ends beyond time"), "{}", stderr(&output));
    }
}
