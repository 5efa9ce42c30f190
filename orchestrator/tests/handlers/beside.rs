//! What happens beside a task's workflow: recounts, what is told to a pull request, and what the store remembers.
use super::world::World;
use anechoic_orchestrator::{
    Clock, EventId, EventKind, EventRow, MemoryStore, Recount, Status, Store, Task, TaskId, TaskRow, Told,
    UserId, reconcile,
    store::{Batch, Guard, Tables, Token, Write},
    tell_failure,
};
use jiff::Timestamp;

#[tokio::test]
async fn a_counter_that_has_drifted_is_put_right_by_as_much_as_it_was_off() {
    let world = World::with(Status::Running);
    assert_eq!(reconcile(&world, &world.task.user).await, Ok(Recount::Right));
    for drift in [-3, 2] {
        let user = world.task.user.clone();
        let count = Write::Count { user, delta: drift, guard: Guard::Always };
        world.commit(Batch::of([count])).await.expect("an answer");
        assert_eq!(reconcile(&world, &world.task.user).await, Ok(Recount::Corrected(-drift)));
        assert_eq!(world.store.active_count(&world.task.user), 1);
    }
}

#[tokio::test]
async fn a_failure_is_told_once_and_any_other_end_is_not() {
    let world = World::with(Status::Failed);
    let event = |kind| EventRow {
        task: world.task.id,
        id: EventId::of_end(world.task.id),
        kind,
        at: Timestamp::UNIX_EPOCH,
    };
    assert_eq!(tell_failure(&world, &event(EventKind::TaskCancelled)).await, Ok(Told::Nothing));
    assert_eq!(tell_failure(&world, &event(EventKind::TaskFailed)).await, Ok(Told::Now));
    assert_eq!(tell_failure(&world, &event(EventKind::TaskFailed)).await, Ok(Told::Already));
    assert_eq!(world.edits.get(), 1);
    let id = world.task.id;
    let section = format!("<!-- anechoic: task {id} failed -->\nTask {id} failed.");
    assert_eq!(*world.comment.borrow(), section);
}

#[test]
fn the_memory_store_counts_what_it_is_given_and_knows_the_time() {
    let (store, ada) = (MemoryStore::new(), UserId::new("ada"));
    for number in 1..=3 {
        let task = Task { id: TaskId::from_ms(number, 0), user: ada.clone() };
        store.insert(&task, TaskRow::new(ada.clone(), Status::Running).holding_a_slot());
    }
    assert_eq!(store.active_count(&ada), 3);
    assert!(store.now() > Timestamp::UNIX_EPOCH, "the real time");
}

#[test]
fn a_batch_that_was_applied_leaves_its_mark_and_one_that_was_refused_does_not() {
    let mut tables = Tables::default();
    let guards = [(Guard::AboveZero, Token(1)), (Guard::Always, Token(2))];
    for (guard, token) in guards {
        let count = Write::Count { user: UserId::new("ada"), delta: 1, guard };
        tables.commit(&Batch { token: Some(token), ..Batch::of([count]) });
    }
    assert!(tables.tokens().eq([Token(2)]));
}
