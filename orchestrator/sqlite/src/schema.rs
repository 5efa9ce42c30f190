//! The tables in the file, and how a file of ours is told from another.
use crate::Problem;
use rusqlite::{Connection, TransactionBehavior};

/// "Anec", in the header of each file of ours.
pub(crate) const APPLICATION_ID: i32 = 0x416e_6563;
/// The version of the tables below.
pub(crate) const VERSION: i32 = 1;

/// Times are text in UTC with nine digits after the second, so that their order is that of the text.
///
/// `history` is kept by the file itself, so that no way to change a status goes unrecorded.
const TABLES: &str = "
CREATE TABLE tasks (
    task_id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    status TEXT NOT NULL,
    slot INTEGER NOT NULL CHECK (slot IN (0, 1)),
    error_message TEXT,
    session_id TEXT,
    started_at TEXT,
    agent_heartbeat_at TEXT,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX slots ON tasks (user_id) WHERE slot = 1;
CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    event_type TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    UNIQUE (task_id, event_id)
) STRICT;
CREATE TABLE counters (
    user_id TEXT PRIMARY KEY,
    active_count INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (
    token TEXT PRIMARY KEY,
    applied_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE history (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id TEXT NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX history_of_task ON history (task_id, position);
CREATE TRIGGER task_begins AFTER INSERT ON tasks BEGIN
    INSERT INTO history (task_id, to_status, at) VALUES (new.task_id, new.status, new.updated_at);
END;
CREATE TRIGGER task_moves AFTER UPDATE ON tasks WHEN old.status <> new.status BEGIN
    INSERT INTO history (task_id, from_status, to_status, at)
    VALUES (new.task_id, old.status, new.status, new.updated_at);
END;
CREATE TABLE comments (
    task_id TEXT PRIMARY KEY,
    repository TEXT NOT NULL,
    comment_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE cursors (
    consumer TEXT PRIMARY KEY,
    position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE executions (
    task_id TEXT PRIMARY KEY,
    owner INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE steps (
    task_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    due TEXT,
    result TEXT,
    PRIMARY KEY (task_id, number)
) STRICT, WITHOUT ROWID;
";

/// Checks that the file is ours, without changing it. False if it is blank.
pub(crate) fn is_ours(connection: &Connection) -> Result<bool, Problem> {
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let (found, version) = (number("application_id")?, number("user_version")?);
    let objects: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (found, version) {
        (APPLICATION_ID, VERSION) => Ok(true),
        (APPLICATION_ID, found) if found > VERSION => Err(Problem::Newer { found, expected: VERSION }),
        (0, 0) if objects == 0 => Ok(false),
        _ => Err(Problem::Foreign { found, expected: APPLICATION_ID }),
    }
}

/// Makes the tables, unless somebody else has just done so.
pub(crate) fn create(connection: &mut Connection) -> Result<(), Problem> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !is_ours(&transaction)? {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    Ok(transaction.commit()?)
}
