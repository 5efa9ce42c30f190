//! A task's whole life, as a workflow that a durable runtime carries.
use crate::{
    Admission, Clock, Error, Status, Store, Task, Watched, admit, finalize, give_up, hydrate_context,
    load_blueprint,
    ports::{Blueprints, Dependencies, Guardrail, Sessions},
    pre_flight, start_session, watch_over,
};
use serde::{Serialize, de::DeserializeOwned};
use std::{future::Future, hash::Hash, time::Duration};

/// A durable runtime: it keeps what steps returned, and runs the workflow from its top again whenever it has to.
pub trait Durable {
    /// Runs a step until it succeeds once or the runtime's retry policy gives up. A step that is done is not run again: its
    /// value comes from the runtime.
    ///
    /// # Errors
    /// [`StepFailed`] when the last attempt has failed.
    fn step<T, F>(
        &self,
        name: &'static str,
        body: impl FnOnce() -> F,
    ) -> impl Future<Output = Result<T, StepFailed>>
    where
        T: Clone + Hash + Serialize + DeserializeOwned + 'static,
        F: Future<Output = Result<T, Error>>;

    /// Lets time pass, once, however often the workflow is run.
    fn wait(&self, name: &'static str, time: Duration) -> impl Future<Output = ()>;
}

/// A step failed for good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("step {step} failed in each of its attempts")]
pub struct StepFailed {
    /// Its name.
    pub step: &'static str,
}

/// What is around a task's workflow.
pub trait Outside: Store + Clock + Guardrail + Sessions + Blueprints + Dependencies {}

impl<W: Store + Clock + Guardrail + Sessions + Blueprints + Dependencies> Outside for W {}

/// What a user's tasks are granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// So many tasks of one user are active at once.
    pub cap: i64,
    /// So long between two looks at a queue or an agent.
    pub poll_every: Duration,
    /// So many looks at an agent, and then its time is up.
    pub polls: u32,
}

impl Default for Terms {
    /// Three tasks at once, a look every 30 s, eight hours.
    fn default() -> Terms {
        Terms { cap: 3, poll_every: Duration::from_secs(30), polls: 8 * 60 * 2 }
    }
}

/// Takes a task from SUBMITTED to its end, and says to which.
///
/// # Errors
/// [`StepFailed`] if not even its failure could be recorded.
pub async fn run_task<D: Durable, W: Outside>(
    durable: &D,
    world: &W,
    task: &Task,
    terms: &Terms,
) -> Result<Status, StepFailed> {
    match course(durable, world, task, terms).await {
        Ok(end) => Ok(end),
        Err(failed) => durable.step("give-up", || give_up(world, task, failed.to_string())).await,
    }
}

async fn course<D: Durable, W: Outside>(
    durable: &D,
    world: &W,
    task: &Task,
    terms: &Terms,
) -> Result<Status, StepFailed> {
    durable.step("load-blueprint", || load_blueprint(world, task)).await?;
    while durable.step("admission-control", || admit(world, task, terms.cap)).await? == Admission::Queued {
        durable.wait("queue", terms.poll_every).await;
    }
    durable.step("pre-flight", || pre_flight(world, task)).await?;
    durable.step("hydrate-context", || hydrate_context(world, task)).await?;
    durable.step("start-session", || start_session(world, task)).await?;
    for _look in 0..terms.polls {
        durable.wait("agent", terms.poll_every).await;
        if let Watched::Ended(end) =
            durable.step("await-agent-completion", || watch_over(world, task)).await?
        {
            return Ok(end);
        }
    }
    durable.step("finalize", || finalize(world, task)).await
}
