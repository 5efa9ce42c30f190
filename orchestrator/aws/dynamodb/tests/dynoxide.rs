//! The DynamoDB store does what every store must do, over HTTP with the real AWS client; also if the first answer to every
//! transaction is lost.
mod common;

use anechoic_conformance::{Subject, suite};
use anechoic_dynamodb::{DynamoStore, Fault, TableNames};
use anechoic_orchestrator::{
    Ended, Status, Store, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Guard, Token, Unavailable, Write},
};
use aws_sdk_dynamodb::types::AttributeValue;
use common::{
    Connection, client, connect,
    proxy::{self, Fate},
    serve,
};
use std::{
    net::SocketAddr,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

static SERVER: LazyLock<SocketAddr> = LazyLock::new(serve);

mod answered {
    use super::*;

    suite!(|| -> Connection { connect(*SERVER) });
}

mod lost_acknowledgements {
    use super::*;

    static PROXY: LazyLock<SocketAddr> = LazyLock::new(|| proxy::start(*SERVER, lose_first).0);

    suite!(|| -> Connection { connect(*PROXY) });
}

/// The first answer to each transaction.
fn lose_first(seen: &proxy::Seen) -> Fate {
    match seen.operation == "TransactWriteItems" && seen.attempt == 1 {
        true => Fate::LoseAnswer,
        false => Fate::Pass,
    }
}

/// A task that no other test has.
fn new_task() -> Task {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Task { id: TaskId::from_ms(1, number.into()), user: UserId::new(&format!("user {number}")) }
}

fn running(task: &Task) -> TaskRow {
    TaskRow::new(task.user.clone(), Status::Running).holding_a_slot()
}

/// The world of a handler.
struct World(Connection);

impl Store for World {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        self.0.commit(batch).await
    }

    async fn task(&self, id: TaskId, consistency: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        self.0.task(id, consistency).await
    }

    async fn counter(&self, user: &UserId) -> Result<anechoic_orchestrator::store::Counter, Unavailable> {
        self.0.counter(user).await
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        self.0.slots_held(user).await
    }
}

impl anechoic_orchestrator::Clock for World {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

#[tokio::test]
async fn a_task_fails_once_although_no_first_answer_arrives() {
    let (address, log) = proxy::start(*SERVER, lose_first);
    let (world, task) = (World(connect(address)), new_task());
    world.0.insert(&task, running(&task)).await;
    for _retry in 0..6 {
        let ended = anechoic_orchestrator::fail_task(&world, &task, Status::Running, "blocked").await;
        assert_eq!(ended, Ok(Ended::AsAsked));
    }
    assert_eq!(world.0.events(task.id).await.len(), 1);
    assert_eq!(world.counter(&task.user).await.expect("an answer").count, 0);
    let log = log.lock().expect("whole");
    let transactions: Vec<_> = log.iter().filter(|seen| seen.operation == "TransactWriteItems").collect();
    assert_eq!(transactions.len(), 2 * 7, "each was sent twice");
    for pair in transactions.chunks(2) {
        assert_eq!(pair[0].body, pair[1].body, "under the same token");
        assert!(pair[0].body.contains("\"ClientRequestToken\":"), "{}", pair[0].body);
    }
}

#[tokio::test]
async fn a_transaction_in_conflict_is_tried_again_under_its_token() {
    let conflict = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message":"cancelled","CancellationReasons":[{"Code":"TransactionConflict"}]}"#;
    let left = AtomicU32::new(3);
    let refuse = move |_: &proxy::Seen| {
        let refused = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        refused.map_or(Fate::Pass, |_| Fate::Refuse(conflict.into()))
    };
    let (address, log) = proxy::start(*SERVER, refuse);
    let (store, task) = (connect(address), new_task());
    let count = Write::Count { user: task.user.clone(), delta: 1, guard: Guard::Always };
    let batch = Batch { token: Some(Token(7)), ..Batch::of([count]) };
    assert_eq!(store.commit(batch).await, Ok(Commit::Applied));
    assert_eq!(store.counter(&task.user).await.expect("an answer").count, 1);
    let log = log.lock().expect("whole");
    let token = "\"ClientRequestToken\":\"00000000000000000000000000000007\"";
    assert_eq!(log.iter().filter(|seen| seen.body.contains(token)).count(), 4);
}

#[tokio::test]
async fn conflicts_without_end_are_no_answer_and_say_why() {
    let conflict = r#"{"__type":"TransactionCanceledException",
        "CancellationReasons":[{"Code":"TransactionConflict"},{"Code":"ConditionalCheckFailed"}]}"#;
    let (address, _) = proxy::start(*SERVER, move |_| Fate::Refuse(conflict.into()));
    let (store, task) = (DynamoStore::new(client(address), TableNames::default()), new_task());
    let count = Write::Count { user: task.user.clone(), delta: 1, guard: Guard::Always };
    assert_eq!(store.commit(Batch::of([count])).await, Err(Unavailable));
    let fault = store.take_fault().expect("a fault");
    assert!(matches!(fault, Fault::Conflict { attempts: 12 }), "{fault}");
    assert_eq!(store.take_fault(), None, "it is told once");
}

