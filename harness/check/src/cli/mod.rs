//! A command for a catalogue: check, merge, replay, explore, diff, review, list, schema.
mod args;
mod check;
mod diff;
mod error;
mod explore;
mod list;
mod merge;
mod outputs;
mod parse;
mod printed;
mod progress;
mod refused;
mod replay;
mod review;

pub use check::interrupted;
pub use error::CommandError;
pub use parse::{duration, number, place};

use crate::{Catalogue, Exit, report::Baseline};
use anechoic_evidence::{Dressed, Look, SCREEN, harmless_json, lines_within, shown};
use anstream::{AutoStream, ColorChoice};
use args::{Arguments, Command};
use clap::{FromArgMatches, Subcommand};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use printed::Printed;
use refused::refused;
use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    panic,
    path::Path,
    process::ExitCode,
    time::SystemTime,
};

/// Subcommands besides those that every catalogue has.
pub trait Extra: Subcommand + Sized {
    /// Whether it prints what machines read, which is not to be dressed for people.
    fn is_for_machines(&self) -> bool;

    /// Carries it out.
    ///
    /// # Errors
    /// What stops it.
    fn run(self, context: &Context<'_>, out: &mut dyn io::Write) -> Result<Exit, CommandError>;

    /// Whether the catalogue comes from a file that `--config` names.
    const READS_CONFIG: bool = false;

    /// What `list` lists besides: titles, and under each names and what they stand for.
    fn listed() -> Vec<Listed> {
        Vec::new()
    }

    /// The JSON Schemas of its reports, by name.
    fn schemas() -> Vec<Schema> {
        Vec::new()
    }
}

/// A title, and under it names and what they stand for.
pub type Listed = (&'static str, Vec<(&'static str, &'static str)>);

/// The name of a report, and its JSON Schema.
pub type Schema = (&'static str, fn() -> String);

/// No subcommand besides.
impl Extra for std::convert::Infallible {
    fn is_for_machines(&self) -> bool {
        match *self {}
    }

    fn run(self, _: &Context<'_>, _: &mut dyn io::Write) -> Result<Exit, CommandError> {
        match self {}
    }
}

/// What a command works on.
pub struct Context<'c> {
    /// What can be checked.
    pub catalogue: &'c Catalogue,
    /// How the user calls us: by name, or through cargo.
    pub command: String,
}

/// The whole of a program that checks a catalogue.
pub fn main(catalogue: &Catalogue) -> ExitCode {
    main_with(|out, colour| run::<std::convert::Infallible>(catalogue, env::args_os(), out, colour))
}

/// The whole of a program that runs a command, given where what it finds goes, and whether in colour.
pub fn main_with(run: impl FnOnce(&mut dyn io::Write, bool) -> Exit) -> ExitCode {
    // Asks whether it is a terminal, and what NO_COLOR and its like say.
    let colour = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
    let run = || run(&mut io::stdout().lock(), colour);
    let exit = panic::catch_unwind(panic::AssertUnwindSafe(run)).unwrap_or_else(|_| {
        eprintln!(
            "error: something panicked; the lines above say where. In a handler or a scenario of yours it is a bug there; anywhere \
             else it is ours: please report it with these lines"
        );
        Exit::OurBug
    });
    exit.into()
}

/// The definition of the command, of which completions and a manual page can be made.
pub fn definition<X: Extra>(catalogue: &Catalogue) -> clap::Command {
    args::command::<X>(catalogue)
}

/// Runs the command. What it finds goes to `out`, in colour if it is wanted there; what went wrong to the standard error.
pub fn run<X: Extra>(
    catalogue: &Catalogue,
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn io::Write,
    colour: bool,
) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let program = arguments.first().map(Path::new).and_then(Path::file_stem);
    let program = program.map_or_else(|| "anechoic".into(), |program| program.to_string_lossy().into_owned());
    let mut definition = args::command::<X>(catalogue);
    let parsed = definition.try_get_matches_from_mut(&arguments);
    let arguments = match parsed.and_then(|matches| Arguments::<X>::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error, &definition, (&program, &arguments), catalogue),
    };
    let is_cargo = env::var_os("CARGO").is_some();
    let command = if is_cargo { "cargo run --release --".into() } else { program };
    let command = match &arguments.config {
        Some(config) => format!("{command} --config {}", shown(config)),
        None => command,
    };
    let context = Context { catalogue, command };
    let look = Look { colour, ascii: arguments.ascii };
    let machine = arguments.command.as_ref().is_some_and(Command::is_for_machines);
    let dress = |text: &str| if machine { harmless_json(text) } else { look.dress(text) };
    let mut out = Dressed::new(Printed::new(out), dress);
    let done = carry_out(&context, arguments, &mut out).and_then(|exit| match (exit, out.flush()) {
        (Exit::Holds, Err(error)) => Err(error.into()),
        (exit, Err(error)) => {
            complain(&error.into());
            Ok(exit)
        }
        (exit, Ok(())) => Ok(exit),
    });
    done.unwrap_or_else(|error| refuse(&error))
}

/// Says on the standard error what stops a command, and how it ends.
pub fn refuse(error: &CommandError) -> Exit {
    complain(error);
    error.exit()
}

fn carry_out<X: Extra>(
    context: &Context<'_>,
    arguments: Arguments<X>,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    match arguments.command {
        None => check::check(context, &args::Check::default(), out),
        Some(Command::Check(check)) => check::check(context, &check, out),
        Some(Command::Merge(args)) => merge::merge(context, &args, out),
        Some(Command::Replay(args)) => replay::replay(context, &args, out),
        Some(Command::Explore(args)) => explore::explore(context, &args, out),
        Some(Command::Diff { left, right }) => diff::diff(context, &left, &right, out),
        Some(Command::Review { folder }) => {
            review::review(context.catalogue, &folder, &mut io::stdin().lock(), out)
        }
        Some(Command::Extra(extra)) => extra.run(context, out),
        Some(Command::List) => list::list::<X>(context.catalogue, out),
        Some(Command::Schema { of }) => list::schema::<X>(&of, out),
    }
}

/// Says on the standard error what went wrong and what to do next, on a screen.
fn complain(error: &CommandError) {
    let text = lines_within(SCREEN, &format!("error: {}", error.with_next()));
    // If nobody listens there either, the exit code has to do.
    let _ = io::stderr().write_all(Look::default().dress(&text).as_bytes());
}

/// What is known to be broken, and today.
fn baseline(file: &Path, catalogue: &Catalogue) -> Result<Baseline, CommandError> {
    Ok(Baseline { known: crate::load_baseline(file, catalogue)?, today: today()? })
}

/// The day, in UTC.
///
/// # Errors
/// If the clock of this machine shows a time that no calendar has.
fn today() -> Result<Date, CommandError> {
    day(SystemTime::now())
}

fn day(now: SystemTime) -> Result<Date, CommandError> {
    let time = Timestamp::try_from(now).map_err(|error| {
        CommandError::Foreign(format!(
            "the clock of this machine cannot be read: {error}; set it, and check again"
        ))
    })?;
    Ok(time.to_zoned(TimeZone::UTC).date())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    #[test]
    fn a_clock_beyond_every_calendar_is_said_and_no_panic() {
        let years = |years: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(years * 366 * 24 * 60 * 60);
        assert!(super::day(years(56)).is_ok());
        let error = super::day(years(8_100)).expect_err("after the year 9999");
        assert!(error.to_string().contains("the clock of this machine"), "{error}");
    }
}
