use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a task stands, as the task table spells it.
///
/// The specification has a type of its own; only the harness, which compares the two, translates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the names are the documentation: they are the values of the table's column")]
pub enum Status {
    PendingUploads,
    Queued,
    Submitted,
    Hydrating,
    Running,
    AwaitingApproval,
    Finalizing,
    Completed,
    Failed,
    Cancelled,
    TimedOut,
}

impl Status {
    /// Every status.
    pub const ALL: [Status; 11] = {
        use Status::*;
        [
            PendingUploads,
            Queued,
            Submitted,
            Hydrating,
            Running,
            AwaitingApproval,
            Finalizing,
            Completed,
            Failed,
            Cancelled,
            TimedOut,
        ]
    };

    /// The status that the table's `status` column spells so.
    pub fn named(name: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether the lifecycle allows a move from here to `next`.
    pub const fn allows(self, next: Status) -> bool {
        use Status::*;
        match self {
            PendingUploads => matches!(next, Submitted | Failed | Cancelled),
            Queued => matches!(next, Submitted | Cancelled | Failed),
            Submitted => matches!(next, Queued | Hydrating | Failed | Cancelled),
            Hydrating => matches!(next, Running | AwaitingApproval | Failed | Cancelled),
            Running => matches!(next, AwaitingApproval | Finalizing | Cancelled | TimedOut | Failed),
            AwaitingApproval => matches!(next, Running | Cancelled | Failed),
            Finalizing => matches!(next, Completed | Failed | TimedOut),
            Completed | Failed | Cancelled | TimedOut => false,
        }
    }

    /// Whether the task stays here for ever.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Status::Completed | Status::Failed | Status::Cancelled | Status::TimedOut)
    }

    /// Whether a task that stands here keeps the concurrency slot it may hold.
    pub const fn keeps_slot(self) -> bool {
        !self.is_terminal() && !matches!(self, Status::PendingUploads | Status::Queued)
    }

    /// Whether a task that stands here must hold a slot: somebody works on it.
    pub const fn needs_slot(self) -> bool {
        matches!(self, Status::Hydrating) || self.is_at_work()
    }

    /// Whether an agent is at work on the task.
    pub const fn is_at_work(self) -> bool {
        matches!(self, Status::Running | Status::AwaitingApproval | Status::Finalizing)
    }

    /// The value of the table's `status` column.
    pub const fn name(self) -> &'static str {
        match self {
            Status::PendingUploads => "PENDING_UPLOADS",
            Status::Queued => "QUEUED",
            Status::Submitted => "SUBMITTED",
            Status::Hydrating => "HYDRATING",
            Status::Running => "RUNNING",
            Status::AwaitingApproval => "AWAITING_APPROVAL",
            Status::Finalizing => "FINALIZING",
            Status::Completed => "COMPLETED",
            Status::Failed => "FAILED",
            Status::Cancelled => "CANCELLED",
            Status::TimedOut => "TIMED_OUT",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
