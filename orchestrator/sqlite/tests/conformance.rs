//! The SQLite store does what every store must do, over many connections to one file.
use anechoic_conformance::{Subject, suite};
use anechoic_orchestrator::{
    EventRow, Store, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Unavailable},
};
use anechoic_sqlite::SqliteStore;
use std::sync::LazyLock;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));

suite!(connect);

struct Connection(SqliteStore);

fn connect() -> Connection {
    Connection(SqliteStore::open_or_create(&FOLDER.path().join("tasks.db")).expect("a file of ours"))
}

impl Connection {
    /// Whoever gets no answer says why.
    fn answered<T>(&self, answer: Result<T, Unavailable>) -> Result<T, Unavailable> {
        answer.inspect_err(|_| eprintln!("{:?}", self.0.take_fault()))
    }
}

impl Store for Connection {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        self.answered(self.0.commit(batch).await)
    }

    async fn task(&self, id: TaskId, consistency: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        self.answered(self.0.task(id, consistency).await)
    }

    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        self.answered(self.0.counter(user).await)
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        self.answered(self.0.slots_held(user).await)
    }
}

impl Subject for Connection {
    async fn insert(&self, task: &Task, row: TaskRow) {
        self.0.insert(task, &row, None).expect("inserted");
    }

    async fn events(&self, task: TaskId) -> Vec<EventRow> {
        self.0.events(task).expect("the events")
    }
}
