use crate::{EventId, Status, TaskId};
use jiff::Timestamp;

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the documentation: they are the values of the table's column")]
pub enum EventKind {
    TaskCompleted,
    TaskFailed,
    TaskCancelled,
    TaskTimedOut,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [EventKind; 4] =
        [EventKind::TaskCompleted, EventKind::TaskFailed, EventKind::TaskCancelled, EventKind::TaskTimedOut];

    /// The kind that the table's `event_type` column spells so.
    pub fn named(name: &str) -> Option<EventKind> {
        EventKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The event that announces an end; none for a status that is not one.
    pub const fn of_end(status: Status) -> Option<EventKind> {
        match status {
            Status::Completed => Some(EventKind::TaskCompleted),
            Status::Failed => Some(EventKind::TaskFailed),
            Status::Cancelled => Some(EventKind::TaskCancelled),
            Status::TimedOut => Some(EventKind::TaskTimedOut),
            _ => None,
        }
    }

    /// The value of the table's `event_type` column.
    pub const fn name(self) -> &'static str {
        match self {
            EventKind::TaskCompleted => "task_completed",
            EventKind::TaskFailed => "task_failed",
            EventKind::TaskCancelled => "task_cancelled",
            EventKind::TaskTimedOut => "task_timed_out",
        }
    }
}

/// A row of the events table. Its key is the task and the event's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EventRow {
    /// Whose event it is.
    pub task: TaskId,
    /// Which event it is.
    pub id: EventId,
    /// What it says.
    pub kind: EventKind,
    /// When it was written.
    pub at: Timestamp,
}
