//! The orchestrator's tables, event stream and durable runtime in one SQLite file, safe over processes and crashes.
//!
//! [`SqliteStore`] is the [`Store`](anechoic_orchestrator::Store); [`Execution`] is the
//! [`Durable`](anechoic_orchestrator::Durable) runtime, which keeps its checkpoints in the same file.
//!
//! ```
//! use anechoic_orchestrator::{Clock, Task, TaskId, UserId, cancel};
//! use anechoic_sqlite::SqliteStore;
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("tasks.db");
//! let store = SqliteStore::open_or_create(&path)?;
//! let task = Task { id: TaskId::from_ms(1_777_924_796_427, 7), user: UserId::new("ada") };
//! store.submit(&task, None)?;
//! cancel(&store, &task).await?;
//!
//! assert_eq!(SqliteStore::open(&path)?.events(task.id)?.len(), 1);
//! # Ok(()) }
//! ```
mod checkpoints;
mod clock;
mod columns;
mod error;
mod execution;
#[cfg(feature = "faults")]
pub mod faults;
mod place;
mod repair;
mod retries;
mod schema;
mod store;
mod stream;
mod submit;
mod tables;

pub use error::{FileError, Problem};
pub use execution::{Execution, Invoked, RunError};
pub use repair::Repair;
pub use retries::Retries;
pub use store::SqliteStore;
pub use stream::{Delivery, Passage};
pub use submit::CommentId;
