use crate::{Comments, Error, EventKind, EventRow, TaskId};

/// What became of an event that was to be told to a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// The comment says it now.
    Now,
    /// It said so already.
    Already,
    /// It is no failure, and nothing to be told.
    Nothing,
}

/// Tells a failure to the task's pull request, by editing one comment. The consumer of the event stream, which delivers each
/// event at least once, and each task's events in order, to one consumer at a time.
///
/// The comment itself is the memory of what was told: it is read first, so an event that comes again, or another event of
/// the same failure, finds the comment as it would leave it.
///
/// # Errors
/// [`Error::NoAnswer`]: let the stream deliver the event again. [`Error::Refused`]: it would not help.
pub async fn tell_failure<W: Comments>(world: &W, event: &EventRow) -> Result<Told, Error> {
    if event.kind != EventKind::TaskFailed {
        return Ok(Told::Nothing);
    }
    let body = body(event.task);
    if world.read(event.task).await? == body {
        return Ok(Told::Already);
    }
    world.edit(event.task, &body).await?;
    Ok(Told::Now)
}

/// What the comment says: the same for every event of one failure.
fn body(task: TaskId) -> String {
    format!("Task {task} failed.")
}
