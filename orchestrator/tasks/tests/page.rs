//! The page on the orchestrator is followed: its commands are typed, `run` beside the others, and the task comes to its end.
#![cfg(unix)]
use std::{
    env, fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command},
    thread,
    time::Duration,
};
use tempfile::TempDir;

const PAGE: &str = include_str!("../../../docs/orchestrator.md");

/// What is typed here; the page also has how the command is installed, and how GitHub is told.
const TYPED: [&str; 4] =
    ["task=$(anechoic-tasks submit", "anechoic-tasks run", "anechoic-tasks agent", "anechoic-tasks watch"];

/// The command of the page that begins like this.
fn command(begins: &str) -> &'static str {
    let mut commands = PAGE.lines().filter_map(|line| line.strip_prefix("$ "));
    let command = commands.find(|command| command.starts_with(begins)).expect("it is on the page");
    // What follows two blanks and a # is said to whoever reads it.
    command.split("  #").next().expect("a beginning").trim_end()
}

/// A shell in which the command is in the path.
fn shell(folder: &TempDir, script: &str) -> Command {
    let binary = Path::new(env!("CARGO_BIN_EXE_anechoic-tasks")).parent().expect("a folder");
    let path = env::var_os("PATH").unwrap_or_default();
    let path = [binary.to_path_buf()].into_iter().chain(env::split_paths(&path));
    let mut shell = Command::new("bash");
    shell.args(["-euc", script]).current_dir(folder.path());
    shell.env("PATH", env::join_paths(path).expect("a path"));
    shell
}

/// Ends with whoever started it.
struct Beside(Child);

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_task_that_is_submitted_as_the_page_says_is_run_worked_on_and_watched_to_its_end() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for program in ["screen", "work"] {
        let file = folder.path().join(program);
        fs::write(&file, "#!/bin/sh\nexit 0\n").expect("written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("made a program");
    }
    let [submit, run, agent, watch] = TYPED.map(command);
    let submitted = shell(&folder, &format!("{submit}\necho $task")).output().expect("it runs");
    assert!(submitted.status.success());
    let id = String::from_utf8(submitted.stdout).expect("text");
    let named = |command: &str| format!("task={}; exec {command}", id.trim());
    let _run = Beside(shell(&folder, &named(run)).spawn().expect("it runs"));
    let stands = || {
        let shown = shell(&folder, &named(&format!("{watch} --once"))).output().expect("it runs");
        String::from_utf8(shown.stdout).expect("text")
    };
    while !stands().contains("RUNNING") {
        thread::sleep(Duration::from_millis(10));
    }
    assert!(shell(&folder, &named(agent)).status().expect("it runs").success(), "the work is done");
    let watched = shell(&folder, &named(watch)).output().expect("it runs");
    let said = String::from_utf8(watched.stdout).expect("text");
    assert!(watched.status.success() && said.contains("task_completed"), "{said}");
}
