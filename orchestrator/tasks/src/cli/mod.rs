//! The command line.
mod args;

pub(crate) use args::duration;

use crate::{
    CommandError, Exit, Github, agent,
    fan_out::{FanOutOptions, fan_out},
    harmless::say,
    opened::find,
    run, show,
    signals::signal,
    watch,
};
use anechoic_orchestrator::{Clock, Ended, Recount, Status, Task, TaskId, UserId, cancel, reconcile};
use anechoic_sqlite::{CommentId, Repair, SqliteStore};
use args::{Arguments, Command};
use clap::Parser;
use std::{
    env,
    ffi::OsString,
    io::{self, Write},
    panic,
    path::Path,
    process::ExitCode,
};

/// The whole command: what this process was called with, carried out.
pub fn main() -> ExitCode {
    let run = || run(env::args_os(), &mut io::stdout().lock());
    let exit = panic::catch_unwind(run).unwrap_or_else(|_| {
        eprintln!("error: this is our bug, not yours; please report it with the lines above");
        Exit::OurBug
    });
    exit.into()
}

/// Runs the command. What it finds goes to `out`, what went wrong to the standard error.
pub fn run(arguments: impl IntoIterator<Item = OsString>, out: &mut dyn Write) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are asked for; anything else is a mistake. clap knows the right stream for each.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    let done = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let done = done.map_err(|error| CommandError::System { what: "cannot start".into(), error });
    done.and_then(|runtime| runtime.block_on(carry_out(&arguments, out))).map_or_else(
        |error| {
            say(&format!("error: {error}"));
            error.exit()
        },
        |()| Exit::Done,
    )
}

async fn carry_out(arguments: &Arguments, out: &mut dyn Write) -> Result<(), CommandError> {
    let path = &arguments.file;
    match &arguments.command {
        Command::Submit { user, comment } => submit(path, user, comment.as_ref(), out),
        Command::Run { task, options } => {
            let store = open_to_change(path)?;
            let (task, _) = find(&store, *task).await?;
            let end = unless_stopped(run::run(&store, &store, &task, options)).await?;
            writeln!(out, "{end}")?;
            match end {
                Status::Completed => Ok(()),
                status => Err(CommandError::Otherwise { task: task.id, status }),
            }
        }
        Command::Agent { task, options } => {
            let store = open_to_change(path)?;
            let (task, _) = find(&store, *task).await?;
            unless_stopped(agent::work(&store, &task, options)).await
        }
        Command::Cancel { task } => {
            let store = open_to_change(path)?;
            let (task, _) = find(&store, *task).await?;
            match cancel(&store, &task).await.map_err(|error| CommandError::of(error, &store))? {
                Ended::AsAsked => Ok(writeln!(out, "{}", Status::Cancelled)?),
                Ended::Not(status) => Err(CommandError::Otherwise { task: task.id, status }),
            }
        }
        Command::Reconcile { user } => {
            let store = open_to_change(path)?;
            let recount = reconcile(&store, &UserId::new(user)).await;
            match recount.map_err(|error| CommandError::of(error, &store))? {
                Recount::Right => writeln!(out, "the counter is right")?,
                Recount::Corrected(off) => writeln!(out, "the counter was off by {off:+} and is right now")?,
            }
            Ok(())
        }
        Command::Repair => {
            let Repair { now, corrected } = SqliteStore::open(path)?.repair()?;
            Ok(writeln!(out, "it is {now}; {corrected} times were later, and are this one now")?)
        }
        Command::Show { task } => show::show(&SqliteStore::open(path)?, *task, out).await,
        Command::Watch { task, once, every } => {
            watch::watch(&SqliteStore::open(path)?, *task, *every, *once, out).await
        }
        Command::FanOut(options) => tell(path, options, out).await,
    }
}

/// Does this until a signal comes. The programs that it has started end with it, which they would not do by themselves.
async fn unless_stopped<T>(work: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    tokio::select! {
        done = work => done,
        signal = signal() => {
            let cannot = |error| CommandError::System { what: "cannot listen for signals".into(), error };
            Err(CommandError::Stopped(signal.map_err(cannot)?))
        }
    }
}

fn submit(
    path: &Path,
    user: &str,
    comment: Option<&CommentId>,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let store = SqliteStore::open_or_create(path)?.minding_the_clock()?;
    let now = store.now().as_millisecond().unsigned_abs();
    let task = Task { id: TaskId::from_ms(now, fastrand::u128(..)), user: UserId::new(user) };
    store.submit(&task, comment)?;
    Ok(writeln!(out, "{}", task.id)?)
}

async fn tell(path: &Path, options: &FanOutOptions, out: &mut dyn Write) -> Result<(), CommandError> {
    let token = env::var("GITHUB_TOKEN");
    let token = token.map_err(|_| CommandError::Usage("GITHUB_TOKEN is not set, or is no text".into()))?;
    let github = Github::new(&options.api, &options.plain_http, &token).map_err(CommandError::Usage)?;
    fan_out(&SqliteStore::open(path)?, &github, options, out).await
}

fn open_to_change(path: &Path) -> Result<SqliteStore, CommandError> {
    Ok(SqliteStore::open(path)?.minding_the_clock()?)
}
