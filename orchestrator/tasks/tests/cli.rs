//! The command, tried as its users try it: through the real binary.
use std::{
    fs,
    io::Read,
    path::Path,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

const NOBODY: &str = "01KQT96W0B8J48HDWGF4YA9V7D";
const FAST: [&str; 3] = ["--poll=2ms", "--polls=3", "--retry-delay=1ms"];

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn command(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anechoic-tasks"));
    command.args(arguments).current_dir(folder.path()).env_remove("GITHUB_TOKEN");
    command
}

fn tasks(folder: &TempDir, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("it runs")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("utf-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("utf-8")
}

/// Asserts the exit code, and shows what was printed if it is another.
#[track_caller]
fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}\n{}", stdout(output), stderr(output));
}

fn submit(folder: &TempDir) -> String {
    let output = tasks(folder, &["submit", "--user", "ada"]);
    assert_exit(&output, 0);
    stdout(&output).trim().to_string()
}

fn tamper(folder: &TempDir, sql: &str) {
    let file = rusqlite::Connection::open(folder.path().join("tasks.db")).expect("opens");
    file.execute_batch(sql).expect("done");
}

/// The last word of each line that `watch` prints for a status, or the first of an event.
fn course(output: &Output) -> Vec<&str> {
    stdout(output).lines().filter_map(|line| line.split_whitespace().nth(1)).collect()
}

#[cfg(unix)]
fn program(folder: &TempDir, name: &str, script: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.path().join(name);
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("made a program");
    path.display().to_string()
}

#[test]
fn a_task_that_nobody_works_on_times_out_and_watch_shows_its_course() {
    let folder = folder();
    let task = submit(&folder);
    let watcher = command(&folder, &["watch", &task, "--every", "1ms"]).stdout(Stdio::piped()).spawn();
    let output = tasks(&folder, &[&["run", &task], &FAST[..]].concat());
    assert_exit(&output, 1);
    assert_eq!(stdout(&output), "TIMED_OUT\n");
    let watched = watcher.expect("it runs").wait_with_output().expect("it ends with the task");
    let whole = ["SUBMITTED", "HYDRATING", "RUNNING", "TIMED_OUT", "task_timed_out"];
    assert_eq!(course(&watched), whole);
    assert_eq!(course(&tasks(&folder, &["watch", &task, "--once"])), whole);
    let again = tasks(&folder, &[&["run", &task], &FAST[..]].concat());
    assert_exit(&again, 1);
    assert_eq!(course(&tasks(&folder, &["watch", &task])), whole, "running it again changes nothing");
}

#[cfg(unix)]
#[test]
fn a_guardrail_that_blocks_fails_the_task_for_its_reason() {
    let folder = folder();
    let task = submit(&folder);
    let guardrail =
        program(&folder, "guardrail", "test \"$1\" = \"$(cat task)\" && echo PROMPT_ATTACK LOW; exit 1");
    fs::write(folder.path().join("task"), &task).expect("written");
    let output = tasks(&folder, &[&["run", &task, "--guardrail", &guardrail], &FAST[..]].concat());
    assert_exit(&output, 1);
    assert_eq!(stderr(&output), format!("error: task {task} stands at FAILED\n"));
    let shown = tasks(&folder, &["show", &task]);
    assert!(stdout(&shown).contains("because    PROMPT_ATTACK LOW\n"), "{}", stdout(&shown));
    assert!(stdout(&shown).contains("slot       none\n"), "{}", stdout(&shown));
    assert_eq!(stdout(&shown).matches("task_failed").count(), 1);
}

#[cfg(unix)]
#[test]
fn a_service_that_does_not_answer_is_asked_again() {
    let folder = folder();
    let task = submit(&folder);
    let script = "echo asked >>log; test $(wc -l <log) -ge 3 || exit 7";
    let blueprint = program(&folder, "blueprint", script);
    let output = tasks(&folder, &[&["run", &task, "--blueprint", &blueprint], &FAST[..]].concat());
    assert_eq!(stdout(&output), "TIMED_OUT\n");
    assert_eq!(stderr(&output).matches("exit status: 7; expected 0 or 1").count(), 2, "{}", stderr(&output));
    assert_eq!(fs::read_to_string(folder.path().join("log")).expect("read").lines().count(), 3);
}

