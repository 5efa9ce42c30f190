//! The command, tried as its users try it: through the real binary.
mod bad_input;
mod check;
mod replay;

use std::{
    path::Path,
    process::{Command, Output},
};

/// Runs `anechoic` in a folder.
fn anechoic(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anechoic"));
    command.args(arguments).current_dir(folder).env_remove("CARGO");
    command.output().expect("the binary runs")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("utf-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("utf-8")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Asserts the exit code, and shows what was printed if it is another.
#[track_caller]
fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}\n{}", stdout(output), stderr(output));
}
