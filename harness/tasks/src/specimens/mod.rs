//! Versions of the handlers. One is what ships; the others, the specimens, are wrong on purpose and name the
//! promises that they break. A harness that cannot catch them proves nothing.
//!
//! They are generic over what is around them, so that any other tool can run them, too.
/// A specimen: its name, what it is, the promises that it breaks, and the scenarios that show it; or that it is compared
/// with what ships wherever `fail_task` is. Each breaks `as_if_once`, too, unless it says why that cannot be seen.
macro_rules! specimen {
    (
        $(#[$doc:meta])*
        $version:ident = $name:literal, $about:literal,
        breaks [$($promise:ident),+] in [$($scene:literal),+]
    ) => {
        specimen! { $(#[$doc])* $version, $name, $about, [$($promise),+], None, true, &[$($scene),+] }
    };
    (
        $(#[$doc:meta])*
        $version:ident = $name:literal, $about:literal,
        breaks [$($promise:ident),+] in [$($scene:literal),+], unseen $why:literal
    ) => {
        specimen! { $(#[$doc])* $version, $name, $about, [$($promise),+], Some($why), true, &[$($scene),+] }
    };
    (
        $(#[$doc:meta])*
        $version:ident = $name:literal, $about:literal,
        breaks [$($promise:ident),+], compared
    ) => {
        specimen! { $(#[$doc])* $version, $name, $about, [$($promise),+], None, false, $crate::variant::FAILURES }
    };
    (
        $(#[$doc:meta])*
        $version:ident, $name:literal, $about:literal, [$($promise:ident),+], $unseen:expr, $is_brief:literal, $scenes:expr
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $version {}

        impl $crate::variant::Version for $version {
            const VARIANT: $crate::Variant = $crate::Variant {
                name: $name,
                about: $about,
                breaks: &[$(anechoic_model::Promise::$promise),+],
                unseen: $unseen,
                is_brief: $is_brief,
                scenes: $scenes,
                entrances: $crate::scene::entrances::<$version>,
            };
        }
    };
}

mod admission;
mod endings;
mod fail_task;
mod fan_out;
mod gated;
mod observed;
mod sessions;
mod unguarded;
mod workflow;

pub use admission::{AdmitTwice, BlindRecount, CheckThenAct};
pub use endings::{
    CancelEchoes, FinalizeAgain, IllegalTimeout, Impatient, Revives, SkipsFinalizing, TimesOutAnything,
};
pub use fail_task::{
    DecrementTwice, EmitFirst, FreshEventId, ReleaseFirst, SwallowedError, TrustedStaleRead, WrongFrom,
};
pub use fan_out::{EditBlindly, EditUnanswered};
pub use gated::Gated;
pub use sessions::{FailsTheHealthy, SiblingReleases, SixSessions};
pub use unguarded::Unguarded;
pub use workflow::{OutsideAStep, ReleasesWhatNoneHolds};

use crate::{
    scene::entrances,
    variant::{Variant, Version},
};
use anechoic_orchestrator::{
    self as orchestrator, Admission, Comments, Durable, Ended, Error, EventId, EventRow, Outside, Recount,
    SessionId, Status, StepFailed, Task, Terms, Told, UserId, Watched,
};

/// What is around a handler, the wrong ones included.
pub trait Surroundings: Outside + Comments {
    /// Starts a session without saying whose: what a service does that is not told which tries belong together.
    #[allow(async_fn_in_trait, reason = "what is around a handler may live in one thread")]
    async fn start_another_session(&self) -> Result<SessionId, Error>;

    /// A new event id, unlike any other: what makes the events of a retried handler differ.
    fn fresh_event_id(&self) -> EventId;

    /// Writes a line to the handler's log.
    fn log(&self, line: &'static str);
}

/// The handlers under test. By default each is the shipped one; a specimen replaces what it gets wrong.
#[allow(async_fn_in_trait, reason = "what is around a handler may live in one thread")]
pub trait Handlers: 'static {
    /// Fails a task.
    async fn fail_task<W: Surroundings>(
        world: &W,
        task: &Task,
        from: Status,
        reason: &str,
    ) -> Result<Ended, Error> {
        orchestrator::fail_task(world, task, from, reason).await
    }

    /// Cancels a task.
    async fn cancel<W: Surroundings>(world: &W, task: &Task) -> Result<Ended, Error> {
        orchestrator::cancel(world, task).await
    }

    /// The step of the observed path.
    async fn hydrate_context<W: Surroundings>(world: &W, task: &Task) -> Result<(), Error> {
        orchestrator::hydrate_context(world, task).await
    }

    /// Its sibling.
    async fn start_session<W: Surroundings>(world: &W, task: &Task) -> Result<SessionId, Error> {
        orchestrator::start_session(world, task).await
    }

    /// Gives a task one of its user's slots.
    async fn admit<W: Surroundings>(world: &W, task: &Task, cap: i64) -> Result<Admission, Error> {
        orchestrator::admit(world, task, cap).await
    }

    /// Recounts a user's slots.
    async fn reconcile<W: Surroundings>(world: &W, user: &UserId) -> Result<Recount, Error> {
        orchestrator::reconcile(world, user).await
    }

    /// Looks after a task's agent.
    async fn watch_over<W: Surroundings>(world: &W, task: &Task) -> Result<Watched, Error> {
        orchestrator::watch_over(world, task).await
    }

    /// The agent's word that it is done.
    async fn complete<W: Surroundings>(world: &W, task: &Task) -> Result<Ended, Error> {
        orchestrator::complete(world, task).await
    }

    /// Ends a task whose time is up.
    async fn finalize<W: Surroundings>(world: &W, task: &Task) -> Result<Status, Error> {
        orchestrator::finalize(world, task).await
    }

    /// Tells a failure to the pull request.
    async fn tell_failure<W: Surroundings>(world: &W, event: &EventRow) -> Result<Told, Error> {
        orchestrator::tell_failure(world, event).await
    }

    /// The whole workflow.
    async fn run_task<D: Durable, W: Surroundings>(
        durable: &D,
        world: &W,
        task: &Task,
        terms: &Terms,
    ) -> Result<Status, StepFailed> {
        orchestrator::run_task(durable, world, task, terms).await
    }
}

/// What ships.
#[derive(Debug)]
pub enum Atomic {}

impl Version for Atomic {
    const VARIANT: Variant = Variant {
        name: "atomic",
        about: "what ships: one idempotent batch",
        breaks: &[],
        unseen: None,
        is_brief: false,
        scenes: &[],
        entrances: entrances::<Atomic>,
    };
}

impl Handlers for Atomic {}
