use crate::{
    scene::{Entrance, Entrances, SCENES, Scene},
    specimens::{self, Handlers},
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
    /// Why `as_if_once` does not see what it does wrong, if so.
    pub unseen: Option<&'static str>,
    /// Whether a line in a table says enough of it: it is wrong in one way of its own.
    pub is_brief: bool,
    /// The scenarios that show what it does otherwise; all of them if none is named.
    pub(crate) scenes: &'static [&'static str],
    /// How its handlers enter each scenario.
    pub(crate) entrances: Entrances,
}

/// A version of the handlers says in its own file what it is.
pub(crate) trait Version: Handlers {
    /// Its row.
    const VARIANT: Variant;
}

/// The scenarios of `fail_task`.
pub(crate) const FAILURES: &[&str] = &["fail-task", "hydrate-context", "start-session", "cancel-race"];

macro_rules! variants {
    ($($version:ident),+ $(,)?) => {
        /// All versions, in the order of reports: the three that are compared, then the other specimens.
        pub const VARIANTS: &[Variant] = &[$(<specimens::$version as Version>::VARIANT),+];
    };
}

variants![
    Unguarded,
    Gated,
    Atomic,
    FreshEventId,
    EmitFirst,
    ReleaseFirst,
    DecrementTwice,
    SwallowedError,
    WrongFrom,
    TrustedStaleRead,
    SiblingReleases,
    SixSessions,
    FailsTheHealthy,
    CancelEchoes,
    AdmitTwice,
    CheckThenAct,
    BlindRecount,
    Impatient,
    Revives,
    SkipsFinalizing,
    FinalizeAgain,
    IllegalTimeout,
    TimesOutAnything,
    EditBlindly,
    EditUnanswered,
    OutsideAStep,
    ReleasesWhatNoneHolds,
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
