use crate::{
    Clock, Error, EventId, EventKind, EventRow, SessionId, Status, Store, Task, TaskRow,
    store::{Batch, Commit, Expect, Guard, TaskWrite, Write},
};
use jiff::Timestamp;
use std::sync::Arc;

/// A move of a task from one status to another.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where the caller thinks the task stands.
    pub from: Status,
    /// Where it should go.
    pub to: Status,
    /// Why, if it ends badly.
    pub error_message: Option<Arc<str>>,
    /// The agent's session, if it begins.
    pub session: Option<SessionId>,
}

/// What became of a [`Change`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// The task moved, its end was announced and its slot given back, as far as either was due.
    Now,
    /// It stood elsewhere, as this row shows, and nothing was changed. After a lost answer or in a retry this may
    /// be the caller's own earlier success.
    No(TaskRow),
}

/// The one door: every change of a task's status goes through here.
///
/// # Errors
/// [`Error::IllegalTransition`] if the lifecycle does not know the move, [`Error::UnknownTask`], and
/// [`Error::Store`] if no answer came: the change is then whole or not there, and may be asked for again.
pub async fn transition<W: Store + Clock>(world: &W, task: &Task, change: &Change) -> Result<Moved, Error> {
    let Change { from, to, .. } = *change;
    if !from.allows(to) {
        return Err(Error::IllegalTransition { from, to });
    }
    // A submitted task holds a slot or not, by whether it was admitted. The guess is checked by the condition.
    let mut slot = from.keeps_slot();
    loop {
        match world.commit(batch(task, change, slot, world.now())).await? {
            Commit::Applied => return Ok(Moved::Now),
            Commit::Refused { task: None, .. } => return Err(Error::UnknownTask(task.id)),
            Commit::Refused { task: Some(row), .. } if row.status == from && row.slot != slot => {
                slot = row.slot
            }
            Commit::Refused { task: Some(row), .. } => return Ok(Moved::No(row)),
        }
    }
}

/// All that the change means for the three tables, as one batch.
fn batch(task: &Task, change: &Change, slot: bool, at: Timestamp) -> Batch {
    let released = slot && !change.to.keeps_slot();
    let mut writes = Vec::with_capacity(3);
    writes.push(Write::Task(TaskWrite {
        id: task.id,
        expect: Expect { status: change.from, slot: Some(slot) },
        status: change.to,
        slot: released.then_some(false),
        error_message: change.error_message.clone(),
        session: change.session.clone(),
        at,
    }));
    if let Some(kind) = EventKind::of_end(change.to) {
        writes.push(Write::AppendEvent(EventRow { task: task.id, id: EventId::of_end(task.id), kind, at }));
    }
    if released {
        writes.push(Write::Count { user: task.user.clone(), delta: -1, guard: Guard::Always });
    }
    Batch::of(writes)
}
