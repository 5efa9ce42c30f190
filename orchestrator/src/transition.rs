use crate::{
    Clock, Error, EventId, EventKind, EventRow, SessionId, Status, Store, Task, TaskRow,
    store::{Batch, Commit, Expect, Guard, TaskWrite, Write},
};
use jiff::Timestamp;
use std::sync::Arc;

/// A change of where a task stands.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where the caller thinks the task stands.
    pub from: Status,
    /// Where it should go.
    pub to: Status,
    error_message: Option<Arc<str>>,
    session: Option<SessionId>,
    heartbeat: Option<Option<Timestamp>>,
    cap: Option<i64>,
}

impl Change {
    /// A move from one status to another.
    pub fn new(from: Status, to: Status) -> Change {
        Change { from, to, error_message: None, session: None, heartbeat: None, cap: None }
    }

    /// The same, for this reason.
    #[must_use]
    pub fn because(self, reason: &str) -> Change {
        Change { error_message: Some(reason.into()), ..self }
    }

    /// The same, with the agent's session, which begins.
    #[must_use]
    pub fn in_session(self, session: SessionId) -> Change {
        Change { session: Some(session), ..self }
    }

    /// The same, provided that the task's last sign of life is still this one.
    #[must_use]
    pub fn unless_heard_since(self, heartbeat: Option<Timestamp>) -> Change {
        Change { heartbeat: Some(heartbeat), ..self }
    }

    /// The same, and the task takes a slot, provided that it has none and its user has fewer than `cap`.
    #[must_use]
    pub fn taking_a_slot(self, cap: i64) -> Change {
        Change { cap: Some(cap), ..self }
    }

    fn is_legal(&self) -> bool {
        self.from.allows(self.to)
            || (self.from == Status::Submitted && self.to == self.from && self.cap.is_some())
    }
}

/// What became of a [`Change`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved {
    /// The task moved, its end was announced and its slot taken or given back, as far as each was due.
    Now,
    /// It stood elsewhere, as this row shows, and nothing was changed. After a lost answer or in a retry this may
    /// be the caller's own earlier success.
    No(TaskRow),
}

/// The one door: every change of a task's status or slot goes through here.
///
/// # Errors
/// [`Error::IllegalTransition`] if the lifecycle does not know the move, [`Error::UnknownTask`],
/// [`Error::NoSlotLeft`] if a slot was to be taken, [`Error::Foreign`] if somebody else wrote the task's terminal event, and [`Error::Store`] if no answer came: the
/// change is then whole or not there, and may be asked for again.
pub async fn transition<W: Store + Clock>(world: &W, task: &Task, change: &Change) -> Result<Moved, Error> {
    let Change { from, to, .. } = *change;
    if !change.is_legal() {
        return Err(Error::IllegalTransition { from, to });
    }
    // A submitted task holds a slot or not, by whether it was admitted. The guess is checked by the condition.
    let mut slot = from.keeps_slot() && change.cap.is_none();
    loop {
        let batch = batch(task, change, slot, world.now());
        let counts = batch.writes.len() - 1;
        match world.commit(batch).await? {
            Commit::Applied => return Ok(Moved::Now),
            Commit::Refused { write: 0, task: None } => return Err(Error::UnknownTask(task.id)),
            Commit::Refused { write: 0, task: Some(row) } => {
                let wrong_guess = row.status == from && row.slot != slot;
                if !wrong_guess || to.needs_slot() || change.cap.is_some() {
                    return Ok(Moved::No(row));
                }
                slot = row.slot;
            }
            Commit::Refused { write, .. } if write == counts && change.cap.is_some() => {
                return Err(Error::NoSlotLeft);
            }
            Commit::Refused { .. } => return Err(Error::Foreign(task.id)),
        }
    }
}

/// All that the change means for the three tables, as one batch. The task comes first and the counter last.
fn batch(task: &Task, change: &Change, slot: bool, at: Timestamp) -> Batch {
    let released = slot && !change.to.keeps_slot();
    let mut writes = Vec::with_capacity(3);
    writes.push(Write::Task(TaskWrite {
        id: task.id,
        expect: Expect { status: change.from, slot: Some(slot), heartbeat: change.heartbeat },
        status: change.to,
        slot: (released || change.cap.is_some()).then_some(!released),
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
    if let Some(cap) = change.cap {
        writes.push(Write::Count { user: task.user.clone(), delta: 1, guard: Guard::Below(cap) });
    }
    Batch::of(writes)
}
