//! A task asks for its user's last slot.
use super::{Asks, Beside, Cast, Scene, Staged, lot};
use crate::{scenario::OTHERS, specimens::Handlers, storage::Storage, world::Luck};
use anechoic::Room;
use anechoic_model::{Input, Status as Modelled};
use anechoic_orchestrator::{Admission as Admitted, Status, Task, TaskId, TaskRow};
use std::time::Duration;
use ulid::Ulid;

/// The user may have one task more than the others.
pub(super) const CAP: i64 = OTHERS + 1;

pub(super) struct Admission;

impl Staged for Admission {
    const SCENE: Scene = Scene {
        name: "admission",
        about: "a task asks for its user's last slot, beside another task of the user's, or beside a recount",
        lots: &[
            lot(
                "it asks beside another",
                Status::Submitted,
                Luck::Well,
                false,
                &[Beside::AnotherTask, Beside::ItsEnd],
            ),
            lot("it asks during a recount", Status::Submitted, Luck::Well, false, &[Beside::Recount]),
        ],
        ends: &[Modelled::Submitted, Modelled::Queued],
        settles: |_| false,
        asks: |_| Asks::untold(ADMIT),
        spared: None,
        faults: 2,
        has_callers: false,
        prepare,
    };

    fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
        cast.durable(room, "admission-control", |execution, world, task| async move {
            let admit = || async { H::admit(&world, &task, CAP).await };
            if execution.step("admission-control", admit).await? == Admitted::Queued {
                execution.wait("queue", Duration::from_secs(30)).await;
                execution.step("admission-control", admit).await?;
            }
            Ok(None)
        });
    }
}

const ADMIT: &[Input] = &[
    Input::Admit,
    Input::Move { from: Modelled::Submitted, to: Modelled::Queued },
    Input::Move { from: Modelled::Queued, to: Modelled::Submitted },
    Input::Admit,
];

fn prepare(cast: &Cast, storage: &mut Storage) {
    let row = |status| TaskRow::new(cast.task.user.clone(), status);
    for other in 1..=OTHERS {
        storage.tables.insert_task(numbered(cast, other).id, row(Status::Running).holding_a_slot());
    }
    let neighbour = another_task(cast);
    storage.tables.insert_task(neighbour.id, row(Status::Submitted));
    storage.neighbour = Some(neighbour);
    storage.cap = CAP;
}

/// The task that may ask, too.
pub(super) fn another_task(cast: &Cast) -> Task {
    numbered(cast, 0)
}

fn numbered(cast: &Cast, number: i64) -> Task {
    let id = TaskId(Ulid::from_parts(cast.task.id.0.timestamp_ms(), number.unsigned_abs().into()));
    Task { id, user: cast.task.user.clone() }
}
