//! Tells failures to pull requests: the consumer of the event stream.
use crate::{CommandError, Github, cli::duration, harmless::warn};
use anechoic_orchestrator::{Comments, Error, Told, tell_failure, tells_failure};
use anechoic_sqlite::{Delivery, SqliteStore};
use clap::Args;
use std::{
    fs::{File, TryLockError},
    io::Write,
    path::PathBuf,
    time::Duration,
};

/// The name of this consumer in the file.
const CONSUMER: &str = "fan-out";

/// How failures are told.
#[derive(Clone, Debug, Args)]
pub struct FanOutOptions {
    /// The address of GitHub's REST interface
    #[arg(long, value_name = "URL", default_value = "https://api.github.com")]
    pub api: String,
    /// A host to which the token may go over plain HTTP, where everybody on the way can read it; may be repeated
    #[arg(long, value_name = "HOST")]
    pub plain_http: Vec<String>,
    /// Ends when every event so far has been told
    #[arg(long)]
    pub once: bool,
    /// So long between two looks at the stream, or two tries
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration)]
    pub every: Duration,
    /// Passes over events that GitHub refuses to be told, because the comment is gone or the token may not change it
    #[arg(long)]
    pub skip_refused: bool,
}

/// Tells every failure in the stream, in order, from where it was left.
///
/// # Errors
/// [`CommandError`]; the event that it is about is delivered again.
pub async fn fan_out(
    store: &SqliteStore,
    github: &Github,
    options: &FanOutOptions,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let _lock = lock(store)?;
    loop {
        let Some(delivery) = store.next_delivery(CONSUMER)? else {
            if options.once {
                return Ok(());
            }
            tokio::time::sleep(options.every).await;
            continue;
        };
        match tell(store, github, &delivery, out).await {
            Err(error @ (CommandError::NoAnswer { .. } | CommandError::NotShown { .. })) if !options.once => {
                warn(&error.to_string());
                tokio::time::sleep(options.every).await;
                continue;
            }
            Err(CommandError::Handler(error @ Error::Refused { .. })) if options.skip_refused => {
                warn(&format!("the failure of task {} is not told: {error}", delivery.event.task));
            }
            told => told?,
        }
        store.delivered(CONSUMER, delivery.position)?;
    }
}

async fn tell(
    store: &SqliteStore,
    github: &Github,
    delivery: &Delivery,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let event = &delivery.event;
    let Some(id) = store.comment(event.task)? else { return Ok(()) };
    let comment = github.comment(&id);
    let unanswered = |error| match (error, github.take_fault()) {
        (Error::NoAnswer(service), Some(why)) => CommandError::NoAnswer { service, why },
        (error, _) => CommandError::Handler(error),
    };
    match tell_failure(&comment, event).await.map_err(unanswered)? {
        Told::Now => {
            // Somebody else may have written over it, or GitHub may have kept something else.
            if !tells_failure(&comment.read(event.task).await.map_err(unanswered)?, event.task) {
                return Err(CommandError::NotShown { task: event.task, comment: id });
            }
            writeln!(out, "task {}: told to {id}", event.task)?;
        }
        Told::Already => writeln!(out, "task {}: {id} says so already", event.task)?,
        Told::Nothing => {}
    }
    Ok(out.flush()?)
}

/// One consumer at a time: the lock is held as long as this process lives.
fn lock(store: &SqliteStore) -> Result<File, CommandError> {
    let mut path = store.real_path().as_os_str().to_owned();
    path.push("-fan-out");
    let path = PathBuf::from(path);
    let system = |error| CommandError::System { what: path.display().to_string(), error };
    let file = File::options().write(true).create(true).truncate(false).open(&path).map_err(system)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(CommandError::OneAtATime(store.path().into())),
        Err(TryLockError::Error(error)) => Err(system(error)),
    }
}
