//! Ways to get the other ends of a task wrong.
use super::{Handlers, Surroundings, observed::announce};
use anechoic_orchestrator::{
    self as orchestrator, Change, Ended, Error, EventId, EventKind, EventRow, Status, Task, TaskRow, Watched,
    is_silent,
    store::{Batch, Commit, Consistency, Expect, Guard, TaskWrite, Write},
    transition,
};

async fn look<W: Surroundings>(world: &W, task: &Task) -> Result<TaskRow, Error> {
    world.task(task.id, Consistency::Strong).await?.ok_or(Error::UnknownTask(task.id))
}

/// Ends a task in one batch like the shipped code, but without asking whether the lifecycle allows it.
async fn force<W: Surroundings>(
    world: &W,
    task: &Task,
    row: &TaskRow,
    to: (Status, EventKind),
    id: EventId,
) -> Result<Commit, Error> {
    let write = TaskWrite {
        id: task.id,
        expect: Expect { status: row.status, slot: Some(row.slot), heartbeat: None },
        status: to.0,
        slot: Some(false),
        error_message: None,
        session: None,
        at: world.now(),
    };
    let event = EventRow { task: task.id, id, kind: to.1, at: world.now() };
    let mut writes = vec![Write::Task(write), Write::PutEvent(event)];
    if row.slot {
        writes.push(Write::Count { user: task.user.clone(), delta: -1, guard: Guard::Always });
    }
    Ok(world.commit(Batch::of(writes)).await?)
}

specimen! {
    /// A cancel that announces itself also when it came too late.
    CancelEchoes = "cancel-echoes", "a cancel that announces itself whether or not it won",
    breaks [ExactlyOneEvent] in ["cancel-race"]
}

impl Handlers for CancelEchoes {
    async fn cancel<W: Surroundings>(world: &W, task: &Task) -> Result<Ended, Error> {
        let ended = orchestrator::cancel(world, task).await?;
        if ended != Ended::AsAsked {
            announce(world, task, EventKind::TaskCancelled).await?;
        }
        Ok(ended)
    }
}

specimen! {
    /// Gives a silent agent up without asking, in the same instant, whether it is still silent.
    Impatient = "impatient", "fails a silent agent's task without a condition on its silence",
    breaks [HealthyIsNotFailed] in ["heartbeat-stale"],
    unseen "what it leaves is what is left if the sign of life comes after the failure"
}

impl Handlers for Impatient {
    async fn watch_over<W: Surroundings>(world: &W, task: &Task) -> Result<Watched, Error> {
        let row = look(world, task).await?;
        if !is_silent(&row, world.now()) {
            return Ok(Watched::GoesOn);
        }
        let change = Change::new(row.status, Status::Failed).because("the agent fell silent");
        transition(world, task, &change).await?;
        Ok(Watched::Ended(Status::Failed))
    }
}

specimen! {
    /// An agent whose word is the last, wherever the task stands.
    Revives = "revives", "the last writer wins: an agent completes a task that has ended otherwise",
    breaks [ExactlyOneEvent, TerminalIsFinal] in ["finalize"]
}

impl Handlers for Revives {
    async fn complete<W: Surroundings>(world: &W, task: &Task) -> Result<Ended, Error> {
        let row = look(world, task).await?;
        if row.status == Status::Running {
            transition(world, task, &Change::new(Status::Running, Status::Finalizing)).await?;
        }
        let row = look(world, task).await?;
        if row.status == Status::Finalizing || (row.status.is_terminal() && row.status != Status::Completed) {
            let completed = (Status::Completed, EventKind::TaskCompleted);
            force(world, task, &row, completed, world.fresh_event_id()).await?;
        }
        Ok(Ended::AsAsked)
    }
}

specimen! {
    /// An agent that completes a running task in one move.
    SkipsFinalizing = "skips-finalizing", "an agent completes a running task in one move",
    breaks [TransitionsAreLegal] in ["finalize"],
    unseen "its end is right, and only the way to it is not"
}

impl Handlers for SkipsFinalizing {
    async fn complete<W: Surroundings>(world: &W, task: &Task) -> Result<Ended, Error> {
        let row = look(world, task).await?;
        if row.status != Status::Running {
            return orchestrator::complete(world, task).await;
        }
        let completed = (Status::Completed, EventKind::TaskCompleted);
        force(world, task, &row, completed, EventId::of_end(task.id)).await?;
        Ok(Ended::AsAsked)
    }
}

specimen! {
    /// Takes a task that has ended for one whose end is still to be announced.
    FinalizeAgain = "finalize-again", "announces and releases once more what the agent has ended",
    breaks [ExactlyOneEvent, CounterDoesNotDrift] in ["finalize"]
}

impl Handlers for FinalizeAgain {
    async fn finalize<W: Surroundings>(world: &W, task: &Task) -> Result<Status, Error> {
        let row = look(world, task).await?;
        let Some(kind) = EventKind::of_end(row.status) else {
            return orchestrator::finalize(world, task).await;
        };
        announce(world, task, kind).await?;
        let release = Write::Count { user: task.user.clone(), delta: -1, guard: Guard::AboveZero };
        world.commit(Batch::of([release])).await?;
        Ok(row.status)
    }
}

specimen! {
    /// Times out what waits for approval. The move is refused; the event is not.
    IllegalTimeout = "illegal-timeout", "times out what waits for approval; the move is refused, and announced all the same",
    breaks [ExactlyOneEvent] in ["finalize"]
}

impl Handlers for IllegalTimeout {
    async fn finalize<W: Surroundings>(world: &W, task: &Task) -> Result<Status, Error> {
        let row = look(world, task).await?;
        if row.status != Status::AwaitingApproval {
            return orchestrator::finalize(world, task).await;
        }
        if transition(world, task, &Change::new(row.status, Status::TimedOut)).await.is_err() {
            world.log("WARN Failed to transition task to TIMED_OUT");
        }
        announce(world, task, EventKind::TaskTimedOut).await?;
        Ok(Status::TimedOut)
    }
}

specimen! {
    /// Times out what waits for approval, past the lifecycle.
    TimesOutAnything = "times-out-anything", "times out what waits for approval, against the lifecycle",
    breaks [TransitionsAreLegal, AgreesWithModel] in ["finalize"],
    unseen "it ends in the same wrong state, however calmly it is called"
}

impl Handlers for TimesOutAnything {
    async fn finalize<W: Surroundings>(world: &W, task: &Task) -> Result<Status, Error> {
        let row = look(world, task).await?;
        if row.status == Status::AwaitingApproval {
            let timed_out = (Status::TimedOut, EventKind::TaskTimedOut);
            force(world, task, &row, timed_out, EventId::of_end(task.id)).await?;
        }
        orchestrator::finalize(world, task).await
    }
}
