use crate::Services;
use anechoic_dynamodb::DynamoStore;
use anechoic_orchestrator::{
    Blueprints, Clock, Dependencies, Error, Guardrail, Screening, SessionId, Sessions, Store, TaskId,
    TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Unavailable},
};
use jiff::Timestamp;

/// What is around a task's workflow.
#[derive(Debug)]
pub struct World {
    /// The tables.
    pub store: DynamoStore,
    /// The services.
    pub services: Services,
}

impl Store for World {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        self.store.commit(batch).await
    }

    async fn task(&self, id: TaskId, consistency: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        self.store.task(id, consistency).await
    }

    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        self.store.counter(user).await
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        self.store.slots_held(user).await
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

impl Blueprints for World {
    async fn load(&self, task: TaskId) -> Result<Screening, Error> {
        self.services.load(task).await
    }
}

impl Dependencies for World {
    async fn check(&self, task: TaskId) -> Result<Screening, Error> {
        self.services.check(task).await
    }
}

impl Guardrail for World {
    async fn screen(&self, task: TaskId) -> Result<Screening, Error> {
        self.services.screen(task).await
    }
}

impl Sessions for World {
    async fn start(&self, task: TaskId) -> Result<SessionId, Error> {
        self.services.start(task).await
    }
}
