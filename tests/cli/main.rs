//! The command, tried as its users try it: through the real binary.
mod bad_input;
mod begin;
mod book;
mod browser;
mod bundles;
mod check;
mod chromium;
mod ci;
mod docs;
mod durable;
#[cfg(unix)]
mod explore;
mod failing;
mod foreign;
mod forms;
mod given;
mod handlers;
mod honest;
mod hostile;
#[cfg(unix)]
mod killed;
mod legal;
mod mistakes;
#[cfg(target_os = "linux")]
mod network;
mod newcomer;
mod outside;
mod packages;
mod places;
mod promised;
mod refused;
mod replay;
mod reproduce;
mod review;
mod shapes;
mod shown;
mod trace;

use std::{
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    sync::LazyLock,
};
use tempfile::TempDir;

/// `anechoic`, to be run in a folder by somebody at a desk, for whom the tasks are what is checked, as they are in this repository.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anechoic"));
    command.args(arguments).current_dir(folder);
    for name in ["CARGO", "CI", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.env("CARGO_PKG_NAME", env!("CARGO_PKG_NAME"));
    command
}

/// Runs `anechoic` in a folder.
fn anechoic(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the binary runs")
}

/// Runs it as somebody who has it installed and knows nothing of this repository.
fn installed(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).env_remove("CARGO_PKG_NAME").output().expect("the binary runs")
}

/// Runs it, and answers what it asks.
fn anechoic_told(folder: &Path, arguments: &[&str], answers: &str) -> Output {
    let mut command = command(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().expect("the binary runs");
    let mut input = process.stdin.take().expect("piped");
    input.write_all(answers.as_bytes()).expect("it listens");
    drop(input);
    process.wait_with_output().expect("it ends")
}

/// The command without arguments, run once for all tests, and the folder in which it ran.
fn by_default() -> (&'static Path, &'static Output) {
    static RUN: LazyLock<(TempDir, Output)> = LazyLock::new(|| {
        let folder = folder();
        let output = anechoic(folder.path(), &[]);
        (folder, output)
    });
    (RUN.0.path(), &RUN.1)
}

/// The same with all of its report, run once.
fn all_by_default() -> &'static Output {
    static RUN: LazyLock<Output> = LazyLock::new(|| anechoic(folder().path(), &["check", "--all"]));
    &RUN
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("utf-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("utf-8")
}

/// Whether the standard error says this, wherever its lines are broken.
fn says(output: &Output, what: &str) -> bool {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<&str>>().join(" ");
    one_line(stderr(output)).contains(&one_line(what))
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Asserts the exit code, and shows what was printed if it is another.
#[track_caller]
fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}\n{}", stdout(output), stderr(output));
}
