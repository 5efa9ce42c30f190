use crate::{Blueprints, Clock, Dependencies, Error, Screening, Status, Store, Task, fail_task};

/// The step that loads the task's blueprint. No slot is held yet.
///
/// # Errors
/// [`Error::Blocked`] after the failure was recorded, [`Error::Store`].
pub async fn load_blueprint<W: Store + Clock + Blueprints>(world: &W, task: &Task) -> Result<(), Error> {
    or_fail(world, task, world.load(task.id).await?).await
}

/// The step that checks, once a task is admitted, what its agent will need.
///
/// # Errors
/// [`Error::Blocked`] after the failure was recorded, [`Error::Store`].
pub async fn pre_flight<W: Store + Clock + Dependencies>(world: &W, task: &Task) -> Result<(), Error> {
    or_fail(world, task, world.check(task.id).await?).await
}

/// Fails a submitted task that may not go on.
async fn or_fail<W: Store + Clock>(world: &W, task: &Task, judgement: Screening) -> Result<(), Error> {
    match judgement {
        Screening::Passed => Ok(()),
        Screening::Blocked(reason) => {
            fail_task(world, task, Status::Submitted, &reason).await?;
            Err(Error::Blocked(reason))
        }
    }
}