#[cfg(unix)]
#[test]
fn an_agent_completes_its_task_or_fails_it_as_its_program_does() {
    for (script, end, code) in [("true", "COMPLETED", 0), ("exit 3", "FAILED", 1)] {
        let folder = folder();
        let task = submit(&folder);
        let work = program(&folder, "work", script);
        let agent = ["agent", &task, "--every", "1ms", "--", &work];
        let mut agent = command(&folder, &agent).stderr(Stdio::null()).spawn().expect("it runs");
        let output = tasks(&folder, &["run", &task, "--poll=10ms", "--polls=1000", "--retry-delay=1ms"]);
        assert_exit(&output, code);
        assert_eq!(stdout(&output), format!("{end}\n"));
        assert_eq!(agent.wait().expect("it ends").code(), Some(code));
        let shown = tasks(&folder, &["show", &task]);
        assert_eq!(
            stdout(&shown).contains("work ended with exit status: 3"),
            code == 1,
            "{}",
            stdout(&shown)
        );
        assert!(stdout(&shown).contains("\nheard "), "{}", stdout(&shown));
    }
}

#[cfg(unix)]
#[test]
fn an_agent_whose_task_is_cancelled_stops_its_program() {
    let folder = folder();
    let task = submit(&folder);
    let work = program(&folder, "work", "touch begun; exec sleep 600");
    let agent = ["agent", &task, "--every", "1ms", "--", &work];
    let agent = command(&folder, &agent).stderr(Stdio::piped()).spawn().expect("it runs");
    let run = ["run", &task, "--poll=10ms", "--polls=1000", "--retry-delay=1ms"];
    let mut run =
        command(&folder, &run).stderr(Stdio::null()).stdout(Stdio::null()).spawn().expect("it runs");
    while !folder.path().join("begun").exists() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    assert_exit(&tasks(&folder, &["cancel", &task]), 0);
    let agent = agent.wait_with_output().expect("it ends");
    assert_exit(&agent, 1);
    assert_eq!(stderr(&agent), format!("error: task {task} stands at CANCELLED\n"));
    assert_eq!(run.wait().expect("it ends").code(), Some(1));
}

#[test]
fn a_task_is_cancelled_once_and_an_ended_one_is_not() {
    let folder = folder();
    let task = submit(&folder);
    for _again in 0..2 {
        let output = tasks(&folder, &["cancel", &task]);
        assert_exit(&output, 0);
        assert_eq!(stdout(&output), "CANCELLED\n");
    }
    assert_eq!(course(&tasks(&folder, &["watch", &task])), ["SUBMITTED", "CANCELLED", "task_cancelled"]);
    let ended = submit(&folder);
    assert_exit(&tasks(&folder, &[&["run", &ended], &FAST[..]].concat()), 1);
    let output = tasks(&folder, &["cancel", &ended]);
    assert_exit(&output, 1);
    assert_eq!(stderr(&output), format!("error: task {ended} stands at TIMED_OUT\n"));
}

#[test]
fn a_recount_corrects_a_counter_that_is_off() {
    let folder = folder();
    submit(&folder);
    assert_eq!(stdout(&tasks(&folder, &["reconcile", "ada"])), "the counter is right\n");
    tamper(&folder, "INSERT INTO counters VALUES ('ada', 3, 7)");
    let output = tasks(&folder, &["reconcile", "ada"]);
    assert_eq!(stdout(&output), "the counter was off by -3 and is right now\n");
    assert_eq!(stdout(&tasks(&folder, &["reconcile", "ada"])), "the counter is right\n");
}

