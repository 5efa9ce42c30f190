//! Stands for a task's agent: shows signs of life while a program works, and says how it ended.
use crate::{CommandError, cli::duration, opened::find};
use anechoic_orchestrator::{Ended, Status, Task, beat, complete, give_up};
use anechoic_sqlite::SqliteStore;
use clap::Args;
use std::{
    ffi::OsString,
    process::{Child, Command, ExitStatus},
    time::{Duration, Instant},
};

/// So long between two looks at a task that has not begun, or at a program that works.
const LOOK: Duration = Duration::from_millis(50);

/// How an agent works.
#[derive(Clone, Debug, Args)]
pub struct AgentOptions {
    /// So long between two signs of life
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub every: Duration,
    /// The program that does the work: the task is completed if it ends well and fails if not [default: none, the work is
    /// done]
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
    show_life(store, task).await;
    if let Some((program, arguments)) = options.program.split_first() {
        let what = || program.to_string_lossy().into_owned();
        let child = Command::new(program).args(arguments).spawn();
        let child = child.map_err(|error| CommandError::System { what: what(), error })?;
        let status = wait(store, task, options, child).await?;
        if !status.success() {
            let reason = format!("{} ended with {status}", what());
            let end = give_up(store, task, reason).await.map_err(|error| CommandError::of(error, store))?;
            return Err(otherwise(end));
        }
    }
    match complete(store, task).await.map_err(|error| CommandError::of(error, store))? {
        Ended::AsAsked => Ok(()),
        Ended::Not(status) => Err(otherwise(status)),
    }
}

/// Waits for the program; ends it if the task has ended.
async fn wait(
    store: &SqliteStore,
    task: &Task,
    options: &AgentOptions,
    mut child: Child,
) -> Result<ExitStatus, CommandError> {
    let system = |error| CommandError::System { what: "cannot wait for the program".into(), error };
    let mut last = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(system)? {
            return Ok(status);
        }
        if last.elapsed() >= options.every {
            last = Instant::now();
            if let Some(status) = show_life(store, task).await {
                child.kill().and_then(|()| child.wait()).map_err(system)?;
                return Err(CommandError::Otherwise { task: task.id, status });
            }
        }
        tokio::time::sleep(LOOK.min(options.every)).await;
    }
}

/// Shows a sign of life. One that gets no answer is no harm: the next one will do. Says if the task has ended.
async fn show_life(store: &SqliteStore, task: &Task) -> Option<Status> {
    if let Err(error) = beat(store, task).await {
        eprintln!("warning: {}", CommandError::of(error, store));
    }
    let status = find(store, task.id).await.ok()?.1.status;
    status.is_terminal().then_some(status)
}
