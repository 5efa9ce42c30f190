//! Sixteen writers at once, each with a connection of its own.
use crate::{
    Subject,
    fixture::{at_once, commit, commit_as, count, counter, end, look, moved, new_task, new_token, row},
};
use anechoic_orchestrator::{
    EventKind, Status,
    store::{Commit, Guard, TaskWrite, Write},
};

/// The others are told where the task stands, and nothing else of theirs is there.
pub async fn of_sixteen_writers_exactly_one_wins<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task) = (connect(), new_task());
    store.insert(&task, row(&task, Status::Running)).await;
    let answers = at_once(connect, async |store, number: usize| {
        let (to, kind) = match number % 2 {
            0 => (Status::Failed, EventKind::TaskFailed),
            _ => (Status::Cancelled, EventKind::TaskCancelled),
        };
        let message = Some(number.to_string().into());
        let change = moved(&task, Status::Running, to);
        let change = TaskWrite { slot: Some(false), error_message: message, ..change };
        let writes =
            [Write::Task(change), Write::AppendEvent(end(&task, kind)), count(&task, -1, Guard::Always)];
        commit(&store, writes).await
    });
    let winners: Vec<usize> =
        (0..).zip(&answers).filter(|(_, answer)| **answer == Commit::Applied).map(|(at, _)| at).collect();
    let [winner] = winners[..] else { panic!("{} winners: {answers:?}", winners.len()) };
    let left = look(&store, &task).await;
    assert_eq!(left.error_message.as_deref(), Some(winner.to_string().as_str()));
    for (number, answer) in answers.into_iter().enumerate() {
        if number != winner {
            assert_eq!(answer, Commit::Refused { write: 0, task: Some(left.clone()) });
        }
    }
    let kind = EventKind::of_end(left.status).expect("an end");
    assert_eq!(store.events(task.id).await, [end(&task, kind)]);
    assert_eq!(counter(&store, &task).await.count, 0);
}

/// Each counts several times.
pub async fn sixteen_writers_lose_no_count<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    const TIMES: i64 = 10;
    let task = new_task();
    let writers = at_once(connect, async |store, _| {
        for _one in 0..TIMES {
            assert_eq!(commit(&store, [count(&task, 1, Guard::Always)]).await, Commit::Applied);
        }
    });
    let counted = counter(&connect(), &task).await;
    let all = writers.len() as i64 * TIMES;
    assert_eq!((counted.count, counted.version), (all, all.unsigned_abs()));
}

/// A condition on the counter is as good as a lock.
pub async fn sixteen_writers_take_no_more_slots_than_there_are<S: Subject>(
    connect: &(impl Fn() -> S + Sync),
) {
    const SLOTS: i64 = 3;
    let task = new_task();
    let answers =
        at_once(connect, async |store, _| commit(&store, [count(&task, 1, Guard::Below(SLOTS))]).await);
    let taken = answers.iter().filter(|answer| **answer == Commit::Applied).count();
    assert_eq!(taken as i64, SLOTS);
    assert_eq!(counter(&connect(), &task).await.count, SLOTS);
}

/// Each of them is told that it was applied.
pub async fn sixteen_senders_of_one_token_apply_it_once<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (task, token) = (new_task(), new_token());
    let answers =
        at_once(connect, async |store, _| commit_as(&store, token, [count(&task, 1, Guard::Always)]).await);
    assert!(answers.iter().all(|answer| *answer == Commit::Applied), "{answers:?}");
    assert_eq!(counter(&connect(), &task).await.count, 1);
}
