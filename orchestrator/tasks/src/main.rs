//! The `anechoic-tasks` command.
use std::process::ExitCode;

fn main() -> ExitCode {
    anechoic_tasks::cli::main()
}
