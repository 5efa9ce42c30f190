//! What is known of a handler: what it does when it is told this, and then that.
//!
//! A handler is a function of what it is told, which is what every search of this kind rests on. So whatever it did once need
//! not be made again by its process: it is looked up. A search makes hundreds of thousands of runs, and its processes are told
//! only what nobody has told them before. The price is that the function must be one: [`Program::confirm`] tells fresh processes
//! all of it again, and whatever shows that it is none ends the search.
use crate::{
    handler::{Handler, Kind},
    live::{Live, Step, Told},
    names::{LEARNER, Owner},
    trouble::Trouble,
};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use xxhash_rust::xxh3::xxh3_128;

/// As many processes of a handler are kept, each where it stands.
const MOST_LIVES: usize = 3;
/// A process that was hung up on as often is replaced, since clients give up trying again when it happens all the time.
const MOST_HANG_UPS: u32 = 16;

/// A position in what is known of a handler: all that one process was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct At(usize);

/// How much was done by processes, and how much was known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// How many things were told to a process.
    pub told: u64,
    /// How many of them it had to be told again, to go on from there.
    pub again: u64,
    /// How many processes were started.
    pub started: u64,
    /// How many different things are known.
    pub known: u64,
}

/// A handler, and what is known of it.
pub struct Program {
    handler: Arc<Handler>,
    /// Every process is a fresh one.
    is_fresh: bool,
    known: Mutex<Known>,
}

struct Known {
    nodes: Vec<Node>,
    begun: FxHashMap<Arc<str>, At>,
    lives: Vec<(At, Live)>,
    effort: Effort,
    /// It has gone wrong; nothing is true of it any more.
    trouble: Option<Trouble>,
}

struct Node {
    from: From,
    step: Arc<Step>,
    next: FxHashMap<(u32, u128), At>,
}

/// How a position is come to.
#[derive(Clone)]
enum From {
    Event(Arc<str>),
    Told(At, u32, Told),
}

impl Program {
    /// Nothing is known yet.
    pub fn new(handler: Handler, is_fresh: bool) -> Program {
        let known = Known {
            nodes: Vec::new(),
            begun: FxHashMap::default(),
            lives: Vec::new(),
            effort: Effort::default(),
            trouble: None,
        };
        Program { handler: Arc::new(handler), is_fresh, known: Mutex::new(known) }
    }

    /// What it is.
    pub fn handler(&self) -> &Arc<Handler> {
        &self.handler
    }

