//! In which way a trace is given: through a pipe, as several files, in a ticket, in somebody else's packing; what of it cannot
//! be read is named, and what was read before it counts.
use super::{anechoic, assert_exit, folder, stderr, stdout};
use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

const TWO: &str = "\
{\"ts\":\"2026-05-04T20:00:03Z\",\"op\":\"emit\",\"entity\":\"task:loaf-1\",\"event\":\"task_failed\",\"event_id\":\"e-1\"}
{\"ts\":\"2026-05-04T20:00:04Z\",\"op\":\"emit\",\"entity\":\"task:loaf-1\",\"event\":\"task_failed\",\"event_id\":\"e-2\"}
";
const HOLDS: &str = "\
{\"ts\":\"2026-05-04T20:00:03Z\",\"op\":\"emit\",\"entity\":\"task:loaf-2\",\"event\":\"task_failed\",\"event_id\":\"e-1\"}
{\"ts\":\"2026-05-04T20:00:04Z\",\"op\":\"status\",\"entity\":\"task:loaf-2\",\"status\":\"FAILED\"}
";
const VIOLATED: &str = "✗ exactly_one_event violated: 2 terminal events for one task, expected 1";

/// What the command says of files with these contents, after these arguments.
fn said(arguments: &[&str], files: &[(&str, &[u8])]) -> (Option<i32>, String) {
    let folder = folder();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("written");
    }
    let names = files.iter().map(|(name, _)| *name);
    let arguments: Vec<&str> = ["trace"].into_iter().chain(arguments.iter().copied()).chain(names).collect();
    let output = anechoic(folder.path(), &arguments);
    (output.status.code(), format!("{}{}", stdout(&output), stderr(&output)))
}

#[test]
#[cfg(unix)]
fn a_pipe_is_read_like_a_file_and_explained() {
    for place in ["-", "/dev/stdin"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anechoic"))
            .args(["trace", place])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the command");
        command.stdin.take().expect("a pipe").write_all(TWO.as_bytes()).expect("it is read");
        let output = command.wait_with_output().expect("it ends");
        assert_exit(&output, 1);
        assert!(stdout(&output).contains(VIOLATED), "{}", stdout(&output));
        // What is explained is read again.
        assert!(stdout(&output).contains("What happened to task loaf-1"), "{}", stdout(&output));
    }
}

#[test]
fn a_promise_may_stand_before_the_file() {
    let (code, said) = said(&["--explain", "0", "--promise", "exactly_one_event"], &[("a", TWO.as_bytes())]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(VIOLATED), "{said}");
}

#[test]
fn of_several_files_one_that_is_no_trace_is_named_and_the_result_is_no_pass() {
    let one_event: &[&str] = &["--explain", "0", "--promise", "exactly_one_event"];
    let lost: [(&str, &[u8], &str); 4] = [
        ("notes.txt", b"bread\n", "notes.txt:1: it begins with `bread`"),
        ("empty.json", b"", "empty.json:1: it is empty"),
        ("cut.json", b"{\"Items\": [", "cut.json:1: EOF while parsing"),
        (
            "rows.parquet",
            b"PAR1\x15\x04",
            "it is Parquet, which is not read; give its rows as CSV or JSON lines",
        ),
    ];
    for (name, bytes, why) in lost {
        let (code, holds) = said(one_event, &[(name, bytes), ("holds", HOLDS.as_bytes())]);
        assert_eq!(code, Some(4), "{holds}");
        assert!(holds.contains(why) && holds.contains("? exactly_one_event cannot be told"), "{holds}");
        let (code, violated) = said(one_event, &[("two", TWO.as_bytes()), (name, bytes)]);
        assert_eq!(code, Some(1), "{violated}");
        assert!(violated.contains(why) && violated.contains(VIOLATED), "{violated}");
        let (code, alone) = said(one_event, &[(name, bytes)]);
        assert_eq!(code, Some(4), "{alone}");
    }
    let whole = &[one_event, &["--whole"]].concat();
    assert_eq!(said(whole, &[("holds", HOLDS.as_bytes())]).0, Some(0));
}

#[test]
fn a_ticket_shows_what_its_fences_do_and_no_more() {
    let one_event: &[&str] = &["--explain", "0", "--promise", "exactly_one_event"];
    let ticket = |fence: &str| format!("# Twice?\n\n```json\n{fence}```\n\nIt says so.\n");
    let of = |text: String| said(one_event, &[("ticket.md", text.as_bytes())]);
    assert_eq!(of(ticket(TWO)).0, Some(1));
    // Behind what was cut away there may have been another fence.
    assert_eq!(of(ticket(HOLDS)).0, Some(3));
    // Without its end, a fence may have been longer.
    let (code, said) = of(format!("# Once?\n\n```json\n{HOLDS}"));
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("a fence has no end"), "{said}");
    // A prompt before the records is named.
    let (code, said) = of(format!("me@host:~$ cat a\n{HOLDS}"));
    assert_eq!(code, Some(4), "{said}");
    assert!(said.contains("ticket.md:1: it is no record"), "{said}");
}

#[test]
fn rows_without_a_clock_in_a_plain_list_have_no_order() {
    for [first, second] in [["FAILED", "RUNNING"], ["RUNNING", "FAILED"]] {
        let rows = format!(
            "[{{\"task_id\":\"l\",\"status\":\"{first}\"}},{{\"task_id\":\"l\",\"status\":\"{second}\"}}]\n"
        );
        let (code, said) = said(&[], &[("rows.json", rows.as_bytes())]);
        assert_eq!(code, Some(3), "{said}");
        assert!(said.contains("no clock tells in which order its rows were"), "{said}");
    }
}

#[test]
fn a_row_that_was_deleted_from_a_table_was_there() {
    let line = |image: &str, key: &str| {
        let (task, key) = (r#""task_id":{"S":"l"}"#, format!("\"event_id\":{{\"S\":\"{key}\"}}"));
        format!(
            "{{\"Keys\":{{{task},{key}}},\"{image}\":{{{task},{key},\"event_type\":{{\"S\":\"task_failed\"}}}}}}\n"
        )
    };
    let export = line("NewImage", "e-1") + &line("OldImage", "e-2");
    let (code, said) = said(&["--explain", "0"], &[("export.json", export.as_bytes())]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(VIOLATED), "{said}");
}

#[test]
fn a_report_on_one_task_has_a_line_for_each_promise_that_counts() {
    let (_, said) = said(&["--explain", "0"], &[("a", TWO.as_bytes())]);
    let of_promises = said.lines().filter(|line| line.starts_with(['✓', '✗', '?'])).count();
    assert_eq!((of_promises, said.lines().count()), (5, 10), "{said}");
}
