use core::fmt;

/// What a user may rely on. One name each, the same in tests, reports, documentation and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Promise {
    /// A task that ended shows exactly one terminal event, the one of its end; a task that did not, none.
    ExactlyOneEvent,
    /// Once all is quiet, the user's counter counts the slots that are held, no more and no fewer.
    CounterDoesNotDrift,
    /// A terminal status never changes.
    TerminalIsFinal,
    /// A status changes only along the table of the lifecycle.
    TransitionsAreLegal,
    /// A failure that its handler accepted ends the task and is told to whoever listens.
    EveryFailureIsAnnounced,
    /// A user's tasks never hold more slots than the user is granted.
    CapIsKept,
    /// A task has at most one agent session, however often its start is retried.
    OneSessionPerTask,
    /// A failure edits its pull request's comment exactly once.
    OneEditPerFailure,
    /// A task is failed only if something failed: a retry of what has succeeded is no failure.
    HealthyIsNotFailed,
    /// What the store shows is what the specification allows for the calls made and the answers given.
    /// Reported only where no other promise already says what is wrong.
    AgreesWithModel,
}

impl Promise {
    /// All of them, in the order of reports.
    pub const ALL: [Promise; 10] = [
        Promise::ExactlyOneEvent,
        Promise::CounterDoesNotDrift,
        Promise::TerminalIsFinal,
        Promise::TransitionsAreLegal,
        Promise::EveryFailureIsAnnounced,
        Promise::CapIsKept,
        Promise::OneSessionPerTask,
        Promise::OneEditPerFailure,
        Promise::HealthyIsNotFailed,
        Promise::AgreesWithModel,
    ];

    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Promise::ExactlyOneEvent => "exactly_one_event",
            Promise::CounterDoesNotDrift => "counter_does_not_drift",
            Promise::TerminalIsFinal => "terminal_is_final",
            Promise::TransitionsAreLegal => "transitions_are_legal",
            Promise::EveryFailureIsAnnounced => "every_failure_is_announced",
            Promise::CapIsKept => "cap_is_kept",
            Promise::OneSessionPerTask => "one_session_per_task",
            Promise::OneEditPerFailure => "one_edit_per_failure",
            Promise::HealthyIsNotFailed => "healthy_is_not_failed",
            Promise::AgreesWithModel => "agrees_with_model",
        }
    }

    /// The promise in a sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Promise::ExactlyOneEvent => {
                "an ended task shows one terminal event, of its end; any other task none"
            }
            Promise::CounterDoesNotDrift => "at rest the counter counts the slots held, no more and no fewer",
            Promise::TerminalIsFinal => "a terminal status never changes",
            Promise::TransitionsAreLegal => "a status changes only along the table of the lifecycle",
            Promise::EveryFailureIsAnnounced => "a failure that was accepted ends the task and is announced",
            Promise::CapIsKept => "a user's tasks never hold more slots than granted",
            Promise::OneSessionPerTask => "a task has one agent session, however often its start is retried",
            Promise::OneEditPerFailure => "a failure edits its pull request's comment once",
            Promise::HealthyIsNotFailed => "a task is failed only if something failed",
            Promise::AgreesWithModel => "the store shows what the model allows for the calls and answers",
        }
    }
}

impl fmt::Display for Promise {
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
    fn every_promise_is_shown_by_a_name_and_a_sentence_of_its_own() {
        let names: BTreeSet<String> = Promise::ALL.iter().map(ToString::to_string).collect();
        let sentences: BTreeSet<&str> = Promise::ALL.iter().map(|promise| promise.sentence()).collect();
        assert_eq!((names.len(), sentences.len()), (Promise::ALL.len(), Promise::ALL.len()));
        assert!(names.contains("cap_is_kept") && !names.contains("") && !sentences.contains(""));
        assert_eq!(format!("{:<12}|", Promise::CapIsKept), "cap_is_kept |", "in columns");
    }
}
