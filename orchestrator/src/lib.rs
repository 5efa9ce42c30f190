//! A task's life, done right: every change of state goes through one door, [`transition`], and the door is
//! safe to use again after a crash, a retry or a lost answer.
//!
//! A transition is one atomic batch: the status moves on the condition that it stands where the caller thinks,
//! the terminal event is put under an id that is a function of the task, and the concurrency slot is given back
//! through the task's own ledger entry. Either all of it happened or none of it, and whoever asks again finds
//! out which. [`fail_task`], [`cancel`], [`hydrate_context`] and [`start_session`] are short callers of it.
//!
//! ```
//! use anechoic_orchestrator::{Ended, MemoryStore, Status, Task, TaskId, TaskRow, UserId, fail_task};
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), anechoic_orchestrator::Error> {
//! let task = Task { id: TaskId::from_ms(1_777_924_796_427, 7), user: UserId::new("ada") };
//! let store = MemoryStore::new();
//! store.insert(&task, TaskRow::new(task.user.clone(), Status::Hydrating).holding_a_slot());
//!
//! for _retry in 0..6 {
//!     let ended = fail_task(&store, &task, Status::Hydrating, "blocked by the guardrail").await?;
//!     assert_eq!(ended, Ended::AsAsked);
//! }
//! assert_eq!(store.events(task.id).len(), 1);
//! assert_eq!(store.active_count(&task.user), 0);
//! # Ok(()) }
//! ```
mod admission;
mod agent;
mod cancel;
mod error;
mod event;
mod fail_task;
mod fan_out;
mod finalize;
mod heartbeat;
mod hydrate_context;
mod ids;
mod ports;
mod prepare;
mod reconcile;
mod settle;
mod start_session;
mod status;
pub mod store;
mod task;
mod transition;
mod workflow;

pub use admission::{Admission, admit};
pub use agent::complete;
pub use cancel::cancel;
pub use error::Error;
pub use event::{EventKind, EventRow};
pub use fail_task::{Ended, fail_task};
pub use fan_out::{Told, tell_failure, tells_failure};
pub use finalize::{finalize, give_up};
pub use heartbeat::{Watched, beat, is_silent, watch_over};
pub use hydrate_context::hydrate_context;
pub use ids::{EventId, NotAnId, SessionId, TaskId, UserId};
pub use ports::{Blueprints, Clock, Comments, Dependencies, Guardrail, Screening, SessionRefused, Sessions};
pub use prepare::{load_blueprint, pre_flight};
pub use reconcile::{Recount, reconcile};
pub use start_session::start_session;
pub use status::Status;
pub use store::{MemoryStore, Store};
pub use task::{Task, TaskRow};
pub use transition::{Change, Moved, transition};
pub use workflow::{Durable, Outside, StepFailed, Terms, run_task};
