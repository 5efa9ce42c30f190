//! How a task ends.
use super::world::World;
use anechoic_orchestrator::{
    Clock, Ended, Error, EventId, EventKind, EventRow, Status, Store, TaskRow, cancel, complete, fail_task,
    finalize, give_up, hydrate_context,
    store::{Batch, Write},
};

#[tokio::test]
async fn a_task_is_failed_where_it_stands_and_nowhere_else() {
    let world = World::with(Status::Hydrating);
    let fail = async |from| fail_task(&world, &world.task, from, "blocked").await;
    assert_eq!(fail(Status::Running).await, Ok(Ended::Not(Status::Hydrating)));
    assert_eq!(world.shows().await, (Status::Hydrating, vec![], 1));
    for _retry in 0..2 {
        assert_eq!(fail(Status::Hydrating).await, Ok(Ended::AsAsked));
        assert_eq!(world.shows().await, (Status::Failed, vec![EventKind::TaskFailed], 0));
    }
    assert_eq!(world.row().await.error_message.as_deref(), Some("blocked"));
}

#[tokio::test]
async fn a_task_is_cancelled_wherever_it_stands_but_not_while_it_is_finalized_or_after_its_end() {
    for (status, ended, shows) in [
        (Status::Queued, Ended::AsAsked, (Status::Cancelled, vec![EventKind::TaskCancelled], 0)),
        (Status::AwaitingApproval, Ended::AsAsked, (Status::Cancelled, vec![EventKind::TaskCancelled], 0)),
        (Status::Finalizing, Ended::Not(Status::Finalizing), (Status::Finalizing, vec![], 1)),
        (Status::Completed, Ended::Not(Status::Completed), (Status::Completed, vec![], 0)),
    ] {
        let world = World::with(status);
        assert_eq!(cancel(&world, &world.task).await, Ok(ended), "{status}");
        assert_eq!(world.shows().await, shows, "{status}");
    }
}

#[tokio::test]
async fn an_agent_completes_its_own_work_and_no_other() {
    for (status, ended, shows) in [
        (Status::Running, Ended::AsAsked, (Status::Completed, vec![EventKind::TaskCompleted], 0)),
        (Status::Finalizing, Ended::AsAsked, (Status::Completed, vec![EventKind::TaskCompleted], 0)),
        (Status::Hydrating, Ended::Not(Status::Hydrating), (Status::Hydrating, vec![], 1)),
    ] {
        let world = World::with(status);
        assert_eq!(complete(&world, &world.task).await, Ok(ended), "{status}");
        assert_eq!(world.shows().await, shows, "{status}");
    }
}

#[tokio::test]
async fn a_task_at_work_without_a_slot_is_completed_by_nobody_and_holds_nobody_up() {
    let world = World::with(Status::Running);
    world.store.insert(&world.task, TaskRow::new(world.task.user.clone(), Status::Running));
    let wrong = Error::WrongLedger(world.task.id);
    assert_eq!(complete(&world, &world.task).await, Err(wrong));
    assert_eq!(give_up(&world, &world.task, "no slot".into()).await, Ok(Status::Failed));
}

#[tokio::test]
async fn when_the_time_is_up_a_task_at_work_has_timed_out_and_any_other_has_failed() {
    for (status, end, events) in [
        (Status::Running, Status::TimedOut, vec![EventKind::TaskTimedOut]),
        (Status::Submitted, Status::Failed, vec![EventKind::TaskFailed]),
        (Status::Cancelled, Status::Cancelled, vec![]),
    ] {
        let world = World::with(status);
        assert_eq!(finalize(&world, &world.task).await, Ok(end));
        assert_eq!(world.shows().await, (end, events, 0));
    }
}

#[tokio::test]
async fn a_task_that_is_given_up_has_failed_unless_it_had_ended_before() {
    let world = World::with(Status::Running);
    assert_eq!(give_up(&world, &world.task, "no luck".into()).await, Ok(Status::Failed));
    assert_eq!(world.shows().await, (Status::Failed, vec![EventKind::TaskFailed], 0));
    assert_eq!(world.row().await.error_message.as_deref(), Some("no luck"));
    let world = World::with(Status::TimedOut);
    assert_eq!(give_up(&world, &world.task, "no luck".into()).await, Ok(Status::TimedOut));
}

/// Whether a submitted task holds a slot is a guess, which the condition of the first request checks.
#[tokio::test]
async fn a_submitted_task_gives_back_the_slot_that_it_holds_and_no_other() {
    let world = World::with(Status::Submitted);
    assert_eq!(cancel(&world, &world.task).await, Ok(Ended::AsAsked));
    assert_eq!(world.shows().await, (Status::Cancelled, vec![EventKind::TaskCancelled], 0));
    let world = World::with(Status::Submitted);
    assert!(hydrate_context(&world, &world.task).await.is_err(), "nobody works on a task without a slot");
    assert_eq!(world.shows().await, (Status::Submitted, vec![], 0));
}

#[tokio::test]
async fn a_terminal_event_that_somebody_else_wrote_is_found_out_and_nothing_is_changed() {
    let world = World::with(Status::Running);
    let (task, id) = (world.task.id, EventId::of_end(world.task.id));
    let event = EventRow { task, id, kind: EventKind::TaskCompleted, at: world.now() };
    world.commit(Batch::of([Write::PutEvent(event)])).await.expect("an answer");
    assert_eq!(cancel(&world, &world.task).await, Err(Error::Foreign(task)));
    assert_eq!(world.shows().await, (Status::Running, vec![EventKind::TaskCompleted], 1));
}
