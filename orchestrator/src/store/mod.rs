//! The three tables behind one small trait: one way to change them, one way to look.
//!
//! [`Store::commit`] applies a whole [`Batch`] or nothing of it, like DynamoDB's `TransactWriteItems` with
//! `ReturnValuesOnConditionCheckFailure`, or an SQL transaction.
mod batch;
mod memory;
mod tables;

pub use batch::{Batch, Commit, Counter, Expect, Guard, TaskWrite, Token, Write};
pub use memory::{Lock, MemoryStore};
pub use tables::Tables;

use crate::{TaskId, TaskRow, UserId};
use std::future::Future;

/// The three tables: tasks, their events, and each user's counter of active tasks.
pub trait Store {
    /// Applies every write of the batch, or none. A batch that was refused says where the task stands.
    ///
    /// # Errors
    /// [`Unavailable`]: the batch may or may not have been applied, now or a little later. Commit it again.
    fn commit(&self, batch: Batch) -> impl Future<Output = Result<Commit, Unavailable>>;

    /// Reads a task's row.
    ///
    /// # Errors
    /// [`Unavailable`]: there was no answer. Read again.
    fn task(
        &self,
        id: TaskId,
        consistency: Consistency,
    ) -> impl Future<Output = Result<Option<TaskRow>, Unavailable>>;

    /// Reads a user's counter, as of every write that was answered before. A user without one has a new one.
    ///
    /// # Errors
    /// [`Unavailable`]: there was no answer. Read again.
    fn counter(&self, user: &UserId) -> impl Future<Output = Result<Counter, Unavailable>>;

    /// Counts the slots that a user's tasks hold, by the rows of the task table. It shows every write that was answered
    /// before it began, and may show later ones in part: only a counter that did not change meanwhile
    /// ([`Guard::At`]) proves it exact.
    ///
    /// # Errors
    /// [`Unavailable`]: there was no answer. Read again.
    fn slots_held(&self, user: &UserId) -> impl Future<Output = Result<i64, Unavailable>>;
}

/// How fresh a read must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Consistency {
    /// It may show an older version of the row. Cheap; good enough for a hint that a condition will check.
    Eventual,
    /// It shows every write that was answered before it began.
    Strong,
}

/// No answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store did not answer; the request may or may not have been applied")]
pub struct Unavailable;
