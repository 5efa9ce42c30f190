//! `fail_task` with its ports mocked: what it asks, in which order, and what it makes of each answer.
use anechoic_orchestrator::{
    Clock, Ended, Error, EventKind, Status, Store, Task, TaskId, TaskRow, UserId, fail_task,
    store::{Batch, Commit, Consistency, Counter, Unavailable, Write},
};
use jiff::Timestamp;
use mockall::{Sequence, mock, predicate::function};
use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

mock! {
    Ports {
        fn commit(&self, batch: Batch) -> Result<Commit, Unavailable>;
        fn now(&self) -> Timestamp;
    }
}

impl Store for MockPorts {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        MockPorts::commit(self, batch)
    }

    async fn task(&self, _: TaskId, _: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        unreachable!("fail_task needs no read")
    }

    async fn counter(&self, _: &UserId) -> Result<Counter, Unavailable> {
        unreachable!("fail_task needs no read")
    }

    async fn slots_held(&self, _: &UserId) -> Result<i64, Unavailable> {
        unreachable!("fail_task needs no read")
    }
}

impl Clock for MockPorts {
    fn now(&self) -> Timestamp {
        MockPorts::now(self)
    }
}

fn task() -> Task {
    Task { id: TaskId::from_ms(1, 1), user: UserId::new("ada") }
}

fn row(status: Status, slot: bool) -> TaskRow {
    TaskRow { slot, ..TaskRow::new(task().user, status) }
}

fn refused(status: Status, slot: bool) -> Result<Commit, Unavailable> {
    Ok(Commit::Refused { write: 0, task: Some(row(status, slot)) })
}

fn ports() -> MockPorts {
    let mut ports = MockPorts::new();
    ports.expect_now().return_const(Timestamp::UNIX_EPOCH);
    ports
}

fn fail(ports: &MockPorts) -> Result<Ended, Error> {
    let task = task();
    let mut call = pin!(fail_task(ports, &task, Status::Hydrating, "blocked"));
    match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(ended) => ended,
        Poll::Pending => unreachable!("a mock answers at once"),
    }
}

fn emissions(batch: &Batch) -> usize {
    let emits = |write: &&Write| match write {
        Write::PutEvent(event) | Write::AppendEvent(event) => event.kind == EventKind::TaskFailed,
        _ => false,
    };
    batch.writes.iter().filter(emits).count()
}

fn released(batch: &Batch) -> i64 {
    let delta = |write: &Write| if let Write::Count { delta, .. } = write { -delta } else { 0 };
    batch.writes.iter().map(delta).sum()
}

fn is_whole(batch: &Batch) -> bool {
    matches!(batch.writes[0], Write::Task(_)) && emissions(batch) == 1 && released(batch) == 1
}

/// The acceptance test of the issue, to the letter.
#[test]
fn called_twice_for_one_task_it_makes_exactly_one_emission_and_one_decrement() {
    let mut ports = ports();
    let mut order = Sequence::new();
    // The first call wins: its one request holds the transition, the emission and the decrement.
    ports
        .expect_commit()
        .with(function(is_whole))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(Commit::Applied));
    // The condition of the second fails: whatever its request held, nothing of it was applied.
    ports.expect_commit().times(1).in_sequence(&mut order).returning(|_| refused(Status::Failed, false));
    assert_eq!(fail(&ports), Ok(Ended::AsAsked));
    assert_eq!(fail(&ports), Ok(Ended::AsAsked), "the failed condition is swallowed, benignly");
}

/// Nothing is asked outside the one batch, so nothing can be lost or doubled between two requests.
#[test]
fn one_failure_is_one_request() {
    let mut ports = ports();
    ports.expect_commit().times(1).returning(|batch| {
        assert_eq!(batch.writes.len(), 3);
        Ok(Commit::Applied)
    });
    assert_eq!(fail(&ports), Ok(Ended::AsAsked));
}

#[test]
fn a_silent_store_is_an_error_and_not_a_success() {
    let mut ports = ports();
    ports.expect_commit().times(1).returning(|_| Err(Unavailable));
    assert_eq!(fail(&ports), Err(Error::Store(Unavailable)));
}

#[test]
fn a_task_that_ended_otherwise_is_left_alone() {
    for status in [Status::Completed, Status::Cancelled, Status::TimedOut, Status::Running] {
        let mut ports = ports();
        ports.expect_commit().times(1).returning(move |_| refused(status, status.keeps_slot()));
        assert_eq!(fail(&ports), Ok(Ended::Not(status)));
    }
}

#[test]
fn an_unknown_task_and_a_foreign_event_are_errors() {
    let mut unknown = ports();
    unknown.expect_commit().times(1).returning(|_| Ok(Commit::Refused { write: 0, task: None }));
    assert_eq!(fail(&unknown), Err(Error::UnknownTask(task().id)));
    let mut foreign = ports();
    foreign.expect_commit().times(1).returning(|_| Ok(Commit::Refused { write: 1, task: None }));
    assert_eq!(fail(&foreign), Err(Error::Foreign(task().id)));
}

/// The ledger on the row decides whether a slot is given back; a wrong guess costs one more request.
#[test]
fn a_task_without_a_slot_gives_none_back() {
    let mut ports = ports();
    let mut order = Sequence::new();
    ports.expect_commit().times(1).in_sequence(&mut order).returning(|_| refused(Status::Hydrating, false));
    ports
        .expect_commit()
        .with(function(|batch: &Batch| emissions(batch) == 1 && released(batch) == 0))
        .times(1)
        .in_sequence(&mut order)
        .returning(|_| Ok(Commit::Applied));
    assert_eq!(fail(&ports), Ok(Ended::AsAsked));
}
