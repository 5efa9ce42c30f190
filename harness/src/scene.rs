use crate::{
    specimens::Handlers,
    storage::Storage,
    world::{Weather, World},
};
use anechoic::{Client, Room, Runtime};
use anechoic_model::Input;
use anechoic_model::Status as Modelled;
use anechoic_orchestrator::{Ended, Status, Task};

/// A situation in which handlers are checked.
pub struct Scene {
    /// Its name on the command line.
    pub name: &'static str,
    /// What happens in it, in a line.
    pub about: &'static str,
    /// Where the task stands when it begins.
    pub(crate) begins: Status,
    /// Who acts in it.
    pub(crate) site: Site,
}

/// All situations, in the order of reports.
pub const SCENES: &[Scene] = &[
    Scene {
        name: "fail-task",
        about: "concurrent callers of one failure, no runtime around them",
        begins: Status::Hydrating,
        site: Site::FailTask,
    },
    Scene {
        name: "hydrate-context",
        about: "the observed path: a durable step, blocked by the guardrail, fails the task and rethrows",
        begins: Status::Submitted,
        site: Site::HydrateContext,
    },
    Scene {
        name: "start-session",
        about: "its sibling: a durable step whose session does not start",
        begins: Status::Hydrating,
        site: Site::StartSession,
    },
    Scene {
        name: "cancel-race",
        about: "the callers of fail-task, and a cancel that contends for the same row",
        begins: Status::Hydrating,
        site: Site::CancelRace,
    },
];

/// Who acts in a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Site {
    FailTask,
    HydrateContext,
    StartSession,
    CancelRace,
}

impl Scene {
    /// The situation of this name.
    pub fn named(name: &str) -> Option<&'static Scene> {
        SCENES.iter().find(|scene| scene.name == name)
    }

    /// Whether a durable runtime retries its steps.
    pub fn is_durable(&self) -> bool {
        self.site.is_durable()
    }
}

impl Site {
    fn is_durable(self) -> bool {
        matches!(self, Site::HydrateContext | Site::StartSession)
    }
}

/// The actors of a scene, and what they need to know.
#[derive(Clone)]
pub(crate) struct Cast {
    pub(crate) site: Site,
    pub(crate) task: Task,
    pub(crate) callers: usize,
    pub(crate) weather: Weather,
    pub(crate) runtime: Runtime,
}

const HYDRATION: Input = Input::Move { from: Modelled::Submitted, to: Modelled::Hydrating };
const FAILURE: Input = Input::Fail { from: Modelled::Hydrating };

impl Cast {
    /// What each actor asks of the task, in the model's words: by the actor's class. Only the last is answered.
    pub(crate) fn inputs(&self, class: usize) -> &'static [Input] {
        match self.site {
            Site::CancelRace if class == self.callers => &[Input::Cancel],
            Site::FailTask | Site::CancelRace | Site::StartSession => &[FAILURE],
            Site::HydrateContext => &[HYDRATION, FAILURE],
        }
    }

    /// The ends that must happen in some run, lest the check be vacuous.
    pub(crate) fn ends(&self) -> &'static [Modelled] {
        match self.site {
            Site::CancelRace => &[Modelled::Failed, Modelled::Cancelled],
            Site::FailTask | Site::HydrateContext | Site::StartSession => &[Modelled::Failed],
        }
    }

    /// Whether an actor reports the failure.
    pub(crate) fn fails(&self, class: usize) -> bool {
        self.inputs(class).contains(&FAILURE)
    }

    pub(crate) fn is_durable(&self) -> bool {
        self.site.is_durable()
    }

    /// Lets the actors in.
    pub(crate) fn enter<H: Handlers>(&self, room: &mut Room<Storage>) {
        match self.site {
            Site::FailTask => self.failures::<H>(room),
            Site::CancelRace => {
                self.failures::<H>(room);
                let (task, weather) = (self.task.clone(), self.weather);
                room.callers("cancel", 1, move |client| {
                    let (task, world) = (task.clone(), World::new(client, weather));
                    async move { Ok(H::cancel(&world, &task).await?) }
                });
            }
            Site::HydrateContext => self.step(room, "hydrate-context", |world, task| async move {
                H::hydrate_context(&world, &task).await
            }),
            Site::StartSession => self.step(room, "start-session", |world, task| async move {
                H::start_session(&world, &task).await.map(drop)
            }),
        }
    }

    fn failures<H: Handlers>(&self, room: &mut Room<Storage>) {
        let (task, weather) = (self.task.clone(), self.weather);
        room.callers("caller", self.callers, move |client: Client<Storage>| {
            let (task, world) = (task.clone(), World::new(client, weather));
            async move { Ok(H::fail_task(&world, &task, Status::Hydrating, "blocked").await?) }
        });
    }

    /// A workflow of one step, whose failure is the workflow's.
    fn step<F>(&self, room: &mut Room<Storage>, name: &'static str, body: impl Fn(World, Task) -> F + 'static)
    where
        F: Future<Output = Result<(), anechoic_orchestrator::Error>> + 'static,
    {
        let (task, weather) = (self.task.clone(), self.weather);
        let body = std::rc::Rc::new(body);
        room.durable(name, &self.runtime, move |execution| {
            let (task, body) = (task.clone(), body.clone());
            async move {
                let world = World::new(execution.client().clone(), weather);
                execution.step(name, || body(world, task)).await?;
                Ok(Ended::AsAsked)
            }
        });
    }
}
