//! The `anechoic-tasks` command.
use anechoic_tasks::{Exit, cli};
use std::{env, io, panic, process::ExitCode};

fn main() -> ExitCode {
    let run = || cli::run(env::args_os(), &mut io::stdout().lock());
    let exit = panic::catch_unwind(run).unwrap_or_else(|_| {
        eprintln!("error: this is our bug, not yours; please report it with the lines above");
        Exit::OurBug
    });
    exit.into()
}
