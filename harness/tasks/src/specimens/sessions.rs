//! Ways to get `start_session` wrong.
use super::{Handlers, Surroundings};
use anechoic_orchestrator::{
    self as orchestrator, Change, Error, Moved, SessionId, Status, Task,
    store::{Batch, Guard, Write},
    transition,
};

specimen! {
    /// Starts a session in each try, since the service is not told which tries belong together.
    SixSessions = "six-sessions", "starts a session in each try of the step",
    breaks [OneSessionPerTask] in ["start-session"]
}

impl Handlers for SixSessions {
    async fn start_session<W: Surroundings>(world: &W, task: &Task) -> Result<SessionId, Error> {
        let session = match world.start_another_session().await {
            Ok(session) => session,
            Err(Error::Session(refused)) => {
                Self::fail_task(world, task, Status::Hydrating, &refused.reason).await?;
                return Err(refused.into());
            }
            Err(unknown) => return Err(unknown),
        };
        let change = Change::new(Status::Hydrating, Status::Running).in_session(session.clone());
        match transition(world, task, &change).await? {
            Moved::Now => Ok(session),
            Moved::No(row) => Err(Error::MovedOn(row.status)),
        }
    }
}

specimen! {
    /// Does not recognise that an earlier try has succeeded, looks where the task stands, and fails it from there.
    FailsTheHealthy = "fails-the-healthy", "does not recognise that the step has succeeded before, and fails the task",
    breaks [HealthyIsNotFailed] in ["start-session"]
}

impl Handlers for FailsTheHealthy {
    async fn start_session<W: Surroundings>(world: &W, task: &Task) -> Result<SessionId, Error> {
        let session = match world.start(task.id).await {
            Err(Error::Session(_)) => return orchestrator::start_session(world, task).await,
            session => session?,
        };
        let change = Change::new(Status::Hydrating, Status::Running).in_session(session.clone());
        match transition(world, task, &change).await? {
            Moved::Now => Ok(session),
            Moved::No(row) => {
                if row.status.allows(Status::Failed) {
                    Self::fail_task(world, task, row.status, "the session did not start").await?;
                }
                Err(Error::MovedOn(row.status))
            }
        }
    }
}

specimen! {
    /// Gives the slot back in the step, too, whenever the session does not start.
    SiblingReleases = "sibling-releases", "the step gives the slot back that fail_task has given back",
    breaks [CounterDoesNotDrift] in ["start-session"]
}

impl Handlers for SiblingReleases {
    async fn start_session<W: Surroundings>(world: &W, task: &Task) -> Result<SessionId, Error> {
        let started = orchestrator::start_session(world, task).await;
        if let Err(Error::Session(_)) = started {
            let release = Write::Count { user: task.user.clone(), delta: -1, guard: Guard::AboveZero };
            world.commit(Batch::of([release])).await?;
        }
        started
    }
}
