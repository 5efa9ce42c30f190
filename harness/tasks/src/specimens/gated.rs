use super::{Handlers, Surroundings, observed};
use anechoic_orchestrator::{Ended, Error, SessionId, Status, Task, store::Commit};

specimen! {
    /// As the issue proposes: emits and releases only if the transition won.
    ///
    /// It swallows what goes wrong with the transition. To its caller, returning normally means that the failure is dealt
    /// with, whatever became of it.
    Gated = "gated", "as the issue proposes: emits and releases only if the transition won",
    breaks [ExactlyOneEvent, CounterDoesNotDrift, EveryFailureIsAnnounced, HealthyIsNotFailed, AgreesWithModel], compared
}

impl Handlers for Gated {
    async fn fail_task<W: Surroundings>(
        world: &W,
        task: &Task,
        from: Status,
        reason: &str,
    ) -> Result<Ended, Error> {
        let moved = observed::to_failed(world, task, from, reason).await;
        if moved == Ok(Commit::Applied) {
            observed::emit(world, task).await?;
            observed::release(world, task).await;
        }
        match moved {
            Ok(Commit::Refused { task: Some(row), .. }) if row.status != Status::Failed => {
                Ok(Ended::Not(row.status))
            }
            _ => Ok(Ended::AsAsked),
        }
    }

    async fn hydrate_context<W: Surroundings>(world: &W, task: &Task) -> Result<(), Error> {
        observed::hydrate_context::<Self, W>(world, task).await
    }

    async fn start_session<W: Surroundings>(world: &W, task: &Task) -> Result<SessionId, Error> {
        observed::start_session::<Self, W>(world, task).await
    }
}
