//! Versions of the handlers. One is what ships; the others, the specimens, are wrong on purpose and name the
//! promises that they break. A harness that cannot catch them proves nothing.
mod gated;
mod observed;
mod unguarded;

pub(crate) use gated::Gated;
pub(crate) use unguarded::Unguarded;

use crate::world::World;
use anechoic_orchestrator::{self as orchestrator, Ended, Error, SessionId, Status, Task};

/// The handlers under test. By default each is the shipped one; a specimen replaces what it gets wrong.
pub(crate) trait Handlers: 'static {
    async fn fail_task(world: &World, task: &Task, from: Status, reason: &str) -> Result<Ended, Error> {
        orchestrator::fail_task(world, task, from, reason).await
    }

    async fn cancel(world: &World, task: &Task) -> Result<Ended, Error> {
        orchestrator::cancel(world, task).await
    }

    async fn hydrate_context(world: &World, task: &Task) -> Result<(), Error> {
        orchestrator::hydrate_context(world, task).await
    }

    async fn start_session(world: &World, task: &Task) -> Result<SessionId, Error> {
        orchestrator::start_session(world, task).await
    }
}

/// What ships.
pub(crate) enum Atomic {}

impl Handlers for Atomic {}
