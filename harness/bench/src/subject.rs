//! The handlers under measurement, and what is around them under any tool but ours: the real tables behind whatever
//! that tool can take apart.
use anechoic_orchestrator::{
    Status, Store, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Tables, Unavailable},
};
use anechoic_task_cases::specimens::{Atomic, Gated, Handlers, Unguarded};
use anechoic_tests::support::Around;
use serde::{Deserialize, Serialize};

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

/// A tool's tables, as the store of a handler that only commits.
pub(crate) struct Through<A>(pub(crate) A);

pub(crate) type World<A> = Around<Through<A>>;

/// What is around a handler under a tool.
pub(crate) fn surround<A>(access: A) -> World<A> {
    Around::new(Through(access))
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
pub(crate) async fn call<A: Access>(around: &World<A>, variant: Variant) {
    let task = task();
    let done = match variant {
        Variant::Unguarded => Unguarded::fail_task(around, &task, Status::Hydrating, "blocked").await,
        Variant::Gated => Gated::fail_task(around, &task, Status::Hydrating, "blocked").await,
        Variant::Atomic => Atomic::fail_task(around, &task, Status::Hydrating, "blocked").await,
    };
    done.expect("nothing goes wrong here");
}

impl<A: Access> Store for Through<A> {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        Ok(self.0.commit(batch).await)
    }

    async fn task(&self, _: TaskId, _: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        unreachable!("fail_task does not read")
    }

    async fn counter(&self, _: &UserId) -> Result<Counter, Unavailable> {
        unreachable!("fail_task does not count")
    }

    async fn slots_held(&self, _: &UserId) -> Result<i64, Unavailable> {
        unreachable!("fail_task does not count")
    }
}

/// Runs a future that never waits.
pub(crate) fn poll_once<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => unreachable!("the future never waits"),
    }
}
