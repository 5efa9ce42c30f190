use crate::{
    Change, Clock, Error, Status, Store, Task, TaskRow,
    settle::{look, settle},
    store::{Batch, Commit, Consistency, Write},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A session that has just begun is given this long, whatever it shows.
const GRACE: SignedDuration = SignedDuration::from_secs(120);
/// A session that was heard once is given up after this long a silence.
const STALE: SignedDuration = SignedDuration::from_secs(240);
/// A session that was never heard is given up after this long.
const NEVER: SignedDuration = SignedDuration::from_secs(360);

/// What a look at a task's agent shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Watched {
    /// The task goes on. Look again later.
    GoesOn,
    /// The task has ended, so.
    Ended(Status),
}

/// The agent's sign of life. One that comes late or twice changes nothing, and so does one that comes after the task has
/// ended or is dated before the last.
///
/// # Errors
/// [`Error::UnknownTask`], and [`Error::Store`] if no answer came; the next one will do.
pub async fn beat<W: Store + Clock>(world: &W, task: &Task) -> Result<(), Error> {
    let beat = Write::Beat { task: task.id, at: world.now() };
    match world.commit(Batch::of([beat])).await? {
        Commit::Refused { task: None, .. } => Err(Error::UnknownTask(task.id)),
        Commit::Applied | Commit::Refused { .. } => Ok(()),
    }
}

/// The step that looks after a task's agent: fails the task if the agent has been silent for too long.
///
/// The failure is conditioned on that very silence, so a sign of life that comes in time, even in the last instant, saves
/// the task.
///
/// # Errors
/// [`Error::UnknownTask`], and [`Error::Store`] if no answer came; call it again.
pub async fn watch_over<W: Store + Clock>(world: &W, task: &Task) -> Result<Watched, Error> {
    let row = look(world, task, Consistency::Eventual).await?;
    let status = settle(world, task, row, |row| {
        let silent = is_silent(row, world.now());
        silent.then(|| {
            Change::new(row.status, Status::Failed)
                .because("the agent fell silent")
                .unless_heard_since(row.heartbeat_at)
        })
    });
    let status = status.await?;
    Ok(if status.is_terminal() { Watched::Ended(status) } else { Watched::GoesOn })
}

/// Whether the agent of a task has been silent for too long. One that waits for approval may be.
pub fn is_silent(row: &TaskRow, now: Timestamp) -> bool {
    let since = |time: Timestamp| now.duration_since(time);
    if !matches!(row.status, Status::Running | Status::Finalizing) {
        return false;
    }
    let begun = row.started_at.unwrap_or(row.updated_at);
    let patience = if row.heartbeat_at.is_some() { STALE } else { NEVER };
    since(begun) > GRACE && since(row.heartbeat_at.unwrap_or(begun)) > patience
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UserId;

    fn running(started: i64, heartbeat: Option<i64>) -> TaskRow {
        let second = |second| Timestamp::from_second(second).expect("a time");
        let row = TaskRow::new(UserId::new("ada"), Status::Running);
        TaskRow { started_at: Some(second(started)), heartbeat_at: heartbeat.map(second), ..row }
    }

    #[test]
    fn silence_is_judged_by_grace_staleness_and_never() {
        let now = Timestamp::from_second(1000).expect("a time");
        let cases = [
            (running(880, Some(600)), false, "the 120 s of grace of a new session are not over"),
            (running(879, Some(600)), true, "now they are"),
            (running(0, Some(760)), false, "240 s are not too long"),
            (running(0, Some(759)), true, "241 s are"),
            (running(640, None), false, "360 s without ever a sign are not"),
            (running(639, None), true, "361 s are"),
            (running(0, Some(2000)), false, "a clock that jumped back is no silence"),
            (
                TaskRow { status: Status::AwaitingApproval, ..running(0, None) },
                false,
                "it waits for somebody",
            ),
        ];
        for (row, silent, why) in cases {
            assert_eq!(is_silent(&row, now), silent, "{why}");
        }
    }
}
