use crate::{
    FileError, Problem, Retries, SqliteStore,
    checkpoints::{self, Checkpoint, Progress},
};
use anechoic_orchestrator::{Clock, Durable, Error, StepFailed, TaskId};
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    cell::{Cell, RefCell},
    future::{Future, pending, poll_fn},
    hash::Hash,
    pin::pin,
    task::Poll,
    time::Duration,
};

/// A task's workflow, carried by the file that its tasks are in: what steps returned, which attempt they are at, and
/// until when they wait is stored there, so that another process goes on where this one was killed.
///
/// A step's body runs at least once for each attempt: one that was interrupted runs again, and is no further attempt.
pub struct Execution<'s> {
    store: &'s SqliteStore,
    task: TaskId,
    retries: Retries,
    owner: i64,
    known: RefCell<Vec<Checkpoint>>,
    /// How many steps and waits the workflow has come to, in this invocation.
    reached: Cell<usize>,
    halt: RefCell<Option<Halt>>,
}

/// Why an invocation ends before the workflow does.
enum Halt {
    Until(Duration),
    For(RunError),
}

/// What came of one invocation of the workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invoked<T> {
    /// The workflow has returned this.
    Done(T),
    /// There is nothing to do for so long. Invoke it again then.
    Waits(Duration),
}

/// Why a workflow could not go on. It goes on when it is run again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// Another process has taken the workflow over.
    #[error("another process has taken over the workflow of task {0}")]
    TakenOver(TaskId),
    /// The file has checkpoints of another workflow.
    #[error(
        "step {number} of task {task} is {found} in the file and {expected} in this program; use the program that began it"
    )]
    OtherWorkflow {
        /// The task.
        task: TaskId,
        /// The step, counted from 0.
        number: usize,
        /// What the file has.
        found: String,
        /// What the program comes to.
        expected: String,
    },
}

impl<'s> Execution<'s> {
    /// Takes over a task's workflow. Whoever carried it before stores no more checkpoints.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn claim(store: &'s SqliteStore, task: TaskId, retries: Retries) -> Result<Execution<'s>, FileError> {
        let (owner, known) = store.write(|file| checkpoints::claim(file, task))?;
        let (known, reached, halt) = (RefCell::new(known), Cell::new(0), RefCell::new(None));
        Ok(Execution { store, task, retries, owner, known, reached, halt })
    }

    /// Runs the workflow from its top, until it returns or has to wait.
    ///
    /// # Errors
    /// [`RunError`]; the workflow goes on when it is run again, here or in another process.
    pub async fn invoke<T>(&self, workflow: impl Future<Output = T>) -> Result<Invoked<T>, RunError> {
        self.reached.set(0);
        let mut workflow = pin!(workflow);
        poll_fn(|context| match workflow.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Ok(Invoked::Done(done))),
            Poll::Pending => match self.halt.take() {
                Some(Halt::Until(time)) => Poll::Ready(Ok(Invoked::Waits(time))),
                Some(Halt::For(error)) => Poll::Ready(Err(error)),
                None => Poll::Pending,
            },
        })
        .await
    }

    /// Forgets the checkpoints of a workflow that failed, so that it can be begun again.
    ///
    /// # Errors
    /// [`RunError`]; nothing was forgotten then.
    pub fn forget(self) -> Result<(), RunError> {
        let forgotten = self.store.write(|file| {
            let ours = checkpoints::owner(file, self.task)? == Some(self.owner);
            if ours {
                checkpoints::delete(file, self.task)?;
            }
            Ok(ours)
        })?;
        if forgotten { Ok(()) } else { Err(RunError::TakenOver(self.task)) }
    }

    /// Ends the invocation: the workflow is not polled again.
    async fn halt<T>(&self, halt: Halt) -> T {
        self.halt.replace(Some(halt));
        pending().await
    }

    /// The next step, and what is known of it.
    async fn next(&self, name: &'static str) -> (usize, Option<Progress>) {
        let number = self.reached.replace(self.reached.get() + 1);
        let known = self.known.borrow().get(number).cloned();
        match known {
            Some(step) if step.name != name => {
                let (found, expected) = (step.name, name.into());
                let other = RunError::OtherWorkflow { task: self.task, number, found, expected };
                self.halt(Halt::For(other)).await
            }
            known => (number, known.map(|step| step.progress)),
        }
    }

    /// Stores a step's progress, unless another process has taken over.
    async fn store(&self, number: usize, name: &'static str, progress: Progress) {
        let step = Checkpoint { name: name.into(), progress };
        let stored = self.store.write(|file| {
            let ours = checkpoints::owner(file, self.task)? == Some(self.owner);
            if ours {
                checkpoints::put(file, self.task, number, &step)?;
            }
            Ok(ours)
        });
        match stored {
            Ok(true) => {
                let mut known = self.known.borrow_mut();
                known.truncate(number);
                known.push(step);
            }
            Ok(false) => self.halt(Halt::For(RunError::TakenOver(self.task))).await,
            Err(error) => self.halt(Halt::For(error.into())).await,
        }
    }

    /// Lets the workflow rest until a time, but not for longer than this: the clock may have jumped back since that time
    /// was stored, and a time that is not stored anew would be as far away after the rest.
    async fn rest(&self, due: Timestamp, at_most: Duration, anew: impl AsyncFnOnce(Timestamp)) {
        let left = Duration::try_from(due.duration_since(self.store.now())).unwrap_or_default();
        if left > at_most {
            anew(self.after(at_most)).await;
        }
        if !left.is_zero() {
            self.halt(Halt::Until(left.min(at_most))).await
        }
    }

    fn after(&self, time: Duration) -> Timestamp {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        self.store.now().saturating_add(time).unwrap_or(Timestamp::MAX)
    }
}

