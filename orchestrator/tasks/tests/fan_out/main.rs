//! Failures are told to pull requests over real HTTP: once each, whatever becomes of connections, answers and processes.
mod comments;
mod github;
mod network;

use anechoic_orchestrator::{
    EventId, EventKind, EventRow, Status, Store, Task, TaskId, UserId, cancel, fail_task,
    store::{Batch, Write},
};
use anechoic_sqlite::{SqliteStore, faults::KILL_AT};
use github::{Github, Trouble};
use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
    time::Duration,
};
use tempfile::TempDir;

const TOKEN: &str = "ghp_ThisIsTheSecretOfTheTest";
const COMMENT: &str = "octo/hello/1234567";

struct Bench {
    folder: TempDir,
    store: SqliteStore,
    github: Github,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = SqliteStore::open_or_create(&folder.path().join("tasks.db")).expect("made");
    Bench { folder, store, github: Github::start() }
}

impl Bench {
    fn file(&self) -> PathBuf {
        self.folder.path().join("tasks.db")
    }

    fn submit(&self, number: u128, comment: Option<&str>) -> Task {
        let task = Task { id: TaskId::from_ms(1_777_924_796_427, number), user: UserId::new("ada") };
        let comment = comment.map(|comment| comment.parse().expect("a comment"));
        self.store.submit(&task, comment.as_ref()).expect("submitted");
        task
    }

    async fn failed(&self, number: u128, comment: &str) -> Task {
        let task = self.submit(number, Some(comment));
        fail_task(&self.store, &task, Status::Submitted, "blocked").await.expect("failed");
        task
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_anechoic-tasks"), arguments)
    }

    fn faulty(&self, arguments: &[&str]) -> Command {
        self.program(env!("CARGO_BIN_EXE_anechoic-tasks-faulty"), arguments)
    }

    fn program(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.arg("--file").arg(self.file()).args(["fan-out", "--api", &self.github.url()]);
        command.args(arguments).env("GITHUB_TOKEN", TOKEN);
        command
    }

    /// Tells what there is to tell. The token appears nowhere but in the header.
    fn fan_out(&self, arguments: &[&str]) -> Output {
        let output = self.command(&["--once"]).args(arguments).output().expect("it runs");
        for request in self.github.requests() {
            assert_eq!(request.authorization, format!("Bearer {TOKEN}"));
        }
        // Not read in this process, which has it open: to close it here would give up the locks that SQLite holds on it.
        let file = Command::new("cat").arg(self.file()).output().expect("cat runs").stdout;
        assert!(!file.is_empty(), "it is there");
        for shown in [&output.stdout, &output.stderr, &file] {
            let secret = TOKEN.as_bytes();
            assert!(!shown.windows(secret.len()).any(|window| window == secret), "the token is shown");
        }
        output
    }

    /// The stream delivers everything again.
    fn forget_cursor(&self) {
        let file = rusqlite::Connection::open(self.file()).expect("opens");
        file.execute("DELETE FROM cursors", []).expect("deleted");
    }
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a comment says of a task's failure.
fn section(task: &Task) -> String {
    let id = task.id;
    format!("<!-- anechoic: task {id} failed -->\nTask {id} failed.")
}

/// What a comment says that has told of one.
fn body(task: &Task) -> String {
    format!("Working on it.\n\n{}", section(task))
}

#[tokio::test]
async fn each_failure_is_told_once_however_often_it_is_delivered() {
    let bench = bench();
    let first = bench.failed(1, COMMENT).await;
    let second = bench.failed(2, "octo/hello/2").await;
    cancel(&bench.store, &bench.submit(3, Some("octo/hello/3"))).await.expect("cancelled");
    fail_task(&bench.store, &bench.submit(4, None), Status::Submitted, "blocked").await.expect("failed");
    for _delivery in 0..3 {
        assert_eq!(code(&bench.fan_out(&[])), Some(0));
        bench.forget_cursor();
    }
    let told = [(COMMENT, body(&first)), ("octo/hello/2", body(&second))];
    assert_eq!(bench.github.patches(), told.map(|(comment, body)| (comment.to_string(), body)));
    let requests = bench.github.requests();
    let told = 2 * 2;
    assert_eq!(
        requests.len(),
        told + 3 * 2,
        "three deliveries of two failures are read, and two of them told and read back"
    );
    assert!(requests.iter().all(|request| request.accept == "application/vnd.github+json"));
}

#[tokio::test]
async fn several_events_of_one_failure_are_told_once() {
    let bench = bench();
    let task = bench.failed(1, COMMENT).await;
    for number in 0..5 {
        let id = EventId(TaskId::from_ms(1_777_924_800_000, number).0);
        let event =
            EventRow { task: task.id, id, kind: EventKind::TaskFailed, at: jiff::Timestamp::UNIX_EPOCH };
        bench.store.commit(Batch::of([Write::PutEvent(event)])).await.expect("an answer");
    }
    let output = bench.fan_out(&[]);
    assert_eq!(bench.github.patches(), [(COMMENT.to_string(), body(&task))]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said.matches("told to").count(), 1, "{said}");
    assert_eq!(said.matches("says so already").count(), 5, "{said}");
}

#[tokio::test]
async fn a_connection_that_drops_after_the_edit_leads_to_no_second_edit() {
    let bench = bench();
    let task = bench.failed(1, COMMENT).await;
    bench.github.on_patch([Trouble::DropAfter]);
    let output = bench.fan_out(&[]);
    assert_eq!(code(&output), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).starts_with("error: GitHub did not answer: 127.0.0.1:"), "{}", stderr(&output));
    assert_eq!(code(&bench.fan_out(&[])), Some(0));
    assert_eq!(bench.github.patches(), [(COMMENT.to_string(), body(&task))]);
}

