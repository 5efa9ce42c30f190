//! The three tables, as the [`Store`] trait has them. What a write asks and does is the orchestrator's own code.
use crate::{
    Problem, SqliteStore,
    columns::{Place, spelt},
};
use anechoic_orchestrator::{
    EventRow, SessionId, Store, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Token, Unavailable, Write},
};
use rusqlite::{Connection, OptionalExtension, params};

/// A batch that is sent again later than this is a new one.
const TOKENS_KEPT: &str = "600";

impl Store for SqliteStore {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        self.answer(self.write(|file| commit(file, &batch)))
    }

    /// Every read is strong.
    async fn task(&self, id: TaskId, _: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        self.answer(self.read(|file| task(file, id)))
    }

    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        self.answer(self.read(|file| counter(file, user)))
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        let count = "SELECT count(*) FROM tasks WHERE user_id = ?1 AND slot = 1";
        self.answer(self.read(|file| Ok(file.query_row(count, [user.as_str()], |row| row.get(0))?)))
    }
}

/// Carries out a batch, alone in the file.
fn commit(file: &Connection, batch: &Batch) -> Result<Commit, Problem> {
    if let Some(token) = batch.token
        && is_known(file, token)?
    {
        return Ok(Commit::Applied);
    }
    for (position, write) in batch.writes.iter().enumerate() {
        if !allows(file, write)? {
            let task = write.task().map(|id| task(file, id)).transpose()?.flatten();
            return Ok(Commit::Refused { write: position, task });
        }
    }
    for write in &batch.writes {
        apply(file, write)?;
    }
    if let Some(token) = batch.token {
        keep(file, token)?;
    }
    Ok(Commit::Applied)
}

fn allows(file: &Connection, write: &Write) -> Result<bool, Problem> {
    Ok(match write {
        Write::Task(change) => task(file, change.id)?.is_some_and(|row| change.expect.matches(&row)),
        Write::PutEvent(_) => true,
        Write::AppendEvent(event) => {
            let mut same =
                file.prepare_cached("SELECT 1 FROM events WHERE task_id = ?1 AND event_id = ?2")?;
            !same.exists(params![event.task.to_string(), event.id.0.to_string()])?
        }
        Write::Beat { task: id, at } => task(file, *id)?.is_some_and(|row| row.hears(*at)),
        Write::Count { user, guard, .. } => guard.allows(counter(file, user)?),
    })
}

fn apply(file: &Connection, write: &Write) -> Result<(), Problem> {
    match write {
        Write::Task(change) => change_task(file, change.id, |row| change.apply(row)),
        Write::Beat { task, at } => change_task(file, *task, |row| row.heartbeat_at = Some(*at)),
        Write::PutEvent(event) | Write::AppendEvent(event) => put_event(file, event),
        Write::Count { user, delta, .. } => {
            let Counter { count, version } = counter(file, user)?;
            put_counter(file, user, Counter { count: count.saturating_add(*delta), version: version + 1 })
        }
    }
}

/// A task's row.
pub(crate) fn task(file: &Connection, id: TaskId) -> Result<Option<TaskRow>, Problem> {
    let mut select = file.prepare_cached(
        "SELECT user_id, status, slot, error_message, session_id, started_at, agent_heartbeat_at, updated_at
         FROM tasks WHERE task_id = ?1",
    )?;
    let mut rows = select.query([id.to_string()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let place = Place { kind: "task", key: &id };
    let time = |column: &'static str| {
        let text = row.get::<_, Option<String>>(column)?;
        text.map(|text| place.time(column, &text)).transpose()
    };
    Ok(Some(TaskRow {
        user: UserId::new(&row.get::<_, String>("user_id")?),
        status: place.status("status", &row.get::<_, String>("status")?)?,
        slot: row.get("slot")?,
        error_message: row.get::<_, Option<String>>("error_message")?.map(Into::into),
        session: row.get::<_, Option<String>>("session_id")?.map(SessionId::from),
        started_at: time("started_at")?,
        heartbeat_at: time("agent_heartbeat_at")?,
        updated_at: place.time("updated_at", &row.get::<_, String>("updated_at")?)?,
    }))
}

/// Puts a new task's row there.
pub(crate) fn insert_task(file: &Connection, id: TaskId, row: &TaskRow) -> Result<(), Problem> {
    file.prepare_cached(
        "INSERT INTO tasks (task_id, user_id, status, slot, error_message, session_id, started_at,
             agent_heartbeat_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        id.to_string(),
        row.user.as_str(),
        row.status.name(),
        row.slot,
        row.error_message,
        row.session.as_ref().map(SessionId::as_str),
        row.started_at.map(spelt),
        row.heartbeat_at.map(spelt),
        spelt(row.updated_at),
    ])?;
    Ok(())
}

/// Changes a row that is there.
fn change_task(file: &Connection, id: TaskId, change: impl FnOnce(&mut TaskRow)) -> Result<(), Problem> {
    let Some(mut row) = task(file, id)? else { return Ok(()) };
    change(&mut row);
    file.prepare_cached(
        "UPDATE tasks SET status = ?2, slot = ?3, error_message = ?4, session_id = ?5, started_at = ?6,
             agent_heartbeat_at = ?7, updated_at = ?8
         WHERE task_id = ?1",
    )?
    .execute(params![
        id.to_string(),
        row.status.name(),
        row.slot,
        row.error_message,
        row.session.as_ref().map(SessionId::as_str),
        row.started_at.map(spelt),
        row.heartbeat_at.map(spelt),
        spelt(row.updated_at),
    ])?;
    Ok(())
}

/// An event that replaces another takes a new position, so the stream shows it.
fn put_event(file: &Connection, event: &EventRow) -> Result<(), Problem> {
    file.prepare_cached(
        "INSERT OR REPLACE INTO events (task_id, event_id, event_type, timestamp) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        event.task.to_string(),
        event.id.0.to_string(),
        event.kind.name(),
        spelt(event.at)
    ])?;
    Ok(())
}

/// A user's counter.
pub(crate) fn counter(file: &Connection, user: &UserId) -> Result<Counter, Problem> {
    let counter = file
        .prepare_cached("SELECT active_count, version FROM counters WHERE user_id = ?1")?
        .query_row([user.as_str()], |row| {
            Ok(Counter { count: row.get(0)?, version: row.get::<_, i64>(1)?.unsigned_abs() })
        })
        .optional()?;
    Ok(counter.unwrap_or_default())
}

/// Sets a user's counter.
pub(crate) fn put_counter(file: &Connection, user: &UserId, counter: Counter) -> Result<(), Problem> {
    let version = counter.version.cast_signed();
    file.prepare_cached(
        "INSERT OR REPLACE INTO counters (user_id, active_count, version) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![user.as_str(), counter.count, version])?;
    Ok(())
}

fn is_known(file: &Connection, token: Token) -> Result<bool, Problem> {
    Ok(file.prepare_cached("SELECT 1 FROM tokens WHERE token = ?1")?.exists([spell(token)])?)
}

fn keep(file: &Connection, token: Token) -> Result<(), Problem> {
    file.execute(&format!("DELETE FROM tokens WHERE applied_at < unixepoch() - {TOKENS_KEPT}"), [])?;
    file.execute("INSERT INTO tokens (token, applied_at) VALUES (?1, unixepoch())", [spell(token)])?;
    Ok(())
}

fn spell(token: Token) -> String {
    format!("{:032x}", token.0)
}
