//! The `anechoic` command: what every catalogue can do, and besides what can be done with traces of tasks.
mod args;
mod chosen;
mod input;
mod promised;
mod reproduce;
mod trace;

use anechoic::{
    Exit,
    cli::{self, CommandError, Context, Extra, Listed, Schema},
    evidence::harmless,
};
use anechoic_model::Promise;
use anechoic_rows::perhaps;
use anechoic_task_cases::{catalogue, trace::json};
use clap::Subcommand;
use std::{env, ffi::OsString, io, process::ExitCode};

/// What can be done with traces.
#[derive(Debug, Subcommand)]
enum Traces {
    /// Says what a trace shows, and whether it could have been so
    Trace(args::Trace),
    /// Finds a run that yields a trace, and writes it as a replay file and as a Rust test
    Reproduce(args::Reproduce),
}

impl Extra for Traces {
    const READS_CONFIG: bool = true;

    fn is_for_machines(&self) -> bool {
        matches!(self, Traces::Trace(trace) if trace.json)
    }

    fn run(self, context: &Context<'_>, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
        match self {
            Traces::Trace(args) => trace::trace(context, &args, out),
            Traces::Reproduce(args) => reproduce::reproduce(context, &args, out),
        }
    }

    fn listed() -> Vec<Listed> {
        let formats = anechoic_traces::Format::all();
        vec![("trace formats", formats.map(|format| (format.name(), format.about())).collect())]
    }

    fn schemas() -> Vec<Schema> {
        vec![("trace", json::schema), ("config", anechoic_project::schema)]
    }
}

/// The command, as a program.
pub fn main() -> ExitCode {
    cli::main_with(|out, colour| run(env::args_os(), out, colour))
}

/// Runs the command with these arguments, of which the first is its name. What it finds goes to `out`, in colour if it is
/// wanted there; what went wrong to the standard error.
pub fn run(arguments: impl IntoIterator<Item = OsString>, out: &mut dyn io::Write, colour: bool) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match chosen::catalogue(&arguments) {
        None => cli::run::<Traces>(catalogue(), arguments, out, colour),
        Some(Ok(own)) => cli::run::<Traces>(&own, arguments, out, colour),
        Some(Err(error)) => cli::refuse(&CommandError::unreadable(error)),
    }
}

/// The promises that a trace is asked for, by name.
fn promises(names: &[String]) -> Result<Vec<Promise>, CommandError> {
    are_known(names, &Promise::ALL.map(Promise::name))?;
    Ok(Promise::ALL.into_iter().filter(|promise| names.iter().any(|name| name == promise.name())).collect())
}

/// Whether these are names of promises.
fn are_known(names: &[String], known: &[&str]) -> Result<(), CommandError> {
    let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) else { return Ok(()) };
    let (meant, expected) = (perhaps(name, known.iter().copied()), known.join(", "));
    let name = harmless(name, 200);
    Err(CommandError::Usage(format!("there is no promise `{name}`{meant}; expected one of: {expected}")))
}
