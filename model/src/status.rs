use core::fmt;

/// Where a task stands. Four of the eleven are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Waits for files that the user has yet to upload.
    PendingUploads,
    /// Waits for a free slot.
    Queued,
    /// Accepted; from admission on it holds a slot.
    Submitted,
    /// Its context is being put together and screened.
    Hydrating,
    /// An agent works on it.
    Running,
    /// The agent waits for a person's consent.
    AwaitingApproval,
    /// The agent is done; results are being collected.
    Finalizing,
    /// Ended well.
    Completed,
    /// Ended badly.
    Failed,
    /// Ended by its user.
    Cancelled,
    /// Ended by the clock.
    TimedOut,
}

use Status::{
    AwaitingApproval, Cancelled, Completed, Failed, Finalizing, Hydrating, PendingUploads, Queued, Running,
    Submitted, TimedOut,
};

impl Status {
    /// All eleven, in the order of a task's life.
    pub const ALL: [Status; 11] = [
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
    ];

    /// Where a task may go from here; nothing for a final status.
    pub const fn successors(self) -> &'static [Status] {
        match self {
            PendingUploads => &[Submitted, Failed, Cancelled],
            Queued => &[Submitted, Cancelled, Failed],
            Submitted => &[Queued, Hydrating, Failed, Cancelled],
            Hydrating => &[Running, AwaitingApproval, Failed, Cancelled],
            Running => &[AwaitingApproval, Finalizing, Cancelled, TimedOut, Failed],
            AwaitingApproval => &[Running, Cancelled, Failed],
            Finalizing => &[Completed, Failed, TimedOut],
            Completed | Failed | Cancelled | TimedOut => &[],
        }
    }

    /// Whether a task may go from here to `next`.
    pub fn may_become(self, next: Status) -> bool {
        self.successors().contains(&next)
    }

    /// Whether a task stays here for ever.
    pub const fn is_terminal(self) -> bool {
        self.successors().is_empty()
    }

    /// Whether a task that stands here may hold a concurrency slot.
    ///
    /// Before admission none is held, after the end none is held. A submitted task may or may not have been
    /// admitted yet.
    pub const fn may_hold_slot(self) -> bool {
        match self {
            Submitted | Hydrating | Running | AwaitingApproval | Finalizing => true,
            PendingUploads | Queued | Completed | Failed | Cancelled | TimedOut => false,
        }
    }

    /// Whether a task that stands here must hold a concurrency slot.
    pub const fn must_hold_slot(self) -> bool {
        match self {
            Hydrating | Running | AwaitingApproval | Finalizing => true,
            PendingUploads | Queued | Submitted | Completed | Failed | Cancelled | TimedOut => false,
        }
    }

    /// The name used in tables and reports.
    pub const fn name(self) -> &'static str {
        match self {
            PendingUploads => "PENDING_UPLOADS",
            Queued => "QUEUED",
            Submitted => "SUBMITTED",
            Hydrating => "HYDRATING",
            Running => "RUNNING",
            AwaitingApproval => "AWAITING_APPROVAL",
            Finalizing => "FINALIZING",
            Completed => "COMPLETED",
            Failed => "FAILED",
            Cancelled => "CANCELLED",
            TimedOut => "TIMED_OUT",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{
        collections::BTreeSet,
        format,
        string::{String, ToString},
    };

    #[test]
    fn a_slot_that_must_be_held_may_be_held() {
        for status in Status::ALL {
            assert!(status.may_hold_slot() || !status.must_hold_slot(), "{status}");
            assert!(!(status.may_hold_slot() && status.is_terminal()), "{status}");
        }
    }

    #[test]
    fn every_status_is_shown_by_a_name_of_its_own() {
        let names: BTreeSet<String> = Status::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(names.len(), Status::ALL.len());
        assert!(names.contains("TIMED_OUT") && !names.contains(""));
        assert_eq!(format!("{:<8}|", Queued), "QUEUED  |", "in columns");
    }
}
