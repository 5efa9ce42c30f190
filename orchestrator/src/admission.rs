use crate::{Change, Clock, Error, Moved, Status, Store, Task, transition};
use serde::{Deserialize, Serialize};

/// What became of a task that asked to be admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Admission {
    /// It holds a slot.
    Admitted,
    /// Its user has none left; it waits. Ask again later.
    Queued,
}

/// The step that gives a submitted or queued task one of its user's `cap` slots.
///
/// Slot, counter and status change in one batch, so a retry recognises its own success by the slot on the task's row.
///
/// # Errors
/// [`Error::MovedOn`] if the task no longer asks, [`Error::UnknownTask`], and [`Error::Store`] if no answer came; call
/// it again.
pub async fn admit<W: Store + Clock>(world: &W, task: &Task, cap: i64) -> Result<Admission, Error> {
    let mut from = Status::Submitted;
    loop {
        let admitted = Change::new(from, Status::Submitted).taking_a_slot(cap);
        let row = match transition(world, task, &admitted).await {
            Ok(Moved::Now) => return Ok(Admission::Admitted),
            Ok(Moved::No(row)) => row,
            Err(Error::NoSlotLeft) if from == Status::Queued => return Ok(Admission::Queued),
            Err(Error::NoSlotLeft) => {
                match transition(world, task, &Change::new(from, Status::Queued)).await? {
                    Moved::Now => return Ok(Admission::Queued),
                    Moved::No(row) => row,
                }
            }
            Err(error) => return Err(error),
        };
        match row.status {
            _ if row.slot => return Ok(Admission::Admitted),
            Status::Submitted | Status::Queued => from = row.status,
            elsewhere => return Err(Error::MovedOn(elsewhere)),
        }
    }
}
