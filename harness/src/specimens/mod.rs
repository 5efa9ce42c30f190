//! Versions of the handlers. One is what ships; the others, the specimens, are wrong on purpose and name the
//! promises that they break. A harness that cannot catch them proves nothing.
//!
//! They are generic over what is around them, so that any other tool can run them, too.
mod gated;
mod observed;
mod unguarded;

pub use gated::Gated;
pub use unguarded::Unguarded;

use anechoic_orchestrator::{self as orchestrator, Ended, Error, EventId, Outside, SessionId, Status, Task};

/// What is around a handler, the wrong ones included.
pub trait Surroundings: Outside {
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
}

/// What ships.
#[derive(Debug)]
pub enum Atomic {}

impl Handlers for Atomic {}
