//! Opening the file, and finding a task in it.
use crate::CommandError;
use anechoic_orchestrator::{Clock, Store, Task, TaskId, TaskRow, store::Consistency};
use anechoic_sqlite::SqliteStore;
use jiff::SignedDuration;

/// So far the clocks of two processes may differ, or one be set right.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// Refuses to change a file from a time before its last change: what is written would be out of order, and an agent would
/// seem to have been heard in the future.
pub(crate) fn check_clock(store: &SqliteStore) -> Result<(), CommandError> {
    let now = store.now();
    match store.last_change()? {
        Some(last) if last.duration_since(now) > TOLERANCE => {
            Err(CommandError::ClockBehind { path: store.path().into(), now, last })
        }
        _ => Ok(()),
    }
}

/// A task and its row.
pub(crate) async fn find(store: &SqliteStore, id: TaskId) -> Result<(Task, TaskRow), CommandError> {
    let row = store.task(id, Consistency::Strong).await;
    let row = row.map_err(|unavailable| CommandError::of(unavailable.into(), store))?;
    let row = row.ok_or_else(|| CommandError::UnknownTask { path: store.path().into(), task: id })?;
    Ok((Task { id, user: row.user.clone() }, row))
}
