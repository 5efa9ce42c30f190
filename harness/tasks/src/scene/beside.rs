use super::{Asks, Cast, admission};
use crate::{specimens::Handlers, storage::Storage, world::World};
use anechoic::{Failed, Room};
use anechoic_model::{Input, Status as Modelled};
use anechoic_orchestrator::beat;

/// Somebody who acts beside those whom a scene is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    /// The user cancels the task.
    Cancel,
    /// The agent gives a sign of life.
    Beat,
    /// The agent completes the task.
    Agent,
    /// Another task of the user's asks for a slot.
    AnotherTask,
    /// That task is cancelled, some time.
    ItsEnd,
    /// Somebody recounts the user's slots.
    Recount,
}

impl Beside {
    /// What it asks of the task.
    pub(crate) fn asks(self) -> Asks {
        const COMPLETE: &[Input] = &[
            Input::Move { from: Modelled::Running, to: Modelled::Finalizing },
            Input::Move { from: Modelled::Finalizing, to: Modelled::Completed },
        ];
        match self {
            Beside::Cancel => Asks::told(&[Input::Cancel]),
            Beside::Agent => Asks::untold(COMPLETE),
            Beside::Beat | Beside::AnotherTask | Beside::ItsEnd | Beside::Recount => Asks::untold(&[]),
        }
    }

    pub(super) fn enter<H: Handlers>(self, cast: &Cast, room: &mut Room<Storage>) {
        match self {
            Beside::Cancel => {
                cast.caller(room, ("cancel", 1), |world, task| async move {
                    H::cancel(&world, &task).await.map(Some)
                });
            }
            Beside::Beat => {
                cast.caller(room, ("agent", 1), |world, task| async move {
                    beat(&world, &task).await.map(|()| None)
                });
            }
            Beside::Agent => {
                cast.caller(room, ("agent", 1), |world, task| async move {
                    H::complete(&world, &task).await.map(|_| None)
                });
            }
            Beside::AnotherTask => {
                let other = admission::another_task(cast);
                cast.caller(room, ("another task", 1), move |world, _| {
                    let other = other.clone();
                    async move { H::admit(&world, &other, admission::CAP).await.map(|_| None) }
                });
            }
            Beside::ItsEnd => {
                let (other, weather) = (admission::another_task(cast), cast.weather);
                room.environment("its end", 1, move |client| {
                    let other = other.clone();
                    async move {
                        H::cancel(&World::new(client, weather), &other).await?;
                        Ok::<_, Failed>(None)
                    }
                });
            }
            Beside::Recount => {
                cast.caller(room, ("recount", 1), |world, task| async move {
                    H::reconcile(&world, &task.user).await.map(|_| None)
                });
            }
        }
    }
}
