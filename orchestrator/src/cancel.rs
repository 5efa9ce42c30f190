use crate::{Change, Clock, Ended, Error, Moved, Status, Store, Task, store::Consistency, transition};

/// Cancels a task, wherever it stands: CANCELLED, one `task_cancelled`, its slot given back.
///
/// The first look may be stale: it is a guess that the transition's condition checks, and a wrong guess comes
/// back with the truth. Only a refusal needs a strong look first. A task moves on only a few times, so the
/// loop ends.
///
/// # Errors
/// [`Error::UnknownTask`], and [`Error::Store`] if no answer came; call it again.
pub async fn cancel<W: Store + Clock>(world: &W, task: &Task) -> Result<Ended, Error> {
    let mut from = look(world, task, Consistency::Eventual).await?;
    if !from.allows(Status::Cancelled) {
        from = look(world, task, Consistency::Strong).await?;
    }
    while from.allows(Status::Cancelled) {
        let change = Change { from, to: Status::Cancelled, error_message: None, session: None };
        match transition(world, task, &change).await? {
            Moved::Now => return Ok(Ended::AsAsked),
            Moved::No(row) => from = row.status,
        }
    }
    Ok(if from == Status::Cancelled { Ended::AsAsked } else { Ended::Not(from) })
}

async fn look<W: Store>(world: &W, task: &Task, consistency: Consistency) -> Result<Status, Error> {
    let row = world.task(task.id, consistency).await?;
    Ok(row.ok_or(Error::UnknownTask(task.id))?.status)
}
