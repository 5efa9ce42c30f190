//! The `anechoic-tasks` command, in a process to which the tests can do things.
use anechoic_sqlite::faults;
use std::process::ExitCode;

fn main() -> ExitCode {
    faults::obey_environment();
    anechoic_tasks::cli::main()
}