#[test]
fn wrong_arguments_are_refused_with_what_was_meant() {
    let folder = folder();
    let cases: &[(&[&str], &[&str])] = &[
        (&[], &["Usage"]),
        (&["sumbit"], &["unrecognized subcommand 'sumbit'", "'submit'"]),
        (&["submit"], &["--user <USER>"]),
        (&["submit", "--user", ""], &["a value is required"]),
        (&["submit", "--user", "ada", "--comment", "octo/hello"], &["expected OWNER/REPOSITORY/NUMBER"]),
        (&["submit", "--user", "ada", "--comment", "octo/../1"], &["expected OWNER/REPOSITORY/NUMBER"]),
        (&["submit", "--user", "ada", "--comment", "a/b/c/1"], &["expected OWNER/REPOSITORY/NUMBER"]),
        (&["run", "task 7"], &["expected a task's id, 26 letters and digits"]),
        (&["show", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ"], &["expected a task's id", "the first at most 7"]),
        (&["run", NOBODY, "--poll", "soon"], &["expected a time with its unit, such as 500ms"]),
        (&["run", NOBODY, "--cap", "0"], &["'--cap <N>'"]),
        (&["fan-out"], &["GITHUB_TOKEN is not set"]),
    ];
    for (arguments, said) in cases {
        let output = tasks(&folder, arguments);
        assert_exit(&output, 2);
        for said in *said {
            assert!(
                stderr(&output).contains(said),
                "{arguments:?} should say {said:?}:\n{}",
                stderr(&output)
            );
        }
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    assert!(!folder.path().join("tasks.db").exists(), "no mistake makes a file");
}

/// The commands that need a file and a task.
const OF_A_TASK: [&str; 5] = ["run", "agent", "cancel", "show", "watch"];

#[track_caller]
fn assert_refused(folder: &TempDir, arguments: &[&str], code: i32, said: &str) {
    let output = tasks(folder, arguments);
    assert_exit(&output, code);
    let expected = format!("error: {said}");
    assert!(stderr(&output).starts_with(&expected), "{arguments:?}\n{}\n{expected}", stderr(&output));
    assert_eq!(stderr(&output).lines().count(), 1, "{}", stderr(&output));
    assert!(output.stdout.is_empty(), "{arguments:?}");
}

#[test]
fn an_unknown_task_is_called_so() {
    let folder = folder();
    submit(&folder);
    for command in OF_A_TASK {
        assert_refused(&folder, &[command, NOBODY], 5, &format!("tasks.db: there is no task {NOBODY}"));
    }
}

/// What is said of a file, and how it is made.
type Case<'c> = (&'c str, &'c dyn Fn(&Path));

#[test]
fn a_file_that_is_not_there_foreign_or_damaged_is_called_so_and_left_as_it_was() {
    let folder = folder();
    for command in OF_A_TASK {
        assert_refused(&folder, &[command, NOBODY], 4, "tasks.db: there is no such file");
    }
    let cases: [Case; 3] = [
        ("this is not an SQLite file", &|path| fs::write(path, "notes\n".repeat(999)).expect("written")),
        ("this SQLite file is not ours: its application id is 0x0, expected 0x416e6563", &|path| {
            let file = rusqlite::Connection::open(path).expect("opens");
            file.execute_batch("CREATE TABLE notes (note)").expect("made");
        }),
        ("its schema has version 9, and this program knows versions up to 1", &|path| {
            let file = rusqlite::Connection::open(path).expect("opens");
            let header = "PRAGMA application_id = 0x416e6563; PRAGMA user_version = 9";
            file.execute_batch(header).expect("made");
        }),
    ];
    let path = folder.path().join("tasks.db");
    for (said, make) in cases {
        make(&path);
        let before = fs::read(&path).expect("read");
        for arguments in OF_A_TASK.map(|command| [command, NOBODY]).iter().chain([&["submit", "--user=ada"]])
        {
            assert_refused(&folder, arguments, 4, &format!("tasks.db: {said}"));
        }
        assert_eq!(fs::read(&path).expect("read"), before);
        fs::remove_file(&path).expect("removed");
    }
}

#[test]
fn a_task_is_accepted_only_into_a_file_that_keeps_it() {
    let folder = folder();
    for file in [":memory:", "file:tasks.db?mode=memory", "file::memory:", "nodir/../x.db", "/dev/null", "."]
    {
        let output = tasks(&folder, &["submit", "--user=ada", "--file", file]);
        assert_exit(&output, 4);
        assert!(stderr(&output).starts_with(&format!("error: {file}: ")), "{}", stderr(&output));
        assert!(output.stdout.is_empty(), "{file}: no id is printed");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 0, "nothing was made");
}

#[cfg(unix)]
#[test]
fn a_file_that_is_deleted_under_a_live_process_is_noticed_and_said() {
    let watch: &[&str] = &["watch", "--every=1ms"];
    let run: &[&str] = &["run", "--poll=1ms", "--polls=4000000000"];
    let agent: &[&str] = &["agent", "--every=1ms", "--", "sleep", "600"];
    for arguments in [watch, run, agent] {
        let folder = folder();
        let task = submit(&folder);
        if arguments == agent {
            tamper(&folder, "UPDATE tasks SET status = 'RUNNING', slot = 1");
        }
        let (name, options) = arguments.split_first().expect("a command");
        let mut live = command(&folder, &[&[name, task.as_str()], options].concat());
        let mut live = live.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        // It has begun when it shows something, or the task is where it takes it.
        let begun = match arguments {
            _ if arguments == watch => "",
            _ if arguments == run => "status     RUNNING",
            _ => "heard ",
        };
        if begun.is_empty() {
            live.stdout.as_mut().expect("a pipe").read_exact(&mut [0; 10]).expect("it shows something");
        }
        while !stdout(&tasks(&folder, &["show", &task])).contains(begun) {}
        fs::remove_file(folder.path().join("tasks.db")).expect("deleted");
        let output = live.wait_with_output().expect("it ends");
        assert_exit(&output, 4);
        let said = "error: tasks.db: the file, or its log, was deleted or replaced while it was in use";
        assert!(stderr(&output).starts_with(said), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn a_status_that_is_none_stops_everybody_and_nothing_is_lost() {
    let folder = folder();
    let task = submit(&folder);
    tamper(&folder, "UPDATE tasks SET status = 'RUNING'");
    for command in OF_A_TASK {
        let said = format!("tasks.db: status of task {task} is \"RUNING\", expected one of PENDING_UPLOADS,");
        assert_refused(&folder, &[command, &task], 4, &said);
    }
    tamper(&folder, "UPDATE tasks SET status = 'SUBMITTED'; DELETE FROM history WHERE position > 1");
    assert_exit(&tasks(&folder, &[&["run", &task], &FAST[..]].concat()), 1);
    let whole = ["SUBMITTED", "HYDRATING", "RUNNING", "TIMED_OUT", "task_timed_out"];
    assert_eq!(course(&tasks(&folder, &["watch", &task])), whole);
}

/// So far, no process has written anything, and the next one to write finds a file from the future.
#[test]
fn a_clock_that_jumped_back_is_noticed_before_anything_is_written() {
    let folder = folder();
    let task = submit(&folder);
    tamper(&folder, "UPDATE history SET at = '2999-01-01T00:00:00.000000000Z'");
    let writers: [&[&str]; 5] = [
        &["run", &task],
        &["agent", &task],
        &["cancel", &task],
        &["reconcile", "ada"],
        &["submit", "--user=ada"],
    ];
    for arguments in writers {
        assert_refused(&folder, arguments, 6, "tasks.db: the clock shows ");
    }
    assert_exit(&tasks(&folder, &["show", &task]), 0);
    tamper(&folder, "UPDATE history SET at = '2026-01-01T00:00:00.000000000Z'");
    assert_exit(&tasks(&folder, &["cancel", &task]), 0);
}

#[test]
fn what_users_and_reasons_say_acts_on_no_terminal() {
    let folder = folder();
    let output = tasks(&folder, &["submit", "--user", "ada\u{1b}[2J\nstatus     COMPLETED\u{202e}"]);
    assert_exit(&output, 0);
    let task = stdout(&output).trim().to_string();
    assert_exit(&tasks(&folder, &[&["run", &task], &FAST[..]].concat()), 1);
    tamper(
        &folder,
        "UPDATE tasks SET error_message = 'late' || char(7) || char(27) || ']0;title' || char(155)",
    );
    let shown = tasks(&folder, &["show", &task]);
    assert!(
        stdout(&shown).contains("user       ada\\u{1b}[2J\\nstatus     COMPLETED\\u{202e}\n"),
        "{}",
        stdout(&shown)
    );
    for output in [shown, tasks(&folder, &["watch", &task])] {
        assert!(stdout(&output).contains("late\\u{7}\\u{1b}]0;title\\u{9b}\n"), "{}", stdout(&output));
        assert!(!stdout(&output).chars().any(|c| c.is_control() && c != '\n'), "{}", stdout(&output));
    }
    tamper(&folder, "UPDATE tasks SET status = char(27) || '[2J'");
    let output = tasks(&folder, &["show", &task]);
    assert_exit(&output, 4);
    assert!(!stderr(&output).trim_end().chars().any(char::is_control), "{}", stderr(&output));
}

#[test]
fn whoever_stops_reading_stops_the_watcher_and_nothing_else() {
    let folder = folder();
    let task = submit(&folder);
    let mut watcher = command(&folder, &["watch", &task, "--every", "1ms"]);
    let mut watcher = watcher.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it runs");
    drop(watcher.stdout.take());
    assert_exit(&tasks(&folder, &["cancel", &task]), 0);
    assert_eq!(watcher.wait().expect("it ends").code(), Some(3));
}
