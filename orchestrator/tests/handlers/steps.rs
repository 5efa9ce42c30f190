//! The steps of a task's workflow, and the whole of it.
use super::world::World;
use anechoic_orchestrator::{
    Admission, Change, Error, EventKind, Screening, SessionId, SessionRefused, Status, Task, TaskId, TaskRow,
    Terms, Watched, admit, beat, cancel, complete, hydrate_context, load_blueprint, pre_flight, run_task,
    start_session, transition, watch_over,
};
use std::time::Duration;

const ADMITTED: (Status, Vec<EventKind>, i64) = (Status::Submitted, Vec::new(), 1);

fn failed() -> (Status, Vec<EventKind>, i64) {
    (Status::Failed, vec![EventKind::TaskFailed], 0)
}

#[tokio::test]
async fn a_task_is_admitted_once_however_often_it_asks() {
    let world = World::with(Status::Submitted);
    for _retry in 0..2 {
        assert_eq!(admit(&world, &world.task, 1).await, Ok(Admission::Admitted));
        assert_eq!(world.shows().await, ADMITTED);
    }
}

#[tokio::test]
async fn a_task_without_a_slot_to_take_waits_in_the_queue_until_there_is_one() {
    let world = World::with(Status::Submitted);
    let other = Task { id: TaskId::from_ms(2, 2), ..world.task.clone() };
    world.store.insert(&other, TaskRow::new(other.user.clone(), Status::Running).holding_a_slot());
    for _look in 0..2 {
        assert_eq!(admit(&world, &world.task, 1).await, Ok(Admission::Queued));
        assert_eq!(world.shows().await, (Status::Queued, vec![], 1));
    }
    complete(&world, &other).await.expect("the other's end");
    assert_eq!(admit(&world, &world.task, 1).await, Ok(Admission::Admitted));
    assert_eq!(world.shows().await, ADMITTED);
}

#[tokio::test]
async fn a_task_that_has_ended_is_neither_admitted_nor_hydrated_nor_started() {
    let world = World::with(Status::Cancelled);
    let moved_on = Error::MovedOn(Status::Cancelled);
    assert_eq!(admit(&world, &world.task, 1).await, Err(moved_on.clone()));
    assert_eq!(hydrate_context(&world, &world.task).await, Err(moved_on.clone()));
    assert_eq!(start_session(&world, &world.task).await, Err(moved_on));
    assert_eq!(world.shows().await, (Status::Cancelled, vec![], 0));
}

#[tokio::test]
async fn what_may_not_go_on_is_failed_by_the_step_that_finds_out() {
    let blocked = Screening::Blocked("no credentials".into());
    for judgement in [Screening::Passed, blocked.clone()] {
        let passes = judgement == Screening::Passed;
        for step in 0..3 {
            let world = World::with(Status::Submitted);
            admit(&world, &world.task, 1).await.expect("a slot");
            world.judgement.replace(judgement.clone());
            let done = match step {
                0 => load_blueprint(&world, &world.task).await,
                1 => pre_flight(&world, &world.task).await,
                _ => hydrate_context(&world, &world.task).await,
            };
            let stands = if step == 2 { (Status::Hydrating, Vec::new(), 1) } else { ADMITTED };
            assert_eq!(done.is_ok(), passes);
            assert_eq!(world.shows().await, if passes { stands } else { failed() }, "step {step}");
        }
    }
}

#[tokio::test]
async fn a_step_that_is_retried_recognises_its_own_success() {
    let world = World::with(Status::Hydrating);
    assert_eq!(hydrate_context(&world, &world.task).await, Ok(()));
    let session = Ok(SessionId::new("session"));
    assert_eq!(start_session(&world, &world.task).await, session);
    complete(&world, &world.task).await.expect("its end");
    assert_eq!(start_session(&world, &world.task).await, session, "the agent was that fast");
    assert_eq!(world.shows().await, (Status::Completed, vec![EventKind::TaskCompleted], 0));
}

#[tokio::test]
async fn a_task_whose_session_is_refused_is_failed() {
    let world = World::with(Status::Hydrating);
    world.refusal.replace("no capacity".into());
    let refused = SessionRefused { reason: "no capacity".into() };
    assert_eq!(start_session(&world, &world.task).await, Err(Error::Session(refused)));
    assert_eq!(world.shows().await, failed());
}

#[tokio::test]
async fn an_agent_that_is_heard_goes_on_and_one_that_falls_silent_is_failed() {
    let world = World::with(Status::Hydrating);
    start_session(&world, &world.task).await.expect("a session");
    for minute in 1..20 {
        world.now.set(minute * 60);
        beat(&world, &world.task).await.expect("heard");
        assert_eq!(watch_over(&world, &world.task).await, Ok(Watched::GoesOn), "minute {minute}");
    }
    world.now.set(24 * 60);
    assert_eq!(watch_over(&world, &world.task).await, Ok(Watched::Ended(Status::Failed)));
    assert_eq!(watch_over(&world, &world.task).await, Ok(Watched::Ended(Status::Failed)), "and stays so");
    assert_eq!(world.shows().await, failed());
}

#[tokio::test]
async fn a_sign_of_life_in_the_last_instant_saves_the_task() {
    let world = World::with(Status::Running);
    let silent = Change::new(Status::Running, Status::Failed).unless_heard_since(None);
    world.now.set(1000);
    beat(&world, &world.task).await.expect("heard");
    transition(&world, &world.task, &silent).await.expect("an answer");
    assert_eq!(world.shows().await, (Status::Running, vec![], 1));
}

#[tokio::test]
async fn nobody_hears_of_a_task_that_does_not_exist() {
    let world = World::with(Status::Running);
    let unknown = Task { id: TaskId::from_ms(9, 9), ..world.task.clone() };
    assert_eq!(beat(&world, &unknown).await, Err(Error::UnknownTask(unknown.id)));
    assert_eq!(cancel(&world, &unknown).await, Err(Error::UnknownTask(unknown.id)));
    let change = Change::new(Status::Running, Status::Finalizing);
    assert_eq!(transition(&world, &unknown, &change).await, Err(Error::UnknownTask(unknown.id)));
}

#[tokio::test]
async fn a_workflow_waits_for_a_slot_looks_after_the_agent_and_ends_when_the_time_is_up() {
    let world = World::with(Status::Submitted);
    let terms = Terms { polls: 3, ..Terms::default() };
    assert_eq!(run_task(&world, &world, &world.task, &terms).await, Ok(Status::TimedOut));
    assert_eq!(world.shows().await, (Status::TimedOut, vec![EventKind::TaskTimedOut], 0));
    assert_eq!(world.waited.get(), Duration::from_secs(90), "a look every 30 s, three in all");
}

#[tokio::test]
async fn a_workflow_of_which_a_step_fails_for_good_gives_the_task_up() {
    let world = World::with(Status::Submitted);
    world.judgement.replace(Screening::Blocked("no".into()));
    let ended = run_task(&world, &world, &world.task, &Terms::default()).await;
    assert_eq!(ended, Ok(Status::Failed));
    assert_eq!(world.waited.get(), Duration::ZERO, "there was nothing to wait for");
    assert_eq!(world.row().await.error_message.as_deref(), Some("no"));
}
