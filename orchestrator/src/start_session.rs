use crate::{Change, Clock, Error, Moved, SessionId, Sessions, Status, Store, Task, fail_task, transition};

/// The step that hands a hydrated task to an agent.
///
/// A retry recognises its own success: a task that was given its session before is not failed.
///
/// # Errors
/// [`Error::Session`] after the failure was recorded, [`Error::MovedOn`] if the task no longer waits for a
/// session, [`Error::Store`].
pub async fn start_session<W: Store + Clock + Sessions>(world: &W, task: &Task) -> Result<SessionId, Error> {
    let session = match world.start(task.id).await {
        Ok(session) => session,
        Err(Error::Session(refused)) => {
            fail_task(world, task, Status::Hydrating, &refused.reason).await?;
            return Err(refused.into());
        }
        Err(unknown) => return Err(unknown),
    };
    let change = Change::new(Status::Hydrating, Status::Running).in_session(session.clone());
    match transition(world, task, &change).await? {
        Moved::Now => Ok(session),
        // The agent may have moved the task on since.
        Moved::No(row) if row.session.as_ref() == Some(&session) => Ok(session),
        Moved::No(row) => Err(Error::MovedOn(row.status)),
    }
}
