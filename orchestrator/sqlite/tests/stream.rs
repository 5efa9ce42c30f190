//! The event stream is delivered in order, at least once, to each consumer.
use anechoic_orchestrator::{
    EventId, EventKind, EventRow, Store, Task, TaskId, UserId, cancel,
    store::{Batch, Write},
};
use anechoic_sqlite::SqliteStore;
use jiff::Timestamp;

#[tokio::test]
async fn an_event_is_delivered_again_until_its_consumer_is_done_with_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("tasks.db");
    let store = SqliteStore::open_or_create(&path).expect("made");
    let tasks = [3, 1, 2].map(|number| Task { id: TaskId::from_ms(1, number), user: UserId::new("ada") });
    for task in &tasks {
        store.submit(task, None).expect("submitted");
        cancel(&store, task).await.expect("cancelled");
    }
    for task in &tasks {
        let first = store.next_delivery("fan-out").expect("read").expect("an event");
        assert_eq!(first.event.task, task.id, "in the order in which they were committed");
        let store = SqliteStore::open(&path).expect("ours");
        assert_eq!(store.next_delivery("fan-out").expect("read"), Some(first.clone()));
        store.delivered("fan-out", first.position).expect("noted");
    }
    assert_eq!(store.next_delivery("fan-out").expect("read"), None);
    let first = store.next_delivery("another").expect("read").expect("an event");
    assert_eq!(first.event.task, tasks[0].id, "each consumer has a place of its own");
    store.delivered("fan-out", 0).expect("noted");
    assert_eq!(store.next_delivery("fan-out").expect("read"), None, "nobody goes back");
}

#[tokio::test]
async fn an_event_that_replaces_another_is_delivered_as_well() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = SqliteStore::open_or_create(&folder.path().join("tasks.db")).expect("made");
    let task = TaskId::from_ms(1, 1);
    let event = |kind| EventRow { task, id: EventId::of_end(task), kind, at: Timestamp::UNIX_EPOCH };
    for kind in [EventKind::TaskCancelled, EventKind::TaskFailed] {
        store.commit(Batch::of([Write::PutEvent(event(kind))])).await.expect("an answer");
        let delivery = store.next_delivery("fan-out").expect("read").expect("an event");
        assert_eq!(delivery.event.kind, kind);
        store.delivered("fan-out", delivery.position).expect("noted");
    }
    assert_eq!(store.events(task).expect("read").len(), 1);
}
