use crate::{SessionId, Status, TaskId, UserId};
use jiff::Timestamp;
use std::sync::Arc;

/// What a handler must know to act on a task: none of it ever changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
    /// When the session began.
    pub started_at: Option<Timestamp>,
    /// The agent's last sign of life.
    pub heartbeat_at: Option<Timestamp>,
    /// When the task last changed its status or slot.
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
            started_at: None,
            heartbeat_at: None,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// Whether a sign of life at this time is news: an agent is at work, and was not heard since.
    pub fn hears(&self, at: Timestamp) -> bool {
        self.status.is_at_work() && self.heartbeat_at.is_none_or(|last| last < at)
    }

    /// The same row, holding a concurrency slot.
    pub fn holding_a_slot(self) -> TaskRow {
        TaskRow { slot: true, ..self }
    }
}
