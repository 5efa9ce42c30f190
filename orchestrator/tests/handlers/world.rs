use anechoic_orchestrator::{
    Blueprints, Clock, Comments, Dependencies, Durable, Error, EventKind, Guardrail, MemoryStore, Screening,
    SessionId, SessionRefused, Sessions, Status, StepFailed, Store, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Unavailable},
};
use jiff::Timestamp;
use std::{
    cell::{Cell, RefCell},
    time::Duration,
};

/// The tables, and all that is around a task.
pub(crate) struct World {
    pub(crate) store: MemoryStore,
    pub(crate) task: Task,
    /// In seconds.
    pub(crate) now: Cell<i64>,
    /// What every judge says of the task, until it is told otherwise.
    pub(crate) judgement: RefCell<Screening>,
    /// Why no session begins; empty if one does.
    pub(crate) refusal: RefCell<String>,
    pub(crate) comment: RefCell<String>,
    pub(crate) edits: Cell<u32>,
    /// How long the workflow has waited.
    pub(crate) waited: Cell<Duration>,
}

impl World {
    /// A world with one task, which holds a slot if it must.
    pub(crate) fn with(status: Status) -> World {
        let task = Task { id: TaskId::from_ms(1, 1), user: UserId::new("ada") };
        let row = TaskRow { slot: status.needs_slot(), ..TaskRow::new(task.user.clone(), status) };
        let store = MemoryStore::new();
        store.insert(&task, row);
        World {
            store,
            task,
            now: Cell::default(),
            judgement: RefCell::new(Screening::Passed),
            refusal: RefCell::default(),
            comment: RefCell::default(),
            edits: Cell::default(),
            waited: Cell::default(),
        }
    }

    /// Where the task stands, the events that it has shown, and the slots that its user's counter counts.
    pub(crate) async fn shows(&self) -> (Status, Vec<EventKind>, i64) {
        let events = self.store.events(self.task.id).iter().map(|event| event.kind).collect();
        (self.row().await.status, events, self.store.active_count(&self.task.user))
    }

    pub(crate) async fn row(&self) -> TaskRow {
        self.store.task(self.task.id, Consistency::Strong).await.expect("an answer").expect("a task")
    }
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
        Timestamp::from_second(self.now.get()).expect("a time")
    }
}

impl Guardrail for World {
    async fn screen(&self, _: TaskId) -> Result<Screening, Error> {
        Ok(self.judgement.borrow().clone())
    }
}

impl Blueprints for World {
    async fn load(&self, _: TaskId) -> Result<Screening, Error> {
        Ok(self.judgement.borrow().clone())
    }
}

impl Dependencies for World {
    async fn check(&self, _: TaskId) -> Result<Screening, Error> {
        Ok(self.judgement.borrow().clone())
    }
}

impl Sessions for World {
    async fn start(&self, _: TaskId) -> Result<SessionId, Error> {
        let reason = self.refusal.borrow().clone();
        if reason.is_empty() { Ok(SessionId::new("session")) } else { Err(SessionRefused { reason }.into()) }
    }
}

impl Comments for World {
    async fn read(&self, _: TaskId) -> Result<String, Error> {
        Ok(self.comment.borrow().clone())
    }

    async fn edit(&self, _: TaskId, body: &str) -> Result<(), Error> {
        self.edits.set(self.edits.get() + 1);
        *self.comment.borrow_mut() = body.into();
        Ok(())
    }
}

/// A runtime that tries each step once and waits for nothing.
impl Durable for World {
    async fn step<T, F>(&self, step: &'static str, body: impl FnOnce() -> F) -> Result<T, StepFailed>
    where
        F: Future<Output = Result<T, Error>>,
    {
        body().await.map_err(|_| StepFailed { step })
    }

    async fn wait(&self, _: &'static str, time: Duration) {
        self.waited.set(self.waited.get() + time);
    }
}
