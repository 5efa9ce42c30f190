use crate::{EventRow, SessionId, Status, TaskId, TaskRow, UserId};
use jiff::Timestamp;
use std::sync::Arc;

/// Writes that happen together or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Batch {
    /// What is written, in order; at most one write of each row.
    pub writes: Vec<Write>,
    /// Makes it idempotent: a batch whose token the store has already applied is answered [`Commit::Applied`]
    /// and not applied again. The store's client sets it, one per call, kept over its own retries.
    pub token: Option<Token>,
}

impl Batch {
    /// A batch of these writes.
    pub fn of(writes: impl Into<Vec<Write>>) -> Batch {
        Batch { writes: writes.into(), token: None }
    }
}

/// The mark of one call of a store's client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u128);

/// One write of one row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Write {
    /// Changes a task, provided it stands where it is expected.
    Task(TaskWrite),
    /// Puts an event, over any that is there under the same key.
    PutEvent(EventRow),
    /// Puts an event, provided there is none under the same key.
    AppendEvent(EventRow),
    /// Notes a task's sign of life, provided an agent is at work on it and it is later than the last one.
    Beat {
        /// Whose.
        task: TaskId,
        /// When.
        at: Timestamp,
    },
    /// Adds to a user's counter of active tasks.
    Count {
        /// Whose counter.
        user: UserId,
        /// How much is added.
        delta: i64,
        /// On what condition.
        guard: Guard,
    },
}

impl Write {
    /// The task whose row it changes.
    pub fn task(&self) -> Option<TaskId> {
        match self {
            Write::Task(change) => Some(change.id),
            Write::Beat { task, .. } => Some(*task),
            Write::PutEvent(_) | Write::AppendEvent(_) | Write::Count { .. } => None,
        }
    }
}

/// A change of a task's row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TaskWrite {
    /// Which task.
    pub id: TaskId,
    /// Where it must stand.
    pub expect: Expect,
    /// Where it then stands.
    pub status: Status,
    /// Whether it then holds a slot; unchanged if `None`.
    pub slot: Option<bool>,
    /// Why it ended; unchanged if `None`.
    pub error_message: Option<Arc<str>>,
    /// Its agent's session, which begins with this change; unchanged if `None`.
    pub session: Option<SessionId>,
    /// The time of the change.
    pub at: Timestamp,
}

/// The condition on a task's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Expect {
    /// Its status is this.
    pub status: Status,
    /// It holds a slot, or does not; either if `None`.
    pub slot: Option<bool>,
    /// Its last sign of life is this one, or there is none; any if `None`.
    pub heartbeat: Option<Option<Timestamp>>,
}

impl Expect {
    /// Whether the row is as expected.
    pub fn matches(self, row: &TaskRow) -> bool {
        row.status == self.status
            && self.slot.is_none_or(|slot| slot == row.slot)
            && self.heartbeat.is_none_or(|heartbeat| heartbeat == row.heartbeat_at)
    }
}

/// The condition on a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guard {
    /// None.
    Always,
    /// It is above zero.
    AboveZero,
    /// It is below this number.
    Below(i64),
    /// It has not changed since it had this version.
    At(u64),
}

/// A user's counter of active tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counter {
    /// How many slots it counts.
    pub count: i64,
    /// How often it was changed.
    pub version: u64,
}

impl Guard {
    /// Whether the counter is as asked.
    pub fn allows(self, counter: Counter) -> bool {
        match self {
            Guard::Always => true,
            Guard::AboveZero => counter.count > 0,
            Guard::Below(cap) => counter.count < cap,
            Guard::At(version) => counter.version == version,
        }
    }
}

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Commit {
    /// Every write was applied.
    Applied,
    /// None was.
    Refused {
        /// The write, by position, whose condition failed first.
        write: usize,
        /// If that was the write of a task: its row, as it stood at that instant. None if there is no such task.
        task: Option<TaskRow>,
    },
}
