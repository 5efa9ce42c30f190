//! Concurrent callers of one failure.
use super::{Asks, Cast, FAIL, Scene, Staged, lot};
use crate::{specimens::Handlers, storage::Storage, world::Luck};
use anechoic::Room;
use anechoic_model::Status as Modelled;
use anechoic_orchestrator::Status;

pub(super) struct FailTask;

impl Staged for FailTask {
    const SCENE: Scene = Scene {
        name: "fail-task",
        about: "concurrent callers of one failure, no runtime around them",
        lots: &[lot("it fails", Status::Hydrating, Luck::Well, true, &[])],
        ends: &[Modelled::Failed],
        settles: |_| true,
        asks: |_| Asks::told(FAIL),
        spared: None,
        faults: 2,
        has_callers: true,
        prepare: Cast::stand,
    };

    fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
        cast.caller(room, ("caller", cast.callers), |world, task| async move {
            H::fail_task(&world, &task, Status::Hydrating, "blocked").await.map(Some)
        });
    }
}
