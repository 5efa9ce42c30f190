//! Ways to get admission and the recount wrong.
use super::{Handlers, Surroundings};
use anechoic_orchestrator::{
    Admission, Error, Recount, Status, Task, UserId,
    store::{Batch, Commit, Expect, Guard, TaskWrite, Write},
};

/// A change of the task's slot, and of its status.
fn change<W: Surroundings>(world: &W, task: &Task, expected: Option<bool>, to: (Status, bool)) -> Write {
    Write::Task(TaskWrite {
        id: task.id,
        expect: Expect { status: Status::Submitted, slot: expected, heartbeat: None },
        status: to.0,
        slot: Some(to.1),
        error_message: None,
        session: None,
        at: world.now(),
    })
}

fn count(user: &UserId, delta: i64, guard: Guard) -> Write {
    Write::Count { user: user.clone(), delta, guard }
}

specimen! {
    /// Counts the slot in one request and notes it on the task's row in the next.
    AdmitTwice = "admit-twice", "counts a slot in a request of its own, again in each retry",
    breaks [CounterDoesNotDrift] in ["admission"]
}

impl Handlers for AdmitTwice {
    async fn admit<W: Surroundings>(world: &W, task: &Task, cap: i64) -> Result<Admission, Error> {
        let counted = world.commit(Batch::of([count(&task.user, 1, Guard::Below(cap))])).await?;
        let (status, slot, admission) = match counted {
            Commit::Applied => (Status::Submitted, true, Admission::Admitted),
            Commit::Refused { .. } => (Status::Queued, false, Admission::Queued),
        };
        world.commit(Batch::of([change(world, task, None, (status, slot))])).await?;
        Ok(admission)
    }
}

specimen! {
    /// Looks whether a slot is left, and then takes one.
    CheckThenAct = "check-then-act", "reads whether a slot is left, and takes one without a condition",
    breaks [CapIsKept] in ["admission"],
    unseen "more tasks hold a slot than may only until the other one ends"
}

impl Handlers for CheckThenAct {
    async fn admit<W: Surroundings>(world: &W, task: &Task, cap: i64) -> Result<Admission, Error> {
        if world.counter(&task.user).await?.count >= cap {
            let queued = change(world, task, Some(false), (Status::Queued, false));
            return Ok(match world.commit(Batch::of([queued])).await? {
                Commit::Refused { task: Some(row), .. } if row.slot => Admission::Admitted,
                _ => Admission::Queued,
            });
        }
        let taken = change(world, task, Some(false), (Status::Submitted, true));
        let batch = Batch::of([taken, count(&task.user, 1, Guard::Always)]);
        Ok(match world.commit(batch).await? {
            Commit::Refused { task: Some(row), .. } if !row.slot => Admission::Queued,
            _ => Admission::Admitted,
        })
    }
}

specimen! {
    /// Corrects the counter by what it counted, whatever has happened since.
    BlindRecount = "blind-recount", "corrects the counter by what it counted a while ago",
    breaks [CounterDoesNotDrift, CapIsKept] in ["admission"]
}

impl Handlers for BlindRecount {
    async fn reconcile<W: Surroundings>(world: &W, user: &UserId) -> Result<Recount, Error> {
        let counted = world.counter(user).await?.count;
        let off = world.slots_held(user).await? - counted;
        if off == 0 {
            return Ok(Recount::Right);
        }
        world.commit(Batch::of([count(user, off, Guard::Always)])).await?;
        Ok(Recount::Corrected(off))
    }
}
