//! What the two observed versions share: three separate writes, and call sites that catch, fail the task and rethrow.
use super::{Handlers, Surroundings};
use anechoic_orchestrator::{
    Error, EventKind, EventRow, Screening, SessionId, Status, Task,
    store::{Batch, Commit, Expect, Guard, TaskWrite, Unavailable, Write},
};

/// Moves the task, on the condition that it stands where the caller thinks.
pub(super) async fn transition<W: Surroundings>(
    world: &W,
    task: &Task,
    (from, to): (Status, Status),
    because: Option<&str>,
    session: Option<SessionId>,
) -> Result<Commit, Unavailable> {
    let write = TaskWrite {
        id: task.id,
        expect: Expect { status: from, slot: None, heartbeat: None },
        status: to,
        slot: None,
        error_message: because.map(Into::into),
        session,
        at: world.now(),
    };
    world.commit(Batch::of([Write::Task(write)])).await
}

/// The first write of `failTask`. What goes wrong with it is logged and swallowed.
pub(super) async fn to_failed<W: Surroundings>(
    world: &W,
    task: &Task,
    from: Status,
    reason: &str,
) -> Result<Commit, Unavailable> {
    let moved = transition(world, task, (from, Status::Failed), Some(reason), None).await;
    if !matches!(moved, Ok(Commit::Applied)) {
        world.log("WARN Failed to transition task to FAILED");
    }
    moved
}

/// The second: a `task_failed` row under a new id.
pub(super) async fn emit<W: Surroundings>(world: &W, task: &Task) -> Result<(), Unavailable> {
    announce(world, task, EventKind::TaskFailed).await
}

/// Puts an event under a new id.
pub(super) async fn announce<W: Surroundings>(
    world: &W,
    task: &Task,
    kind: EventKind,
) -> Result<(), Unavailable> {
    let event = EventRow { task: task.id, id: world.fresh_event_id(), kind, at: world.now() };
    world.commit(Batch::of([Write::PutEvent(event)])).await.map(drop)
}

/// The third: the user's counter, clamped at zero. That what goes wrong with it is swallowed is our assumption: the issue
/// does not say.
pub(super) async fn release<W: Surroundings>(world: &W, task: &Task) {
    let count = Write::Count { user: task.user.clone(), delta: -1, guard: Guard::AboveZero };
    let _ = world.commit(Batch::of([count])).await;
}

/// Moves the task to HYDRATING and screens it; whatever goes wrong fails the task and is thrown again.
pub(super) async fn hydrate_context<H: Handlers, W: Surroundings>(
    world: &W,
    task: &Task,
) -> Result<(), Error> {
    let hydrated = async {
        step_to(world, task, Status::Submitted, Status::Hydrating, None).await?;
        match world.screen(task.id).await? {
            Screening::Passed => Ok(()),
            Screening::Blocked(reason) => Err(Error::Blocked(reason)),
        }
    };
    or_fail::<H, W, ()>(world, task, hydrated.await).await
}

/// Starts the agent's session and moves the task to RUNNING; whatever goes wrong fails the task and is thrown again.
pub(super) async fn start_session<H: Handlers, W: Surroundings>(
    world: &W,
    task: &Task,
) -> Result<SessionId, Error> {
    let started = async {
        let session = world.start(task.id).await?;
        step_to(world, task, Status::Hydrating, Status::Running, Some(session.clone())).await?;
        Ok(session)
    };
    or_fail::<H, W, SessionId>(world, task, started.await).await
}

async fn step_to<W: Surroundings>(
    world: &W,
    task: &Task,
    from: Status,
    to: Status,
    session: Option<SessionId>,
) -> Result<(), Error> {
    match transition(world, task, (from, to), None, session).await? {
        Commit::Applied => Ok(()),
        Commit::Refused { task: Some(row), .. } => Err(Error::MovedOn(row.status)),
        Commit::Refused { task: None, .. } => Err(Error::UnknownTask(task.id)),
    }
}

async fn or_fail<H: Handlers, W: Surroundings, T>(
    world: &W,
    task: &Task,
    done: Result<T, Error>,
) -> Result<T, Error> {
    if let Err(error) = &done {
        H::fail_task(world, task, Status::Hydrating, &error.to_string()).await?;
    }
    done
}
