use crate::programs::Programs;
use anechoic_orchestrator::{
    Blueprints, Clock, Dependencies, Error, Guardrail, Screening, SessionId, Sessions, Store, TaskId,
    TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Unavailable},
};
use jiff::Timestamp;

/// What is around a task's workflow: a store, and programs that answer for the services.
pub struct World<'w, S> {
    /// The store.
    pub store: &'w S,
    /// The programs.
    pub programs: &'w Programs,
}

impl<S: Store> Store for World<'_, S> {
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

impl<S: Clock> Clock for World<'_, S> {
    fn now(&self) -> Timestamp {
        self.store.now()
    }
}

impl<S> Blueprints for World<'_, S> {
    async fn load(&self, task: TaskId) -> Result<Screening, Error> {
        self.programs.load(task).await
    }
}

impl<S> Dependencies for World<'_, S> {
    async fn check(&self, task: TaskId) -> Result<Screening, Error> {
        self.programs.check(task).await
    }
}

impl<S> Guardrail for World<'_, S> {
    async fn screen(&self, task: TaskId) -> Result<Screening, Error> {
        self.programs.screen(task).await
    }
}

impl<S> Sessions for World<'_, S> {
    async fn start(&self, task: TaskId) -> Result<SessionId, Error> {
        self.programs.start(task).await
    }
}
