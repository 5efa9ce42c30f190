//! A connection for the tests of all stores.
pub(crate) mod proxy;
mod server;

pub(crate) use server::{client, serve};

use anechoic_conformance::Subject;
use anechoic_dynamodb::{DynamoStore, TableNames};
use anechoic_orchestrator::{
    EventRow, Store, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Unavailable},
};
use std::net::SocketAddr;

/// A store over a client of its own, which says why it was not answered.
pub(crate) struct Connection(pub(crate) DynamoStore);

pub(crate) fn connect(address: SocketAddr) -> Connection {
    Connection(DynamoStore::new(client(address), TableNames::default()))
}

impl Connection {
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
        assert_eq!(self.answered(self.0.insert(task, &row).await), Ok(true));
    }

    async fn events(&self, task: TaskId) -> Vec<EventRow> {
        self.answered(self.0.events(task).await).expect("the events")
    }
}
