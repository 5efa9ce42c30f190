use super::{anechoic, assert_exit, folder, stderr, stdout};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

fn traces() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/traces")
}

pub(crate) fn fixture(name: &str) -> String {
    traces().join(name).display().to_string()
}

/// The fixtures of one name and kind, in every format that there is.
fn in_every_format(name: &str, kind: &str) -> Vec<String> {
    let begins = format!("{name}.{kind}.");
    let files = fs::read_dir(traces()).expect("the fixtures").flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let names: Vec<String> = names.filter(|name| name.starts_with(&begins)).collect();
    assert_eq!(names.len(), 19, "{names:?}");
    names.iter().map(|name| fixture(name)).collect()
}

#[test]
fn the_six_events_are_found_explained_and_traced_to_a_line_in_every_format() {
    for file in in_every_format("six-events", "bad") {
        let output = anechoic(folder().path(), &["trace", &file, "--all"]);
        assert_exit(&output, 1);
        let said = [
            "✗ exactly_one_event violated: 6 terminal events for one task, expected 1",
            "the first line that none explains:",
            "terminal event 2: the end FAILED is announced",
            "another failure    needs a failure that is new",
            "retry re-runs side effects (unguarded) in hydrate-context; fits all 6 events",
            "gaps between the events: 1.0 / 7.0 / 17.0 / 8.0 / 23.0 s",
            "✓ aws-default     all 5 gaps fit; exhausted with the last",
            "✗ temporal        waits 2 s before retry 2, here 7.0 s",
            "gated      could not",
            "atomic     could not",
        ];
        for said in said {
            assert!(stdout(&output).contains(said), "{file} should say {said:?}:\n{}", stdout(&output));
        }
        assert_eq!(
            stdout(&output).matches('✓').count() - stdout(&output).matches(" holds: ").count(),
            1,
            "{file}"
        );
    }
}

