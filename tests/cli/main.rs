//! The command, tried as its users try it: through the real binary.
mod bad_input;
mod check;
mod ci;
mod replay;
mod trace;

use std::{
    path::Path,
    process::{Command, Output},
    sync::LazyLock,
};
use tempfile::TempDir;

/// Runs `anechoic` in a folder.
fn anechoic(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anechoic"));
    command.args(arguments).current_dir(folder).env_remove("CARGO");
    command.output().expect("the binary runs")
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

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("utf-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("utf-8")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Asserts the exit code, and shows what was printed if it is another.
#[track_caller]
fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}\n{}", stdout(output), stderr(output));
}
