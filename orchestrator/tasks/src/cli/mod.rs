//! The command line.
mod args;

pub(crate) use args::duration;

use crate::{
    CommandError, Exit, Github, agent,
    fan_out::{FanOutOptions, fan_out},
    opened::{check_clock, find},
    run, show, watch,
};
use anechoic_orchestrator::{Clock, Ended, Recount, Status, Task, TaskId, UserId, cancel, reconcile};
use anechoic_sqlite::{CommentId, Doom, SqliteStore};
use args::{Arguments, Command};
use clap::Parser;
use std::{env, ffi::OsString, io::Write, path::Path};

/// The instant at which the process kills itself: for tests of what it leaves behind.
pub const KILL_AT: &str = "ANECHOIC_TASKS_KILL_AT";

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
    let done = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let done = done.map_err(|error| CommandError::System { what: "cannot start".into(), error });
    done.and_then(|runtime| runtime.block_on(carry_out(&arguments, out))).map_or_else(
        |error| {
            eprintln!("error: {error}");
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
            let end = run::run(&store, &store, &task, options).await?;
            writeln!(out, "{end}")?;
            match end {
                Status::Completed => Ok(()),
                status => Err(CommandError::Otherwise { task: task.id, status }),
            }
        }
        Command::Agent { task, options } => {
            let store = open_to_change(path)?;
            let (task, _) = find(&store, *task).await?;
            agent::work(&store, &task, options).await
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
        Command::Show { task } => show::show(&SqliteStore::open(path)?, *task, out).await,
        Command::Watch { task, once, every } => {
            watch::watch(&SqliteStore::open(path)?, *task, *every, *once, out).await
        }
        Command::FanOut(options) => tell(path, options, out).await,
    }
}

fn submit(
    path: &Path,
    user: &str,
    comment: Option<&CommentId>,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let store = SqliteStore::open_or_create(path)?;
    check_clock(&store)?;
    let now = u64::try_from(store.now().as_millisecond());
    let now = now.map_err(|_| CommandError::Usage("the clock shows a time before 1970; set it".into()))?;
    let task = Task { id: TaskId::from_ms(now, fastrand::u128(..)), user: UserId::new(user) };
    store.submit(&task, comment)?;
    Ok(writeln!(out, "{}", task.id)?)
}

async fn tell(path: &Path, options: &FanOutOptions, out: &mut dyn Write) -> Result<(), CommandError> {
    let token = env::var("GITHUB_TOKEN");
    let token = token.map_err(|_| CommandError::Usage("GITHUB_TOKEN is not set, or is no text".into()))?;
    let github = Github::new(&options.api, &token).map_err(CommandError::Usage)?;
    fan_out(&open(path)?, &github, options, out).await
}

fn open_to_change(path: &Path) -> Result<SqliteStore, CommandError> {
    let store = open(path)?;
    check_clock(&store)?;
    Ok(store)
}

fn open(path: &Path) -> Result<SqliteStore, CommandError> {
    let store = SqliteStore::open(path)?;
    let Some(instant) = env::var_os(KILL_AT) else { return Ok(store) };
    let instant = instant.to_str().and_then(|text| text.parse().ok());
    let expected = || CommandError::Usage(format!("{KILL_AT} is no whole number from 1"));
    Ok(store.doomed(Doom::at(instant.filter(|instant| *instant > 0).ok_or_else(expected)?)))
}
