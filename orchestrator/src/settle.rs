use crate::{Change, Clock, Error, Moved, Status, Store, Task, TaskRow, store::Consistency, transition};

/// Looks where a task stands.
pub(crate) async fn look<W: Store>(
    world: &W,
    task: &Task,
    consistency: Consistency,
) -> Result<TaskRow, Error> {
    world.task(task.id, consistency).await?.ok_or(Error::UnknownTask(task.id))
}

/// Moves a task on from wherever it stands, change after change, as long as `next` knows one; says where it then stands.
///
/// The row may be stale: it is a guess that the change's condition checks, and a wrong guess comes back with the
/// truth. A task moves on only a few times, and no truth is told twice, so this ends.
pub(crate) async fn settle<W: Store + Clock>(
    world: &W,
    task: &Task,
    mut row: TaskRow,
    next: impl Fn(&TaskRow) -> Option<Change>,
) -> Result<Status, Error> {
    while let Some(change) = next(&row) {
        match transition(world, task, &change).await? {
            Moved::Now => row.status = change.to,
            // The change was refused although the task stands as it asks for: its ledger is wrong, and stays so.
            Moved::No(now) if now == row => return Err(Error::WrongLedger(task.id)),
            Moved::No(now) => row = now,
        }
    }
    Ok(row.status)
}

/// The same, from a look at the task that may be stale at first. Only having nothing to do needs a strong look.
pub(crate) async fn settle_wherever<W: Store + Clock>(
    world: &W,
    task: &Task,
    next: impl Fn(&TaskRow) -> Option<Change>,
) -> Result<Status, Error> {
    let mut row = look(world, task, Consistency::Eventual).await?;
    if next(&row).is_none() {
        row = look(world, task, Consistency::Strong).await?;
    }
    settle(world, task, row, next).await
}
