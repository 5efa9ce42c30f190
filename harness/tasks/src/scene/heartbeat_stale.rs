//! An agent that was silent for too long.
use super::{Asks, Beside, Cast, Scene, Staged, lot};
use crate::{specimens::Handlers, storage::Storage, world::Luck};
use anechoic::Room;
use anechoic_model::{Input, Status as Modelled};
use anechoic_orchestrator::{SessionId, Status, TaskRow};
use jiff::SignedDuration;

/// So long ago the session began, and so long ago it was last heard: longer than a session may be silent.
const BEGAN: SignedDuration = SignedDuration::from_secs(1_000);
const HEARD: SignedDuration = SignedDuration::from_secs(241);

pub(super) struct HeartbeatStale;

impl Staged for HeartbeatStale {
    const SCENE: Scene = Scene {
        name: "heartbeat-stale",
        about: "a silent agent is given up, while it gives a sign of life, or completes and its user cancels",
        lots: &[
            lot("it was silent", Status::Running, Luck::Well, true, &[Beside::Beat]),
            lot("it is done", Status::Running, Luck::Well, true, &[Beside::Agent, Beside::Cancel]),
        ],
        ends: &[Modelled::Failed, Modelled::Completed, Modelled::Cancelled],
        settles: |_| false,
        asks: |_| Asks::untold(GIVE_UP),
        spared: None,
        faults: 2,
        has_callers: false,
        prepare,
    };

    fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
        cast.step(room, ("await-agent-completion", None), |world, task| async move {
            H::watch_over(&world, &task).await.map(drop)
        });
    }
}

const GIVE_UP: &[Input] =
    &[Input::Fail { from: Modelled::Running }, Input::Fail { from: Modelled::Finalizing }];

fn prepare(cast: &Cast, storage: &mut Storage) {
    let start = cast.weather.start;
    storage.stand_at(cast.lot.begins, start);
    let row = storage.row().clone();
    storage.put_row(TaskRow {
        session: Some(SessionId::new("session-1")),
        started_at: Some(start - BEGAN),
        heartbeat_at: Some(start - HEARD),
        ..row
    });
}
