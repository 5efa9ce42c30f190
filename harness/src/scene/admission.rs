//! A task asks for its user's last slot.
use super::Cast;
use crate::{scenario::OTHERS, specimens::Handlers, storage::Storage};
use anechoic::Room;
use anechoic_orchestrator::{Admission, Status, Task, TaskId, TaskRow};
use std::time::Duration;
use ulid::Ulid;

/// The user may have one task more than the others.
pub(super) const CAP: i64 = OTHERS + 1;

pub(super) fn prepare(cast: &Cast, storage: &mut Storage) {
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

pub(super) fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
    cast.durable(room, "admission-control", |execution, world, task| async move {
        let admit = || async { H::admit(&world, &task, CAP).await };
        if execution.step("admission-control", admit).await? == Admission::Queued {
            execution.wait("queue", Duration::from_secs(30)).await;
            execution.step("admission-control", admit).await?;
        }
        Ok(None)
    });
}