/// Who asks for no more is told what is broken first, and what matters most of why.
#[test]
fn the_verdict_comes_first_and_is_short() {
    let output = anechoic(folder().path(), &["trace", &fixture("six-events.bad.jsonl")]);
    assert_exit(&output, 1);
    let lines: Vec<&str> = stdout(&output).lines().collect();
    assert!(lines[0].starts_with("── Verdict on task"), "{lines:#?}");
    let verdict: Vec<&&str> = lines.iter().skip(1).take_while(|line| !line.starts_with("read")).collect();
    let told = verdict.iter().filter(|line| !line.is_empty()).count();
    assert!((1..=5).contains(&told) && lines.len() <= 24, "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("--all says")), "{lines:#?}");
    // A reason is told once.
    let whys = verdict.iter().filter_map(|line| line.split_once(": ")).map(|(_, why)| why);
    let mut whys: Vec<&str> = whys.filter(|why| *why != "for the same reason").collect();
    whys.sort_unstable();
    assert!(whys.windows(2).all(|pair| pair[0] != pair[1]), "{lines:#?}");
}

#[test]
fn their_twins_hold_in_every_format() {
    for file in in_every_format("six-events", "ok") {
        let output = anechoic(folder().path(), &["trace", &file, "--whole"]);
        assert_exit(&output, 0);
        assert!(stdout(&output).contains("✓ exactly_one_event holds"), "{}", stdout(&output));
        assert!(!stdout(&output).contains('?'), "{}", stdout(&output));
    }
}

#[test]
fn the_logs_alone_cannot_tell_and_that_is_no_pass() {
    let folder = folder();
    let observed = fs::read_to_string(fixture("six-events.bad.jsonl")).expect("the trace");
    let log: String =
        observed.lines().filter(|line| line.contains("\"log\"")).map(|line| format!("{line}\n")).collect();
    fs::write(folder.path().join("log.jsonl"), log).expect("written");
    let output = anechoic(folder.path(), &["trace", "log.jsonl"]);
    assert_exit(&output, 3);
    assert!(
        stdout(&output).contains("? counter_does_not_drift cannot be told, which is no pass"),
        "{}",
        stdout(&output)
    );
    // Beside the rows, the log is part of the same story.
    let rows: String =
        observed.lines().filter(|line| line.contains("emit")).map(|line| format!("{line}\n")).collect();
    fs::write(folder.path().join("rows.jsonl"), rows).expect("written");
    let output = anechoic(folder.path(), &["trace", "log.jsonl", "rows.jsonl", "--explain", "0"]);
    assert_exit(&output, 1);
    assert!(stdout(&output).contains("6 terminal events for one task"), "{}", stdout(&output));
}

#[test]
fn a_truncated_input_is_never_a_pass() {
    let folder = folder();
    let whole = fs::read_to_string(fixture("six-events.ok.query.json")).expect("the trace");
    let part = whole.replacen("{\"Count\"", "{\"LastEvaluatedKey\":{\"task_id\":{\"S\":\"t\"}},\"Count\"", 1);
    assert_ne!(whole, part);
    fs::write(folder.path().join("part.json"), part).expect("written");
    let output = anechoic(folder.path(), &["trace", "part.json"]);
    assert_exit(&output, 3);
    assert!(stdout(&output).contains("part.json:1: it has a LastEvaluatedKey"), "{}", stdout(&output));
    assert!(!stdout(&output).contains("✓"), "{}", stdout(&output));
}

#[test]
fn rows_that_come_twice_count_once_and_a_promise_can_be_asked_for_alone() {
    let folder = folder();
    let row = r#"{"task_id":{"S":"t"},"event_id":{"S":"e"},"event_type":{"S":"task_failed"}}"#;
    let stands = r#"{"task_id":{"S":"t"},"status":{"S":"FAILED"},"updated_at":{"S":"2026-05-04T20:00:03Z"}}"#;
    fs::write(folder.path().join("rows.json"), format!("{row}\n{row}\n{stands}\n")).expect("written");
    let asked = ["trace", "rows.json", "--promise", "exactly_one_event"];
    let so_far = anechoic(folder.path(), &asked);
    assert_exit(&so_far, 3);
    let why = "? rows.json does not say where it ends, so what holds, held so far; if it is all there was, --whole\n";
    assert!(stdout(&so_far).contains(why), "{}", stdout(&so_far));
    let output = anechoic(folder.path(), &[&asked[..], &["--whole"]].concat());
    assert_exit(&output, 0);
    assert_eq!(stdout(&output), stdout(&so_far).replacen(why, "", 1));
    assert!(
        stdout(&output).contains("events that came more than once and count once: 1"),
        "{}",
        stdout(&output)
    );
    assert!(
        stdout(&output).contains("note   9 promises not asked for, which is no pass"),
        "{}",
        stdout(&output)
    );
    assert_exit(&anechoic(folder.path(), &["trace", "rows.json"]), 3);
}

#[test]
fn bad_input_is_named_with_file_and_line_and_the_right_exit_code() {
    let folder = folder();
    let bad = fs::read(fixture("six-events.bad.jsonl")).expect("the trace");
    let ok = fs::read_to_string(fixture("six-events.ok.jsonl")).expect("the trace");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("written");
    write("empty.json", b"");
    write("title.md", b"# A title\n");
    write("one-broken.jsonl", format!("{ok}{{\"ts\":\"2026\n").as_bytes());
    write("bad-and-broken.jsonl", &[&bad[..], b"\n\xff\xfe\n"].concat());
    write("mapping.toml", b"[field]\n");
    write("nothing.txt", b"2026-05-04T20:00:02Z hello\n");
    let cases: &[(&[&str], i32, &str)] = &[
        (&["trace", "absent.json"], 4, "absent.json: there is nothing of this name"),
        (&["trace", "."], 4, ".: it is a folder; expected a file"),
        (&["trace", "empty.json"], 4, "empty.json: it is empty; expected a trace"),
        (&["trace", "title.md"], 4, "title.md:1: it begins with `# A title`; expected a trace"),
        (&["trace", "one-broken.jsonl"], 4, "one-broken.jsonl:"),
        (&["trace", "bad-and-broken.jsonl", "--explain", "0"], 1, "bad-and-broken.jsonl:14: expected value"),
        (
            &["trace", "one-broken.jsonl", "--mapping", "mapping.toml"],
            4,
            "mapping.toml:1: unknown field `field`",
        ),
        (&["trace", "nothing.txt"], 3, "nothing in this input is about a task"),
        (&["trace", "one-broken.jsonl", "--format", "tables"], 2, "insights-csv"),
        (&["trace", "one-broken.jsonl", "--task", "t"], 2, "nothing in the input is about task t"),
        (&["trace", "empty.json", "empty.json", "--follow"], 2, "--follow is for one file"),
        (&["trace"], 2, "<FILE>"),
        (&["reproduce", "nothing.txt"], 3, "there is nothing to reproduce"),
    ];
    for (arguments, code, said) in cases {
        let output = anechoic(folder.path(), arguments);
        assert_exit(&output, *code);
        let both = format!("{}{}", stdout(&output), stderr(&output));
        assert!(both.contains(said), "{arguments:?} should say {said:?}:\n{both}");
    }
}

#[test]
fn clocks_that_disagree_are_named_and_the_better_one_is_believed() {
    let folder = folder();
    let row = r#"{"task_id":{"S":"t"},"event_id":{"S":"01KQT972DR0000000000000001"},"event_type":{"S":"task_failed"},"timestamp":{"S":"2026-05-04T21:00:03Z"}}"#;
    fs::write(folder.path().join("row.json"), row).expect("written");
    let output = anechoic(folder.path(), &["trace", "row.json"]);
    assert_exit(&output, 3);
    let said =
        "row.json:1: clocks disagree, here by 3600 s, where most: the time in the record's ULID is believed";
    assert!(stdout(&output).contains(said), "{}", stdout(&output));
}

#[test]
fn the_report_for_machines_follows_its_published_schema() {
    let folder = folder();
    fs::write(folder.path().join("many.jsonl"), many_tasks()).expect("written");
    let schema = include_str!("../../fixtures/schema/anechoic.trace.1.json");
    let schema: serde_json::Value = serde_json::from_str(schema).expect("JSON");
    let files = ["six-events.bad.jsonl", "leaked-slot.bad.jsonl", "six-events.ok.query.json"].map(fixture);
    for file in files.iter().map(String::as_str).chain(["many.jsonl"]) {
        let output = anechoic(folder.path(), &["trace", "--json", file]);
        let report: serde_json::Value = serde_json::from_str(stdout(&output)).expect("JSON");
        jsonschema::validate(&schema, &report).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(report["exit"], output.status.code().expect("it ends"));
        assert_eq!(
            report["tasks"].as_array().expect("a list").len(),
            if file == "many.jsonl" { 60 } else { 1 }
        );
    }
}

#[test]
fn the_report_for_machines_has_the_same_verdicts() {
    let output = anechoic(folder().path(), &["trace", "--json", &fixture("six-events.bad.stream.json")]);
    assert_exit(&output, 1);
    let report: serde_json::Value = serde_json::from_str(stdout(&output)).expect("JSON");
    assert_eq!((&report["format"], &report["exit"]), (&"anechoic.trace/1".into(), &1.into()));
    let promise = &report["tasks"][0]["promises"][0];
    assert_eq!((&promise["name"], &promise["verdict"]), (&"exactly_one_event".into(), &"violated".into()));
    let explanation = &report["explanations"][0];
    let gaps = explanation["gaps"].as_array().expect("a list").iter();
    let gaps: Vec<f64> = gaps.map(|gap| gap.as_f64().expect("a number").round()).collect();
    assert_eq!(gaps, [1.0, 7.0, 17.0, 8.0, 23.0]);
    assert_eq!(explanation["could"][0]["run"]["scenario"], "hydrate-context");
    assert!(explanation["could"][2]["run"].is_null() && explanation["could"][2]["complete"] == true);
}

/// Sixty tasks of seven users, who share counters, out of the fixtures that show how they went.
fn many_tasks() -> String {
    let names = ["six-events.bad", "six-events.ok", "lost-event.bad", "leaked-slot.ok", "six-sessions.bad"];
    let stories = names.map(|name| fs::read_to_string(fixture(&format!("{name}.jsonl"))).expect("a trace"));
    let of_task = |number: usize| {
        let story = stories[number % stories.len()].replace("user-1", &format!("user-of-{}", number % 7));
        let story = story.replace("01KQT96W0B8J48HDWGF4YA9V7D", &format!("task-{number}"));
        story.lines().map(str::to_string).collect()
    };
    let tasks: Vec<Vec<String>> = (0..60).map(of_task).collect();
    let longest = tasks.iter().map(Vec::len).max().unwrap_or_default();
    // Lines of all tasks take turns.
    let lines = (0..longest).flat_map(|line| tasks.iter().filter_map(move |task| task.get(line)));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn tasks_are_told_of_as_they_were_met() {
    let folder = folder();
    let lines = many_tasks();
    let backwards: String = lines.lines().rev().map(|line| format!("{line}\n")).collect();
    for lines in [lines, backwards] {
        fs::write(folder.path().join("many.jsonl"), &lines).expect("written");
        let mut met: Vec<&str> = Vec::new();
        for (_, task) in lines.lines().filter_map(|line| line.split_once("task:")) {
            let task = task.split('"').next().expect("an id");
            if !met.contains(&task) {
                met.push(task);
            }
        }
        let output = anechoic(folder.path(), &["trace", "many.jsonl", "--json", "--explain", "0"]);
        assert_exit(&output, 1);
        let report: serde_json::Value = serde_json::from_str(stdout(&output)).expect("JSON");
        let tasks = report["tasks"].as_array().expect("a list").iter();
        assert_eq!(tasks.map(|task| task["task"].as_str().expect("an id")).collect::<Vec<_>>(), met);
        let output = anechoic(folder.path(), &["trace", "many.jsonl", "--explain", "0"]);
        let broken = stdout(&output).lines().filter_map(|line| line.strip_prefix(" ✗ task-"));
        let broken: Vec<&str> = broken.filter_map(|line| line.split_whitespace().next()).collect();
        let place = |number: &&str| met.iter().position(|task| task.strip_prefix("task-") == Some(number));
        assert!(broken.len() >= 20 && broken.is_sorted_by_key(place), "{}", stdout(&output));
    }
}

#[test]
fn a_long_story_is_explained_to_its_end() {
    let folder = folder();
    let row = r#"{"ts":"2026-05-04T20:00:02Z","op":"status","entity":"task:t","status":"RUNNING"}"#;
    let event = |number: u32| {
        format!(
            r#"{{"ts":"2026-05-04T20:00:0{}Z","op":"emit","entity":"task:t","event":"task_failed","event_id":"e-{number}"}}"#,
            number + 2
        )
    };
    let story = format!("{}{}\n{}\n", format!("{row}\n").repeat(20_000), event(1), event(2));
    fs::write(folder.path().join("long.jsonl"), story).expect("written");
    let output = anechoic(folder.path(), &["trace", "long.jsonl"]);
    assert_exit(&output, 1);
    for said in [
        "a correct run explains 20001 of 20,002 lines",
        "long.jsonl:20002   terminal event 2: the end FAILED is announced",
        "gaps between the events: 1.0 s",
    ] {
        assert!(stdout(&output).contains(said), "it should say {said:?}:\n{}", stdout(&output));
    }
}

#[test]
fn a_cap_is_judged_by_a_stream_of_the_counter_and_broken_by_a_single_row() {
    let folder = folder();
    let path = folder.path().join("rows.jsonl");
    let trace = |lines: &[&str]| {
        let task = r#"{"ts":"2026-05-04T20:00:02Z","op":"status","entity":"task:t","user_id":"u","status":"RUNNING"}"#;
        fs::write(&path, [&[task], lines].concat().join("\n")).expect("written");
        let output =
            anechoic(folder.path(), &["trace", "rows.jsonl", "--explain", "0", "--promise", "cap_is_kept"]);
        (output.status.code(), stdout(&output).to_string())
    };
    let count = |second: u32, count: u32| {
        format!(
            r#"{{"ts":"2026-05-04T20:00:0{second}Z","op":"count","user_id":"u","active_count":"{count}","cap":"2"}}"#
        )
    };
    let (code, said) = trace(&[&count(3, 1), &count(4, 2)]);
    assert!(
        code == Some(3) && said.contains("between two readings the counter may have been higher"),
        "{said}"
    );
    let (code, said) = trace(&[&count(3, 1), &count(4, 3), &count(5, 2)]);
    assert!(code == Some(1) && said.contains("the user's tasks hold 3 slots, granted are 2"), "{said}");
}

#[test]
fn a_growing_file_is_followed_and_a_second_event_told_of_at_once() {
    let folder = folder();
    let path = folder.path().join("growing.jsonl");
    let observed = fs::read_to_string(fixture("six-events.bad.jsonl")).expect("the trace");
    let lines: Vec<&str> = observed.lines().collect();
    let mut file = fs::File::create(&path).expect("created");
    writeln!(file, "{}\n{}", lines[0], lines[1]).expect("written");
    let command = Command::new(env!("CARGO_BIN_EXE_anechoic"))
        .args(["trace", "growing.jsonl", "--follow", "--explain", "0"])
        .current_dir(folder.path())
        .stdout(fs::File::create(folder.path().join("out")).expect("created"))
        .stderr(Stdio::null())
        .spawn();
    let mut command = command.expect("the binary runs");
    let printed = || fs::read_to_string(folder.path().join("out")).expect("its output");
    thread::sleep(Duration::from_millis(300));
    assert_eq!(printed(), "");
    writeln!(file, "{}\n{}", lines[2], lines[3]).expect("written");
    // However long it takes: it tells, or it ends.
    while printed().is_empty() && command.try_wait().expect("ours").is_none() {
        thread::sleep(Duration::from_millis(10));
    }
    assert!(printed().starts_with("✗ growing.jsonl:4: 2 terminal events for task 01KQT"), "{}", printed());
    let interrupt = Command::new("kill").args(["-INT", &command.id().to_string()]).status();
    assert!(interrupt.expect("kill is there").success());
    assert_eq!(command.wait().expect("it ends").code(), Some(1));
    assert!(printed().contains("2 terminal events for one task, expected 1"), "{}", printed());
}

/// What is missing at the end of a log may follow; what is there is there.
#[test]
fn a_loss_is_broken_only_where_all_is_there() {
    let folder = folder();
    let row = r#"{"Items":[{"task_id":{"S":"m1"},"status":{"S":"FAILED"},"updated_at":{"S":"2026-05-04T20:00:05Z"}}],"Count":1}"#;
    let line = |event: &str, key: &str| {
        format!(
            r#"{{"level":"info","time":"2026-05-04T20:00:05Z","task_id":"m1","event_type":"{event}","event_id":"{key}"}}"#
        ) + "\n"
    };
    fs::write(folder.path().join("row.json"), row).expect("written");
    let trace = |lines: &[String], whole: &[&str]| {
        fs::write(folder.path().join("a.log"), lines.concat()).expect("written");
        let asked = ["trace", "--promise", "exactly_one_event", "--explain", "0", "row.json", "a.log"];
        let output = anechoic(folder.path(), &[&asked[..], whole].concat());
        (output.status.code(), stdout(&output).to_string())
    };
    let (created, failed, again) =
        (line("task_created", "n-0"), line("task_failed", "n-1"), line("task_failed", "n-2"));
    let (code, said) = trace(std::slice::from_ref(&created), &[]);
    let why = "? a.log does not say where it ends, so what is missing may follow; if it is all there was, --whole\n";
    assert!(code == Some(3) && said.contains(why), "{said}");
    assert_eq!(trace(std::slice::from_ref(&created), &["--whole"]).0, Some(1));
    assert_eq!(trace(&[created.clone(), failed.clone()], &["--whole"]).0, Some(0));
    assert_eq!(trace(&[created, failed, again], &[]).0, Some(1));
    let output = anechoic(folder.path(), &["trace", "row.json", "./row.json"]);
    assert_exit(&output, 2);
    assert!(super::says(&output, "./row.json is named twice; expected each file once"));
}
