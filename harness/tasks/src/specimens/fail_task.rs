//! Other ways to get `fail_task` wrong.
use super::{Handlers, Surroundings, observed};
use anechoic_orchestrator::{
    self as orchestrator, Change, Ended, Error, EventId, EventKind, EventRow, Moved, Screening, Status, Task,
    store::{Batch, Commit, Consistency, Expect, Guard, TaskWrite, Write},
    transition,
};

/// The task's own write, without event and release.
fn to_failed<W: Surroundings>(world: &W, task: &Task, from: Status, slot: Option<bool>) -> Write {
    Write::Task(TaskWrite {
        id: task.id,
        expect: Expect { status: from, slot: None, heartbeat: None },
        status: Status::Failed,
        slot,
        error_message: None,
        session: None,
        at: world.now(),
    })
}

fn end<W: Surroundings>(world: &W, task: &Task) -> Write {
    let (id, at) = (EventId::of_end(task.id), world.now());
    Write::AppendEvent(EventRow { task: task.id, id, kind: EventKind::TaskFailed, at })
}

fn release(task: &Task) -> Write {
    Write::Count { user: task.user.clone(), delta: -1, guard: Guard::Always }
}

/// What a refused or applied batch says of the failure.
fn ended(commit: &Commit) -> Ended {
    match commit {
        Commit::Refused { task: Some(row), .. } if row.status != Status::Failed => Ended::Not(row.status),
        _ => Ended::AsAsked,
    }
}

specimen! {
    /// Announces the failure whenever the task is found FAILED, as one must if that is a request of its own; but under a new id
    /// each time.
    FreshEventId = "fresh-event-id", "announces an end again whenever it is not sure that it did, under a new id each time",
    breaks [ExactlyOneEvent] in ["fail-task"]
}

impl Handlers for FreshEventId {
    async fn fail_task<W: Surroundings>(
        world: &W,
        task: &Task,
        from: Status,
        _: &str,
    ) -> Result<Ended, Error> {
        let batch = Batch::of([to_failed(world, task, from, Some(false)), release(task)]);
        let ended = ended(&world.commit(batch).await?);
        if ended == Ended::AsAsked {
            observed::emit(world, task).await?;
        }
        Ok(ended)
    }
}

specimen! {
    /// Announces the failure, and then tries to bring it about.
    EmitFirst = "emit-first", "announces the failure before it has won the transition",
    breaks [ExactlyOneEvent] in ["cancel-race"]
}

impl Handlers for EmitFirst {
    async fn fail_task<W: Surroundings>(
        world: &W,
        task: &Task,
        from: Status,
        _: &str,
    ) -> Result<Ended, Error> {
        observed::emit(world, task).await?;
        let batch = Batch::of([to_failed(world, task, from, Some(false)), release(task)]);
        Ok(ended(&world.commit(batch).await?))
    }
}

specimen! {
    /// Gives the slot back, and then tries to fail the task.
    ReleaseFirst = "release-first", "gives the slot back before it has won the transition",
    breaks [CounterDoesNotDrift] in ["fail-task"]
}

impl Handlers for ReleaseFirst {
    async fn fail_task<W: Surroundings>(
        world: &W,
        task: &Task,
        from: Status,
        _: &str,
    ) -> Result<Ended, Error> {
        world.commit(Batch::of([release(task)])).await?;
        let batch = Batch::of([to_failed(world, task, from, Some(false)), end(world, task)]);
        Ok(ended(&world.commit(batch).await?))
    }
}

specimen! {
    /// Fails and announces in one batch, and then decrements: one request, to which the store's client gives no token.
    DecrementTwice = "decrement-twice", "decrements in a request of its own, which the store's client repeats without a token",
    breaks [CounterDoesNotDrift] in ["fail-task"]
}

impl Handlers for DecrementTwice {
    async fn fail_task<W: Surroundings>(
        world: &W,
        task: &Task,
        from: Status,
        _: &str,
    ) -> Result<Ended, Error> {
        let batch = Batch::of([to_failed(world, task, from, Some(false)), end(world, task)]);
        let commit = world.commit(batch).await?;
        if commit == Commit::Applied {
            world.commit(Batch::of([release(task)])).await?;
        }
        Ok(ended(&commit))
    }
}

specimen! {
    /// Logs what goes wrong with the store, and goes on.
    SwallowedError = "swallowed-error", "takes the store's silence for success",
    breaks [EveryFailureIsAnnounced] in ["fail-task"]
}

impl Handlers for SwallowedError {
    async fn fail_task<W: Surroundings>(
        world: &W,
        task: &Task,
        from: Status,
        reason: &str,
    ) -> Result<Ended, Error> {
        match orchestrator::fail_task(world, task, from, reason).await {
            Err(Error::Store(_)) => {
                world.log("WARN Failed to fail the task");
                Ok(Ended::AsAsked)
            }
            ended => ended,
        }
    }
}

specimen! {
    /// Expects the task where it stood a step earlier, and takes the refusal for somebody else's success.
    WrongFrom = "wrong-from", "expects the task where it stood a step earlier",
    breaks [EveryFailureIsAnnounced] in ["fail-task"],
    unseen "it leaves the task as it is, however calmly it is called"
}

impl Handlers for WrongFrom {
    async fn fail_task<W: Surroundings>(
        world: &W,
        task: &Task,
        _: Status,
        reason: &str,
    ) -> Result<Ended, Error> {
        let change = Change::new(Status::Submitted, Status::Failed).because(reason);
        match transition(world, task, &change).await? {
            Moved::Now | Moved::No(_) => Ok(Ended::AsAsked),
        }
    }
}

specimen! {
    /// Looks where the task stands, although the look may show an older version of its row, and takes the refusal for
    /// somebody else's move.
    TrustedStaleRead = "trusted-stale-read", "lets a read that may be stale decide that there is nothing to fail",
    breaks [EveryFailureIsAnnounced] in ["hydrate-context"]
}

impl Handlers for TrustedStaleRead {
    async fn fail_task<W: Surroundings>(
        world: &W,
        task: &Task,
        _: Status,
        reason: &str,
    ) -> Result<Ended, Error> {
        let row = world.task(task.id, Consistency::Eventual).await?.ok_or(Error::UnknownTask(task.id))?;
        match row.status {
            Status::Failed => Ok(Ended::AsAsked),
            from => orchestrator::fail_task(world, task, from, reason).await,
        }
    }

    async fn hydrate_context<W: Surroundings>(world: &W, task: &Task) -> Result<(), Error> {
        let change = Change::new(Status::Submitted, Status::Hydrating);
        if let Moved::No(row) = transition(world, task, &change).await?
            && row.status != Status::Hydrating
        {
            return Err(Error::MovedOn(row.status));
        }
        if let Screening::Blocked(reason) = world.screen(task.id).await? {
            Self::fail_task(world, task, Status::Hydrating, &reason).await?;
        }
        Ok(())
    }
}
