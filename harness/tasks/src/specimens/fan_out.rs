//! Ways to get the fan-out wrong.
use super::{Handlers, Surroundings};
use anechoic_orchestrator::{self as orchestrator, Error, EventRow, Told};

/// Edits the comment for each delivery.
#[derive(Debug)]
pub enum EditBlindly {}

impl Handlers for EditBlindly {
    async fn tell_failure<W: Surroundings>(world: &W, event: &EventRow) -> Result<Told, Error> {
        world.edit(event.task, "failed").await?;
        Ok(Told::Now)
    }
}

/// Logs what goes wrong with the pull request, and goes on.
#[derive(Debug)]
pub enum EditUnanswered {}

impl Handlers for EditUnanswered {
    async fn tell_failure<W: Surroundings>(world: &W, event: &EventRow) -> Result<Told, Error> {
        orchestrator::tell_failure(world, event).await.or_else(|_| {
            world.log("WARN Failed to edit the comment");
            Ok(Told::Now)
        })
    }
}
