//! Finding a task in the file.
use crate::CommandError;
use anechoic_orchestrator::{Store, Task, TaskId, TaskRow, store::Consistency};
use anechoic_sqlite::SqliteStore;

/// A task and its row.
pub(crate) async fn find(store: &SqliteStore, id: TaskId) -> Result<(Task, TaskRow), CommandError> {
    let row = store.task(id, Consistency::Strong).await;
    let row = row.map_err(|unavailable| CommandError::of(unavailable.into(), store))?;
    let row = row.ok_or_else(|| CommandError::UnknownTask { path: store.path().into(), task: id })?;
    Ok((Task { id, user: row.user.clone() }, row))
}
