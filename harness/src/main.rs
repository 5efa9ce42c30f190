//! The `anechoic` command.
use std::process::ExitCode;

fn main() -> ExitCode {
    anechoic_cli::main()
}
