use crate::{SessionRefused, Status, TaskId, store::Unavailable};

/// Why a handler could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The store did not answer; what was asked of it may or may not have happened. Ask again.
    #[error(transparent)]
    Store(#[from] Unavailable),
    /// There is no such task.
    #[error("no task {0}")]
    UnknownTask(TaskId),
    /// The task has moved on to a status in which this step has nothing to do.
    #[error("the task stands at {0}")]
    MovedOn(Status),
    /// The lifecycle does not allow this move; nothing was asked of the store.
    #[error("a task may not go from {from} to {to}")]
    IllegalTransition {
        /// Where the caller thought the task stood.
        from: Status,
        /// Where the caller wanted it to go.
        to: Status,
    },
    /// The task's user has no slot left. Nothing was changed.
    #[error("the user has no slot left")]
    NoSlotLeft,
    /// A service did not answer; what was asked of it may or may not have happened. Ask again.
    #[error("{0} did not answer; the request may or may not have been carried out")]
    NoAnswer(&'static str),
    /// A service will not do what it was asked, and asking again would not help.
    #[error("{service} refused: {reason}")]
    Refused {
        /// Which.
        service: &'static str,
        /// What it said.
        reason: String,
    },
    /// Somebody else wrote this task's terminal event, although the task has not ended. Nothing was changed.
    #[error("task {0} has a terminal event but has not ended; its tables were changed by somebody else")]
    Foreign(TaskId),
    /// The task holds no slot and stands where it must, or the other way round. Nothing was changed.
    #[error("the slot of task {0} does not agree with its status; its tables were changed by somebody else")]
    WrongLedger(TaskId),
    /// The task may not go on. The failure has been recorded and announced.
    #[error("blocked: {0}")]
    Blocked(String),
    /// The session did not start. The failure has been recorded and announced.
    #[error(transparent)]
    Session(#[from] SessionRefused),
}