impl Durable for Execution<'_> {
    async fn step<T, F>(&self, name: &'static str, body: impl FnOnce() -> F) -> Result<T, StepFailed>
    where
        T: Clone + Hash + Serialize + DeserializeOwned + 'static,
        F: Future<Output = Result<T, Error>>,
    {
        let (number, known) = self.next(name).await;
        let attempt = match known {
            None => 1,
            Some(Progress::Started { attempt }) => attempt,
            Some(Progress::Retrying { attempt, due }) => {
                let longest = self.retries.delay_after(attempt, 1.0).unwrap_or_default();
                let anew = async |due| self.store(number, name, Progress::Retrying { attempt, due }).await;
                self.rest(due, longest, anew).await;
                attempt + 1
            }
            Some(Progress::Succeeded { result }) => return self.recall(number, &result).await,
            Some(Progress::Failed { .. }) => return Err(StepFailed { step: name }),
            Some(Progress::Waiting { .. }) => return self.is_other(number, "a wait", "a step").await,
        };
        self.store(number, name, Progress::Started { attempt }).await;
        match body().await {
            Ok(value) => {
                let Ok(result) = serde_json::to_string(&value) else {
                    return self.is_other(number, "nothing", "a result that can be stored").await;
                };
                self.store(number, name, Progress::Succeeded { result }).await;
                Ok(value)
            }
            Err(error) => self.failed(number, name, attempt, &error).await,
        }
    }

    async fn wait(&self, name: &'static str, time: Duration) {
        let (number, known) = self.next(name).await;
        let due = match known {
            Some(Progress::Waiting { due }) => due,
            None => {
                let due = self.after(time);
                self.store(number, name, Progress::Waiting { due }).await;
                due
            }
            Some(_) => return self.is_other(number, "a step", "a wait").await,
        };
        // A wait that others follow is over, whatever the clock says now.
        if self.known.borrow().len() == number + 1 {
            self.rest(due, time, async |due| self.store(number, name, Progress::Waiting { due }).await).await;
        }
    }
}

impl Execution<'_> {
    /// What a step that is done returned.
    async fn recall<T: DeserializeOwned>(&self, number: usize, result: &str) -> Result<T, StepFailed> {
        match serde_json::from_str(result) {
            Ok(value) => Ok(value),
            Err(_) => {
                let problem = Problem::Value {
                    row: format!("step {number} of task {}", self.task),
                    column: "result",
                    found: result.into(),
                    expected: "the JSON that the step returned".into(),
                };
                let error = FileError { path: self.store.path().into(), problem };
                self.halt(Halt::For(error.into())).await
            }
        }
    }

    async fn is_other<T>(&self, number: usize, found: &str, expected: &str) -> T {
        let (found, expected) = (found.into(), expected.into());
        self.halt(Halt::For(RunError::OtherWorkflow { task: self.task, number, found, expected })).await
    }

    /// An attempt has failed. If the file is to blame, no attempt is counted: others would fail as well.
    async fn failed<T>(
        &self,
        number: usize,
        name: &'static str,
        attempt: u32,
        error: &Error,
    ) -> Result<T, StepFailed> {
        if let Error::Store(_) = error
            && let Some(fault) = self.store.take_fault()
            && fault.problem != Problem::Busy
        {
            return self.halt(Halt::For(fault.into())).await;
        }
        match self.retries.delay_after(attempt, fastrand::f64()) {
            Some(delay) => {
                self.store(number, name, Progress::Retrying { attempt, due: self.after(delay) }).await;
                self.halt(Halt::Until(delay)).await
            }
            None => {
                self.store(number, name, Progress::Failed { attempt }).await;
                Err(StepFailed { step: name })
            }
        }
    }
}
