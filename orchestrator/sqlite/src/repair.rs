//! What to do after a process whose clock was wrong.
use crate::{FileError, Problem, SqliteStore, clock::agree, columns::spelt};
use anechoic_orchestrator::Clock;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// The name among the cursors under which the time of the last repair is kept, in milliseconds since 1970.
const REPAIRED: &str = "clock";

/// Every column that tells when something happened. When a step is due is bounded by whoever waits for it.
const TIMES: [(&str, &str); 5] = [
    ("tasks", "started_at"),
    ("tasks", "agent_heartbeat_at"),
    ("tasks", "updated_at"),
    ("events", "timestamp"),
    ("history", "at"),
];

/// What a repair has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repair {
    /// What the clock shows, which is taken for right.
    pub now: Timestamp,
    /// So many times in the file were later, and are this one since.
    pub corrected: usize,
}

impl SqliteStore {
    /// Takes the clock for right: no time in the file is later than now, and the file may be changed from now on, however
    /// long it has rested.
    ///
    /// # Errors
    /// [`FileError`]; nothing was repaired then.
    pub fn repair(&self) -> Result<Repair, FileError> {
        self.alter(|file| {
            let now = self.now();
            let mut corrected = 0;
            for (table, column) in TIMES {
                let correct = format!("UPDATE {table} SET {column} = ?1 WHERE {column} > ?1");
                corrected += file.execute(&correct, [spelt(now)])?;
            }
            file.execute("UPDATE tokens SET applied_at = ?1 WHERE applied_at > ?1", [now.as_second()])?;
            file.execute(
                "INSERT OR REPLACE INTO cursors (consumer, position) VALUES (?1, ?2)",
                params![REPAIRED, now.as_millisecond()],
            )?;
            Ok(Repair { now, corrected })
        })
    }
}

/// Checks that the clock and the file agree on the time.
pub(crate) fn check_clock(file: &Connection, now: Timestamp) -> Result<(), Problem> {
    let repaired: Option<i64> = file
        .prepare_cached("SELECT position FROM cursors WHERE consumer = ?1")?
        .query_row([REPAIRED], |row| row.get(0))
        .optional()?;
    let repaired = repaired.and_then(|at| Timestamp::from_millisecond(at).ok());
    agree(now, crate::stream::last_change(file)?.max(repaired))
}
