//! Workflows of one step, whose failure is the workflow's.
use super::{Cast, Word};
use crate::{specimens::Handlers, storage::Storage, world::World};
use anechoic::Room;
use anechoic_orchestrator::{Ended, Error, Task};
use std::future::Future;

pub(super) fn hydrate_context<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
    step(cast, room, ("hydrate-context", Some(Ended::AsAsked)), |world, task| async move {
        H::hydrate_context(&world, &task).await
    });
}

pub(super) fn start_session<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
    step(cast, room, ("start-session", Some(Ended::AsAsked)), |world, task| async move {
        H::start_session(&world, &task).await.map(drop)
    });
}

pub(super) fn watch_over<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
    step(cast, room, ("await-agent-completion", None), |world, task| async move {
        H::watch_over(&world, &task).await.map(|_| ())
    });
}

pub(super) fn finalize<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
    step(cast, room, ("finalize", None), |world, task| async move {
        H::finalize(&world, &task).await.map(|_| ())
    });
}

fn step<F>(
    cast: &Cast,
    room: &mut Room<Storage>,
    (name, word): (&'static str, Word),
    body: impl Fn(World, Task) -> F + Copy + 'static,
) where
    F: Future<Output = Result<(), Error>> + 'static,
{
    cast.durable(room, name, move |execution, world, task| async move {
        execution.step(name, || body(world, task)).await?;
        Ok(word)
    });
}
