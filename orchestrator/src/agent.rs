use crate::{
    Change, Clock, Ended, Error, Status, Store, Task,
    settle::{look, settle},
    store::Consistency,
};

/// The agent's own word that its work is done: FINALIZING, then COMPLETED, one `task_completed`, the slot given back.
///
/// # Errors
/// [`Error::UnknownTask`], and [`Error::Store`] if no answer came; call it again.
pub async fn complete<W: Store + Clock>(world: &W, task: &Task) -> Result<Ended, Error> {
    let row = look(world, task, Consistency::Eventual).await?;
    let end = settle(world, task, row, |row| match row.status {
        Status::Running => Some(Change::new(Status::Running, Status::Finalizing)),
        Status::Finalizing => Some(Change::new(Status::Finalizing, Status::Completed)),
        _ => None,
    });
    Ok(match end.await? {
        Status::Completed => Ended::AsAsked,
        elsewhere => Ended::Not(elsewhere),
    })
}
