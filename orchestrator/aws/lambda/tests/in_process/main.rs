//! The function's handler, in this process, under the official SDK: against a scripted durable-execution service whose time
//! is virtual, and tables in DynamoDB's interface.
#[path = "../../../dynamodb/tests/common/server.rs"]
mod server;
mod service;

use anechoic_dynamodb::{DynamoStore, TableNames};
use anechoic_lambda::{Services, World};
use anechoic_orchestrator::{EventKind, Status, Store, Task, TaskId, TaskRow, UserId, store::Consistency};
use service::{End, FAULTS, Fault, Script};
use std::{
    net::SocketAddr,
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

static SERVER: LazyLock<SocketAddr> = LazyLock::new(server::serve);

const BLOCKED: &str = r#"{"verdict":"blocked","reason":"PROMPT_ATTACK LOW"}"#;
const PASSED: &str = r#"{"verdict":"passed","session":"session 7"}"#;

fn store() -> DynamoStore {
    DynamoStore::new(server::client(*SERVER), TableNames::default())
}

async fn submitted() -> Task {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let task = Task { id: TaskId::from_ms(1, number.into()), user: UserId::new(&format!("user {number}")) };
    let row = TaskRow::new(task.user.clone(), Status::Submitted);
    assert_eq!(store().insert(&task, &row).await, Ok(true));
    task
}

/// Carries the task to its end, whatever the script lets happen.
async fn carry(task: &Task, script: &Script) -> End {
    let named = || Some("a-function".to_string());
    let services = Services {
        client: script.client(),
        blueprint: None,
        pre_flight: None,
        guardrail: named(),
        session: named(),
    };
    let request = serde_json::json!({ "task_id": task.id.to_string(), "poll_seconds": 30, "polls": 2 });
    service::execute(anechoic_lambda::handler(World { store: store(), services }), script, &request).await
}

/// The task has ended so, with one event, and no slot is held or counted.
async fn assert_ended(task: &Task, end: Status, note: &str) -> TaskRow {
    let store = store();
    let row = store.task(task.id, Consistency::Strong).await.expect("an answer").expect("the task is there");
    assert_eq!((row.status, row.slot), (end, false), "{note}");
    let events = store.events(task.id).await.expect("an answer");
    let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::of_end(end).expect("an end")], "{note}");
    assert_eq!(store.counter(&task.user).await.expect("an answer").count, 0, "{note}");
    row
}

#[tokio::test]
async fn a_task_that_the_guardrail_blocks_fails_once_after_every_retry() {
    let (task, script) = (submitted().await, Script::answering(BLOCKED, &[]));
    assert_eq!(carry(&task, &script).await, End::Succeeded("\"FAILED\"".into()));
    let row = assert_ended(&task, Status::Failed, "").await;
    assert_eq!(row.error_message.as_deref(), Some("PROMPT_ATTACK LOW"));
    assert_eq!(script.attempts("hydrate-context"), 6, "as often as AWS tries by default");
}

#[tokio::test]
async fn a_task_that_nobody_works_on_times_out_after_its_polls() {
    let (task, script) = (submitted().await, Script::answering(PASSED, &[]));
    assert_eq!(carry(&task, &script).await, End::Succeeded("\"TIMED_OUT\"".into()));
    let row = assert_ended(&task, Status::TimedOut, "").await;
    assert_eq!(row.session.map(String::from).as_deref(), Some("session 7"));
    assert_eq!(script.now(), 60, "two polls of thirty seconds");
}

#[tokio::test]
async fn a_request_without_a_task_fails_and_says_why() {
    let task = Task { id: TaskId::from_ms(2, 7), user: UserId::new("nobody") };
    let End::Failed(error) = carry(&task, &Script::answering(PASSED, &[])).await else { panic!("it fails") };
    assert!(error.contains(&format!("no task {}", task.id)), "{error}");
}

/// Each fault at each checkpoint in turn: the invocation dies before or after it is stored, or it is rejected, or its
/// acknowledgement is lost.
#[tokio::test]
async fn whatever_happens_to_a_checkpoint_the_task_ends_once() {
    for (answer, end) in [(BLOCKED, Status::Failed), (PASSED, Status::TimedOut)] {
        let mut runs = 0;
        for point in 0.. {
            let mut reached = false;
            for fault in FAULTS {
                let (task, script) = (submitted().await, Script::answering(answer, &[(point, fault)]));
                let done = carry(&task, &script).await;
                reached = script.happened() > 0;
                if !reached {
                    break;
                }
                let note = format!("{fault:?} at checkpoint {point}");
                assert_eq!(done, End::Succeeded(format!("\"{end}\"")), "{note}");
                assert_ended(&task, end, &note).await;
                runs += 1;
            }
            if !reached {
                break;
            }
        }
        println!("{runs} runs, each with one fault: every task became {end} once");
        assert!(runs > 60, "{runs} runs are too few for a whole workflow");
    }
}

#[tokio::test]
async fn a_service_that_does_not_answer_is_asked_again() {
    let faults = [(0, Fault::CrashAfter), (1, Fault::Reject), (3, Fault::LoseAnswer)];
    let (task, script) = (submitted().await, Script::answering("this is no verdict", &faults));
    assert_eq!(carry(&task, &script).await, End::Succeeded("\"FAILED\"".into()));
    let row = assert_ended(&task, Status::Failed, "").await;
    let because = row.error_message.expect("a reason");
    assert_eq!(&*because, "step hydrate-context failed in each of its attempts");
}
