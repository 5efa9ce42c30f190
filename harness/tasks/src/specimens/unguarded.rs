use super::{Handlers, Surroundings, observed};
use anechoic_orchestrator::{Ended, Error, SessionId, Status, Task};

specimen! {
    /// As observed: emits and releases whether or not the transition won.
    Unguarded = "unguarded", "as observed: emits and releases whether or not the transition won",
    breaks [ExactlyOneEvent, CounterDoesNotDrift, EveryFailureIsAnnounced, HealthyIsNotFailed], compared
}

impl Handlers for Unguarded {
    async fn fail_task<W: Surroundings>(
        world: &W,
        task: &Task,
        from: Status,
        reason: &str,
    ) -> Result<Ended, Error> {
        let _ = observed::to_failed(world, task, from, reason).await;
        observed::emit(world, task).await?;
        observed::release(world, task).await;
        Ok(Ended::AsAsked)
    }

    async fn hydrate_context<W: Surroundings>(world: &W, task: &Task) -> Result<(), Error> {
        observed::hydrate_context::<Self, W>(world, task).await
    }

    async fn start_session<W: Surroundings>(world: &W, task: &Task) -> Result<SessionId, Error> {
        observed::start_session::<Self, W>(world, task).await
    }
}
