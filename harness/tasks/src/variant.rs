use crate::{
    scene::{Entrance, Entrances, SCENES, Scene, entrances},
    specimens::{self, Atomic, Gated, Unguarded},
};
use anechoic_model::Promise;

/// A version of the handlers that can be checked.
pub struct Variant {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// The promises that it is there to break; none for what ships.
    pub breaks: &'static [Promise],
    /// Whether a line in a table says enough of it: it is wrong in one way of its own.
    pub is_brief: bool,
    /// The scenarios that show what it does otherwise; all of them if none is named.
    scenes: &'static [&'static str],
    /// How its handlers enter each scenario.
    entrances: Entrances,
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
        is_brief: false,
        scenes: FAILURES,
        entrances: entrances::<Unguarded>,
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
        is_brief: false,
        scenes: FAILURES,
        entrances: entrances::<Gated>,
    },
    Variant {
        name: "atomic",
        about: "what ships: one idempotent batch",
        breaks: &[],
        is_brief: false,
        scenes: &[],
        entrances: entrances::<Atomic>,
    },
    Variant {
        name: "fresh-event-id",
        about: "announces an end again whenever it is not sure that it did, under a new id each time",
        breaks: &[ExactlyOneEvent],
        is_brief: true,
        scenes: &["fail-task"],
        entrances: entrances::<specimens::FreshEventId>,
    },
    Variant {
        name: "emit-first",
        about: "announces the failure before it has won the transition",
        breaks: &[ExactlyOneEvent],
        is_brief: true,
        scenes: &["cancel-race"],
        entrances: entrances::<specimens::EmitFirst>,
    },
    Variant {
        name: "release-first",
        about: "gives the slot back before it has won the transition",
        breaks: &[CounterDoesNotDrift],
        is_brief: true,
        scenes: &["fail-task"],
        entrances: entrances::<specimens::ReleaseFirst>,
    },
    Variant {
        name: "decrement-twice",
        about: "decrements in a request of its own, which the store's client repeats without a token",
        breaks: &[CounterDoesNotDrift],
        is_brief: true,
        scenes: &["fail-task"],
        entrances: entrances::<specimens::DecrementTwice>,
    },
    Variant {
        name: "swallowed-error",
        about: "takes the store's silence for success",
        breaks: &[EveryFailureIsAnnounced],
        is_brief: true,
        scenes: &["fail-task"],
        entrances: entrances::<specimens::SwallowedError>,
    },
    Variant {
        name: "wrong-from",
        about: "expects the task where it stood a step earlier",
        breaks: &[EveryFailureIsAnnounced],
        is_brief: true,
        scenes: &["fail-task"],
        entrances: entrances::<specimens::WrongFrom>,
    },
    Variant {
        name: "trusted-stale-read",
        about: "lets a read that may be stale decide that there is nothing to fail",
        breaks: &[EveryFailureIsAnnounced],
        is_brief: true,
        scenes: &["hydrate-context"],
        entrances: entrances::<specimens::TrustedStaleRead>,
    },
    Variant {
        name: "sibling-releases",
        about: "the step gives the slot back that fail_task has given back",
        breaks: &[CounterDoesNotDrift],
        is_brief: true,
        scenes: &["start-session"],
        entrances: entrances::<specimens::SiblingReleases>,
    },
    Variant {
        name: "six-sessions",
        about: "starts a session in each try of the step",
        breaks: &[OneSessionPerTask],
        is_brief: true,
        scenes: &["start-session"],
        entrances: entrances::<specimens::SixSessions>,
    },
    Variant {
        name: "fails-the-healthy",
        about: "does not recognise that the step has succeeded before, and fails the task",
        breaks: &[HealthyIsNotFailed],
        is_brief: true,
        scenes: &["start-session"],
        entrances: entrances::<specimens::FailsTheHealthy>,
    },
    Variant {
        name: "cancel-echoes",
        about: "a cancel that announces itself whether or not it won",
        breaks: &[ExactlyOneEvent],
        is_brief: true,
        scenes: &["cancel-race"],
        entrances: entrances::<specimens::CancelEchoes>,
    },
    Variant {
        name: "admit-twice",
        about: "counts a slot in a request of its own, again in each retry",
        breaks: &[CounterDoesNotDrift],
        is_brief: true,
        scenes: &["admission"],
        entrances: entrances::<specimens::AdmitTwice>,
    },
    Variant {
        name: "check-then-act",
        about: "reads whether a slot is left, and takes one without a condition",
        breaks: &[CapIsKept],
        is_brief: true,
        scenes: &["admission"],
        entrances: entrances::<specimens::CheckThenAct>,
    },
    Variant {
        name: "blind-recount",
        about: "corrects the counter by what it counted a while ago",
        breaks: &[CounterDoesNotDrift, CapIsKept],
        is_brief: true,
        scenes: &["admission"],
        entrances: entrances::<specimens::BlindRecount>,
    },
    Variant {
        name: "impatient",
        about: "fails a silent agent's task without a condition on its silence",
        breaks: &[HealthyIsNotFailed],
        is_brief: true,
        scenes: &["heartbeat-stale"],
        entrances: entrances::<specimens::Impatient>,
    },
    Variant {
        name: "revives",
        about: "the last writer wins: an agent completes a task that has ended otherwise",
        breaks: &[ExactlyOneEvent, TerminalIsFinal],
        is_brief: true,
        scenes: &["finalize"],
        entrances: entrances::<specimens::Revives>,
    },
    Variant {
        name: "skips-finalizing",
        about: "an agent completes a running task in one move",
        breaks: &[TransitionsAreLegal],
        is_brief: true,
        scenes: &["finalize"],
        entrances: entrances::<specimens::SkipsFinalizing>,
    },
    Variant {
        name: "finalize-again",
        about: "announces and releases once more what the agent has ended",
        breaks: &[ExactlyOneEvent, CounterDoesNotDrift],
        is_brief: true,
        scenes: &["finalize"],
        entrances: entrances::<specimens::FinalizeAgain>,
    },
    Variant {
        name: "illegal-timeout",
        about: "times out what waits for approval; the move is refused, and announced all the same",
        breaks: &[ExactlyOneEvent],
        is_brief: true,
        scenes: &["finalize"],
        entrances: entrances::<specimens::IllegalTimeout>,
    },
    Variant {
        name: "times-out-anything",
        about: "times out what waits for approval, against the lifecycle",
        breaks: &[TransitionsAreLegal, AgreesWithModel],
        is_brief: true,
        scenes: &["finalize"],
        entrances: entrances::<specimens::TimesOutAnything>,
    },
    Variant {
        name: "edit-blindly",
        about: "edits the comment for each delivery of an event",
        breaks: &[OneEditPerFailure],
        is_brief: true,
        scenes: &["fan-out"],
        entrances: entrances::<specimens::EditBlindly>,
    },
    Variant {
        name: "edit-unanswered",
        about: "takes the pull request's silence for success",
        breaks: &[OneEditPerFailure],
        is_brief: true,
        scenes: &["fan-out"],
        entrances: entrances::<specimens::EditUnanswered>,
    },
    Variant {
        name: "outside-a-step",
        about: "counts the slot in the workflow's body, which runs again from the top for each wait and retry",
        breaks: &[CounterDoesNotDrift],
        is_brief: true,
        scenes: &["whole-task"],
        entrances: entrances::<specimens::OutsideAStep>,
    },
    Variant {
        name: "releases-what-none-holds",
        about: "a cancel that gives a slot back whether or not the task was admitted",
        breaks: &[CounterDoesNotDrift],
        is_brief: true,
        scenes: &["whole-task"],
        entrances: entrances::<specimens::ReleasesWhatNoneHolds>,
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

    /// Whether a scene shows what it does otherwise.
    pub fn is_shown_in(&self, scene: &Scene) -> bool {
        self.scenes.is_empty() || self.scenes.contains(&scene.name)
    }

    /// How its handlers enter a scenario.
    pub(crate) fn entrance(&self, scene: &Scene) -> Entrance {
        let all = SCENES.iter().zip((self.entrances)());
        all.into_iter().find(|(other, _)| other.name == scene.name).expect("it is of the table").1
    }
}
