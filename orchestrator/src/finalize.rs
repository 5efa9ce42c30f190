use crate::{
    Change, Clock, Error, Status, Store, Task,
    settle::{look, settle, settle_wherever},
    store::Consistency,
};

/// The last step of a task's workflow, when its time is up: whoever has not ended by now is ended.
///
/// A task at work becomes TIMED_OUT. One that waits for approval or never came so far becomes FAILED: the lifecycle has no
/// timeout there. A task that has ended, by its agent's own hand or any other, has its event and has given back its
/// slot, and nothing is left to do. Says how it ended.
///
/// # Errors
/// [`Error::UnknownTask`], and [`Error::Store`] if no answer came; call it again.
pub async fn finalize<W: Store + Clock>(world: &W, task: &Task) -> Result<Status, Error> {
    let row = look(world, task, Consistency::Strong).await?;
    let end = settle(world, task, row, |row| {
        let from = row.status;
        if from.allows(Status::TimedOut) {
            return Some(Change::new(from, Status::TimedOut).because("the time is up"));
        }
        from.allows(Status::Failed).then(|| Change::new(from, Status::Failed).because("the time is up"))
    });
    end.await
}

/// Fails a task wherever it stands, because a step of its workflow could not be done.
///
/// # Errors
/// As [`finalize`].
pub async fn give_up<W: Store + Clock>(world: &W, task: &Task, reason: String) -> Result<Status, Error> {
    let end = settle_wherever(world, task, |row| {
        let from = row.status;
        from.allows(Status::Failed).then(|| Change::new(from, Status::Failed).because(&reason))
    });
    end.await
}
