//! A scenario at the gate: which events are delivered to which handlers, how often, and what is promised of it.
use crate::{
    conversation::Conversation,
    delivery::Delivery,
    durable::{Carried, Execution},
    event::Event,
    known::Program,
    names,
    said::Said,
    shown::{Shown, keep_tables},
    site::Site,
    world::World,
};
use anechoic_engine::{Breaches, Callee, Client, Invocation, Promise, Rest, Room, Scenario, Seen, Text};
use std::sync::Arc;

/// What a delivery is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// Of a request of this name: each delivery of it is a copy.
    Request(String),
    /// A turn of somebody who acts on what others asked for: a worker, a poller.
    Carrier,
    /// What the environment does, with which nothing goes wrong: a lease that expires, a pruner.
    Environment,
}

/// What is delivered to a handler.
#[derive(Clone)]
pub struct Deliver {
    /// What it is a delivery of.
    pub of: Of,
    /// To whom.
    pub to: Arc<Program>,
    /// The event, as JSON.
    pub event: Arc<str>,
    /// How many deliveries of it there are, beside each other: copies of one request.
    pub times: usize,
}

/// What is promised of what can be observed.
pub trait Judge: Send + Sync {
    /// The promises, in the order in which they are reported.
    fn promises(&self) -> Vec<Promise> {
        Vec::new()
    }

    /// Those of what holds at last, in the order in which they are reported.
    fn eventually(&self) -> Vec<Promise> {
        Vec::new()
    }

    /// What must happen in some run.
    fn sometimes(&self) -> Vec<Text> {
        Vec::new()
    }

    /// Checks what must hold after every step.
    fn always(&self, _world: &World, _breaches: &mut Breaches) {}

    /// Checks what must hold once all is quiet.
    fn at_rest(&self, _world: &World, _breaches: &mut Breaches) {}

    /// Checks what must hold at last: what was open when all was quiet has been delivered once more.
    fn at_last(&self, _world: &World, _breaches: &mut Breaches) {}

    /// What in the promises was about nothing in all that was seen so far, a sentence each.
    fn vacuous(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A scenario of handlers that are programs.
#[derive(Clone)]
pub struct Scene {
    /// What they reach.
    pub site: Arc<Site>,
    /// What is delivered.
    pub deliver: Vec<Deliver>,
    /// What is promised besides that all is as if once.
    pub judge: Option<Arc<dyn Judge>>,
    /// Columns that are not compared, as table and column.
    pub ignored: Vec<(String, String)>,
    /// Whether all is to be as if once.
    pub as_if_once: bool,
    /// An answer that has one of these in it refuses what was asked.
    pub refuses: Vec<String>,
    /// So many histories of each handler are told again to fresh processes after a search.
    pub confirmed: usize,
}

impl Scene {
    /// The durable executions that there will be, in the order in which their actors are let in.
    fn executions(&self) -> impl Iterator<Item = Arc<Execution>> {
        let copies = self.deliver.iter().flat_map(|deliver| std::iter::repeat_n(deliver, deliver.times));
        let durable = copies.filter_map(|deliver| Some((deliver, deliver.to.handler().durable.clone()?)));
        durable.enumerate().map(|(number, (deliver, durable))| {
            let name = deliver.to.handler().name.clone();
            Arc::new(Execution::new(name, number, &deliver.event, durable))
        })
    }
}

/// Who carries out an execution that was invoked.
fn callee(site: &Arc<Site>, (at, name): (usize, &str), is_spared: bool) -> Callee<World> {
    let (name, site) = (name.to_string(), site.clone());
    let known = site.functions.iter().find(|known| known.name == name);
    let program =
        known.and_then(|known| known.program.clone().ok()).expect("it was found when it was invoked");
    let is_called_once = program.handler().durable.is_none();
    let begin = move |client| -> Box<dyn Invocation<World>> {
        Box::new(Carried::new(at, program.clone(), site.clone(), client))
    };
    Callee { name, begin: Box::new(begin), is_called_once, is_spared }
}

impl Scenario for Scene {
    type Service = World;

    fn promises(&self) -> Vec<Promise> {
        self.judge.as_ref().map_or_else(Vec::new, |judge| judge.promises())
    }

    fn eventually(&self) -> Vec<Promise> {
        self.judge.as_ref().map_or_else(Vec::new, |judge| judge.eventually())
    }

    fn sometimes(&self) -> Vec<Text> {
        self.judge.as_ref().map_or_else(Vec::new, |judge| judge.sometimes())
    }

    fn service(&self) -> World {
        World::new(self.site.clone(), self.executions().collect())
    }

    fn set_up(&self, room: &mut Room<World>, _: &[usize]) {
        let mut execution = 0;
        for deliver in &self.deliver {
            // Each draws names of its own, so no two are interchangeable; but all deliver one request.
            for _ in 0..deliver.times {
                let Deliver { to, event, .. } = deliver.clone();
                let site = self.site.clone();
                let own = execution;
                execution += usize::from(to.handler().durable.is_some());
                let begin = move |client: Client<World>| -> Box<dyn Invocation<World>> {
                    if to.handler().durable.is_some() {
                        return Box::new(Carried::new(own, to.clone(), site.clone(), client));
                    }
                    // What it is the n-th time that this actor begins.
                    let name = client.fresh();
                    let owner = names::owner(name.owner, name.number);
                    let process = Conversation::new(to.clone(), owner, Shown::wanted(&client));
                    let event = Event { text: event.clone(), at: 0, is_of_the_runtime: false };
                    Box::new(Delivery { event, site: site.clone(), process })
                };
                let actors = room.external(&deliver.to.handler().name, 1, begin);
                match &deliver.of {
                    Of::Request(name) => actors.delivers(name.clone()),
                    Of::Carrier => actors.carry(),
                    Of::Environment => actors.are_environment(),
                }
            }
        }
        if execution > 0 && !self.site.functions.is_empty() {
            let site = self.site.clone();
            // Whether each of the executions that are delivered is the environment's.
            let durable = self.deliver.iter().filter(|deliver| deliver.to.handler().durable.is_some());
            let are_environment: Vec<bool> = durable
                .flat_map(|deliver| std::iter::repeat_n(deliver.of == Of::Environment, deliver.times))
                .collect();
            room.called(move |world, number| {
                let (at, execution) = world.all_called().nth(number).expect("it was invoked");
                let is_spared = are_environment.get(world.root(at)).copied().unwrap_or(false);
                callee(&site, (at, &execution.name), is_spared)
            });
        }
    }

    fn always(&self, world: &World, breaches: &mut Breaches) {
        if let Some(judge) = &self.judge {
            judge.always(world, breaches);
        }
    }

    fn at_rest(&self, rest: &Rest<'_, World>, breaches: &mut Breaches) {
        keep_tables(rest.service);
        if let Some(judge) = &self.judge {
            judge.at_rest(rest.service, breaches);
        }
    }

    fn at_last(&self, rest: &Rest<'_, World>, breaches: &mut Breaches) {
        if let Some(judge) = &self.judge {
            judge.at_last(rest.service, breaches);
        }
    }

    fn as_if_once(&self) -> bool {
        self.as_if_once
    }

    fn observe(&self, world: &World, seen: &mut Seen) {
        let is_ignored = |table: &str, column: &str| {
            self.ignored.iter().any(|(own, other)| own == table && other == column)
        };
        seen.cells(world.observed(is_ignored));
    }

    fn refuses(&self, answer: &Said) -> bool {
        answer.is_refusal || self.refuses.iter().any(|words| answer.words.contains(words))
    }
}
