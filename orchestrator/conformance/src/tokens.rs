//! A batch that is sent again under its token is not applied again.
use crate::{
    Subject,
    fixture::{commit, commit_as, count, counter, look, moved, new_task, new_token, row},
};
use anechoic_orchestrator::{
    Status,
    store::{Commit, Guard, Write},
};

/// Its answer is that of the first time, although its condition no longer holds.
pub async fn a_batch_with_a_token_is_applied_once<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task, token) = (connect(), new_task(), new_token());
    store.insert(&task, row(&task, Status::Hydrating)).await;
    let writes =
        [Write::Task(moved(&task, Status::Hydrating, Status::Failed)), count(&task, -1, Guard::Always)];
    for _sent in 0..3 {
        assert_eq!(commit_as(&connect(), token, writes.clone()).await, Commit::Applied);
        assert_eq!(counter(&store, &task).await.count, 0);
    }
    assert_eq!(look(&store, &task).await.status, Status::Failed);
}

/// And no token at all is another batch each time.
pub async fn another_token_is_another_batch<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task) = (connect(), new_task());
    for _sent in 0..2 {
        assert_eq!(commit_as(&store, new_token(), [count(&task, 1, Guard::Always)]).await, Commit::Applied);
        assert_eq!(commit(&store, [count(&task, 1, Guard::Always)]).await, Commit::Applied);
    }
    assert_eq!(counter(&store, &task).await.count, 4);
}

/// Sent again when its condition holds, it is applied.
pub async fn a_refused_batch_does_not_use_up_its_token<S: Subject>(connect: &(impl Fn() -> S + Sync)) {
    let (store, task, token) = (connect(), new_task(), new_token());
    store.insert(&task, row(&task, Status::Hydrating)).await;
    let fail = [Write::Task(moved(&task, Status::Running, Status::Failed))];
    assert!(matches!(commit_as(&store, token, fail.clone()).await, Commit::Refused { .. }));
    commit(&store, [Write::Task(moved(&task, Status::Hydrating, Status::Running))]).await;
    assert_eq!(commit_as(&store, token, fail).await, Commit::Applied);
    assert_eq!(look(&store, &task).await.status, Status::Failed);
}
