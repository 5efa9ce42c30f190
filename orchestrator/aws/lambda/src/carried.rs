//! A workflow that AWS durable execution carries.
//!
//! The SDK wants bodies of steps that own all they use and may go from thread to thread; ours borrow and stay. So the
//! workflow runs on a thread of its own and asks for its steps and waits, and the handler has the SDK carry them out:
//! the body that the SDK is given says that it is time, and waits for what ours returns.
use anechoic_orchestrator::{Durable, Error, StepFailed};
use aws_durable_execution_sdk::{
    BoxError, DurableContext, OperationError, OperationErrorKind, StepErrorKind,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::{
    cell::RefCell,
    future::{Future, pending, poll_fn},
    hash::Hash,
    pin::pin,
    task::Poll,
    time::Duration,
};
use tokio::sync::{mpsc, oneshot};

/// What the workflow asks of the SDK.
pub(crate) enum Ask {
    Step {
        name: &'static str,
        /// Says that the body is to run.
        begin: oneshot::Sender<()>,
        /// What the body returned.
        ended: oneshot::Receiver<Result<Value, BoxError>>,
        /// What became of the step.
        done: oneshot::Sender<Result<Value, StepFailed>>,
    },
    Wait {
        name: &'static str,
        time: Duration,
        /// Says that it is over.
        done: oneshot::Sender<()>,
    },
}

/// Carries out what a workflow asks, one thing after the other, until it asks no more.
///
/// # Errors
/// The SDK's word that the execution cannot go on; that is no step's failure.
pub(crate) async fn serve(
    context: &DurableContext,
    mut asks: mpsc::UnboundedReceiver<Ask>,
) -> Result<(), OperationError> {
    // A workflow that does not listen any more has ended.
    while let Some(ask) = asks.recv().await {
        match ask {
            Ask::Step { name, begin, ended, done } => {
                let body = async move |_| {
                    let _ = begin.send(());
                    ended.await.unwrap_or_else(|gone| Err(gone.into()))
                };
                let _ = match context.step(body).name(name).await {
                    Ok(value) => done.send(Ok(value)),
                    Err(error) if is_failure(&error) => done.send(Err(StepFailed { step: name })),
                    Err(error) => return Err(error),
                };
            }
            Ask::Wait { name, time, done } => {
                context.wait(time).name(name).await?;
                let _ = done.send(());
            }
        }
    }
    Ok(())
}

/// Whether the step's last attempt has failed.
fn is_failure(error: &OperationError) -> bool {
    matches!(
        error.kind(),
        OperationErrorKind::Step(step)
            if matches!(step.kind(), StepErrorKind::ExecutionFailed { .. } | StepErrorKind::RetriesExhausted(_))
    )
}

/// The workflow's side.
pub(crate) struct Carried {
    asks: mpsc::UnboundedSender<Ask>,
    /// Why the workflow cannot go on, though it has not returned.
    halted: RefCell<Option<BoxError>>,
}

impl Carried {
    pub(crate) fn new(asks: mpsc::UnboundedSender<Ask>) -> Carried {
        Carried { asks, halted: RefCell::new(None) }
    }

    /// Runs the workflow, unless it has to halt: its invocation is over, or a result is not what it was.
    pub(crate) async fn run<T>(&self, workflow: impl Future<Output = T>) -> Result<T, BoxError> {
        let mut workflow = pin!(workflow);
        poll_fn(|context| match workflow.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Ok(done)),
            Poll::Pending => self.halted.take().map_or(Poll::Pending, |error| Poll::Ready(Err(error))),
        })
        .await
    }

    async fn halt<T>(&self, error: impl Into<BoxError>) -> T {
        self.halted.replace(Some(error.into()));
        pending().await
    }
}

impl Durable for Carried {
    async fn step<T, F>(&self, name: &'static str, body: impl FnOnce() -> F) -> Result<T, StepFailed>
    where
        T: Clone + Hash + Serialize + DeserializeOwned + 'static,
        F: Future<Output = Result<T, Error>>,
    {
        let (begin, begun) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let (done, outcome) = oneshot::channel();
        // If nobody listens, the outcome says so.
        let _ = self.asks.send(Ask::Step { name, begin, ended, done });
        // A step that is done does not begin.
        if begun.await.is_ok() {
            let returned = body().await.map_err(BoxError::from);
            let _ = end.send(returned.and_then(|value| Ok(serde_json::to_value(value)?)));
        }
        match outcome.await {
            Ok(Ok(value)) => match serde_json::from_value(value) {
                Ok(value) => Ok(value),
                Err(error) => self.halt(error).await,
            },
            Ok(Err(failed)) => Err(failed),
            Err(over) => self.halt(over).await,
        }
    }

    async fn wait(&self, name: &'static str, time: Duration) {
        let (done, outcome) = oneshot::channel();
        let _ = self.asks.send(Ask::Wait { name, time, done });
        if let Err(over) = outcome.await {
            self.halt(over).await
        }
    }
}
