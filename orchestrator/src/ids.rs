use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::{fmt, str::FromStr};
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

impl FromStr for TaskId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<TaskId, NotAnId> {
        ulid(text).map(TaskId)
    }
}

/// A text that is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a ULID, 26 letters and digits of which the first is at most 7")]
pub struct NotAnId;

/// 26 letters of five bits are 130 bits, and an id has 128: the letters beyond would be read as another task's id.
fn ulid(text: &str) -> Result<Ulid, NotAnId> {
    let fits = text.as_bytes().first().is_some_and(|first| (b'0'..=b'7').contains(first));
    text.parse().ok().filter(|_| fits).ok_or(NotAnId)
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

impl FromStr for EventId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<EventId, NotAnId> {
        ulid(text).map(EventId)
    }
}

/// A user's id. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(SmolStr);

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
pub struct SessionId(SmolStr);

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
        session.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written_and_nothing_else_is_one() {
        for id in
            [TaskId::from_ms(0, 0), TaskId::from_ms(1_777_924_796_427, 7), TaskId(Ulid::from(u128::MAX))]
        {
            assert_eq!(id.to_string().parse(), Ok(id));
            assert_eq!(id.to_string().to_lowercase().parse(), Ok(id));
            assert_eq!(id.to_string().parse(), Ok(EventId(id.0)));
        }
        for text in [
            "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "",
            "7",
            "7ZZZZZZZZZZZZZZZZZZZZZZZZÄ",
        ] {
            assert_eq!(text.parse::<TaskId>(), Err(NotAnId), "{text}");
        }
    }
}
