//! The scenarios in which handlers are checked: a file for each, and a row of the table below.
mod admission;
mod beside;
mod cancel_race;
mod fail_task;
mod fan_out;
mod finalize;
mod heartbeat_stale;
mod hydrate_context;
mod start_session;
mod whole_task;

pub(crate) use beside::Beside;

use crate::{
    specimens::Handlers,
    storage::Storage,
    world::{Luck, Weather, World},
};
use anechoic::{Execution, Failed, Faults, Room, Runtime};
use anechoic_model::{Input, Status as Modelled};
use anechoic_orchestrator::{Ended, Error, Status, Task};
use std::{future::Future, rc::Rc};

/// All scenarios, in the order of reports.
macro_rules! scenes {
    ($($scene:ty),+ $(,)?) => {
        /// All scenarios, in the order of reports.
        pub const SCENES: &[Scene] = &[$(<$scene>::SCENE),+];

        /// How a version's handlers enter each of them, in the same order.
        pub(crate) fn entrances<H: Handlers>() -> [Entrance; SCENES.len()] {
            [$(enter::<$scene, H>),+]
        }
    };
}

scenes![
    fail_task::FailTask,
    hydrate_context::HydrateContext,
    start_session::StartSession,
    cancel_race::CancelRace,
    admission::Admission,
    heartbeat_stale::HeartbeatStale,
    finalize::Finalize,
    fan_out::FanOut,
    whole_task::WholeTask,
];

/// What a file of this folder says of its scenario.
pub(crate) trait Staged {
    /// Its row.
    const SCENE: Scene;

    /// Lets in those whom it is about.
    fn enter<H: Handlers>(cast: &Cast, room: &mut Room<Storage>);
}

/// Lets the actors of a scenario in.
pub(crate) type Entrance = fn(&Cast, &mut Room<Storage>);

/// How the handlers of a version enter each scenario.
pub(crate) type Entrances = fn() -> [Entrance; SCENES.len()];

fn enter<S: Staged, H: Handlers>(cast: &Cast, room: &mut Room<Storage>) {
    S::enter::<H>(cast, room);
    for beside in cast.lot.beside {
        beside.enter::<H>(cast, room);
    }
}

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
    pub faults: u32,
    /// Whether there are several callers of one handler in it.
    pub has_callers: bool,
    /// Prepares the tables.
    pub(crate) prepare: fn(&Cast, &mut Storage),
}

/// What is asked of a task that is to fail.
const FAIL: &[Input] = &[Input::Fail { from: Modelled::Hydrating }];

const fn lot(name: &'static str, begins: Status, luck: Luck, fails: bool, beside: &'static [Beside]) -> Lot {
    Lot { name, begins, luck, fails, beside }
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

impl Scene {
    /// The situation of this name.
    pub fn named(name: &str) -> Option<&'static Scene> {
        SCENES.iter().find(|scene| scene.name == name)
    }

    /// Whether the number of callers matters in it.
    pub fn has_callers(&self) -> bool {
        self.has_callers
    }

    /// Which of these kinds of fault can come in it.
    pub fn kinds(&self, kinds: Faults) -> Faults {
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

    /// Prepares the tables for a task that stands where its lot begins.
    fn stand(&self, storage: &mut Storage) {
        storage.stand_at(self.lot.begins, self.weather.start);
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
            async move { Ok::<_, Failed>(called.await?) }
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

    /// Adds a durable workflow of one step, whose failure is the workflow's.
    fn step<F>(
        &self,
        room: &mut Room<Storage>,
        (name, word): (&'static str, Word),
        body: impl Fn(World, Task) -> F + Copy + 'static,
    ) where
        F: Future<Output = Result<(), Error>> + 'static,
    {
        self.durable(room, name, move |execution, world, task| async move {
            execution.step(name, || body(world, task)).await?;
            Ok(word)
        });
    }
}
