//! The callers of one failure, and a cancel.
use super::{Asks, Beside, Cast, FAIL, Scene, Staged, fail_task::FailTask, lot};
use crate::{specimens::Handlers, storage::Storage, world::Luck};
use anechoic::Room;
use anechoic_model::Status as Modelled;
use anechoic_orchestrator::Status;

pub(super) struct CancelRace;

impl Staged for CancelRace {
    const SCENE: Scene = Scene {
        name: "cancel-race",
        about: "the callers of fail-task, and a cancel that contends for the same row",
        lots: &[lot("it fails", Status::Hydrating, Luck::Well, true, &[Beside::Cancel])],
        ends: &[Modelled::Failed, Modelled::Cancelled],
        settles: |_| true,
        asks: |_| Asks::told(FAIL),
        spared: None,
        faults: 2,
        has_callers: true,
        prepare: Cast::stand,
    };

    fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
        FailTask::enter::<H>(cast, room);
    }
}
