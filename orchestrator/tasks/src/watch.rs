//! Follows a task in the terminal.
use crate::{CommandError, harmless::harmless, opened::find};
use anechoic_orchestrator::{EventKind, TaskId};
use anechoic_sqlite::SqliteStore;
use std::{io::Write, time::Duration};

/// Prints every status and event of a task as they come, up to the event that announces its end.
pub(crate) async fn watch(
    store: &SqliteStore,
    id: TaskId,
    every: Duration,
    once: bool,
    out: &mut dyn Write,
) -> Result<(), CommandError> {
    let (mut passages, mut events) = (0, 0);
    loop {
        let (_, row) = find(store, id).await?;
        // Events are read first: whatever led to one is in the history by then.
        let (new_events, history) = (store.events(id)?, store.history(id)?);
        for passage in history.iter().skip(passages) {
            writeln!(out, "{:.3}  {}", passage.at, passage.to)?;
        }
        for event in new_events.iter().skip(events) {
            let reason = row.error_message.as_deref().filter(|_| event.kind != EventKind::TaskCompleted);
            let reason = harmless(reason.unwrap_or_default());
            writeln!(out, "{:.3}  {}  {reason}", event.at, event.kind.name())?;
        }
        out.flush()?;
        (passages, events) = (history.len(), new_events.len());
        if once || events > 0 {
            return Ok(());
        }
        tokio::time::sleep(every).await;
    }
}
