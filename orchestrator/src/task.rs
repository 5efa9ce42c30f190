use crate::{SessionId, Status, TaskId, UserId};
use jiff::Timestamp;
use std::sync::Arc;

/// What a handler must know to act on a task: none of it ever changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The task.
    pub id: TaskId,
    /// Whose it is, and so whose counter counts its slot.
    pub user: UserId,
}

/// A row of the task table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TaskRow {
    /// Whose task it is.
    pub user: UserId,
    /// Where it stands.
    pub status: Status,
    /// The ledger: whether the user's counter counts a slot for this task.
    pub slot: bool,
    /// Why it ended, if it ended badly.
    pub error_message: Option<Arc<str>>,
    /// The agent's session, once there is one.
    pub session: Option<SessionId>,
    /// When the row last changed.
    pub updated_at: Timestamp,
}

impl TaskRow {
    /// A row without slot, session or error.
    pub fn new(user: UserId, status: Status) -> TaskRow {
        TaskRow {
            user,
            status,
            slot: false,
            error_message: None,
            session: None,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The same row, holding a concurrency slot.
    pub fn holding_a_slot(self) -> TaskRow {
        TaskRow { slot: true, ..self }
    }
}
