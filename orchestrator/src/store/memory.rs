use super::{Batch, Commit, Consistency, Counter, Store, Tables, Unavailable};
use crate::{Clock, EventRow, Task, TaskId, TaskRow, UserId};
use jiff::Timestamp;
use std::sync::{Mutex, PoisonError};

/// The tables in this process's memory, behind one lock. Every read is strong and every answer comes.
#[derive(Debug, Default)]
pub struct MemoryStore<L = Mutex<Tables>> {
    tables: L,
}

/// A lock around the tables: the standard library's, or one that a model checker takes apart.
pub trait Lock {
    /// Does something with the tables while nobody else can.
    fn hold<R>(&self, work: impl FnOnce(&mut Tables) -> R) -> R;
}

impl Lock for Mutex<Tables> {
    fn hold<R>(&self, work: impl FnOnce(&mut Tables) -> R) -> R {
        // No batch is ever half applied, so a thread that panicked elsewhere left nothing broken here.
        work(&mut self.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl MemoryStore {
    /// Empty tables.
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }
}

impl<L: Lock> MemoryStore<L> {
    /// The tables behind this lock.
    pub fn behind(lock: L) -> MemoryStore<L> {
        MemoryStore { tables: lock }
    }

    /// Puts a task there; if it holds a slot, its user's counter counts it.
    pub fn insert(&self, task: &Task, row: TaskRow) {
        self.tables.hold(|tables| {
            let count = tables.active_count(&task.user) + i64::from(row.slot);
            tables.set_active_count(task.user.clone(), count);
            tables.insert_task(task.id, row);
        });
    }

    /// The events of a task, by id.
    pub fn events(&self, task: TaskId) -> Vec<EventRow> {
        self.tables.hold(|tables| tables.events().filter(|event| event.task == task).cloned().collect())
    }

    /// How many tasks of a user are active, by the user's counter.
    pub fn active_count(&self, user: &UserId) -> i64 {
        self.tables.hold(|tables| tables.active_count(user))
    }
}

impl<L: Lock> Store for MemoryStore<L> {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        Ok(self.tables.hold(|tables| tables.commit(&batch)))
    }

    async fn task(&self, id: TaskId, _: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        Ok(self.tables.hold(|tables| tables.task(id).cloned()))
    }

    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        Ok(self.tables.hold(|tables| tables.counter(user)))
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        Ok(self.tables.hold(|tables| tables.slots_held(user)))
    }
}

impl<L> Clock for MemoryStore<L> {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
