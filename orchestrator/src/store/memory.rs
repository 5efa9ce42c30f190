use super::{Batch, Commit, Consistency, Counter, Store, Tables, Unavailable};
use crate::{Clock, EventRow, Task, TaskId, TaskRow, UserId};
use jiff::Timestamp;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The tables in this process's memory, behind one lock. Every read is strong and every answer comes.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
}

impl MemoryStore {
    /// Empty tables.
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }

    /// Puts a task there; if it holds a slot, its user's counter counts it.
    pub fn insert(&self, task: &Task, row: TaskRow) {
        let mut tables = self.lock();
        let count = tables.active_count(&task.user) + i64::from(row.slot);
        tables.set_active_count(task.user.clone(), count);
        tables.insert_task(task.id, row);
    }

    /// The events of a task, by id.
    pub fn events(&self, task: TaskId) -> Vec<EventRow> {
        self.lock().events().filter(|event| event.task == task).cloned().collect()
    }

    /// How many tasks of a user are active, by the user's counter.
    pub fn active_count(&self, user: &UserId) -> i64 {
        self.lock().active_count(user)
    }

    /// No batch is ever half applied, so a thread that panicked elsewhere left nothing broken here.
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        Ok(self.lock().commit(&batch))
    }

    async fn task(&self, id: TaskId, _: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        Ok(self.lock().task(id).cloned())
    }

    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        Ok(self.lock().counter(user))
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        Ok(self.lock().slots_held(user))
    }
}

impl Clock for MemoryStore {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}
