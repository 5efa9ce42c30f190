//! A failure is told to its pull request.
use super::{Asks, Cast, Scene, Staged, lot};
use crate::{specimens::Handlers, storage::Storage, world::Luck};
use anechoic::{Fault, Faults, Room};
use anechoic_model::Status as Modelled;
use anechoic_orchestrator::{EventId, EventKind, EventRow, Status};

/// A comment is edited without a condition, so nothing can keep an edit from landing that is on its way; and a stream has one
/// consumer at a time.
const SPARED: (Faults, &str) = (
    Faults::of(&[Fault::LateWrite, Fault::LateAnswer, Fault::DuplicateInvocation]),
    "nobody can withdraw an edit that is on its way, and a stream has one consumer of a task's events at a time",
);

pub(super) struct FanOut;

impl Staged for FanOut {
    const SCENE: Scene = Scene {
        name: "fan-out",
        about: "a failure is told to its pull request by a consumer to whom the stream delivers it twice",
        lots: &[lot("it failed", Status::Failed, Luck::Well, true, &[])],
        ends: &[Modelled::Failed],
        settles: |_| false,
        asks: |_| Asks::untold(&[]),
        spared: Some(SPARED),
        faults: 2,
        has_callers: false,
        prepare,
    };

    fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
        let at = cast.weather.start;
        cast.caller(room, ("consumer", 1), move |world, task| async move {
            let event =
                EventRow { task: task.id, id: EventId::of_end(task.id), kind: EventKind::TaskFailed, at };
            for _delivery in 0..2 {
                H::tell_failure(&world, &event).await?;
            }
            Ok(None)
        });
    }
}

fn prepare(cast: &Cast, storage: &mut Storage) {
    storage.stand_at(cast.lot.begins, cast.weather.start);
    storage.is_told = true;
}
