//! Shows all that the file knows of a task.
use crate::{CommandError, harmless::harmless, opened::find};
use anechoic_orchestrator::TaskId;
use anechoic_sqlite::SqliteStore;
use std::io::Write;

pub(crate) async fn show(store: &SqliteStore, id: TaskId, out: &mut dyn Write) -> Result<(), CommandError> {
    let (task, row) = find(store, id).await?;
    let mut line = |name: &str, value: String| writeln!(out, "{name:<10} {}", harmless(&value));
    line("task", id.to_string())?;
    line("user", task.user.to_string())?;
    line("status", row.status.to_string())?;
    line("slot", if row.slot { "held" } else { "none" }.into())?;
    for (name, value) in [
        ("because", row.error_message.map(|message| message.to_string())),
        ("session", row.session.map(String::from)),
        ("started", row.started_at.map(|at| at.to_string())),
        ("heard", row.heartbeat_at.map(|at| at.to_string())),
        ("comment", store.comment(id)?.map(|comment| comment.to_string())),
    ] {
        if let Some(value) = value {
            line(name, value)?;
        }
    }
    for passage in store.history(id)? {
        line("passed", format!("{:.3}  {}", passage.at, passage.to))?;
    }
    for event in store.events(id)? {
        line("event", format!("{:.3}  {}  {}", event.at, event.kind.name(), event.id.0))?;
    }
    Ok(())
}
