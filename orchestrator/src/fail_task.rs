use crate::{Change, Clock, Error, Moved, Status, Store, Task, transition};

/// How a request to end a task was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ended {
    /// The task has ended as asked: its event is out and its slot given back, once. By this call, by an earlier
    /// try of it, or by a fellow caller; it makes no difference.
    AsAsked,
    /// It has not: the task stands here, and nothing was changed.
    Not(Status),
}

/// Fails a task that stands at `from`: FAILED, one `task_failed`, its slot given back. Once, however often it is
/// called, by however many callers, whatever becomes of their answers.
///
/// # Errors
/// [`Error::Store`] if no answer came; call it again. Else as [`transition`].
pub async fn fail_task<W: Store + Clock>(
    world: &W,
    task: &Task,
    from: Status,
    reason: &str,
) -> Result<Ended, Error> {
    let change = Change::new(from, Status::Failed).because(reason);
    match transition(world, task, &change).await? {
        Moved::Now => Ok(Ended::AsAsked),
        // The batch is atomic: a task that is FAILED has its event and has given back its slot.
        Moved::No(row) if row.status == Status::Failed => Ok(Ended::AsAsked),
        Moved::No(row) => Ok(Ended::Not(row.status)),
    }
}
