//! A task whose time is up.
use super::{Asks, Beside, Cast, Scene, Staged, lot};
use crate::{specimens::Handlers, storage::Storage, world::Luck};
use anechoic::Room;
use anechoic_model::{Input, Status as Modelled};
use anechoic_orchestrator::Status;

pub(super) struct Finalize;

impl Staged for Finalize {
    const SCENE: Scene = Scene {
        name: "finalize",
        about: "a task whose time is up is ended, wherever it stands, while its agent completes or its user cancels",
        lots: &[
            lot("it runs, and its agent is done", Status::Running, Luck::Well, false, &[Beside::Agent]),
            lot("it runs, and is cancelled", Status::Running, Luck::Well, false, &[Beside::Cancel]),
            lot("it is being finalized", Status::Finalizing, Luck::Well, false, &[Beside::Agent]),
            lot("it waits for approval", Status::AwaitingApproval, Luck::Well, true, &[Beside::Cancel]),
            lot("it still hydrates", Status::Hydrating, Luck::Well, true, &[Beside::Cancel]),
            lot("its agent has completed it", Status::Completed, Luck::Well, false, &[]),
        ],
        ends: &[Modelled::Completed, Modelled::TimedOut, Modelled::Failed, Modelled::Cancelled],
        settles: |_| true,
        asks: |_| Asks::untold(END),
        spared: None,
        faults: 2,
        has_callers: false,
        prepare: Cast::stand,
    };

    fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
        cast.step(room, ("finalize", None), |world, task| async move {
            H::finalize(&world, &task).await.map(drop)
        });
    }
}

const END: &[Input] = &[
    Input::Move { from: Modelled::Running, to: Modelled::TimedOut },
    Input::Move { from: Modelled::Finalizing, to: Modelled::TimedOut },
    Input::Fail { from: Modelled::AwaitingApproval },
    Input::Fail { from: Modelled::Hydrating },
];
