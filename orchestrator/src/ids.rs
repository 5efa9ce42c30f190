use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};
use ulid::Ulid;

/// A task's id: a ULID, which carries the time of the task's creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(pub Ulid);

impl TaskId {
    /// An id with the creation time in milliseconds since 1970 and any 80 bits to tell it from others.
    pub fn from_ms(created_ms: u64, random: u128) -> TaskId {
        TaskId(Ulid::from_parts(created_ms, random))
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An event's id: a ULID; the events table is sorted by it within a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub Ulid);

impl EventId {
    /// The id of a task's terminal event: a function of the task, and the same for every kind of end.
    ///
    /// So a second terminal event, of whatever kind and by whomever, meets the first one under its key.
    pub fn of_end(task: TaskId) -> EventId {
        EventId(Ulid::from_parts(task.0.timestamp_ms(), u128::MAX))
    }
}

/// A user's id. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(Arc<str>);

impl UserId {
    /// The user with this id.
    pub fn new(id: &str) -> UserId {
        UserId(id.into())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of an agent's session. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct SessionId(Arc<str>);

impl SessionId {
    /// The session with this id.
    pub fn new(id: &str) -> SessionId {
        SessionId(id.into())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for SessionId {
    fn from(id: String) -> SessionId {
        SessionId(id.into())
    }
}

impl From<SessionId> for String {
    fn from(session: SessionId) -> String {
        session.0.as_ref().into()
    }
}
