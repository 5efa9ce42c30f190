//! Stands for a task's agent: shows signs of life while a program works, and says how it ended.
use crate::{
    CommandError, Exit, child::Child, cli::duration, confines::confine, harmless::warn, opened::find,
};
use anechoic_orchestrator::{Ended, Status, Task, beat, complete, give_up};
use anechoic_sqlite::SqliteStore;
use clap::Args;
use std::{ffi::OsString, process::Stdio, time::Duration};
use tokio::{
    process::Command,
    time::{MissedTickBehavior, interval, sleep},
};

/// So long between two looks at a task that has not begun.
const LOOK: Duration = Duration::from_millis(50);

/// How an agent works.
#[derive(Clone, Debug, Args)]
pub struct AgentOptions {
    /// So long between two signs of life
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub every: Duration,
    /// So long the program may work, before it is ended and the task fails
    #[arg(long, value_name = "TIME", default_value = "8h", value_parser = duration)]
    pub work_for: Duration,
    /// A variable of the environment that the program may see, besides PATH, HOME, the language and the like; may be
    /// repeated
    #[arg(long, value_name = "NAME")]
    pub env: Vec<String>,
    /// The program that does the work: the task is completed if it ends well and fails if not; what it has started ends
    /// with it, and both end with this command [default: none, the work is done]
    #[arg(last = true, value_name = "PROGRAM")]
    pub program: Vec<OsString>,
}

/// Waits until the task is at work, works, and ends it.
///
/// # Errors
/// [`CommandError::Otherwise`] if the task ends otherwise, and whatever keeps the agent from working.
pub async fn work(store: &SqliteStore, task: &Task, options: &AgentOptions) -> Result<(), CommandError> {
    let otherwise = |status| CommandError::Otherwise { task: task.id, status };
    loop {
        match find(store, task.id).await?.1.status {
            status if status.is_terminal() => return Err(otherwise(status)),
            status if status.is_at_work() => break,
            _ => tokio::time::sleep(LOOK).await,
        }
    }
    show_life(store, task).await?;
    if let Some((program, arguments)) = options.program.split_first()
        && let Err(reason) = carry_out(store, task, options, program, arguments).await?
    {
        let end = give_up(store, task, reason).await.map_err(|error| CommandError::of(error, store))?;
        return Err(otherwise(end));
    }
    match complete(store, task).await.map_err(|error| CommandError::of(error, store))? {
        Ended::AsAsked => Ok(()),
        Ended::Not(status) => Err(otherwise(status)),
    }
}

/// Runs the program to its end, and says why it failed, if it did. Whatever stops this stops the program.
async fn carry_out(
    store: &SqliteStore,
    task: &Task,
    options: &AgentOptions,
    program: &OsString,
    arguments: &[OsString],
) -> Result<Result<(), String>, CommandError> {
    let name = program.to_string_lossy();
    let system = |error| CommandError::System { what: name.clone().into_owned(), error };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    confine(&mut command, &options.env);
    let mut child = Child::start(&mut command).map_err(system)?;
    let mut beats = interval(options.every.max(Duration::from_millis(1)));
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first one comes at once, and the agent has just been heard.
    beats.tick().await;
    let mut end_of_time = std::pin::pin!(sleep(options.work_for));
    loop {
        tokio::select! {
            status = child.wait() => {
                let status = status.map_err(system)?;
                child.end();
                return Ok(if status.success() { Ok(()) } else { Err(format!("{name} ended with {status}")) });
            }
            () = &mut end_of_time => {
                child.end();
                return Ok(Err(format!("{name} had not ended after {:?}, and was ended", options.work_for)));
            }
            _ = beats.tick() => if let Some(status) = show_life(store, task).await? {
                return Err(CommandError::Otherwise { task: task.id, status });
            },
        }
    }
}

/// Shows a sign of life. One that gets no answer now is no harm: the next one will do. Says if the task has ended.
///
/// # Errors
/// If there will be no answer later either: the file is not there any more, or is not what it should be.
async fn show_life(store: &SqliteStore, task: &Task) -> Result<Option<Status>, CommandError> {
    let beaten = beat(store, task).await.map_err(|error| CommandError::of(error, store));
    let found = match beaten {
        Ok(()) => find(store, task.id).await,
        Err(error) => Err(error),
    };
    match found {
        Ok((_, row)) => Ok(row.status.is_terminal().then_some(row.status)),
        Err(error) if matches!(error.exit(), Exit::Unreadable | Exit::UnknownTask) => Err(error),
        Err(error) => {
            warn(&error.to_string());
            Ok(None)
        }
    }
}
