use crate::{Change, Clock, Error, Guardrail, Moved, Screening, Status, Store, Task, fail_task, transition};

/// The step that puts a task's context together and has the prompt screened.
///
/// A retry picks up where an earlier try left off: a task that already stands at HYDRATING is screened again.
/// When the store does not answer, the step fails and the task does not: the runtime's retry will tell.
///
/// # Errors
/// [`Error::Blocked`] after the failure was recorded, [`Error::MovedOn`] if the task is no longer to be hydrated,
/// [`Error::Store`].
pub async fn hydrate_context<W: Store + Clock + Guardrail>(world: &W, task: &Task) -> Result<(), Error> {
    begin(world, task).await?;
    match world.screen(task.id).await? {
        Screening::Passed => Ok(()),
        Screening::Blocked(reason) => {
            fail_task(world, task, Status::Hydrating, &reason).await?;
            Err(Error::Blocked(reason))
        }
    }
}

async fn begin<W: Store + Clock>(world: &W, task: &Task) -> Result<(), Error> {
    let change = Change::new(Status::Submitted, Status::Hydrating);
    match transition(world, task, &change).await? {
        Moved::Now => Ok(()),
        Moved::No(row) if row.status == Status::Hydrating => Ok(()),
        Moved::No(row) => Err(Error::MovedOn(row.status)),
    }
}
