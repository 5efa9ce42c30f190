use crate::{
    scene::{Cast, Scene},
    specimens::{self, Atomic, Gated, Unguarded},
    storage::Storage,
};
use anechoic::Room;
use anechoic_model::Promise;

/// A version of the handlers that can be checked.
pub struct Variant {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// The promises that it is there to break; none for what ships.
    pub breaks: &'static [Promise],
    /// The scenes that show what it does otherwise; all of them if there are none.
    scenes: &'static [&'static str],
    /// Brings its handlers into a room.
    pub(crate) enter: fn(&Cast, &mut Room<Storage>),
}

use Promise::{
    AgreesWithModel, CapIsKept, CounterDoesNotDrift, EveryFailureIsAnnounced, ExactlyOneEvent,
    HealthyIsNotFailed, OneEditPerFailure, OneSessionPerTask, TerminalIsFinal, TransitionsAreLegal,
};

/// The scenes of `fail_task`.
const FAILURES: &[&str] = &["fail-task", "hydrate-context", "start-session", "cancel-race"];

/// All versions, in the order of reports: the three that are compared, then the other specimens.
pub const VARIANTS: &[Variant] = &[
    Variant {
        name: "unguarded",
        about: "as observed: emits and releases whether or not the transition won",
        breaks: &[ExactlyOneEvent, CounterDoesNotDrift, EveryFailureIsAnnounced, HealthyIsNotFailed],
        scenes: FAILURES,
        enter: Cast::enter::<Unguarded>,
    },
    Variant {
        name: "gated",
        about: "as the issue proposes: emits and releases only if the transition won",
        breaks: &[
            ExactlyOneEvent,
            CounterDoesNotDrift,
            EveryFailureIsAnnounced,
            HealthyIsNotFailed,
            AgreesWithModel,
        ],
        scenes: FAILURES,
        enter: Cast::enter::<Gated>,
    },
    Variant {
        name: "atomic",
        about: "what ships: one idempotent batch",
        breaks: &[],
        scenes: &[],
        enter: Cast::enter::<Atomic>,
    },
    Variant {
        name: "fresh-event-id",
        about: "announces an end again whenever it is not sure that it did, under a new id each time",
        breaks: &[ExactlyOneEvent],
        scenes: &["fail-task"],
        enter: Cast::enter::<specimens::FreshEventId>,
    },
    Variant {
        name: "emit-first",
        about: "announces the failure before it has won the transition",
        breaks: &[ExactlyOneEvent],
        scenes: &["cancel-race"],
        enter: Cast::enter::<specimens::EmitFirst>,
    },
    Variant {
        name: "release-first",
        about: "gives the slot back before it has won the transition",
        breaks: &[CounterDoesNotDrift],
        scenes: &["fail-task"],
        enter: Cast::enter::<specimens::ReleaseFirst>,
    },
    Variant {
        name: "decrement-twice",
        about: "decrements in a request of its own, which the store's client repeats without a token",
        breaks: &[CounterDoesNotDrift],
        scenes: &["fail-task"],
        enter: Cast::enter::<specimens::DecrementTwice>,
    },
    Variant {
        name: "swallowed-error",
        about: "takes the store's silence for success",
        breaks: &[EveryFailureIsAnnounced],
        scenes: &["fail-task"],
        enter: Cast::enter::<specimens::SwallowedError>,
    },
    Variant {
        name: "wrong-from",
        about: "expects the task where it stood a step earlier",
        breaks: &[EveryFailureIsAnnounced],
        scenes: &["fail-task"],
        enter: Cast::enter::<specimens::WrongFrom>,
    },
    Variant {
        name: "trusted-stale-read",
        about: "lets a read that may be stale decide that there is nothing to fail",
        breaks: &[EveryFailureIsAnnounced],
        scenes: &["hydrate-context"],
        enter: Cast::enter::<specimens::TrustedStaleRead>,
    },
    Variant {
        name: "sibling-releases",
        about: "the step gives the slot back that fail_task has given back",
        breaks: &[CounterDoesNotDrift],
        scenes: &["start-session"],
        enter: Cast::enter::<specimens::SiblingReleases>,
    },
    Variant {
        name: "six-sessions",
        about: "starts a session in each try of the step",
        breaks: &[OneSessionPerTask],
        scenes: &["start-session"],
        enter: Cast::enter::<specimens::SixSessions>,
    },
    Variant {
        name: "fails-the-healthy",
        about: "does not recognise that the step has succeeded before, and fails the task",
        breaks: &[HealthyIsNotFailed],
        scenes: &["start-session"],
        enter: Cast::enter::<specimens::FailsTheHealthy>,
    },
    Variant {
        name: "cancel-echoes",
        about: "a cancel that announces itself whether or not it won",
        breaks: &[ExactlyOneEvent],
        scenes: &["cancel-race"],
        enter: Cast::enter::<specimens::CancelEchoes>,
    },
    Variant {
        name: "admit-twice",
        about: "counts a slot in a request of its own, again in each retry",
        breaks: &[CounterDoesNotDrift],
        scenes: &["admission"],
        enter: Cast::enter::<specimens::AdmitTwice>,
    },
    Variant {
        name: "check-then-act",
        about: "reads whether a slot is left, and takes one without a condition",
        breaks: &[CapIsKept],
        scenes: &["admission"],
        enter: Cast::enter::<specimens::CheckThenAct>,
    },
    Variant {
        name: "blind-recount",
        about: "corrects the counter by what it counted a while ago",
        breaks: &[CounterDoesNotDrift, CapIsKept],
        scenes: &["admission"],
        enter: Cast::enter::<specimens::BlindRecount>,
    },
    Variant {
        name: "impatient",
        about: "fails a silent agent's task without a condition on its silence",
        breaks: &[HealthyIsNotFailed],
        scenes: &["heartbeat-stale"],
        enter: Cast::enter::<specimens::Impatient>,
    },
    Variant {
        name: "revives",
        about: "the last writer wins: an agent completes a task that has ended otherwise",
        breaks: &[ExactlyOneEvent, TerminalIsFinal],
        scenes: &["finalize"],
        enter: Cast::enter::<specimens::Revives>,
    },
    Variant {
        name: "skips-finalizing",
        about: "an agent completes a running task in one move",
        breaks: &[TransitionsAreLegal],
        scenes: &["finalize"],
        enter: Cast::enter::<specimens::SkipsFinalizing>,
    },
    Variant {
        name: "finalize-again",
        about: "announces and releases once more what the agent has ended",
        breaks: &[ExactlyOneEvent, CounterDoesNotDrift],
        scenes: &["finalize"],
        enter: Cast::enter::<specimens::FinalizeAgain>,
    },
    Variant {
        name: "illegal-timeout",
        about: "times out what waits for approval; the move is refused, and announced all the same",
        breaks: &[ExactlyOneEvent],
        scenes: &["finalize"],
        enter: Cast::enter::<specimens::IllegalTimeout>,
    },
    Variant {
        name: "times-out-anything",
        about: "times out what waits for approval, against the lifecycle",
        breaks: &[TransitionsAreLegal, AgreesWithModel],
        scenes: &["finalize"],
        enter: Cast::enter::<specimens::TimesOutAnything>,
    },
    Variant {
        name: "edit-blindly",
        about: "edits the comment for each delivery of an event",
        breaks: &[OneEditPerFailure],
        scenes: &["fan-out"],
        enter: Cast::enter::<specimens::EditBlindly>,
    },
    Variant {
        name: "edit-unanswered",
        about: "takes the pull request's silence for success",
        breaks: &[OneEditPerFailure],
        scenes: &["fan-out"],
        enter: Cast::enter::<specimens::EditUnanswered>,
    },
    Variant {
        name: "outside-a-step",
        about: "counts the slot in the workflow's body, which runs again from the top for each wait and retry",
        breaks: &[CounterDoesNotDrift],
        scenes: &["whole-task"],
        enter: Cast::enter::<specimens::OutsideAStep>,
    },
    Variant {
        name: "releases-what-none-holds",
        about: "a cancel that gives a slot back whether or not the task was admitted",
        breaks: &[CounterDoesNotDrift],
        scenes: &["whole-task"],
        enter: Cast::enter::<specimens::ReleasesWhatNoneHolds>,
    },
];

impl Variant {
    /// The version of this name.
    pub fn named(name: &str) -> Option<&'static Variant> {
        VARIANTS.iter().find(|variant| variant.name == name)
    }

    /// Whether it is wrong on purpose.
    pub fn is_specimen(&self) -> bool {
        !self.breaks.is_empty()
    }

    /// Whether it is a specimen that is wrong in one way of its own.
    pub fn is_own_mistake(&self) -> bool {
        self.is_specimen() && !self.is_compared()
    }

    /// Whether it is one of the versions of `fail_task` that are compared side by side.
    pub fn is_compared(&self) -> bool {
        self.scenes.is_empty() || self.scenes == FAILURES
    }

    /// Whether a scene shows what it does otherwise.
    pub fn is_shown_in(&self, scene: &Scene) -> bool {
        self.scenes.is_empty() || self.scenes.contains(&scene.name)
    }
}
