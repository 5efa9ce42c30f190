//! The `anechoic` command.
use anechoic_cli::{Exit, cli};
use anstream::{AutoStream, ColorChoice};
use std::{env, io, panic, process::ExitCode};

fn main() -> ExitCode {
    // Asks whether it is a terminal, and what NO_COLOR and its like say.
    let colour = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
    let run = || cli::run(env::args_os(), &mut io::stdout().lock(), colour);
    let exit = panic::catch_unwind(run).unwrap_or_else(|_| {
        eprintln!("error: this is our bug, not yours; please report it with the lines above");
        Exit::OurBug
    });
    exit.into()
}
