//! Writers in several processes: each of them is this very test program, started again.
use anechoic_orchestrator::{
    Ended, Status, Store, Task, TaskId, TaskRow, UserId, fail_task,
    store::{Batch, Commit, Guard, Write},
};
use anechoic_sqlite::SqliteStore;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    thread,
    time::Duration,
};

const PROCESSES: usize = 4;
const COUNTS: i64 = 25;
/// Tells a process of this program that it is a writer, and of which file.
const FILE: &str = "ANECHOIC_SQLITE_TEST_FILE";

fn task() -> Task {
    Task { id: TaskId::from_ms(1_777_924_796_427, 7), user: UserId::new("ada") }
}

#[test]
fn writers_in_several_processes_end_a_task_once_and_lose_no_count() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("tasks.db");
    let store = SqliteStore::open_or_create(&path).expect("made");
    let row = TaskRow::new(task().user, Status::Hydrating).holding_a_slot();
    store.insert(&task(), &row, None).expect("inserted");

    let writers: Vec<Child> = (0..PROCESSES).map(|_| start(&path)).collect();
    fs::write(path.with_extension("go"), "").expect("written");
    for mut writer in writers {
        assert!(writer.wait().expect("it ends").success());
    }
    assert_eq!(store.events(task().id).expect("read").len(), 1);
    assert_eq!(store.history(task().id).expect("read").len(), 2, "it failed once");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let counter = runtime.block_on(store.counter(&task().user)).expect("an answer");
    let counts = PROCESSES as i64 * COUNTS;
    assert_eq!(counter.count, counts);
    // One more when the task was put there, and one when its slot was given back.
    assert_eq!(counter.version, counts.unsigned_abs() + 2);
}

#[test]
fn whoever_makes_the_file_at_the_same_time_makes_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("tasks.db");
    let makers: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            thread::spawn(move || SqliteStore::open_or_create(&path).map(drop))
        })
        .collect();
    for maker in makers {
        maker.join().expect("no panic").expect("made, or found made");
    }
    SqliteStore::open(&path).expect("ours");
}

fn start(path: &Path) -> Child {
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", "writer"]).env(FILE, path);
    command.spawn().expect("it starts")
}

/// The process that another test starts. Started by nobody, it has nothing to do.
#[tokio::test]
async fn writer() {
    let Some(path) = env::var_os(FILE).map(PathBuf::from) else { return };
    while !path.with_extension("go").exists() {
        thread::sleep(Duration::from_millis(1));
    }
    let store = SqliteStore::open(&path).expect("ours");
    for _count in 0..COUNTS {
        let count = Write::Count { user: task().user, delta: 1, guard: Guard::Always };
        assert_eq!(store.commit(Batch::of([count])).await, Ok(Commit::Applied));
        let ended = fail_task(&store, &task(), Status::Hydrating, "blocked").await;
        assert_eq!(ended, Ok(Ended::AsAsked));
    }
}
