//! A batch is applied whole or not at all.
use crate::{
    Subject,
    fixture::{commit, count, counter, end, look, moved, new_task, row, second},
};
use anechoic_orchestrator::{
    EventId, EventKind, EventRow, Status, Task, TaskId,
    store::{Commit, Expect, Guard, TaskWrite, Write},
};

/// Writes that are all allowed but for the one at `wrong`.
fn three_writes(task: &Task, wrong: usize) -> [Write; 3] {
    let from = if wrong == 0 { Status::Running } else { Status::Hydrating };
    let event = Write::AppendEvent(end(task, EventKind::TaskFailed));
    let guard = if wrong == 2 { Guard::Below(0) } else { Guard::Always };
    [Write::Task(moved(task, from, Status::Failed)), event, count(task, -1, guard)]
}

/// Wherever the write stands whose condition fails.
pub async fn a_refused_batch_changes_nothing<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let store = connect();
    for wrong in 0..3 {
        let task = new_task();
        store.insert(&task, row(&task, Status::Hydrating)).await;
        if wrong == 1 {
            commit(&store, [Write::PutEvent(end(&task, EventKind::TaskCancelled))]).await;
        }
        let (before, counted, events) =
            (look(&store, &task).await, counter(&store, &task).await, store.events(task.id).await);
        let refused = commit(&store, three_writes(&task, wrong)).await;
        assert!(matches!(refused, Commit::Refused { write, .. } if write == wrong), "{wrong}: {refused:?}");
        assert_eq!(look(&store, &task).await, before, "the row, after write {wrong} was refused");
        assert_eq!(counter(&store, &task).await, counted, "the counter, after write {wrong} was refused");
        assert_eq!(store.events(task.id).await, events, "the events, after write {wrong} was refused");
    }
    let task = new_task();
    store.insert(&task, row(&task, Status::Hydrating)).await;
    assert_eq!(commit(&store, three_writes(&task, usize::MAX)).await, Commit::Applied);
    assert_eq!(look(&store, &task).await.status, Status::Failed);
    assert_eq!(counter(&store, &task).await.count, 0);
    assert_eq!(store.events(task.id).await, [end(&task, EventKind::TaskFailed)]);
}

/// If several fail, the first by position.
pub async fn a_refusal_names_the_first_write_that_failed<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task) = (connect(), new_task());
    store.insert(&task, row(&task, Status::Hydrating)).await;
    let wrong_count = count(&task, 1, Guard::Below(0));
    let wrong_task = Write::Task(moved(&task, Status::Running, Status::Failed));
    let event = Write::AppendEvent(end(&task, EventKind::TaskFailed));
    let refused = commit(&store, [event.clone(), wrong_count.clone(), wrong_task.clone()]).await;
    assert_eq!(refused, Commit::Refused { write: 1, task: None }, "a counter has no task to show");
    let shown = Some(look(&store, &task).await);
    let refused = commit(&store, [event, wrong_task, wrong_count]).await;
    assert_eq!(refused, Commit::Refused { write: 1, task: shown });
}

/// So that one request is enough for any outcome.
pub async fn a_refusal_shows_the_task_as_it_stands<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task) = (connect(), new_task());
    store.insert(&task, row(&task, Status::Running)).await;
    let failed = TaskWrite {
        slot: Some(false),
        error_message: Some("the agent said: \"no\" 🛑\n".into()),
        ..moved(&task, Status::Running, Status::Failed)
    };
    assert_eq!(commit(&store, [Write::Task(failed.clone())]).await, Commit::Applied);
    let Commit::Refused { write: 0, task: Some(shown) } = commit(&store, [Write::Task(failed)]).await else {
        panic!("a change from where the task no longer stands is refused, and shows the task");
    };
    assert_eq!(shown, look(&store, &task).await);
    assert_eq!((shown.status, shown.slot), (Status::Failed, false));
    let beat = Write::Beat { task: task.id, at: second(9) };
    assert_eq!(commit(&store, [beat]).await, Commit::Refused { write: 0, task: Some(shown) });
}

/// There is no row to show then.
pub async fn a_task_that_does_not_exist_refuses_whoever_writes_it<S: Subject>(
    connect: &(impl Fn() -> S + Sync),
) {
    let (store, task) = (connect(), new_task());
    let nobody = Commit::Refused { write: 0, task: None };
    let change = Write::Task(moved(&task, Status::Hydrating, Status::Failed));
    assert_eq!(commit(&store, [change]).await, nobody);
    assert_eq!(commit(&store, [Write::Beat { task: task.id, at: second(1) }]).await, nobody);
}

/// Status, slot and last sign of life.
pub async fn every_part_of_what_is_expected_of_a_task_counts<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, silent, heard) = (connect(), new_task(), new_task());
    for task in [&silent, &heard] {
        store.insert(task, row(task, Status::Running)).await;
    }
    commit(&store, [Write::Beat { task: heard.id, at: second(5) }]).await;
    let cases = [
        (&heard, Status::Running, None, None, true),
        (&heard, Status::Hydrating, None, None, false),
        (&heard, Status::Running, Some(true), None, true),
        (&heard, Status::Running, Some(false), None, false),
        (&heard, Status::Running, None, Some(Some(second(5))), true),
        (&heard, Status::Running, None, Some(Some(second(4))), false),
        (&heard, Status::Running, None, Some(None), false),
        (&silent, Status::Running, None, Some(None), true),
        (&silent, Status::Running, None, Some(Some(second(5))), false),
        (&silent, Status::Running, Some(true), Some(None), true),
    ];
    for (task, status, slot, heartbeat, applied) in cases {
        let expect = Expect { status, slot, heartbeat };
        let change = TaskWrite { expect, ..moved(task, Status::Running, Status::Running) };
        let commit = commit(&store, [Write::Task(change)]).await;
        assert_eq!(commit == Commit::Applied, applied, "{expect:?}: {commit:?}");
    }
}

/// Appending meets what is there; putting replaces it.
pub async fn an_event_is_appended_once_and_put_again_and_again<S: Subject>(
    connect: &(impl Fn() -> S + Sync),
) {
    let (store, task) = (connect(), new_task());
    let (failed, cancelled) = (end(&task, EventKind::TaskFailed), end(&task, EventKind::TaskCancelled));
    assert_eq!(commit(&store, [Write::AppendEvent(failed.clone())]).await, Commit::Applied);
    let refused = commit(&store, [Write::AppendEvent(cancelled.clone())]).await;
    assert_eq!(refused, Commit::Refused { write: 0, task: None });
    assert_eq!(store.events(task.id).await, [failed]);
    assert_eq!(commit(&store, [Write::PutEvent(cancelled.clone())]).await, Commit::Applied);
    assert_eq!(store.events(task.id).await, [cancelled]);
}

/// The id is the sort key.
pub async fn events_are_sorted_by_id_whatever_their_order<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task, other) = (connect(), new_task(), new_task());
    let event = |ms| EventRow { id: EventId(TaskId::from_ms(ms, 0).0), ..end(&task, EventKind::TaskFailed) };
    let sorted: Vec<EventRow> = (1..=5).map(event).collect();
    for index in [3, 0, 4, 2, 1] {
        commit(&store, [Write::AppendEvent(sorted[index].clone())]).await;
    }
    commit(&store, [Write::AppendEvent(end(&other, EventKind::TaskFailed))]).await;
    assert_eq!(store.events(task.id).await, sorted);
}
