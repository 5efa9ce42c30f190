//! Ways to get the fan-out wrong.
use super::{Handlers, Surroundings};
use anechoic_orchestrator::{self as orchestrator, Error, EventRow, Told};

specimen! {
    /// Edits the comment for each delivery.
    EditBlindly = "edit-blindly", "edits the comment for each delivery of an event",
    breaks [OneEditPerFailure] in ["fan-out"]
}

impl Handlers for EditBlindly {
    async fn tell_failure<W: Surroundings>(world: &W, event: &EventRow) -> Result<Told, Error> {
        world.edit(event.task, "failed").await?;
        Ok(Told::Now)
    }
}

specimen! {
    /// Logs what goes wrong with the pull request, and goes on.
    EditUnanswered = "edit-unanswered", "takes the pull request's silence for success",
    breaks [OneEditPerFailure] in ["fan-out"]
}

impl Handlers for EditUnanswered {
    async fn tell_failure<W: Surroundings>(world: &W, event: &EventRow) -> Result<Told, Error> {
        orchestrator::tell_failure(world, event).await.or_else(|_| {
            world.log("WARN Failed to edit the comment");
            Ok(Told::Now)
        })
    }
}
