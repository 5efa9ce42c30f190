//! A file that is not what it should be gets a clear word, and is left as it was.
use anechoic_orchestrator::{Clock, Status, Store, Task, TaskId, TaskRow, UserId, store::Consistency};
use anechoic_sqlite::{Problem, SqliteStore};
use rusqlite::Connection;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn task() -> Task {
    Task { id: TaskId::from_ms(1_777_924_796_427, 7), user: UserId::new("ada") }
}

/// A file with one task in it.
fn filled(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("tasks.db");
    SqliteStore::open_or_create(&path).expect("made").submit(&task(), None).expect("submitted");
    path
}

fn tampered(path: &Path, sql: &str) {
    Connection::open(path).expect("opens").execute_batch(sql).expect("done");
}

#[track_caller]
fn problem(path: &Path) -> Problem {
    let error = SqliteStore::open(path).expect_err("refused");
    assert_eq!(error.path, path);
    error.problem
}

#[test]
fn a_file_that_is_not_there_is_missed_and_not_made() {
    let path = folder().path().join("tasks.db");
    assert_eq!(problem(&path), Problem::Missing);
    assert!(!path.exists());
}

#[test]
fn an_empty_file_is_filled_only_by_whoever_may_make_one() {
    let folder = folder();
    let path = folder.path().join("tasks.db");
    fs::write(&path, "").expect("written");
    assert_eq!(problem(&path), Problem::Blank);
    assert_eq!(fs::read(&path).expect("read"), b"");
    drop(SqliteStore::open_or_create(&path).expect("filled"));
    SqliteStore::open(&path).expect("ours");
}

#[test]
fn a_file_of_another_kind_is_left_as_it_was() {
    let folder = folder();
    let path = folder.path().join("notes.txt");
    let notes = "what I did on my holidays\n".repeat(100);
    fs::write(&path, &notes).expect("written");
    assert_eq!(problem(&path), Problem::NotSqlite);
    let error = SqliteStore::open_or_create(&path).expect_err("refused");
    assert_eq!(error.to_string(), format!("{}: this is not an SQLite file", path.display()));
    assert_eq!(fs::read_to_string(&path).expect("read"), notes);
    assert_eq!(problem(folder.path()), Problem::NotAFile("a folder"));
}

#[test]
fn the_file_of_another_program_is_left_as_it_was() {
    let folder = folder();
    for sql in ["PRAGMA application_id = 7", "PRAGMA user_version = 3", "CREATE TABLE tasks (a)"] {
        let path = folder.path().join(format!("{}.db", sql.len()));
        tampered(&path, sql);
        let before = fs::read(&path).expect("read");
        assert!(matches!(problem(&path), Problem::Foreign { expected: 0x416e_6563, .. }), "{sql}");
        assert!(SqliteStore::open_or_create(&path).is_err(), "{sql}");
        assert_eq!(fs::read(&path).expect("read"), before, "{sql}");
    }
}

#[test]
fn the_file_of_a_newer_program_is_left_to_it() {
    let folder = folder();
    let path = filled(&folder);
    tampered(&path, "PRAGMA user_version = 2");
    assert_eq!(problem(&path), Problem::Newer { found: 2, expected: 1 });
    tampered(&path, "PRAGMA user_version = 1");
    assert_eq!(SqliteStore::open(&path).expect("ours").history(task().id).expect("read").len(), 1);
}

#[tokio::test]
async fn a_damaged_file_is_called_so_and_no_request_is_answered_from_it() {
    let folder = folder();
    let path = filled(&folder);
    tampered(&path, "PRAGMA wal_checkpoint(TRUNCATE)");
    let mut bytes = fs::read(&path).expect("read");
    let page = 4096;
    bytes[page..].fill(0x5a);
    fs::write(&path, &bytes).expect("written");
    let store = SqliteStore::open(&path).expect("its header is whole");
    assert!(store.task(task().id, Consistency::Strong).await.is_err());
    let fault = store.take_fault().expect("a fault");
    assert!(matches!(fault.problem, Problem::Damaged(_)), "{fault}");
    assert_eq!(store.take_fault(), None, "it is told once");
}

#[tokio::test]
async fn a_value_that_is_none_of_ours_is_named_with_its_row_and_what_was_expected() {
    let folder = folder();
    let path = filled(&folder);
    tampered(&path, "UPDATE tasks SET status = 'RUNING'");
    let store = SqliteStore::open(&path).expect("ours");
    assert!(store.task(task().id, Consistency::Strong).await.is_err());
    let fault = store.take_fault().expect("a fault").to_string();
    let expected = format!(
        "{}: status of task {} is \"RUNING\", expected one of PENDING_UPLOADS, QUEUED,",
        path.display(),
        task().id
    );
    assert!(fault.starts_with(&expected), "{fault}");
    assert!(store.history(task().id).is_err(), "the history has it as well");

    tampered(&path, "UPDATE tasks SET status = 'SUBMITTED', updated_at = 'yesterday'");
    assert!(store.task(task().id, Consistency::Strong).await.is_err());
    let fault = store.take_fault().expect("a fault").to_string();
    assert!(fault.contains("updated_at of task") && fault.contains("\"yesterday\""), "{fault}");
}

#[tokio::test]
async fn an_event_of_an_unknown_type_stays_in_the_stream_until_it_is_repaired() {
    let folder = folder();
    let path = filled(&folder);
    let store = SqliteStore::open(&path).expect("ours");
    anechoic_orchestrator::cancel(&store, &task()).await.expect("cancelled");
    tampered(&path, "UPDATE events SET event_type = 'task_exploded'");
    let error = store.next_delivery("fan-out").expect_err("refused").to_string();
    assert!(error.contains("\"task_exploded\", expected one of task_completed"), "{error}");
    tampered(&path, "UPDATE events SET event_type = 'task_cancelled'");
    assert!(store.next_delivery("fan-out").expect("read").is_some());
}

#[test]
fn a_task_is_not_submitted_twice() {
    let folder = folder();
    let store = SqliteStore::open(&filled(&folder)).expect("ours");
    let error = store.submit(&task(), None).expect_err("refused");
    assert!(matches!(error.problem, Problem::Other(_)), "{error}");
    assert_eq!(store.history(task().id).expect("read").len(), 1);
}

#[test]
fn the_history_has_every_status_with_its_time() {
    let folder = folder();
    let path = folder.path().join("tasks.db");
    let store = SqliteStore::open_or_create(&path).expect("made");
    let row = TaskRow { updated_at: store.now(), ..TaskRow::new(task().user, Status::Queued) };
    store.insert(&task(), &row, None).expect("inserted");
    tampered(&path, "UPDATE tasks SET status = 'FAILED', updated_at = '2026-05-04T20:00:03Z'");
    let history = store.history(task().id).expect("read");
    let statuses: Vec<_> = history.iter().map(|passage| (passage.from, passage.to)).collect();
    assert_eq!(statuses, [(None, Status::Queued), (Some(Status::Queued), Status::Failed)]);
    assert_eq!(history[1].at.to_string(), "2026-05-04T20:00:03Z");
    assert_eq!(store.last_change().expect("read"), Some(history[1].at));
}