    /// Starts a process, to see whether that can be done.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn rehearse(&self) -> Result<(), Trouble> {
        let mut known = self.lock();
        if known.lives.is_empty() && known.trouble.is_none() {
            let live = known.start(&self.handler)?;
            known.lives.push((NOWHERE, live));
        }
        Ok(())
    }

    /// What was done for what is known.
    pub fn effort(&self) -> Effort {
        let known = self.lock();
        Effort { known: known.nodes.len() as u64, ..known.effort }
    }

    /// What has gone wrong, if anything has.
    pub fn trouble(&self) -> Option<Trouble> {
        self.lock().trouble.clone()
    }

    /// What it does with an event.
    pub(crate) fn begin(&self, event: &Arc<str>) -> Result<(At, Arc<Step>), Trouble> {
        let mut known = self.lock();
        match known.begun.get(event) {
            Some(at) => known.look(*at),
            None => known.learn(self, From::Event(event.clone())),
        }
    }

    /// What it does when it is also told this.
    pub(crate) fn tell(&self, at: At, ticket: u32, told: Told) -> Result<(At, Arc<Step>), Trouble> {
        let mut known = self.lock();
        match known.nodes[at.0].next.get(&(ticket, digest(&told))) {
            Some(next) => known.look(*next),
            None => known.learn(self, From::Told(at, ticket, told)),
        }
    }

    /// Tells fresh processes again what is known, so many histories of it, under another name and another chance: they must do
    /// the same. How many were told again, and how many there are.
    ///
    /// # Errors
    /// What was done otherwise.
    pub(crate) fn confirm(
        &self,
        most: usize,
        go_on: &mut dyn FnMut() -> bool,
    ) -> Result<(usize, usize), Trouble> {
        let known = &mut *self.lock();
        if let Some(trouble) = &known.trouble {
            return Err(trouble.clone());
        }
        let mut ends: Vec<At> =
            (0..known.nodes.len()).map(At).filter(|at| known.nodes[at.0].next.is_empty()).collect();
        // In an order that does not hang on which was met first, and of these evenly many.
        ends.sort_by_cached_key(|end| {
            known.path(*end).iter().map(|at| known.nodes[at.0].from.digest()).collect::<Vec<_>>()
        });
        let every = ends.len().div_ceil(most.max(1)).max(1);
        let mut confirmed = 0;
        for end in ends.iter().step_by(every) {
            if !go_on() {
                break;
            }
            let mut live = known.start(&self.handler)?;
            // Not the learner, so that nothing hangs on who it is.
            let done = known.feed(&mut live, NOWHERE, *end, (1, 1));
            known.note(done)?;
            confirmed += 1;
        }
        Ok((confirmed, ends.len()))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a process is that was told nothing yet.
const NOWHERE: At = At(usize::MAX);

impl Known {
    fn look(&self, at: At) -> Result<(At, Arc<Step>), Trouble> {
        Ok((at, self.nodes[at.0].step.clone()))
    }

    fn note<T>(&mut self, done: Result<T, Trouble>) -> Result<T, Trouble> {
        if let Err(trouble) = &done {
            self.trouble.get_or_insert_with(|| trouble.clone());
        }
        done
    }

    /// Lets a process do what is not known yet.
    fn learn(&mut self, program: &Program, from: From) -> Result<(At, Arc<Step>), Trouble> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        let learnt = self.try_to_learn(program, from);
        self.note(learnt)
    }

    fn try_to_learn(&mut self, program: &Program, from: From) -> Result<(At, Arc<Step>), Trouble> {
        let before = match &from {
            From::Event(_) => NOWHERE,
            From::Told(at, ..) => *at,
        };
        let mut live = self.live_at(before, program)?;
        let step = Arc::new(self.told(&mut live, &from, (LEARNER, 0))?);
        let at = At(self.nodes.len());
        match &from {
            From::Event(event) => drop(self.begun.insert(event.clone(), at)),
            From::Told(before, ticket, told) => {
                self.nodes[before.0].next.insert((*ticket, digest(told)), at);
            }
        }
        self.nodes.push(Node { from, step: step.clone(), next: FxHashMap::default() });
        self.lives.push((at, live));
        Ok((at, step))
    }

    /// A process that was told what leads to this position.
    fn live_at(&mut self, at: At, program: &Program) -> Result<Live, Trouble> {
        let path = self.path(at);
        let depth = |known: At| path.iter().rposition(|at| *at == known);
        // The one that is furthest on the way, or else one that waits for an event.
        let nearest = (0..self.lives.len()).max_by_key(|index| depth(self.lives[*index].0));
        if let Some(index) = nearest.filter(|index| depth(self.lives[*index].0).is_some()) {
            let (from, mut live) = self.lives.swap_remove(index);
            self.feed(&mut live, from, at, (LEARNER, 0))?;
            return Ok(live);
        }
        let mut live = self.idle(program)?;
        self.feed(&mut live, NOWHERE, at, (LEARNER, 0))?;
        Ok(live)
    }

    /// A process that waits for an event.
    fn idle(&mut self, program: &Program) -> Result<Live, Trouble> {
        let is_used = |live: &Live| !live.is_unused();
        if program.is_fresh || program.handler.kind == Kind::Command {
            // Where each gets its own, only one that was never told anything will do.
            self.lives.retain(|(_, live)| !(live.is_idle() && is_used(live)));
        }
        if let Some(index) = self.lives.iter().position(|(_, live)| live.is_idle()) {
            let (_, live) = self.lives.swap_remove(index);
            if live.hung_up < MOST_HANG_UPS {
                return Ok(live);
            }
        }
        if self.lives.len() < MOST_LIVES {
            return self.start(&program.handler);
        }
        let (_, mut live) = self.lives.remove(0);
        if !program.is_fresh && live.hung_up < MOST_HANG_UPS && live.abandon().is_ok() && live.is_idle() {
            return Ok(live);
        }
        drop(live);
        self.start(&program.handler)
    }

    fn start(&mut self, handler: &Arc<Handler>) -> Result<Live, Trouble> {
        self.effort.started += 1;
        Live::start(handler)
    }

    /// The positions on the way to one, the first first.
    fn path(&self, mut at: At) -> Vec<At> {
        let mut path = Vec::new();
        while at != NOWHERE {
            path.push(at);
            at = match self.nodes[at.0].from {
                From::Event(_) => NOWHERE,
                From::Told(before, ..) => before,
            };
        }
        path.reverse();
        path
    }

    /// Tells a process again what leads from where it stands to a position, and compares what it does.
    fn feed(&mut self, live: &mut Live, from: At, to: At, who: (Owner, u32)) -> Result<(), Trouble> {
        let path = self.path(to);
        let after = path.iter().position(|at| *at == from).map_or(0, |at| at + 1);
        for at in &path[after..] {
            let (from, before) = (self.nodes[at.0].from.clone(), self.nodes[at.0].step.clone());
            self.effort.again += 1;
            let now = self.told(live, &from, who)?;
            if now != *before {
                return Err(Trouble::Diverged {
                    handler: live.name().into(),
                    before: before.to_string(),
                    now: now.to_string(),
                    is_fresh: live.is_fresh,
                });
            }
        }
        Ok(())
    }

    fn told(&mut self, live: &mut Live, what: &From, (owner, seed): (Owner, u32)) -> Result<Step, Trouble> {
        self.effort.told += 1;
        let step = match what {
            From::Event(event) => live.begin(event, owner, seed),
            From::Told(_, ticket, told) => live.tell(*ticket, told),
        };
        step.map(|step| if owner == LEARNER { step } else { step.of_learner(owner) })
    }
}

impl From {
    fn digest(&self) -> u128 {
        match self {
            From::Event(event) => xxh3_128(event.as_bytes()),
            From::Told(_, ticket, told) => digest(told) ^ u128::from(*ticket),
        }
    }
}

fn digest(told: &Told) -> u128 {
    match told {
        Told::Nothing => 0,
        Told::Answer(answer) => {
            let head = format!("{}\0{:?}\0", answer.status, answer.headers);
            xxh3_128(&[head.as_bytes(), answer.body.as_bytes()].concat())
        }
    }
}
