//! The observed path.
use super::{Asks, Cast, Scene, Staged, lot};
use crate::{specimens::Handlers, storage::Storage, world::Luck};
use anechoic::Room;
use anechoic_model::{Input, Status as Modelled};
use anechoic_orchestrator::{Ended, Status};

pub(super) struct HydrateContext;

impl Staged for HydrateContext {
    const SCENE: Scene = Scene {
        name: "hydrate-context",
        about: "the observed path: a durable step, blocked by the guardrail, fails the task and rethrows",
        lots: &[lot("it is blocked", Status::Submitted, Luck::Blocked, true, &[])],
        ends: &[Modelled::Failed],
        settles: |_| true,
        asks: |_| Asks::told(HYDRATE_AND_FAIL),
        spared: None,
        faults: 2,
        has_callers: false,
        prepare: |_, storage| storage.stand_admitted(),
    };

    fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
        cast.step(room, ("hydrate-context", Some(Ended::AsAsked)), |world, task| async move {
            H::hydrate_context(&world, &task).await
        });
    }
}

const HYDRATE_AND_FAIL: &[Input] = &[
    Input::Move { from: Modelled::Submitted, to: Modelled::Hydrating },
    Input::Fail { from: Modelled::Hydrating },
];
