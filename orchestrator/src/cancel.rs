use crate::{Change, Clock, Ended, Error, Status, Store, Task, settle::settle_wherever};

/// Cancels a task, wherever it stands: CANCELLED, one `task_cancelled`, its slot given back.
///
/// # Errors
/// [`Error::UnknownTask`], and [`Error::Store`] if no answer came; call it again.
pub async fn cancel<W: Store + Clock>(world: &W, task: &Task) -> Result<Ended, Error> {
    let end = settle_wherever(world, task, |row| {
        row.status.allows(Status::Cancelled).then(|| Change::new(row.status, Status::Cancelled))
    });
    Ok(match end.await? {
        Status::Cancelled => Ended::AsAsked,
        elsewhere => Ended::Not(elsewhere),
    })
}
