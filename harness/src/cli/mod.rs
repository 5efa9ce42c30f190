//! The command line.
mod args;
mod check;
mod diff;
mod list;
mod merge;
mod outputs;
mod progress;
mod replay;
mod reproduce;
mod review;
mod saved;
mod trace;

use crate::{Exit, report::Baseline};
use anechoic_evidence::{Dressed, Look, harmless_json, shown};
use args::{Arguments, Command};
use clap::Parser;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use std::{
    ffi::OsString,
    io::{self, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Runs the command. What it finds goes to `out`, in colour if it is wanted there; what went wrong to the standard error.
pub fn run(arguments: impl IntoIterator<Item = OsString>, out: &mut dyn io::Write, colour: bool) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    let look = Look { colour, ascii: arguments.ascii };
    let machine = arguments.command.as_ref().is_some_and(Command::is_for_machines);
    let dress = |text: &str| if machine { harmless_json(text) } else { look.dress(text) };
    let mut out = Dressed::new(out, dress);
    let done = carry_out(arguments, &mut out).and_then(|exit| match (exit, out.flush()) {
        // A red result is red, whoever could be told.
        (Exit::Holds, Err(error)) => Err(error.into()),
        (exit, _) => Ok(exit),
    });
    done.unwrap_or_else(|error| {
        complain(&error);
        error.exit()
    })
}

/// Says on the standard error what went wrong.
fn complain(error: &CommandError) {
    let text = Look::default().dress(&format!("error: {error}\n"));
    // If nobody listens there either, the exit code has to do.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// What is known to be broken, and today.
fn baseline(file: &Path) -> Result<Baseline, CommandError> {
    Ok(Baseline { known: crate::baseline::load(file)?, today: today()? })
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

fn carry_out(arguments: Arguments, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    match arguments.command {
        None => check::check(&args::Check::default(), out),
        Some(Command::Check(check)) => check::check(&check, out),
        Some(Command::Merge(args)) => merge::merge(&args, out),
        Some(Command::Replay(args)) => replay::replay(&args, out),
        Some(Command::Diff { left, right }) => diff::diff(&left, &right, out),
        Some(Command::Review { folder }) => review::review(&folder, &mut io::stdin().lock(), out),
        Some(Command::Trace(trace)) => trace::trace(&trace, out),
        Some(Command::Reproduce(args)) => reproduce::reproduce(&args, out),
        Some(Command::List) => list::list(out),
        Some(Command::Schema { of }) => list::schema(of, out),
    }
}

/// Help and version are asked for; anything else is a mistake. clap knows the right stream for each.
fn refused(error: &clap::Error) -> Exit {
    let _ = error.print();
    if error.use_stderr() { Exit::Usage } else { Exit::Holds }
}

/// What can stop a command.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("{0}")]
    Usage(String),
    #[error("cannot write {}: {error}\n  expected a place that can be written to", shown(.path))]
    Unwritable { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Unreadable(#[from] anechoic_evidence::ReplayFileError),
    #[error(transparent)]
    Trace(#[from] anechoic_traces::TraceError),
    #[error(transparent)]
    Baseline(#[from] crate::BaselineError),
    #[error("{0}")]
    Foreign(String),
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
}

impl CommandError {
    fn exit(&self) -> Exit {
        match self {
            CommandError::Usage(_) | CommandError::Unwritable { .. } => Exit::Usage,
            CommandError::Unreadable(_)
            | CommandError::Trace(_)
            | CommandError::Baseline(_)
            | CommandError::Foreign(_) => Exit::Unreadable,
            // Whoever reads us has had enough; that is no verdict.
            CommandError::Print(_) => Exit::Inconclusive,
        }
    }
}

/// How the user calls us: by name, or through cargo.
fn invocation() -> &'static str {
    if std::env::var_os("CARGO").is_some() { "cargo run --release --" } else { "anechoic" }
}
