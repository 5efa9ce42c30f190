//! What the durable runtime has stored of an execution.
use crate::{
    Problem,
    columns::{Place, spelt},
};
use anechoic_orchestrator::TaskId;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// How far a step has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// This attempt, counted from 1, was begun.
    Started { attempt: u32 },
    /// This attempt has failed, and the next one is due.
    Retrying { attempt: u32, due: Timestamp },
    /// It returned this, in JSON.
    Succeeded { result: String },
    /// Its last attempt has failed.
    Failed { attempt: u32 },
    /// It is a wait until this time.
    Waiting { due: Timestamp },
}

/// A step and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    pub(crate) name: String,
    pub(crate) progress: Progress,
}

/// Takes an execution over from whoever carried it before; says what is known of it, and under which number it is now
/// carried.
pub(crate) fn claim(file: &Connection, task: TaskId) -> Result<(i64, Vec<Checkpoint>), Problem> {
    file.execute(
        "INSERT INTO executions (task_id, owner) VALUES (?1, 1)
         ON CONFLICT DO UPDATE SET owner = owner + 1",
        [task.to_string()],
    )?;
    let owner = owner(file, task)?.unwrap_or_default();
    let mut select = file.prepare_cached(
        "SELECT number, name, state, attempt, due, result FROM steps WHERE task_id = ?1 ORDER BY number",
    )?;
    let mut rows = select.query([task.to_string()])?;
    let mut checkpoints = Vec::new();
    while let Some(row) = rows.next()? {
        let key = format!("{} of task {task}", row.get::<_, i64>(0)?);
        let place = Place { kind: "step", key: &key };
        let attempt: u32 = row.get(3)?;
        let due = || {
            let due: Option<String> = row.get(4)?;
            place.time("due", due.as_deref().unwrap_or_default())
        };
        let progress = match row.get::<_, String>(2)?.as_str() {
            "STARTED" => Progress::Started { attempt },
            "RETRYING" => Progress::Retrying { attempt, due: due()? },
            "SUCCEEDED" => {
                Progress::Succeeded { result: row.get::<_, Option<String>>(5)?.unwrap_or_default() }
            }
            "FAILED" => Progress::Failed { attempt },
            "WAITING" => Progress::Waiting { due: due()? },
            other => {
                let states = "one of STARTED, RETRYING, SUCCEEDED, FAILED, WAITING";
                return Err(place.wrong("state", other, states));
            }
        };
        checkpoints.push(Checkpoint { name: row.get(1)?, progress });
    }
    Ok((owner, checkpoints))
}

/// Under which number an execution is carried.
pub(crate) fn owner(file: &Connection, task: TaskId) -> Result<Option<i64>, Problem> {
    let select = "SELECT owner FROM executions WHERE task_id = ?1";
    Ok(file.query_row(select, [task.to_string()], |row| row.get(0)).optional()?)
}

/// Stores a step's progress.
pub(crate) fn put(file: &Connection, task: TaskId, number: usize, step: &Checkpoint) -> Result<(), Problem> {
    let (state, attempt, due, result) = match &step.progress {
        Progress::Started { attempt } => ("STARTED", *attempt, None, None),
        Progress::Retrying { attempt, due } => ("RETRYING", *attempt, Some(spelt(*due)), None),
        Progress::Succeeded { result } => ("SUCCEEDED", 0, None, Some(result)),
        Progress::Failed { attempt } => ("FAILED", *attempt, None, None),
        Progress::Waiting { due } => ("WAITING", 0, Some(spelt(*due)), None),
    };
    file.prepare_cached(
        "INSERT OR REPLACE INTO steps (task_id, number, name, state, attempt, due, result)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![task.to_string(), number as i64, step.name, state, attempt, due, result])?;
    Ok(())
}

/// Deletes all that is stored of an execution's steps.
pub(crate) fn delete(file: &Connection, task: TaskId) -> Result<(), Problem> {
    file.execute("DELETE FROM steps WHERE task_id = ?1", [task.to_string()])?;
    Ok(())
}
