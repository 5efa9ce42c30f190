use super::{Handlers, observed};
use crate::world::World;
use anechoic_orchestrator::{Ended, Error, SessionId, Status, Task};

/// As observed: emits and releases whether or not the transition won.
pub(crate) enum Unguarded {}

impl Handlers for Unguarded {
    async fn fail_task(world: &World, task: &Task, from: Status, reason: &str) -> Result<Ended, Error> {
        let _ = observed::to_failed(world, task, from, reason).await;
        observed::emit(world, task).await?;
        observed::release(world, task).await;
        Ok(Ended::AsAsked)
    }

    async fn hydrate_context(world: &World, task: &Task) -> Result<(), Error> {
        observed::hydrate_context::<Self>(world, task).await
    }

    async fn start_session(world: &World, task: &Task) -> Result<SessionId, Error> {
        observed::start_session::<Self>(world, task).await
    }
}
