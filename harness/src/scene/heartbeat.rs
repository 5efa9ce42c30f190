//! An agent that was silent for too long.
use super::Cast;
use crate::storage::Storage;
use anechoic_orchestrator::{SessionId, TaskRow};
use jiff::SignedDuration;

/// So long ago the session began, and so long ago it was last heard: longer than a session may be silent.
const BEGAN: SignedDuration = SignedDuration::from_secs(1_000);
const HEARD: SignedDuration = SignedDuration::from_secs(241);

pub(super) fn prepare(cast: &Cast, storage: &mut Storage) {
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
