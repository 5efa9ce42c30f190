use core::fmt;

/// A row for each promise: its name, and what it says in a sentence.
macro_rules! promises {
    ($($(#[$doc:meta])* $promise:ident = $name:literal, $sentence:literal;)+) => {
        /// What a user may rely on. One name each, the same in tests, reports, documentation and JSON.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Promise {
            $($(#[$doc])* $promise),+
        }

        impl Promise {
            /// All of them, in the order of reports.
            pub const ALL: [Promise; [$($name),+].len()] = [$(Promise::$promise),+];

            /// The name.
            pub const fn name(self) -> &'static str {
                match self { $(Promise::$promise => $name),+ }
            }

            /// The promise in a sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Promise::$promise => $sentence),+ }
            }
        }
    };
}

promises! {
    /// A task that ended shows exactly one terminal event, the one of its end; a task that did not, none.
    ExactlyOneEvent = "exactly_one_event",
        "an ended task shows one terminal event, of its end; any other task none";
    /// Once all is quiet, the user's counter counts the slots that are held, no more and no fewer.
    CounterDoesNotDrift = "counter_does_not_drift",
        "at rest the counter counts the slots held, no more and no fewer";
    /// A terminal status never changes.
    TerminalIsFinal = "terminal_is_final",
        "a terminal status never changes";
    /// A status changes only along the table of the lifecycle.
    TransitionsAreLegal = "transitions_are_legal",
        "a status changes only along the table of the lifecycle";
    /// A failure that its handler accepted ends the task and is told to whoever listens.
    EveryFailureIsAnnounced = "every_failure_is_announced",
        "a failure that was accepted ends the task and is announced";
    /// A user's tasks never hold more slots than the user is granted.
    CapIsKept = "cap_is_kept",
        "a user's tasks never hold more slots than granted";
    /// A task has at most one agent session, however often its start is retried.
    OneSessionPerTask = "one_session_per_task",
        "a task has one agent session, however often its start is retried";
    /// A failure edits its pull request's comment exactly once.
    OneEditPerFailure = "one_edit_per_failure",
        "a failure edits its pull request's comment once";
    /// A task is failed only if something failed: a retry of what has succeeded is no failure.
    HealthyIsNotFailed = "healthy_is_not_failed",
        "a task is failed only if something failed";
    /// What the store shows is what the specification allows for the calls made and the answers given.
    /// Reported only where no other promise already says what is wrong.
    AgreesWithModel = "agrees_with_model",
        "the store shows what the model allows for the calls and answers";
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
