//! The translation between the two who do not know each other: the world as the model would say it.
use crate::storage::Storage;
use anechoic_model::{Answer, Promise, State, Status as Modelled};
use anechoic_orchestrator::{Ended, EventKind, Status, TaskRow};

/// The model's promises, in the engine's words and in the model's order.
pub(crate) fn promises() -> Vec<anechoic::Promise> {
    Promise::ALL.map(|promise| anechoic::Promise::new(promise.name(), promise.sentence())).to_vec()
}

/// A status, in the model's words.
pub(crate) const fn status(status: Status) -> Modelled {
    match status {
        Status::PendingUploads => Modelled::PendingUploads,
        Status::Queued => Modelled::Queued,
        Status::Submitted => Modelled::Submitted,
        Status::Hydrating => Modelled::Hydrating,
        Status::Running => Modelled::Running,
        Status::AwaitingApproval => Modelled::AwaitingApproval,
        Status::Finalizing => Modelled::Finalizing,
        Status::Completed => Modelled::Completed,
        Status::Failed => Modelled::Failed,
        Status::Cancelled => Modelled::Cancelled,
        Status::TimedOut => Modelled::TimedOut,
    }
}

/// The end that an event announces.
pub(crate) const fn announced(kind: EventKind) -> Modelled {
    match kind {
        EventKind::TaskCompleted => Modelled::Completed,
        EventKind::TaskFailed => Modelled::Failed,
        EventKind::TaskCancelled => Modelled::Cancelled,
        EventKind::TaskTimedOut => Modelled::TimedOut,
    }
}

/// The task as the tables show it. The user's counter counts `others` slots of other tasks; the rest is this one's.
pub(crate) fn state(storage: &Storage, others: i64) -> State {
    State {
        status: status(storage.row().status),
        events: storage.events().map(|event| announced(event.kind)).collect(),
        slots: storage.tables.active_count(&storage.task.user) - others,
    }
}

/// The task as it was in the beginning.
pub(crate) fn beginning(row: &TaskRow) -> State {
    let status = status(row.status);
    let events = if status.is_terminal() { vec![status] } else { Vec::new() };
    State { status, events, slots: i64::from(row.slot) }
}

/// What a handler told its caller, in the model's words.
pub(crate) const fn answer(ended: Ended) -> Answer {
    match ended {
        Ended::AsAsked => Answer::Done,
        Ended::Not(stands) => Answer::Refused(status(stands)),
    }
}
