use anechoic_orchestrator::{
    Blueprints, Clock, Comments, Dependencies, Error, EventId, Guardrail, Screening, SessionId, Sessions,
    Store, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Unavailable},
};
use anechoic_task_cases::specimens::Surroundings;
use jiff::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};
use ulid::Ulid;

/// What is around `fail_task`, in any version, under another tool than ours: a store, and services that it never asks.
#[derive(Debug)]
pub struct Around<S> {
    /// The store.
    pub store: S,
    drawn: AtomicU64,
}

impl<S> Around<S> {
    /// Around this store.
    pub fn new(store: S) -> Around<S> {
        Around { store, drawn: AtomicU64::new(0) }
    }
}

const NEVER_ASKED: &str = "fail_task asks its store only";

impl<S: Store> Store for Around<S> {
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

impl<S> Clock for Around<S> {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

impl<S> Guardrail for Around<S> {
    async fn screen(&self, _: TaskId) -> Result<Screening, Error> {
        unreachable!("{NEVER_ASKED}")
    }
}

impl<S> Blueprints for Around<S> {
    async fn load(&self, _: TaskId) -> Result<Screening, Error> {
        unreachable!("{NEVER_ASKED}")
    }
}

impl<S> Dependencies for Around<S> {
    async fn check(&self, _: TaskId) -> Result<Screening, Error> {
        unreachable!("{NEVER_ASKED}")
    }
}

impl<S> Sessions for Around<S> {
    async fn start(&self, _: TaskId) -> Result<SessionId, Error> {
        unreachable!("{NEVER_ASKED}")
    }
}

impl<S> Comments for Around<S> {
    async fn read(&self, _: TaskId) -> Result<String, Error> {
        unreachable!("{NEVER_ASKED}")
    }

    async fn edit(&self, _: TaskId, _: &str) -> Result<(), Error> {
        unreachable!("{NEVER_ASKED}")
    }
}

impl<S: Store> Surroundings for Around<S> {
    async fn start_another_session(&self) -> Result<SessionId, Error> {
        unreachable!("{NEVER_ASKED}")
    }

    fn fresh_event_id(&self) -> EventId {
        EventId(Ulid::from_parts(0, u128::from(self.drawn.fetch_add(1, Ordering::Relaxed))))
    }

    fn log(&self, _: &'static str) {}
}
