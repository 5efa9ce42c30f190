//! Only a regular file at a real path is a store, and only as long as it is there.
use anechoic_orchestrator::{Store, Task, TaskId, UserId, store::Consistency};
use anechoic_sqlite::{Problem, SqliteStore};
use std::{fs, path::Path};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

fn task(number: u128) -> Task {
    Task { id: TaskId::from_ms(1_777_924_796_427, number), user: UserId::new("ada") }
}

fn refused(path: &Path) -> Problem {
    SqliteStore::open_or_create(path).expect_err("refused").problem
}

#[test]
fn what_sqlite_would_take_for_no_file_is_refused() {
    for name in
        [":memory:", "", "file:tasks.db", "file::memory:?cache=shared", "file:///tmp/tasks.db?mode=memory"]
    {
        assert_eq!(refused(Path::new(name)), Problem::NotAPath, "{name}");
        assert_eq!(SqliteStore::open(Path::new(name)).expect_err("refused").problem, Problem::NotAPath);
    }
    // With its folder, such a name is that of a file.
    let folder = folder();
    let path = folder.path().join(":memory:");
    SqliteStore::open_or_create(&path).expect("made").submit(&task(1), None).expect("submitted");
    assert_eq!(SqliteStore::open(&path).expect("ours").history(task(1).id).expect("read").len(), 1);
}

#[test]
fn a_path_leads_through_folders_that_are_there() {
    let folder = folder();
    let at = |path: &str| folder.path().join(path);
    assert_eq!(refused(&at("nodir/../x.db")), Problem::NoFolder(at("nodir/..")));
    assert_eq!(refused(&at("nodir/x.db")), Problem::NoFolder(at("nodir")));
    for not_a_file in ["x.db/", "x.db/."] {
        assert_eq!(refused(&at(not_a_file)), Problem::NotAFile("the path of a folder"), "{not_a_file}");
    }
    assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 0, "nothing was made");
    fs::create_dir(at("dir")).expect("made");
    SqliteStore::open_or_create(&at("dir/../x.db")).expect("made").submit(&task(1), None).expect("submitted");
    assert_eq!(SqliteStore::open(&at("x.db")).expect("ours").history(task(1).id).expect("read").len(), 1);
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_refused_and_a_link_leads_to_the_file() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    let folder = folder();
    let at = |path: &str| folder.path().join(path);
    let _socket = UnixListener::bind(at("socket")).expect("made");
    for path in ["/dev/null".into(), "/dev/zero".into(), at("socket")] {
        assert_eq!(refused(&path), Problem::NotAFile("a device, a pipe or a socket"), "{}", path.display());
    }
    symlink(at("x.db"), at("link.db")).expect("made");
    assert_eq!(refused(&at("link.db")), Problem::NotAFile("a link that leads nowhere"));
    SqliteStore::open_or_create(&at("x.db")).expect("made").submit(&task(1), None).expect("submitted");
    let linked = SqliteStore::open(&at("link.db")).expect("ours");
    assert_eq!(linked.history(task(1).id).expect("read").len(), 1);
    assert_eq!(linked.real_path(), SqliteStore::open(&at("x.db")).expect("ours").real_path());
}

type Taker = fn(&Path);

/// Every way to lose the file under a store.
fn takers() -> [(&'static str, Taker); 4] {
    [
        ("deleted", |path| fs::remove_file(path).expect("deleted")),
        ("moved", |path| fs::rename(path, path.with_extension("old")).expect("moved")),
        ("replaced", |path| {
            fs::copy(path, path.with_extension("copy")).expect("copied");
            fs::rename(path.with_extension("copy"), path).expect("replaced");
        }),
        ("its log deleted", |path| fs::remove_file(format!("{}-wal", path.display())).expect("deleted")),
    ]
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_gone_answers_nothing_and_takes_nothing() {
    for (how, take) in takers() {
        let folder = folder();
        let path = folder.path().join("tasks.db");
        let store = SqliteStore::open_or_create(&path).expect("made");
        store.submit(&task(1), None).expect("submitted");
        take(&path);
        assert!(store.task(task(1).id, Consistency::Strong).await.is_err(), "{how}");
        assert_eq!(store.take_fault().expect("a fault").problem, Problem::Gone, "{how}");
        assert_eq!(store.submit(&task(2), None).expect_err("refused").problem, Problem::Gone, "{how}");
        assert_eq!(store.next_delivery("fan-out").expect_err("refused").problem, Problem::Gone, "{how}");
    }
}
