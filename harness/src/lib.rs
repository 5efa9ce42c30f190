//! The `anechoic` command: what every catalogue can do, how one begins, and what can be done with traces of tasks.
mod args;
mod begin;
mod chosen;
mod definition;
mod init;
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
use chosen::Chosen;
use clap::Subcommand;
use std::{env, ffi::OsString, io, process::ExitCode};

/// What can be done besides: to begin, and with traces.
#[derive(Debug, Subcommand)]
enum Besides {
    /// Writes a first anechoic.toml, from what the project says
    Init(args::Init),
    /// Checks the task orchestrator that is built in; also demo COMMAND
    Demo,
    /// Says what a trace shows, and whether it could have been so
    Trace(args::Trace),
    /// Finds a run that yields a trace, as a replay file and a test
    Reproduce(args::Reproduce),
    /// Prints a script with which a shell completes this command
    #[command(hide = true)]
    Completions(args::Completions),
    /// Writes the manual pages into a folder
    #[command(hide = true)]
    Man(args::Man),
}

impl Extra for Besides {
    const READS_CONFIG: bool = true;

    fn is_for_machines(&self) -> bool {
        match self {
            Besides::Trace(trace) => trace.json,
            Besides::Completions(_) => true,
            Besides::Init(_) | Besides::Demo | Besides::Reproduce(_) | Besides::Man(_) => false,
        }
    }

    fn run(self, context: &Context<'_>, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
        match self {
            Besides::Init(args) => init::init(&args, out),
            Besides::Demo => Err(CommandError::Usage(
                "`demo` is said once, before the command: anechoic demo check".into(),
            )),
            Besides::Trace(args) => trace::trace(context, &args, out),
            Besides::Reproduce(args) => reproduce::reproduce(context, &args, out),
            Besides::Completions(args) => definition::completions(args.shell, out),
            Besides::Man(args) => definition::man(&args.folder),
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
    match chosen::chosen(&arguments) {
        Ok(Chosen::Own(own)) => cli::run::<Besides>(&own, arguments, out, colour),
        Ok(Chosen::Tasks) => cli::run::<Besides>(catalogue(), arguments, out, colour),
        Ok(Chosen::Demo(rest)) => cli::run::<Besides>(catalogue(), rest, out, colour),
        Ok(Chosen::Empty) => cli::run::<Besides>(&chosen::empty(), arguments, out, colour),
        Ok(Chosen::Nothing) => begin::say(),
        Err(error) => cli::refuse(&CommandError::unreadable(error)),
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
