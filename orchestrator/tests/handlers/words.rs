//! The words of the tables, and the lifecycle.
use super::world::World;
use anechoic_orchestrator::{
    Change, Error, EventId, EventKind, SessionId, Status, TaskId, UserId, transition,
};
use std::collections::BTreeSet;

/// As the model has it: 3 + 3 + 4 + 4 + 5 + 3 + 3.
#[test]
fn of_121_moves_the_lifecycle_allows_25() {
    let allowed = Status::ALL.iter().map(|from| Status::ALL.iter().filter(|to| from.allows(**to)).count());
    assert_eq!(allowed.sum::<usize>(), 25);
}

#[tokio::test]
async fn a_move_that_the_lifecycle_does_not_know_is_refused_before_anything_is_asked() {
    let stays = |status| Change::new(status, status);
    for (status, change) in [
        (Status::Running, Change::new(Status::Running, Status::Queued)),
        (Status::Submitted, stays(Status::Submitted)),
        (Status::Running, stays(Status::Running).taking_a_slot(5)),
        (Status::Submitted, Change::new(Status::Submitted, Status::Running).taking_a_slot(5)),
    ] {
        let world = World::with(status);
        let illegal = Error::IllegalTransition { from: change.from, to: change.to };
        assert_eq!(transition(&world, &world.task, &change).await, Err(illegal));
    }
}

#[test]
fn a_slot_is_needed_where_somebody_works_and_kept_from_admission_to_the_end() {
    use Status::*;
    let those = |is: fn(Status) -> bool| Status::ALL.into_iter().filter(|status| is(*status)).collect();
    let [kept, needed, at_work, ends]: [Vec<Status>; 4] =
        [Status::keeps_slot, Status::needs_slot, Status::is_at_work, Status::is_terminal].map(those);
    assert_eq!(kept, [Submitted, Hydrating, Running, AwaitingApproval, Finalizing]);
    assert_eq!(needed, [Hydrating, Running, AwaitingApproval, Finalizing]);
    assert_eq!(at_work, [Running, AwaitingApproval, Finalizing]);
    assert_eq!(ends, [Completed, Failed, Cancelled, TimedOut]);
}

#[test]
fn every_word_is_read_back_as_what_it_stands_for() {
    for status in Status::ALL {
        assert_eq!(Status::named(&status.to_string()), Some(status));
    }
    for kind in EventKind::ALL {
        assert_eq!(EventKind::named(kind.name()), Some(kind));
    }
    assert_eq!((Status::named("running"), EventKind::named("task_started")), (None, None));
    let session = SessionId::from("session".to_string());
    assert_eq!((session.as_str(), String::from(session.clone())), ("session", "session".to_string()));
    assert_eq!((UserId::new("ada").as_str(), UserId::new("ada").to_string()), ("ada", "ada".to_string()));
}

#[test]
fn each_of_the_four_ends_is_announced_by_an_event_of_its_own() {
    let kinds = Status::ALL.into_iter().filter_map(EventKind::of_end);
    let names: BTreeSet<&str> = kinds.map(EventKind::name).collect();
    assert_eq!(names.len(), 4);
    let ends = |status: Status| EventKind::of_end(status).is_some() == status.is_terminal();
    assert!(Status::ALL.into_iter().all(ends));
}

#[test]
fn the_id_of_a_terminal_event_is_a_function_of_its_task_and_sorts_after_whatever_the_task_showed_before() {
    let task = TaskId::from_ms(1_777_924_796_427, 7);
    assert_eq!(task.to_string(), "01KQT96W0B0000000000000007");
    assert_eq!(EventId::of_end(task), EventId::of_end(task));
    assert!(EventId::of_end(task).0 > task.0);
    assert_ne!(EventId::of_end(task), EventId::of_end(TaskId::from_ms(1_777_924_796_428, 7)));
}
