//! A user's counter of active tasks, and the rows that it counts.
use crate::{
    Subject,
    fixture::{commit, count, counter, end, moved, new_task, row, sibling},
};
use anechoic_orchestrator::{
    EventKind, Status, TaskRow,
    store::{Commit, Counter, Guard, TaskWrite, Write},
};

/// One that is there, and one that is not and so is new.
pub async fn every_guard_judges_the_counter<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let store = connect();
    let cases = [
        (0, Guard::Always, true),
        (0, Guard::AboveZero, false),
        (0, Guard::Below(1), true),
        (0, Guard::Below(0), false),
        (0, Guard::Below(-1), false),
        (0, Guard::At(0), true),
        (0, Guard::At(1), false),
        (2, Guard::Always, true),
        (2, Guard::AboveZero, true),
        (2, Guard::Below(3), true),
        (2, Guard::Below(2), false),
        (2, Guard::At(2), true),
        (2, Guard::At(1), false),
        (2, Guard::At(0), false),
    ];
    for (counted, guard, applied) in cases {
        let task = new_task();
        for _one in 0..counted {
            commit(&store, [count(&task, 1, Guard::Always)]).await;
        }
        let answer = commit(&store, [count(&task, -1, guard)]).await;
        let (expected, left) = match applied {
            true => (Commit::Applied, counted - 1),
            false => (Commit::Refused { write: 0, task: None }, counted),
        };
        assert_eq!(answer, expected, "{guard:?} at {counted}");
        assert_eq!(counter(&store, &task).await.count, left, "{guard:?} at {counted}");
    }
}

/// So that a version that stayed proves that the counter stayed.
pub async fn a_version_counts_every_change_and_nothing_else<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task) = (connect(), new_task());
    assert_eq!(counter(&store, &task).await, Counter::default());
    for (version, delta) in (1..).zip([1, -1, 0, 5]) {
        commit(&store, [count(&task, delta, Guard::Always)]).await;
        assert_eq!(counter(&store, &task).await.version, version);
    }
    commit(&store, [count(&task, 1, Guard::Below(0))]).await;
    commit(&store, [Write::AppendEvent(end(&task, EventKind::TaskFailed))]).await;
    assert_eq!(counter(&store, &task).await, Counter { count: 5, version: 4 });
}

/// Not by those of another, not those without a slot, and not by the counter.
pub async fn slots_are_counted_by_the_rows_of_one_user<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task, stranger) = (connect(), new_task(), new_task());
    store.insert(&stranger, row(&stranger, Status::Running)).await;
    assert_eq!(store.slots_held(&task.user).await, Ok(0));
    for status in [Status::Submitted, Status::Hydrating, Status::Running] {
        let task = sibling(&task);
        store.insert(&task, row(&task, status)).await;
    }
    let queued = sibling(&task);
    store.insert(&queued, TaskRow::new(queued.user.clone(), Status::Queued)).await;
    store.insert(&task, row(&task, Status::Running)).await;
    commit(&store, [count(&task, 7, Guard::Always)]).await;
    assert_eq!(store.slots_held(&task.user).await, Ok(4));
    let ended = TaskWrite { slot: Some(false), ..moved(&task, Status::Running, Status::Failed) };
    commit(&store, [Write::Task(ended)]).await;
    assert_eq!(store.slots_held(&task.user).await, Ok(3));
    assert_eq!(counter(&store, &task).await.count, 11, "nobody corrected the counter");
}
