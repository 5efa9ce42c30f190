//! The sibling of the observed path.
use super::{Asks, Cast, FAIL, Scene, Staged, lot};
use crate::{specimens::Handlers, storage::Storage, world::Luck};
use anechoic::Room;
use anechoic_model::{Input, Status as Modelled};
use anechoic_orchestrator::{Ended, Status};

pub(super) struct StartSession;

impl Staged for StartSession {
    const SCENE: Scene = Scene {
        name: "start-session",
        about: "its sibling: a durable step whose session does not start, or does",
        lots: &[
            lot("its session does not start", Status::Hydrating, Luck::NoSession, true, &[]),
            lot("its session starts", Status::Hydrating, Luck::Well, false, &[]),
        ],
        ends: &[Modelled::Failed, Modelled::Running],
        settles: |lot| lot.fails,
        asks: |lot| if lot.fails { Asks::told(FAIL) } else { Asks::untold(RUN) },
        spared: None,
        faults: 2,
        has_callers: false,
        prepare: Cast::stand,
    };

    fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
        cast.step(room, ("start-session", Some(Ended::AsAsked)), |world, task| async move {
            H::start_session(&world, &task).await.map(drop)
        });
    }
}

const RUN: &[Input] = &[Input::Move { from: Modelled::Hydrating, to: Modelled::Running }];
