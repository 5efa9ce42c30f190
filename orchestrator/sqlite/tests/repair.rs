//! A clock that was wrong keeps nobody out for longer than until it is repaired.
use anechoic_orchestrator::{
    Clock, Status, Store, Task, TaskId, TaskRow, UserId, Watched, beat, cancel, store::Consistency,
    watch_over,
};
use anechoic_sqlite::{Problem, Repair, SqliteStore};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use std::path::PathBuf;
use tempfile::TempDir;

struct Bench {
    _folder: TempDir,
    path: PathBuf,
    task: Task,
}

/// A file with one task at work.
fn bench() -> Bench {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("tasks.db");
    let task = Task { id: TaskId::from_ms(1_777_924_796_427, 7), user: UserId::new("ada") };
    let store = SqliteStore::open_or_create(&path).expect("made");
    let now = store.now();
    let row = TaskRow {
        updated_at: now,
        started_at: Some(now),
        ..TaskRow::new(task.user.clone(), Status::Running)
    };
    store.insert(&task, &row.holding_a_slot(), None).expect("inserted");
    Bench { _folder: folder, path, task }
}

impl Bench {
    fn store(&self) -> SqliteStore {
        SqliteStore::open(&self.path).expect("ours")
    }

    fn minding(&self) -> Result<SqliteStore, Problem> {
        self.store().minding_the_clock().map_err(|error| error.problem)
    }

    /// What a process leaves whose clock shows this time.
    fn touched_at(&self, time: &str) {
        let sql = format!(
            "UPDATE tasks SET updated_at = '{time}', started_at = '{time}', agent_heartbeat_at = '{time}';
             UPDATE history SET at = '{time}'; DELETE FROM cursors"
        );
        Connection::open(&self.path).expect("opens").execute_batch(&sql).expect("done");
    }
}

const FUTURE: &str = "2100-01-01T00:00:00.000000000Z";

#[tokio::test]
async fn after_a_repair_the_file_may_be_changed_and_an_agent_is_heard_again() {
    let bench = bench();
    bench.touched_at(FUTURE);
    let blocked = bench.minding().expect_err("refused");
    assert!(matches!(blocked, Problem::ClockBehind { .. }), "{blocked}");
    assert!(blocked.to_string().contains("`anechoic-tasks repair`"), "{blocked}");

    let store = bench.store();
    let Repair { now, corrected } = store.repair().expect("repaired");
    assert_eq!(corrected, 4, "three times of the task, and one of its history");
    let row = store.task(bench.task.id, Consistency::Strong).await.expect("an answer").expect("a task");
    assert_eq!((row.updated_at, row.started_at, row.heartbeat_at), (now, Some(now), Some(now)));
    assert_eq!(store.history(bench.task.id).expect("read").len(), 1, "a repair is no change of status");
    assert_eq!(store.repair().expect("repaired").corrected, 0);

    let store = bench.minding().expect("they agree");
    beat(&store, &bench.task).await.expect("heard");
    let row = store.task(bench.task.id, Consistency::Strong).await.expect("an answer").expect("a task");
    assert!(row.heartbeat_at > Some(now), "{row:?}");
    assert_eq!(watch_over(&store, &bench.task).await, Ok(Watched::GoesOn));
    cancel(&store, &bench.task).await.expect("cancelled");
    assert!(
        store.events(bench.task.id).expect("read")[0].at < Timestamp::now() + SignedDuration::from_hours(1)
    );
}

#[test]
fn a_clock_a_year_ahead_changes_nothing_until_somebody_says_that_it_is_right() {
    let bench = bench();
    bench.touched_at("2001-01-01T00:00:00.000000000Z");
    let blocked = bench.minding().expect_err("refused");
    assert!(matches!(blocked, Problem::ClockAhead { .. }), "{blocked}");
    assert_eq!(bench.store().repair().expect("repaired").corrected, 0);
    bench.minding().expect("they agree");
}

#[test]
fn a_store_that_minds_the_clock_does_so_with_each_change() {
    let bench = bench();
    let store = bench.minding().expect("they agree");
    let another = Task { id: TaskId::from_ms(1_777_924_796_427, 8), ..bench.task.clone() };
    bench.touched_at(FUTURE);
    let refused = store.submit(&another, None).expect_err("refused").problem;
    assert!(matches!(refused, Problem::ClockBehind { .. }), "{refused}");
    assert!(store.history(another.id).expect("read").is_empty());
    bench.store().repair().expect("repaired");
    store.submit(&another, None).expect("submitted");
}
