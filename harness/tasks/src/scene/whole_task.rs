//! The whole workflow, as it is deployed, carried by the simulated runtime.
use super::{Asks, Beside, Cast, Scene, Staged, lot};
use crate::{specimens::Handlers, storage::Storage, world::Luck};
use anechoic::{Execution, Room};
use anechoic_model::{Input, Status as Modelled};
use anechoic_orchestrator::{Durable, Error, Status, StepFailed, Terms};
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

pub(super) struct WholeTask;

impl Staged for WholeTask {
    const SCENE: Scene = Scene {
        name: "whole-task",
        about: "the whole workflow, from SUBMITTED to the end, beside its agent, a cancel, or alone with what goes wrong",
        lots: &[
            lot("its agent completes it", Status::Submitted, Luck::Well, false, &[Beside::Agent]),
            lot("its user cancels it", Status::Submitted, Luck::Well, false, &[Beside::Cancel]),
            lot("its blueprint cannot be loaded", Status::Submitted, Luck::NoBlueprint, true, &[]),
            lot("its pre-flight fails", Status::Submitted, Luck::NotFit, true, &[]),
            lot("it is blocked", Status::Submitted, Luck::Blocked, true, &[]),
            lot("its session does not start", Status::Submitted, Luck::NoSession, true, &[]),
        ],
        ends: &[Modelled::Completed, Modelled::Failed, Modelled::Cancelled, Modelled::TimedOut],
        settles: |_| true,
        asks: |_| Asks::untold(WORKFLOW),
        spared: None,
        faults: 1,
        has_callers: false,
        prepare: Cast::stand,
    };

    fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
        cast.durable(room, "workflow", |execution, world, task| async move {
            H::run_task(&Simulated(execution), &world, &task, &TERMS).await?;
            Ok(None)
        });
    }
}

const WORKFLOW: &[Input] = &[
    Input::Fail { from: Modelled::Submitted },
    Input::Admit,
    Input::Fail { from: Modelled::Submitted },
    Input::Move { from: Modelled::Submitted, to: Modelled::Hydrating },
    Input::Fail { from: Modelled::Hydrating },
    Input::Move { from: Modelled::Hydrating, to: Modelled::Running },
    Input::Move { from: Modelled::Running, to: Modelled::TimedOut },
    Input::Move { from: Modelled::Finalizing, to: Modelled::TimedOut },
];
