//! The same process on a store that is wrong on purpose, to prove that the campaign can find something.
use anechoic_orchestrator::{
    Clock, Store, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Unavailable},
};
use anechoic_sqlite::{SqliteStore, faults};
use anechoic_tasks::run;
use clap::Parser;
use jiff::Timestamp;
use std::{env, path::Path, process::Command};

const FILE: &str = "ANECHOIC_TASKS_TEST_FILE";
const TASK: &str = "ANECHOIC_TASKS_TEST_TASK";
const USER: &str = "ANECHOIC_TASKS_TEST_USER";
const ARGUMENTS: &str = "ANECHOIC_TASKS_TEST_ARGUMENTS";

/// This very test program, started as a process that runs a task.
pub(crate) fn command(file: &Path, task: &Task, arguments: &[String]) -> Command {
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", "torn::process", "--quiet"]);
    command
        .env(FILE, file)
        .env(TASK, task.id.to_string())
        .env(USER, task.user.as_str())
        .env(ARGUMENTS, arguments.join("\n"));
    command
}

#[derive(Parser)]
#[command(no_binary_name = true)]
struct Arguments {
    #[command(flatten)]
    options: run::RunOptions,
}

/// The process that another test starts. Started by nobody, it has nothing to do.
#[tokio::test]
async fn process() {
    if env::var_os(FILE).is_none() {
        return;
    }
    let read = |name: &str| env::var(name).expect("started by another test");
    let store = SqliteStore::open(Path::new(&read(FILE))).expect("ours");
    faults::obey_environment();
    let task = Task { id: read(TASK).parse().expect("an id"), user: UserId::new(&read(USER)) };
    let arguments = Arguments::parse_from(read(ARGUMENTS).split('\n'));
    run::run(&store, &Torn(&store), &task, &arguments.options).await.expect("an end");
}

/// A store that applies the writes of a batch one by one.
struct Torn<'s>(&'s SqliteStore);

impl Store for Torn<'_> {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        for (position, write) in batch.writes.into_iter().enumerate() {
            if let Commit::Refused { task, .. } = self.0.commit(Batch::of([write])).await? {
                return Ok(Commit::Refused { write: position, task });
            }
        }
        Ok(Commit::Applied)
    }

    async fn task(&self, id: TaskId, consistency: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        self.0.task(id, consistency).await
    }

    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        self.0.counter(user).await
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        self.0.slots_held(user).await
    }
}

impl Clock for Torn<'_> {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}
