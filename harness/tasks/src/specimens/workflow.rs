//! Mistakes that only a whole workflow shows.
use super::{Handlers, Surroundings};
use anechoic_orchestrator::{
    self as orchestrator, Durable, Ended, Error, EventId, EventKind, EventRow, Status, StepFailed, Task,
    Terms,
    store::{Batch, Commit, Consistency, Expect, Guard, TaskWrite, Write},
};

fn write<W: Surroundings>(world: &W, task: &Task, expect: Expect, status: Status, slot: bool) -> Write {
    let (error_message, session, at) = (None, None, world.now());
    Write::Task(TaskWrite { id: task.id, expect, status, slot: Some(slot), error_message, session, at })
}

fn count(task: &Task, delta: i64) -> Write {
    Write::Count { user: task.user.clone(), delta, guard: Guard::Always }
}

specimen! {
    /// Takes the slot in the workflow's body, outside any step.
    OutsideAStep = "outside-a-step", "counts the slot in the workflow's body, which runs again from the top for each wait and retry",
    breaks [CounterDoesNotDrift] in ["whole-task"]
}

impl Handlers for OutsideAStep {
    async fn run_task<D: Durable, W: Surroundings>(
        durable: &D,
        world: &W,
        task: &Task,
        terms: &Terms,
    ) -> Result<Status, StepFailed> {
        let expect = Expect { status: Status::Submitted, slot: Some(false), heartbeat: None };
        if world.commit(Batch::of([count(task, 1)])).await.is_ok() {
            let noted = write(world, task, expect, Status::Submitted, true);
            // Whatever becomes of this, the admission below will tell.
            let _ = world.commit(Batch::of([noted])).await;
        }
        orchestrator::run_task(durable, world, task, terms).await
    }
}

specimen! {
    /// A cancel that takes every task short of its end for one that holds a slot.
    ReleasesWhatNoneHolds = "releases-what-none-holds", "a cancel that gives a slot back whether or not the task was admitted",
    breaks [CounterDoesNotDrift] in ["whole-task"]
}

impl Handlers for ReleasesWhatNoneHolds {
    async fn cancel<W: Surroundings>(world: &W, task: &Task) -> Result<Ended, Error> {
        loop {
            let row = world.task(task.id, Consistency::Strong).await?.ok_or(Error::UnknownTask(task.id))?;
            if !row.status.allows(Status::Cancelled) {
                let cancelled = row.status == Status::Cancelled;
                return Ok(if cancelled { Ended::AsAsked } else { Ended::Not(row.status) });
            }
            let expect = Expect { status: row.status, slot: None, heartbeat: None };
            let (id, kind, at) = (EventId::of_end(task.id), EventKind::TaskCancelled, world.now());
            let batch = Batch::of([
                write(world, task, expect, Status::Cancelled, false),
                Write::AppendEvent(EventRow { task: task.id, id, kind, at }),
                count(task, -1),
            ]);
            if world.commit(batch).await? == Commit::Applied {
                return Ok(Ended::AsAsked);
            }
        }
    }
}
