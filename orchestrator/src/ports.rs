//! What the handlers need from the outside world besides a [`Store`](crate::Store).
use crate::{Error, SessionId, TaskId};
use jiff::Timestamp;
use std::future::Future;

/// The time.
pub trait Clock {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// The filter that every prompt passes before an agent sees it.
pub trait Guardrail {
    /// Judges the prompt of a task. An error means that no judgement could be had; asking again is harmless.
    fn screen(&self, task: TaskId) -> impl Future<Output = Result<Screening, Error>>;
}

/// A judgement on whether a task may go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screening {
    /// It may.
    Passed,
    /// It may not, for this reason.
    Blocked(String),
}

/// The repository's configuration for its tasks.
pub trait Blueprints {
    /// Loads the blueprint of a task. An error means that no answer could be had; asking again is harmless.
    fn load(&self, task: TaskId) -> impl Future<Output = Result<Screening, Error>>;
}

/// What an agent will need: credentials, a repository, a model.
pub trait Dependencies {
    /// Checks them for a task. An error means that no answer could be had; asking again is harmless.
    fn check(&self, task: TaskId) -> impl Future<Output = Result<Screening, Error>>;
}

/// The comments on pull requests that tell how a task fares: one for each task.
pub trait Comments {
    /// The comment of a task, as it is.
    fn read(&self, task: TaskId) -> impl Future<Output = Result<String, Error>>;

    /// Replaces the comment of a task.
    fn edit(&self, task: TaskId, body: &str) -> impl Future<Output = Result<(), Error>>;
}

/// The service that runs agents.
pub trait Sessions {
    /// Starts the session of a task. Idempotent: a task has one session, however often it is asked for.
    ///
    /// [`Error::Session`] is its last word; after [`Error::NoAnswer`], ask again.
    fn start(&self, task: TaskId) -> impl Future<Output = Result<SessionId, Error>>;
}

/// No session was started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the session did not start: {reason}")]
pub struct SessionRefused {
    /// What the service said.
    pub reason: String,
}
