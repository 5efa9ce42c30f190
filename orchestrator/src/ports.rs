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

/// The guardrail's judgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screening {
    /// The prompt may pass.
    Passed,
    /// It may not, for this reason.
    Blocked(String),
}

/// The service that runs agents.
pub trait Sessions {
    /// Starts the session of a task. Idempotent: a task has one session, however often it is asked for.
    fn start(&self, task: TaskId) -> impl Future<Output = Result<SessionId, SessionRefused>>;
}

/// No session was started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the session did not start: {reason}")]
pub struct SessionRefused {
    /// What the service said.
    pub reason: String,
}
