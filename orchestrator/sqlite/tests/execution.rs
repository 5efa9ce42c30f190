//! The durable runtime in the file does what durable runtimes do.
use anechoic_orchestrator::{Durable, Error, StepFailed, Task, TaskId, UserId};
use anechoic_sqlite::{Execution, Invoked, Problem, Retries, RunError, SqliteStore};
use rusqlite::Connection;
use std::{cell::RefCell, path::PathBuf, time::Duration};
use tempfile::TempDir;

const SOON: Retries = Retries { first: Duration::from_millis(1), attempts: 3 };
const HOUR: Duration = Duration::from_secs(3600);

struct Bench {
    _folder: TempDir,
    path: PathBuf,
    task: Task,
    /// What the steps' bodies did.
    done: RefCell<Vec<String>>,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("tasks.db");
    let task = Task { id: TaskId::from_ms(1_777_924_796_427, 7), user: UserId::new("ada") };
    SqliteStore::open_or_create(&path).expect("made").submit(&task, None).expect("submitted");
    Bench { _folder: folder, path, task, done: RefCell::default() }
}

impl Bench {
    fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.path).expect("ours")
    }

    fn claim<'s>(&self, store: &'s SqliteStore) -> Execution<'s> {
        Execution::claim(store, self.task.id, SOON).expect("claimed")
    }

    /// A step that returns how many bodies ran before it, or fails.
    async fn step(
        &self,
        durable: &impl Durable,
        name: &'static str,
        fails: bool,
    ) -> Result<usize, StepFailed> {
        durable
            .step(name, || async move {
                self.done.borrow_mut().push(name.into());
                if fails { Err(Error::NoAnswer("the guardrail")) } else { Ok(self.done.borrow().len()) }
            })
            .await
    }

    fn done(&self) -> Vec<String> {
        self.done.borrow().clone()
    }

    fn tamper(&self, sql: &str) {
        Connection::open(&self.path).expect("opens").execute_batch(sql).expect("done");
    }
}

#[tokio::test]
async fn a_step_that_is_done_is_not_run_again_in_another_process_either() {
    let bench = bench();
    for _process in 0..3 {
        let store = bench.store();
        let execution = bench.claim(&store);
        for _invocation in 0..3 {
            let workflow = async {
                let first = bench.step(&execution, "same name", false).await?;
                let second = bench.step(&execution, "same name", false).await?;
                Ok::<_, StepFailed>((first, second))
            };
            assert_eq!(execution.invoke(workflow).await, Ok(Invoked::Done(Ok((1, 2)))));
        }
    }
    assert_eq!(bench.done().len(), 2);
}

#[tokio::test]
async fn a_step_that_fails_is_tried_again_later_and_then_fails_for_good() {
    let bench = bench();
    let mut waits = 0;
    let failed = loop {
        let store = bench.store();
        let execution = bench.claim(&store);
        match execution.invoke(bench.step(&execution, "step", true)).await.expect("no fault") {
            Invoked::Done(done) => break done,
            Invoked::Waits(time) => {
                assert!((SOON.first / 5..=SOON.first * 2).contains(&time), "{time:?}");
                waits += 1;
                tokio::time::sleep(time).await;
            }
        }
    };
    assert_eq!(failed, Err(StepFailed { step: "step" }));
    assert_eq!((bench.done().len(), waits), (3, 2));
    let store = bench.store();
    let execution = bench.claim(&store);
    let again = execution.invoke(bench.step(&execution, "step", false)).await;
    assert_eq!(again, Ok(Invoked::Done(failed)), "it stays so");
    assert_eq!(bench.done().len(), 3);
    execution.forget().expect("forgotten");
    let execution = bench.claim(&store);
    let anew = execution.invoke(bench.step(&execution, "step", false)).await;
    assert_eq!(anew, Ok(Invoked::Done(Ok(4))));
}

#[tokio::test]
async fn an_attempt_that_was_interrupted_runs_again_and_is_not_counted() {
    let bench = bench();
    for _killed in 0..10 {
        let store = bench.store();
        let execution = bench.claim(&store);
        let body = || async {
            bench.done.borrow_mut().push("begun".into());
            std::future::pending().await
        };
        let workflow = execution.invoke(execution.step::<(), _>("step", body));
        assert!(tokio::time::timeout(Duration::from_millis(1), workflow).await.is_err());
    }
    let store = bench.store();
    let execution = bench.claim(&store);
    let done = execution.invoke(bench.step(&execution, "step", false)).await;
    assert_eq!(done, Ok(Invoked::Done(Ok(11))));
}

#[tokio::test]
async fn a_wait_is_over_at_the_same_time_for_whoever_goes_on() {
    let bench = bench();
    let time = Duration::from_millis(30);
    let workflow = async |durable: &Execution<'_>| {
        durable.wait("a while", time).await;
        bench.step(durable, "after", false).await
    };
    let store = bench.store();
    let execution = bench.claim(&store);
    let Ok(Invoked::Waits(first)) = execution.invoke(workflow(&execution)).await else { panic!("waits") };
    assert!(first <= time);
    tokio::time::sleep(time).await;
    let store = bench.store();
    let execution = bench.claim(&store);
    assert_eq!(execution.invoke(workflow(&execution)).await, Ok(Invoked::Done(Ok(1))));
}

