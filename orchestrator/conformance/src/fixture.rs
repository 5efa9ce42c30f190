//! Short words that the tests share.
use crate::Subject;
use anechoic_orchestrator::{
    EventId, EventKind, EventRow, Status, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Expect, Guard, TaskWrite, Token, Write},
};
use jiff::Timestamp;
use std::{
    future::Future,
    process,
    sync::{
        Barrier,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// How many writers a store must bear at once.
const WRITERS: usize = 16;

/// Runs one test to its end.
pub fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(test);
}

/// Does the same in many threads at once, each with a connection of its own; says what came of each.
pub(crate) fn at_once<S: Subject, T: Send, F: Future<Output = T>>(
    connect: &(impl Fn() -> S + Sync),
    writer: impl Fn(S, usize) -> F + Sync,
) -> Vec<T> {
    let barrier = Barrier::new(WRITERS);
    let one = |number| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let store = connect();
            barrier.wait();
            writer(store, number).await
        })
    };
    thread::scope(|scope| {
        let one = &one;
        let threads: Vec<_> = (0..WRITERS).map(|number| scope.spawn(move || one(number))).collect();
        threads.into_iter().map(|thread| thread.join().expect("a writer")).collect()
    })
}

/// A number that no other test has had, in this process or another.
fn unique() -> u128 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    u128::from(process::id()) << 40 | u128::from(NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A task that no other test has, of a user that no other test has.
pub(crate) fn new_task() -> Task {
    let number = unique();
    Task { id: TaskId::from_ms(1_777_924_796_427, number), user: UserId::new(&format!("ada {number} ö")) }
}

/// The same user's next task.
pub(crate) fn sibling(task: &Task) -> Task {
    Task { user: task.user.clone(), ..new_task() }
}

pub(crate) fn new_token() -> Token {
    Token(unique())
}

pub(crate) fn second(second: i64) -> Timestamp {
    Timestamp::from_second(1_777_924_800 + second).expect("a time")
}

/// A row that holds a slot.
pub(crate) fn row(task: &Task, status: Status) -> TaskRow {
    TaskRow::new(task.user.clone(), status).holding_a_slot()
}

/// A change from one status to another, whatever else the row says.
pub(crate) fn moved(task: &Task, from: Status, to: Status) -> TaskWrite {
    TaskWrite {
        id: task.id,
        expect: Expect { status: from, slot: None, heartbeat: None },
        status: to,
        slot: None,
        error_message: None,
        session: None,
        at: second(1),
    }
}

/// The task's terminal event.
pub(crate) fn end(task: &Task, kind: EventKind) -> EventRow {
    EventRow { task: task.id, id: EventId::of_end(task.id), kind, at: second(1) }
}

pub(crate) fn count(task: &Task, delta: i64, guard: Guard) -> Write {
    Write::Count { user: task.user.clone(), delta, guard }
}

pub(crate) async fn commit(store: &impl Subject, writes: impl Into<Vec<Write>>) -> Commit {
    store.commit(Batch::of(writes)).await.expect("an answer")
}

pub(crate) async fn commit_as(store: &impl Subject, token: Token, writes: impl Into<Vec<Write>>) -> Commit {
    store.commit(Batch { token: Some(token), ..Batch::of(writes) }).await.expect("an answer")
}

/// The task's row, as of everything that was answered.
pub(crate) async fn look(store: &impl Subject, task: &Task) -> TaskRow {
    store.task(task.id, Consistency::Strong).await.expect("an answer").expect("the task is there")
}

pub(crate) async fn counter(store: &impl Subject, task: &Task) -> Counter {
    store.counter(&task.user).await.expect("an answer")
}
