//! The whole workflow, as it is deployed, carried by the simulated runtime.
use super::Cast;
use crate::{specimens::Handlers, storage::Storage};
use anechoic::{Execution, Room};
use anechoic_orchestrator::{Durable, Error, StepFailed, Terms};
use serde::{Serialize, de::DeserializeOwned};
use std::{future::Future, hash::Hash, rc::Rc, time::Duration};

/// One look at the agent is enough: a timer may fire whenever it is armed.
const TERMS: Terms = Terms { cap: 100, poll_every: Duration::from_secs(30), polls: 1 };

/// The simulated runtime, as the workflow knows it.
pub(crate) struct Simulated(Rc<Execution<Storage>>);

impl Durable for Simulated {
    async fn step<T, F>(&self, name: &'static str, body: impl FnOnce() -> F) -> Result<T, StepFailed>
    where
        T: Clone + Hash + Serialize + DeserializeOwned + 'static,
        F: Future<Output = Result<T, Error>>,
    {
        self.0.step(name, body).await.map_err(|_| StepFailed { step: name })
    }

    async fn wait(&self, name: &'static str, time: Duration) {
        self.0.wait(name, time).await;
    }
}

pub(super) fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
    cast.durable(room, "workflow", |execution, world, task| async move {
        H::run_task(&Simulated(execution), &world, &task, &TERMS).await?;
        Ok(None)
    });
}