#[tokio::test]
async fn a_clock_that_jumped_back_prolongs_no_wait_and_no_retry() {
    let bench = bench();
    let store = bench.store();
    let execution = bench.claim(&store);
    let wait = execution.wait("a while", HOUR);
    assert!(matches!(execution.invoke(wait).await, Ok(Invoked::Waits(time)) if time <= HOUR));
    bench.tamper("UPDATE steps SET due = '2999-01-01T00:00:00.000000000Z'");
    let execution = bench.claim(&store);
    let wait = execution.wait("a while", HOUR);
    assert_eq!(execution.invoke(wait).await, Ok(Invoked::Waits(HOUR)));

    bench.tamper("DELETE FROM steps");
    let execution = bench.claim(&store);
    let step = bench.step(&execution, "step", true);
    assert!(matches!(execution.invoke(step).await, Ok(Invoked::Waits(_))));
    bench.tamper("UPDATE steps SET due = '2999-01-01T00:00:00.000000000Z'");
    let execution = bench.claim(&store);
    let step = bench.step(&execution, "step", true);
    assert_eq!(execution.invoke(step).await, Ok(Invoked::Waits(SOON.first)));
}

#[tokio::test]
async fn a_wait_or_retry_from_the_future_ends_after_its_time_and_not_in_the_future() {
    let bench = bench();
    let store = bench.store();
    let time = Duration::from_millis(20);
    let workflow = async |durable: &Execution<'_>| {
        durable.wait("a while", time).await;
        bench.step(durable, "after", bench.done().is_empty()).await
    };
    let mut waits = 0;
    loop {
        let execution = bench.claim(&store);
        match execution.invoke(workflow(&execution)).await.expect("no fault") {
            Invoked::Done(done) => break assert_eq!(done, Ok(2)),
            Invoked::Waits(time) => tokio::time::sleep(time).await,
        }
        waits += 1;
        assert!(waits < 100, "it waits for a time that never comes");
        // Its first wait and its first retry were stored by a clock in 2999.
        if waits == 1 || bench.done().len() == 1 && waits < 5 {
            bench.tamper("UPDATE steps SET due = '2999-01-01T00:00:00.000000000Z' WHERE state <> 'STARTED'");
        }
    }
}

#[tokio::test]
async fn whoever_was_taken_over_stores_nothing_more() {
    let bench = bench();
    let store = bench.store();
    let older = bench.claim(&store);
    let newer = bench.claim(&store);
    let stopped = older.invoke(bench.step(&older, "step", false)).await;
    assert_eq!(stopped, Err(RunError::TakenOver(bench.task.id)));
    assert!(bench.done().is_empty(), "its body did not run");
    assert_eq!(newer.invoke(bench.step(&newer, "step", false)).await, Ok(Invoked::Done(Ok(1))));
}

#[tokio::test]
async fn the_checkpoints_of_another_workflow_are_not_taken_for_ones_own() {
    let bench = bench();
    let store = bench.store();
    let execution = bench.claim(&store);
    execution.invoke(bench.step(&execution, "step", false)).await.expect("done");
    for other in ["another", "step"] {
        let execution = bench.claim(&store);
        let workflow = async {
            match other {
                "another" => drop(bench.step(&execution, other, false).await),
                _ => execution.wait(other, HOUR).await,
            }
        };
        let stopped = execution.invoke(workflow).await.expect_err("stopped");
        assert!(matches!(stopped, RunError::OtherWorkflow { number: 0, .. }), "{stopped}");
    }
    bench.tamper("UPDATE steps SET result = 'seven'");
    let execution = bench.claim(&store);
    let stopped = execution.invoke(bench.step(&execution, "step", false)).await.expect_err("stopped");
    assert!(stopped.to_string().contains("result of step 0 of task"), "{stopped}");
    assert_eq!(bench.done().len(), 1, "nothing of this ran a body");
}

#[tokio::test]
async fn a_fault_of_the_file_stops_the_workflow_and_counts_no_attempt() {
    let bench = bench();
    bench.tamper("UPDATE tasks SET status = 'RUNING'");
    for _run in 0..5 {
        let store = bench.store();
        let execution = bench.claim(&store);
        let step = execution.step("step", || anechoic_orchestrator::finalize(&store, &bench.task));
        let Err(RunError::File(fault)) = execution.invoke(step).await else { panic!("stopped") };
        assert!(matches!(fault.problem, Problem::Value { .. }), "{fault}");
    }
    bench.tamper("UPDATE tasks SET status = 'SUBMITTED'");
    let store = bench.store();
    let execution = bench.claim(&store);
    let step = execution.step("step", || anechoic_orchestrator::finalize(&store, &bench.task));
    let done = execution.invoke(step).await;
    assert_eq!(done, Ok(Invoked::Done(Ok(anechoic_orchestrator::Status::Failed))));
}
