//! The situations in which handlers are checked: a table, and who acts in each.
mod admission;
mod beside;
mod fan_out;
mod heartbeat;
mod steps;
mod table;
mod whole_task;

pub(crate) use beside::Beside;
pub use table::SCENES;

use crate::{
    Settings,
    specimens::Handlers,
    storage::Storage,
    world::{Luck, Weather, World},
};
use anechoic::{Execution, Failed, Faults, Room, Runtime};
use anechoic_model::{Input, Status as Modelled};
use anechoic_orchestrator::{Ended, Error, Status, Task};
use std::{future::Future, rc::Rc};

/// A situation in which handlers are checked.
pub struct Scene {
    /// Its name on the command line.
    pub name: &'static str,
    /// What happens in it, in a line.
    pub about: &'static str,
    /// What the task can meet in it; one of these for a whole run.
    pub(crate) lots: &'static [Lot],
    /// Where the task may be at rest; each of these in some run, lest the check be vacuous.
    pub(crate) ends: &'static [Modelled],
    /// Whether those whom it is about end only when the failure is dealt with.
    pub(crate) settles: fn(&Lot) -> bool,
    /// What they ask of the task.
    pub(crate) asks: fn(&Lot) -> Asks,
    /// What does not go wrong in it, and why.
    pub(crate) spared: Option<(Faults, &'static str)>,
    /// How many faults there are in a run, unless more or fewer are asked for.
    pub(crate) faults: u32,
    /// Whether there are several callers of one handler in it.
    pub(crate) has_callers: bool,
    /// Who acts in it.
    pub(crate) site: Site,
}

/// What an actor may ask of the task.
pub(crate) struct Asks {
    /// In the model's words.
    pub(crate) inputs: &'static [Input],
    /// Whether the actor tells how the last of them was answered.
    pub(crate) is_told: bool,
}

impl Asks {
    const fn told(inputs: &'static [Input]) -> Asks {
        Asks { inputs, is_told: true }
    }

    const fn untold(inputs: &'static [Input]) -> Asks {
        Asks { inputs, is_told: false }
    }
}

/// What a task meets in a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lot {
    /// In a few words.
    pub(crate) name: &'static str,
    /// Where the task stands when it begins.
    pub(crate) begins: Status,
    /// What the outside world does to it.
    pub(crate) luck: Luck,
    /// Whether anything fails in it.
    pub(crate) fails: bool,
    /// Who acts, too.
    pub(crate) beside: &'static [Beside],
}

/// Who acts in a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    FailTask,
    HydrateContext,
    StartSession,
    Admission,
    HeartbeatStale,
    Finalize,
    FanOut,
    WholeTask,
}

impl Scene {
    /// The situation of this name.
    pub fn named(name: &str) -> Option<&'static Scene> {
        SCENES.iter().find(|scene| scene.name == name)
    }

    /// Whether the number of callers matters in it.
    pub fn has_callers(&self) -> bool {
        self.has_callers
    }

    /// How many faults there are in a run of it.
    pub fn most_faults(&self, settings: &Settings) -> u32 {
        if settings.faults_everywhere { settings.faults } else { settings.faults.min(self.faults) }
    }

    /// Which of these kinds of fault can come in it.
    pub fn faults(&self, kinds: Faults) -> Faults {
        self.spared.map_or(kinds, |(spared, _)| kinds.without(spared))
    }

    /// What does not go wrong in it, and why.
    pub fn spared(&self) -> Option<(Faults, &'static str)> {
        self.spared
    }
}

/// The actors of a scene, and what they need to know.
#[derive(Clone)]
pub(crate) struct Cast {
    pub(crate) site: Site,
    pub(crate) lot: &'static Lot,
    pub(crate) task: Task,
    /// How many actors the scene is about; the others come after them.
    pub(crate) callers: usize,
    pub(crate) weather: Weather,
    pub(crate) runtime: Runtime,
}

/// What an actor tells whoever called it: how the task ended, if that was the question.
pub(crate) type Word = Option<Ended>;

impl Cast {
    /// Who acts beside those whom the scene is about; none if it is one of these.
    pub(crate) fn beside(&self, class: usize) -> Option<Beside> {
        class.checked_sub(self.callers).map(|index| self.lot.beside[index])
    }

    /// Prepares the tables.
    pub(crate) fn prepare(&self, storage: &mut Storage) {
        match self.site {
            Site::HydrateContext => storage.stand_admitted(),
            Site::Admission => admission::prepare(self, storage),
            Site::HeartbeatStale => heartbeat::prepare(self, storage),
            Site::FanOut => fan_out::prepare(self, storage),
            _ => storage.stand_at(self.lot.begins, self.weather.start),
        }
    }

    /// Lets the actors in.
    pub(crate) fn enter<H: Handlers>(&self, room: &mut Room<Storage>) {
        match self.site {
            Site::FailTask => self.caller(room, ("caller", self.callers), |world, task| async move {
                H::fail_task(&world, &task, Status::Hydrating, "blocked").await.map(Some)
            }),
            Site::HydrateContext => steps::hydrate_context::<H>(self, room),
            Site::StartSession => steps::start_session::<H>(self, room),
            Site::Admission => admission::enter::<H>(self, room),
            Site::HeartbeatStale => steps::watch_over::<H>(self, room),
            Site::Finalize => steps::finalize::<H>(self, room),
            Site::FanOut => fan_out::enter::<H>(self, room),
            Site::WholeTask => whole_task::enter::<H>(self, room),
        }
        for beside in self.lot.beside {
            beside.enter::<H>(self, room);
        }
    }

    /// Adds a plain caller, or several alike.
    fn caller<F>(
        &self,
        room: &mut Room<Storage>,
        (name, count): (&str, usize),
        handler: impl Fn(World, Task) -> F + 'static,
    ) where
        F: Future<Output = Result<Word, Error>> + 'static,
    {
        let (task, weather, handler) = (self.task.clone(), self.weather, Rc::new(handler));
        room.callers(name, count, move |client| {
            let called = handler(World::new(client, weather), task.clone());
            async move { Ok(called.await?) }
        });
    }

    /// Adds a durable workflow.
    fn durable<F>(
        &self,
        room: &mut Room<Storage>,
        name: &'static str,
        workflow: impl Fn(Rc<Execution<Storage>>, World, Task) -> F + 'static,
    ) where
        F: Future<Output = Result<Word, Failed>> + 'static,
    {
        let (task, weather) = (self.task.clone(), self.weather);
        room.durable(name, &self.runtime, move |execution| {
            let world = World::new(execution.client().clone(), weather);
            workflow(Rc::new(execution), world, task.clone())
        });
    }
}