#[tokio::test]
async fn an_edit_that_was_not_made_is_made_later() {
    let bench = bench();
    let task = bench.failed(1, COMMENT).await;
    let troubles = [
        Trouble::DropBefore,
        Trouble::Answer("503 Service Unavailable", ""),
        Trouble::Answer("429 Too Many Requests", ""),
        Trouble::Answer("403 Forbidden", "x-ratelimit-remaining: 0\r\n"),
    ];
    bench.github.on_patch(troubles);
    for _trouble in troubles {
        assert_eq!(code(&bench.fan_out(&[])), Some(3));
        assert_eq!(bench.github.patches(), []);
    }
    assert_eq!(code(&bench.fan_out(&[])), Some(0));
    assert_eq!(bench.github.patches(), [(COMMENT.to_string(), body(&task))]);
}

#[tokio::test]
async fn a_refusal_stops_it_and_loses_nothing_until_it_is_told_to_pass_over() {
    let bench = bench();
    bench.failed(1, COMMENT).await;
    let next = bench.failed(2, "octo/hello/2").await;
    for refusal in ["404 Not Found", "401 Unauthorized", "301 Moved Permanently"] {
        bench.github.on_patch([Trouble::Answer(refusal, "location: http://localhost:9/\r\n")]);
        let output = bench.fan_out(&[]);
        assert_eq!(code(&output), Some(1));
        assert_eq!(stderr(&output), format!("error: GitHub refused: {refusal}\n"));
        assert_eq!(bench.github.patches(), []);
    }
    bench.github.on_patch([Trouble::Answer("410 Gone", "")]);
    let output = bench.fan_out(&["--skip-refused"]);
    assert_eq!(code(&output), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("is not told: GitHub refused: 410 Gone"), "{}", stderr(&output));
    assert_eq!(bench.github.patches(), [("octo/hello/2".to_string(), body(&next))]);
}

/// Its instants: before and after each operation on the file, and so before and after the edit.
#[cfg(unix)]
#[tokio::test]
async fn whenever_it_is_killed_each_failure_is_told_once() {
    use std::os::unix::process::ExitStatusExt;
    for instant in 1.. {
        let bench = bench();
        let tasks = [bench.failed(1, COMMENT).await, bench.failed(2, "octo/hello/2").await];
        let mut command = bench.faulty(&["--once"]);
        let killed = command.env(KILL_AT, instant.to_string()).output().expect("it runs");
        assert_eq!(code(&bench.fan_out(&[])), Some(0));
        let bodies: Vec<String> = bench.github.patches().into_iter().map(|(_, body)| body).collect();
        assert_eq!(bodies, tasks.map(|task| body(&task)), "killed at instant {instant}");
        if killed.status.signal().is_none() {
            assert!(instant > 20, "{instant} instants are too few for two events");
            return;
        }
    }
}

#[tokio::test]
async fn it_follows_the_stream_goes_on_after_trouble_and_runs_alone() {
    let bench = bench();
    let mut follower = bench.command(&["--every", "5ms"]);
    let mut follower = follower.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
    bench.github.on_patch([Trouble::DropAfter, Trouble::DropBefore]);
    let tasks = [bench.failed(1, COMMENT).await, bench.failed(2, "octo/hello/2").await];
    // However long it takes: it tells both, or it ends.
    while bench.github.patches().len() < 2 && follower.try_wait().expect("ours").is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let second = bench.fan_out(&[]);
    follower.kill().expect("killed");
    follower.wait().expect("it ends");
    let bodies: Vec<String> = bench.github.patches().into_iter().map(|(_, body)| body).collect();
    assert_eq!(bodies, tasks.map(|task| body(&task)));
    assert_eq!(code(&second), Some(3));
    assert!(stderr(&second).contains("another fan-out reads the events of"), "{}", stderr(&second));
    assert_eq!(code(&bench.fan_out(&[])), Some(0), "the lock ends with the process");
}

#[test]
fn it_does_not_begin_without_a_token_or_where_others_could_read_it() {
    let bench = bench();
    let run = |api: &str, token: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_anechoic-tasks"));
        command.arg("--file").arg(bench.file()).args(["fan-out", "--once", "--api", api]);
        match token {
            Some(token) => command.env("GITHUB_TOKEN", token),
            None => command.env_remove("GITHUB_TOKEN"),
        };
        let output = command.output().expect("it runs");
        assert_eq!(code(&output), Some(2), "{api}");
        stderr(&output)
    };
    let local = bench.github.url();
    assert!(run(&local, None).contains("GITHUB_TOKEN is not set"));
    assert!(run(&local, Some("")).contains("GITHUB_TOKEN holds no token"));
    let said = run(&local, Some("secret\nX-Other: header"));
    assert!(said.contains("GITHUB_TOKEN holds no token") && !said.contains("secret"), "{said}");
    for address in ["http://api.github.com", "http://localhost.example.org", "ftp://localhost", "github"] {
        let said = run(address, Some(TOKEN));
        assert!(said.contains(address) && !said.contains(TOKEN), "{said}");
    }
}
