//! Runs a task's workflow to its end.
use crate::{CommandError, World, cli::duration, programs::Programs};
use anechoic_orchestrator::{Clock, Status, Store, Task, Terms, run_task};
use anechoic_sqlite::{Execution, Invoked, Retries, SqliteStore};
use clap::Args;
use std::time::Duration;

/// How a workflow is run.
#[derive(Clone, Debug, Args)]
pub struct RunOptions {
    /// So many tasks of one user are active at once
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(i64).range(1..))]
    pub cap: i64,
    /// So long between two looks at a queue or an agent
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub poll: Duration,
    /// So many looks at an agent, and then its time is up
    #[arg(long, value_name = "N", default_value_t = 960)]
    pub polls: u32,
    /// The longest delay before the first retry of a step; later ones wait for longer
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration)]
    pub retry_delay: Duration,
    /// The programs around it.
    #[command(flatten)]
    pub programs: Programs,
}

/// Runs a task's workflow to its end and says to which. The checkpoints are in `file`; the workflow's handlers use
/// `store`.
///
/// # Errors
/// [`CommandError`]; the workflow goes on when it is run again.
pub async fn run<S: Store + Clock>(
    file: &SqliteStore,
    store: &S,
    task: &Task,
    options: &RunOptions,
) -> Result<Status, CommandError> {
    let retries = Retries { first: options.retry_delay, ..Retries::default() };
    let terms = Terms { cap: options.cap, poll_every: options.poll, polls: options.polls };
    let world = World { store, programs: &options.programs };
    let execution = Execution::claim(file, task.id, retries)?;
    loop {
        match execution.invoke(run_task(&execution, &world, task, &terms)).await? {
            Invoked::Done(Ok(end)) => return Ok(end),
            Invoked::Done(Err(failed)) => {
                execution.forget()?;
                return Err(failed.into());
            }
            Invoked::Waits(time) => tokio::time::sleep(time).await,
        }
    }
}
