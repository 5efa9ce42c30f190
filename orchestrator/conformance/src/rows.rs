//! A task's row, as it is put, changed and read.
use crate::{
    Subject,
    fixture::{commit, look, moved, new_task, row, second},
};
use anechoic_orchestrator::{
    SessionId, Status, TaskRow,
    store::{Commit, Consistency, TaskWrite, Write},
};
use jiff::Timestamp;

/// Every status, every column, to the nanosecond.
pub async fn a_row_comes_back_as_it_was_put<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let store = connect();
    for status in Status::ALL {
        let task = new_task();
        let plain = TaskRow::new(task.user.clone(), status);
        store.insert(&task, plain.clone()).await;
        assert_eq!(look(&connect(), &task).await, plain);
    }
    let time = |ns| Timestamp::new(1_777_924_800, ns).expect("a time");
    let task = new_task();
    let full = TaskRow {
        error_message: Some("\"quoted\", \0 and 💥".into()),
        session: Some(SessionId::new("")),
        started_at: Some(time(0)),
        heartbeat_at: Some(time(999_999_999)),
        updated_at: time(1),
        ..row(&task, Status::Running)
    };
    store.insert(&task, full.clone()).await;
    assert_eq!(look(&connect(), &task).await, full);
    assert_eq!(store.task(new_task().id, Consistency::Strong).await, Ok(None));
    assert_eq!(store.task(new_task().id, Consistency::Eventual).await, Ok(None));
}

/// Slot, error, session and last sign of life.
pub async fn a_change_leaves_alone_what_it_does_not_name<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task) = (connect(), new_task());
    let before = TaskRow {
        error_message: Some("an earlier error".into()),
        session: Some(SessionId::new("session")),
        started_at: Some(second(-9)),
        heartbeat_at: Some(second(-5)),
        ..row(&task, Status::Running)
    };
    store.insert(&task, before.clone()).await;
    let change = moved(&task, Status::Running, Status::Finalizing);
    assert_eq!(commit(&store, [Write::Task(change)]).await, Commit::Applied);
    let expected = TaskRow { status: Status::Finalizing, updated_at: second(1), ..before };
    assert_eq!(look(&store, &task).await, expected);
}

/// At the time of the change.
pub async fn a_session_begins_with_its_change<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task, session) = (connect(), new_task(), SessionId::new("session 7"));
    store.insert(&task, row(&task, Status::Hydrating)).await;
    let running = moved(&task, Status::Hydrating, Status::Running);
    let change = TaskWrite { session: Some(session.clone()), ..running };
    commit(&store, [Write::Task(change)]).await;
    let seen = look(&store, &task).await;
    assert_eq!((seen.session, seen.started_at), (Some(session), Some(second(1))));
}

/// One that is late, or comes again, or of a task that nobody works on, changes nothing.
pub async fn only_news_of_an_agent_at_work_is_a_sign_of_life<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let store = connect();
    for status in Status::ALL {
        let task = new_task();
        let before = row(&task, status);
        store.insert(&task, before.clone()).await;
        let beat = Write::Beat { task: task.id, at: second(5) };
        let heard = commit(&store, [beat]).await == Commit::Applied;
        let at_work = matches!(status, Status::Running | Status::AwaitingApproval | Status::Finalizing);
        assert_eq!(heard, at_work, "{status}");
        let heartbeat_at = at_work.then(|| second(5));
        assert_eq!(look(&store, &task).await, TaskRow { heartbeat_at, ..before }, "{status}");
    }
    let task = new_task();
    store.insert(&task, row(&task, Status::Running)).await;
    for (at, news) in [(5, true), (5, false), (4, false), (6, true)] {
        let commit = commit(&store, [Write::Beat { task: task.id, at: second(at) }]).await;
        assert_eq!(commit == Commit::Applied, news, "at {at}");
    }
    assert_eq!(look(&store, &task).await.heartbeat_at, Some(second(6)));
}

/// A strong read shows the last answered write, over any connection; an eventual one that version or an older one.
pub async fn a_read_shows_what_was_answered_before<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (writer, reader, task) = (connect(), connect(), new_task());
    writer.insert(&task, row(&task, Status::Running)).await;
    let course = [Status::Running, Status::AwaitingApproval, Status::Running, Status::Finalizing];
    let mut past = vec![Status::Running];
    for (from, to) in course.into_iter().zip(course.into_iter().skip(1)) {
        assert_eq!(commit(&writer, [Write::Task(moved(&task, from, to))]).await, Commit::Applied);
        past.push(to);
        assert_eq!(look(&reader, &task).await.status, to);
        let eventual = reader.task(task.id, Consistency::Eventual).await.expect("an answer");
        assert!(eventual.is_none_or(|row| past.contains(&row.status)));
    }
}
