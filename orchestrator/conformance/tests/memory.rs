//! The memory store does what every store must do.
use anechoic_conformance::{Subject, suite};
use anechoic_orchestrator::{
    EventRow, MemoryStore, Store, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Unavailable},
};
use std::sync::LazyLock;

static TABLES: LazyLock<MemoryStore> = LazyLock::new(MemoryStore::new);

struct Connection;

impl Store for Connection {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        TABLES.commit(batch).await
    }

    async fn task(&self, id: TaskId, consistency: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        TABLES.task(id, consistency).await
    }

    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        TABLES.counter(user).await
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        TABLES.slots_held(user).await
    }
}

impl Subject for Connection {
    async fn insert(&self, task: &Task, row: TaskRow) {
        TABLES.insert(task, row);
    }

    async fn events(&self, task: TaskId) -> Vec<EventRow> {
        TABLES.events(task)
    }
}

suite!(|| Connection);
