//! The handlers under measurement, and what is around them under any tool but ours: the real tables behind whatever
//! that tool can take apart.
use anechoic_cli::specimens::{Atomic, Gated, Handlers, Surroundings, Unguarded};
use anechoic_orchestrator::{
    Blueprints, Clock, Comments, Dependencies, Error, EventId, Guardrail, Screening, SessionId, Sessions,
    Status, Store, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Tables, Unavailable},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicU64, Ordering};
use ulid::Ulid;

/// The slots of the user's other tasks.
const OTHERS: i64 = 7;

/// A version of `fail_task`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Variant {
    Unguarded,
    Gated,
    Atomic,
}

impl Variant {
    pub(crate) const ALL: [Variant; 3] = [Variant::Unguarded, Variant::Gated, Variant::Atomic];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Variant::Unguarded => "unguarded",
            Variant::Gated => "gated",
            Variant::Atomic => "atomic",
        }
    }
}

/// How a tool gives access to the tables.
pub(crate) trait Access {
    /// Applies a batch, as one atomic step that the tool can put in any order.
    async fn commit(&self, batch: Batch) -> Commit;
}

/// What is around a handler under another tool.
pub(crate) struct Around<A> {
    pub(crate) access: A,
    drawn: AtomicU64,
}

impl<A> Around<A> {
    pub(crate) fn new(access: A) -> Around<A> {
        Around { access, drawn: AtomicU64::new(0) }
    }
}

pub(crate) fn task() -> Task {
    Task { id: TaskId::from_ms(1_777_924_796_427, 7), user: UserId::new("user-1") }
}

pub(crate) fn tables() -> Tables {
    let task = task();
    let mut tables = Tables::default();
    tables.insert_task(task.id, TaskRow::new(task.user.clone(), Status::Hydrating).holding_a_slot());
    tables.set_active_count(task.user, OTHERS + 1);
    tables
}

/// Whether the tables show one failure with one effect.
pub(crate) fn is_right(tables: &Tables) -> bool {
    tables.events().count() == 1 && tables.active_count(&task().user) == OTHERS
}

/// One caller.
pub(crate) async fn call<A: Access>(around: &Around<A>, variant: Variant) {
    let task = task();
    let done = match variant {
        Variant::Unguarded => Unguarded::fail_task(around, &task, Status::Hydrating, "blocked").await,
        Variant::Gated => Gated::fail_task(around, &task, Status::Hydrating, "blocked").await,
        Variant::Atomic => Atomic::fail_task(around, &task, Status::Hydrating, "blocked").await,
    };
    done.expect("nothing goes wrong here");
}

impl<A: Access> Store for Around<A> {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        Ok(self.access.commit(batch).await)
    }

    async fn counter(&self, _: &UserId) -> Result<Counter, Unavailable> {
        unreachable!("fail_task does not count")
    }

    async fn slots_held(&self, _: &UserId) -> Result<i64, Unavailable> {
        unreachable!("fail_task does not count")
    }

    async fn task(&self, _: TaskId, _: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        unreachable!("fail_task does not read")
    }
}

impl<A: Access> Clock for Around<A> {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

impl<A: Access> Blueprints for Around<A> {
    async fn load(&self, _: TaskId) -> Result<Screening, Error> {
        unreachable!("fail_task loads nothing")
    }
}

impl<A: Access> Dependencies for Around<A> {
    async fn check(&self, _: TaskId) -> Result<Screening, Error> {
        unreachable!("fail_task checks nothing")
    }
}

impl<A: Access> Guardrail for Around<A> {
    async fn screen(&self, _: TaskId) -> Result<Screening, Error> {
        unreachable!("fail_task screens nothing")
    }
}

impl<A: Access> Sessions for Around<A> {
    async fn start(&self, _: TaskId) -> Result<SessionId, Error> {
        unreachable!("fail_task starts nothing")
    }
}

impl<A: Access> Comments for Around<A> {
    async fn read(&self, _: TaskId) -> Result<String, Error> {
        unreachable!("fail_task tells nobody")
    }

    async fn edit(&self, _: TaskId, _: &str) -> Result<(), Error> {
        unreachable!("fail_task tells nobody")
    }
}

impl<A: Access> Surroundings for Around<A> {
    async fn start_another_session(&self) -> Result<SessionId, Error> {
        unreachable!("fail_task starts nothing")
    }

    fn fresh_event_id(&self) -> EventId {
        EventId(Ulid::from_parts(0, u128::from(self.drawn.fetch_add(1, Ordering::Relaxed))))
    }

    fn log(&self, _: &'static str) {}
}

/// Runs a future that never waits.
pub(crate) fn poll_once<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => unreachable!("the future never waits"),
    }
}
