//! No program that the command calls can hold it up, see a secret, or outlive it.
#![cfg(unix)]
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::Duration,
};
use tempfile::TempDir;

const TOKEN: &str = "ghp_ThisIsTheSecretOfTheTest";
const FAST: [&str; 3] = ["--poll=2ms", "--polls=3", "--retry-delay=1ms"];
/// What starts processes that would live on: one in its group, one that has left it, and one that hears no request to end.
const STARTS_OTHERS: &str = "\
sleep 600 & echo $! >>pids
setsid sh -c 'echo $$ >>pids; exec sleep 600' &
sh -c 'trap \"\" TERM; echo $$ >>pids; while :; do sleep 1; done' &
while test $(wc -l <pids) -lt 3; do sleep 0.01; done";

struct Bench {
    folder: TempDir,
    task: String,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut bench = Bench { folder, task: String::new() };
    let output = bench.command(&["submit", "--user", "ada"]).output().expect("it runs");
    bench.task = String::from_utf8(output.stdout).expect("utf-8").trim().into();
    bench
}

impl Bench {
    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anechoic-tasks"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command.env("GITHUB_TOKEN", TOKEN).env("WANTED", "this").env("UNWANTED", "that").env("LC_ALL", "C");
        command
    }

    fn tasks(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("it runs")
    }

    fn program(&self, script: &str) -> String {
        let path = self.at("program");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("made a program");
        path.display().to_string()
    }

    /// Runs the task, with a program of this kind that does this.
    fn run(&self, kind: &str, script: &str, more: &[&str]) -> Output {
        let program = self.program(script);
        self.tasks(&[&["run", &self.task, kind, &program], &FAST[..], more].concat())
    }

    fn shown(&self) -> String {
        String::from_utf8(self.tasks(&["show", &self.task]).stdout).expect("utf-8")
    }

    /// The task is at work, without a workflow.
    fn put_to_work(&self) {
        let file = rusqlite::Connection::open(self.at("tasks.db")).expect("opens");
        file.execute("UPDATE tasks SET status = 'RUNNING', slot = 1", []).expect("done");
    }

    fn pids(&self) -> Vec<Pid> {
        let text = fs::read_to_string(self.at("pids")).unwrap_or_default();
        text.lines().map(|line| Pid::from_raw(line.parse().expect("a number")).expect("a process")).collect()
    }

    #[track_caller]
    fn assert_nobody_is_left(&self, started: usize) {
        let pids = self.pids();
        assert!(pids.len() >= started, "{pids:?}");
        let left: Vec<_> = pids.iter().filter(|pid| lives(**pid)).collect();
        // On other systems nobody can tell whose those are that have left their group.
        let may_stay = if cfg!(target_os = "linux") { 0 } else { 1 };
        assert!(left.len() <= may_stay, "{left:?} of {pids:?} are left");
    }
}

/// Whether a process is there and has not ended.
fn lives(pid: Pid) -> bool {
    let output = Command::new("ps").args(["-o", "stat=", "-p", &pid.to_string()]).output().expect("ps runs");
    let state = String::from_utf8_lossy(&output.stdout).trim().to_string();
    !state.is_empty() && !state.starts_with('Z')
}

fn wait_for(path: &Path) {
    while !path.exists() {
        thread::sleep(Duration::from_millis(2));
    }
}