/// A page of a scan holds a megabyte.
#[tokio::test]
async fn slots_are_counted_over_many_pages() {
    let (address, log) = proxy::start(*SERVER, |_| Fate::Pass);
    let (store, user) = (connect(address), new_task().user);
    for _task in 0..12 {
        let task = Task { user: user.clone(), ..new_task() };
        let message = Some("x".repeat(300_000).into());
        store.insert(&task, TaskRow { error_message: message, ..running(&task) }).await;
    }
    assert_eq!(store.slots_held(&user).await, Ok(12));
    let log = log.lock().expect("whole");
    let scans: Vec<_> = log.iter().filter(|seen| seen.operation == "Scan").collect();
    assert!(scans.len() >= 4, "{} pages for 3.6 MB", scans.len());
    assert!(scans.iter().all(|scan| scan.body.contains("\"ConsistentRead\":true")));
}

#[tokio::test]
async fn reads_are_consistent_where_they_must_be_and_cheap_where_they_may_be() {
    let (address, log) = proxy::start(*SERVER, |_| Fate::Pass);
    let (store, task) = (connect(address), new_task());
    store.task(task.id, Consistency::Eventual).await.expect("an answer");
    store.task(task.id, Consistency::Strong).await.expect("an answer");
    store.counter(&task.user).await.expect("an answer");
    let log = log.lock().expect("whole");
    let strong: Vec<bool> = log.iter().map(|seen| seen.body.contains("\"ConsistentRead\":true")).collect();
    assert_eq!(strong, [false, true, true]);
}

#[tokio::test]
async fn a_value_that_is_none_of_ours_is_named_with_its_item() {
    let (address, task) = (*SERVER, new_task());
    let (store, client) = (DynamoStore::new(client(address), TableNames::default()), client(address));
    assert_eq!(store.insert(&task, &running(&task)).await, Ok(true));
    assert_eq!(store.insert(&task, &running(&task)).await, Ok(false), "there is one");
    let update = client
        .update_item()
        .table_name("TaskTable")
        .key("task_id", AttributeValue::S(task.id.to_string()))
        .update_expression("SET #status = :status")
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":status", AttributeValue::S("RUNING".into()));
    update.send().await.expect("updated");
    assert_eq!(store.task(task.id, Consistency::Strong).await, Err(Unavailable));
    let fault = store.take_fault().expect("a fault").to_string();
    let expected = format!("status of task_id {} is \"RUNING\", expected one of PENDING_UPLOADS,", task.id);
    assert!(fault.starts_with(&expected), "{fault}");
}

#[tokio::test]
async fn a_service_that_is_not_there_is_no_answer() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = nobody.local_addr().expect("an address");
    drop(nobody);
    let store = DynamoStore::new(client(address), TableNames::default());
    assert_eq!(store.task(new_task().id, Consistency::Strong).await, Err(Unavailable));
    assert!(matches!(store.take_fault(), Some(Fault::Service(_))));
}
