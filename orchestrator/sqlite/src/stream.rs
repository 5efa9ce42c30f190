//! What has happened, in the order in which it did.
use crate::{FileError, Problem, SqliteStore, columns::Place};
use anechoic_orchestrator::{EventRow, Status, TaskId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, params};

/// An event on its way to a consumer of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Where in the stream it is.
    pub position: i64,
    /// The event.
    pub event: EventRow,
}

/// One change of a task's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// From where. None when the task began.
    pub from: Option<Status>,
    /// To where.
    pub to: Status,
    /// When.
    pub at: Timestamp,
}

impl SqliteStore {
    /// The next event of the stream that a consumer has not yet been given: the same one, until it says
    /// [`SqliteStore::delivered`].
    ///
    /// # Errors
    /// [`FileError`].
    pub fn next_delivery(&self, consumer: &str) -> Result<Option<Delivery>, FileError> {
        self.read(|file| {
            let next = "WHERE position > coalesce((SELECT position FROM cursors WHERE consumer = ?1), 0)
                        ORDER BY position LIMIT 1";
            Ok(events(file, next, [consumer])?.pop())
        })
    }

    /// Notes that a consumer is done with the stream up to a position.
    ///
    /// # Errors
    /// [`FileError`]; the event will be delivered again.
    pub fn delivered(&self, consumer: &str, position: i64) -> Result<(), FileError> {
        self.write(|file| {
            file.execute(
                "INSERT INTO cursors (consumer, position) VALUES (?1, ?2)
                 ON CONFLICT DO UPDATE SET position = max(position, excluded.position)",
                params![consumer, position],
            )?;
            Ok(())
        })
    }

    /// The events of a task, by id.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn events(&self, task: TaskId) -> Result<Vec<EventRow>, FileError> {
        let of_task = "WHERE task_id = ?1 ORDER BY event_id";
        let deliveries = self.read(|file| events(file, of_task, [task.to_string()]))?;
        Ok(deliveries.into_iter().map(|delivery| delivery.event).collect())
    }

    /// Every status that a task has had, in order.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn history(&self, task: TaskId) -> Result<Vec<Passage>, FileError> {
        self.read(|file| {
            let mut select = file.prepare_cached(
                "SELECT from_status, to_status, at FROM history WHERE task_id = ?1 ORDER BY position",
            )?;
            let mut rows = select.query([task.to_string()])?;
            let mut history = Vec::new();
            let place = Place { kind: "the history of task", key: &task };
            while let Some(row) = rows.next()? {
                let from = row.get::<_, Option<String>>(0)?;
                history.push(Passage {
                    from: from.map(|from| place.status("from_status", &from)).transpose()?,
                    to: place.status("to_status", &row.get::<_, String>(1)?)?,
                    at: place.time("at", &row.get::<_, String>(2)?)?,
                });
            }
            Ok(history)
        })
    }

    /// The latest time at which any task changed.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn last_change(&self) -> Result<Option<Timestamp>, FileError> {
        self.read(|file| last_change(file))
    }
}

/// The same, within a transaction.
pub(crate) fn last_change(file: &Connection) -> Result<Option<Timestamp>, Problem> {
    let mut select = file.prepare_cached("SELECT at FROM history ORDER BY position DESC LIMIT 1")?;
    let at: Option<String> = select.query_row([], |row| row.get(0)).optional()?;
    at.map(|at| Place { kind: "the last row of", key: &"the history" }.time("at", &at)).transpose()
}

fn events(file: &Connection, which: &str, of: impl Params) -> Result<Vec<Delivery>, Problem> {
    let select = format!("SELECT position, task_id, event_id, event_type, timestamp FROM events {which}");
    let mut select = file.prepare_cached(&select)?;
    let mut rows = select.query(of)?;
    let mut deliveries = Vec::new();
    while let Some(row) = rows.next()? {
        let position: i64 = row.get(0)?;
        let place = Place { kind: "event", key: &position };
        let event = EventRow {
            task: place.id("task_id", &row.get::<_, String>(1)?)?,
            id: place.id("event_id", &row.get::<_, String>(2)?)?,
            kind: place.event_kind(&row.get::<_, String>(3)?)?,
            at: place.time("timestamp", &row.get::<_, String>(4)?)?,
        };
        deliveries.push(Delivery { position, event });
    }
    Ok(deliveries)
}