fn signal(process: &Child, signal: Signal) {
    let pid = Pid::from_raw(process.id().cast_signed()).expect("a process");
    kill_process(pid, signal).expect("it is there");
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_program_that_hangs_is_ended_and_is_no_answer() {
    for kind in ["--blueprint", "--pre-flight", "--guardrail", "--session"] {
        let bench = bench();
        let output = bench.run(kind, "exec sleep 600", &["--answer-within=50ms"]);
        assert_eq!(output.status.code(), Some(1), "{kind}: {}", stderr(&output));
        let said = "it had not ended after 50ms, and was ended";
        assert_eq!(stderr(&output).matches(said).count(), 6, "{kind}: {}", stderr(&output));
        assert!(bench.shown().contains("failed in each of its attempts"), "{}", bench.shown());
    }
}

#[test]
fn what_a_program_that_hangs_has_started_ends_with_it() {
    for kind in ["--guardrail", "--session"] {
        let bench = bench();
        let script = format!("test -e pids && {{ echo again; exit 1; }}\n{STARTS_OTHERS}\nsleep 600");
        let output = bench.run(kind, &script, &["--answer-within=5s"]);
        assert!(stderr(&output).contains("it had not ended after 5s"), "{}", stderr(&output));
        assert!(bench.shown().contains("because    again"), "{}", bench.shown());
        bench.assert_nobody_is_left(3);
    }
}

#[test]
fn what_a_program_has_started_ends_with_it_and_holds_nobody_up() {
    let bench = bench();
    // Its output is held open by those that it leaves behind.
    let output = bench.run("--guardrail", &format!("{STARTS_OTHERS}\necho fine"), &["--answer-within=600s"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "TIMED_OUT\n", "{}", stderr(&output));
    bench.assert_nobody_is_left(3);
}

#[test]
fn a_program_that_prints_without_end_is_ended_whichever_way_it_prints() {
    for script in ["yes", "yes >&2", "cat /dev/zero", "cat /dev/zero >&2"] {
        let bench = bench();
        let output = bench.run("--guardrail", script, &["--answer-within=600s"]);
        assert_eq!(output.status.code(), Some(1), "{script}");
        let said = stderr(&output);
        assert_eq!(said.matches("it printed more than 65536 bytes, and was ended").count(), 6, "{script}");
        assert!(said.len() < 6 * 6 * 65536 * 2, "{script}: {} bytes were passed on", said.len());
    }
}

#[test]
fn what_a_program_complains_of_is_passed_on_and_acts_on_no_terminal() {
    let bench = bench();
    let output = bench.run("--guardrail", r"printf '\033[2Jno model\nlast words' >&2; exit 0", &[]);
    assert_eq!(stderr(&output).lines().collect::<Vec<_>>()[..2], [r"\u{1b}[2Jno model", "last words"]);
}

#[test]
fn a_program_sees_no_secret_and_what_it_is_granted_by_name() {
    let bench = bench();
    let seen = |arguments: &[&str], work: bool| {
        let _ = fs::remove_file(bench.at("seen"));
        let program = bench.program("env >seen");
        if work {
            bench.tasks(&[&["agent", &bench.task], arguments, &["--", &program]].concat());
        } else {
            bench.tasks(&[&["run", &bench.task, "--guardrail", &program], &FAST[..], arguments].concat());
        }
        fs::read_to_string(bench.at("seen")).expect("it was called")
    };
    let check = |seen: String, wanted: bool| {
        assert!(!seen.contains(TOKEN) && !seen.contains("UNWANTED"), "{seen}");
        assert!(seen.contains("PATH=") && seen.contains("LC_ALL=C"), "{seen}");
        assert_eq!(seen.contains("WANTED=this"), wanted, "{seen}");
    };
    check(seen(&[], false), false);
    let anew = "UPDATE tasks SET status = 'SUBMITTED', slot = 0; DELETE FROM events; DELETE FROM steps";
    let file = rusqlite::Connection::open(bench.at("tasks.db")).expect("opens");
    file.execute_batch(anew).expect("done");
    check(seen(&["--env", "WANTED"], false), true);
    for (arguments, wanted) in [(&[][..], false), (&["--env", "WANTED"], true)] {
        file.execute_batch("DELETE FROM events").expect("done");
        bench.put_to_work();
        check(seen(arguments, true), wanted);
    }
}

#[test]
fn a_program_ends_with_an_agent_that_is_asked_to_end_and_the_task_goes_on() {
    for (asked, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let bench = bench();
        bench.put_to_work();
        let script =
            format!("{STARTS_OTHERS}\necho $$ >>pids\ntrap '' TERM\ntouch ready\nwhile :; do sleep 1; done");
        let work = bench.program(&script);
        let agent = bench.command(&["agent", &bench.task, "--", &work]).stderr(Stdio::piped()).spawn();
        let agent = agent.expect("it runs");
        wait_for(&bench.at("ready"));
        signal(&agent, asked);
        let output = agent.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
        assert!(stderr(&output).contains("stopped by a signal"), "{}", stderr(&output));
        bench.assert_nobody_is_left(4);
        assert!(bench.shown().contains("status     RUNNING"), "{}", bench.shown());
        assert_eq!(bench.tasks(&["agent", &bench.task]).status.code(), Some(0), "another goes on");
    }
}

#[test]
fn a_program_ends_with_a_workflow_that_is_asked_to_end_and_the_workflow_goes_on() {
    let bench = bench();
    let guardrail = bench.program(&format!("{STARTS_OTHERS}\ntouch ready\nsleep 600"));
    let run = [&["run", &bench.task, "--guardrail", &guardrail], &FAST[..]].concat();
    let run = bench.command(&run).stderr(Stdio::null()).spawn().expect("it runs");
    wait_for(&bench.at("ready"));
    signal(&run, Signal::TERM);
    let output = run.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(143));
    bench.assert_nobody_is_left(3);
    assert_eq!(String::from_utf8_lossy(&bench.run("--guardrail", "true", &[]).stdout), "TIMED_OUT\n");
}

#[test]
fn an_agent_whose_program_takes_too_long_fails_its_task_and_says_so() {
    let bench = bench();
    bench.put_to_work();
    let work = bench.program("sleep 600");
    let output = bench.tasks(&["agent", &bench.task, "--work-for=50ms", "--", &work]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let shown = bench.shown();
    assert!(shown.contains("program had not ended after 50ms, and was ended"), "{shown}");
}

#[test]
fn the_agent_that_a_session_begins_lives_on_whatever_it_does_with_its_output() {
    let bench = bench();
    let output =
        bench.run("--session", "sleep 600 & echo $! >>pids\necho session-7", &["--answer-within=600s"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "TIMED_OUT\n", "{}", stderr(&output));
    assert!(bench.shown().contains("session    session-7"), "{}", bench.shown());
    let agent = bench.pids()[0];
    assert!(lives(agent));
    kill_process(agent, Signal::KILL).expect("it is there");
}
