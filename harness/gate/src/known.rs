//! What is known of a handler: what it does when it is told this, and then that.
//!
//! A handler is a function of what it is told, which is what every search of this kind rests on. So whatever it did once need
//! not be made again by its process: it is looked up. A search makes hundreds of thousands of runs, and its processes are told
//! only what nobody has told them before. The price is that the function must be one: [`Program::confirm`] tells fresh processes
//! all of it again, and whatever shows that it is none ends the search.
//!
//! Several threads may learn beside each other, each from a process of its own: what is known is locked only to look something up
//! or to add it. Two that learn the same learn it twice, and must learn the same.
mod learn;
mod lives;

use crate::{
    confirm::History,
    event::Event,
    handler::Handler,
    names::{LEARNER, Names, Owner},
    pair::{Pair, Starting},
    shown::Notes,
    step::{OF_AN_EVENT, Step, Told},
    trouble::Trouble,
};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use xxhash_rust::xxh3::xxh3_128;

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
    known: Mutex<Known>,
    /// What was noted when positions were shown.
    shown: Mutex<FxHashMap<At, Notes>>,
}

#[derive(Default)]
pub(crate) struct Known {
    nodes: Vec<Node>,
    begun: Next,
    lives: Vec<(At, Pair)>,
    /// Who takes the place of the next one that is replaced: a program may take a while to load.
    spare: Option<Starting>,
    effort: Effort,
    /// A first run was made.
    is_rehearsed: bool,
    /// It has drawn what does not show who drew it.
    has_drawn: bool,
    /// So every process is learnt as who it is.
    has_own_chance: bool,
    /// No helper owns its clock and its chance.
    has_own_clock: bool,
    /// It has gone wrong; nothing is true of it any more.
    pub(crate) trouble: Option<Trouble>,
}

struct Node {
    /// The position before it; none if a process begins with it.
    before: Option<At>,
    /// How it is come to from there.
    what: What,
    step: Arc<Step>,
    next: Next,
}

/// Where a process comes to, by what it is told.
type Next = FxHashMap<(u32, u128), At>;

/// What a process is told.
#[derive(Clone)]
pub(crate) enum What {
    /// An event, as this owner of names.
    Event(Event, Owner),
    Told(u32, Told),
}

impl Program {
    /// Nothing is known yet.
    pub fn new(handler: Handler) -> Program {
        let known = Known { has_own_chance: handler.own_chance, ..Known::default() };
        Program { handler: Arc::new(handler), known: Mutex::new(known), shown: Mutex::default() }
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
        let is_needed = {
            let known = self.lock();
            known.lives.is_empty() && known.trouble.is_none()
        };
        if is_needed {
            let live = self.start()?;
            self.lock().lives.push((NOWHERE, live));
        }
        Ok(())
    }

    /// What was done for what is known.
    pub fn effort(&self) -> Effort {
        let known = self.lock();
        Effort { known: known.nodes.len() as u64, ..known.effort }
    }

    /// Whether its clock and its chance are its own, as far as it is known.
    pub(crate) fn has_own_clock(&self) -> bool {
        self.lock().has_own_clock
    }

    /// What has gone wrong, if anything has.
    pub fn trouble(&self) -> Option<Trouble> {
        self.lock().trouble.clone()
    }

    /// What it does with an event.
    pub(crate) fn begin(&self, event: &Event, owner: Owner) -> Result<(At, Arc<Step>), Trouble> {
        self.look_or_learn(None, |known| {
            What::Event(event.clone(), if known.has_own_chance { owner } else { LEARNER })
        })
    }

    /// What it does with an event that comes when it still asks for something on behalf of the one before.
    pub(crate) fn begin_beside(&self, at: At, event: &Event) -> Result<(At, Arc<Step>), Trouble> {
        self.look_or_learn(Some(at), |_| What::Event(event.clone(), LEARNER))
    }

    /// What a process of this owner is told first.
    pub(crate) fn event(&self, event: &Event, owner: Owner) -> What {
        What::Event(event.clone(), if self.lock().has_own_chance { owner } else { LEARNER })
    }

    /// How the names of an owner are told from those of what is known.
    pub(crate) fn names(&self, owner: Owner) -> Names {
        if self.lock().has_own_chance { Names::as_they_are() } else { Names::of(owner) }
    }

    /// After a first run: if what it draws does not show who drew it, every process of a run is learnt as who it is, since no
    /// two may draw the same.
    pub(crate) fn look_at_chance(&self) {
        let known = &mut *self.lock();
        if !known.is_rehearsed && known.trouble.is_none() {
            known.is_rehearsed = true;
            known.tell_apart();
        }
    }

    /// Forgets what is known if it turned out that what it draws does not show who drew it: from here on every process of a run is
    /// learnt as who it is. Whether that is so.
    pub(crate) fn begin_anew(&self) -> bool {
        self.lock().tell_apart()
    }

    /// What it does when it is also told this.
    pub(crate) fn tell(&self, at: At, ticket: u32, told: Told) -> Result<(At, Arc<Step>), Trouble> {
        self.look_or_learn(Some(at), |_| What::Told(ticket, told))
    }

    /// What was noted when this position was shown, if it was.
    pub(crate) fn notes(&self, at: At) -> Option<Notes> {
        locked(&self.shown).get(&at).cloned()
    }

    /// Keeps what is noted of a position that is shown.
    pub(crate) fn note(&self, at: At, notes: Vec<String>) -> Notes {
        locked(&self.shown).entry(at).or_insert_with(|| Arc::new(notes)).clone()
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Known> {
        locked(&self.known)
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a process is that was told nothing yet.
const NOWHERE: At = At(usize::MAX);

impl Known {
    /// Whether nothing is known any more, because of what was drawn.
    fn tell_apart(&mut self) -> bool {
        let was_blind = self.has_drawn && !self.has_own_chance;
        if was_blind {
            *self =
                Known { is_rehearsed: true, has_own_chance: true, effort: self.effort, ..Known::default() };
        }
        was_blind
    }

    /// What is known to follow a position, or to be the beginning.
    fn after(&mut self, before: Option<At>) -> &mut Next {
        match before {
            Some(before) => &mut self.nodes[before.0].next,
            None => &mut self.begun,
        }
    }

    pub(crate) fn note<T>(&mut self, done: Result<T, Trouble>) -> Result<T, Trouble> {
        if let Err(trouble) = &done {
            self.trouble.get_or_insert_with(|| trouble.clone());
        }
        done
    }

    /// The positions on the way to one, the first first.
    fn path(&self, mut at: At) -> Vec<At> {
        let mut path = Vec::new();
        while at != NOWHERE {
            path.push(at);
            at = self.nodes[at.0].before.unwrap_or(NOWHERE);
        }
        path.reverse();
        path
    }

    /// How many histories there are, and so many of them, evenly: in an order that does not hang on which was met first.
    pub(crate) fn histories(&self, most: usize) -> (usize, Vec<History>) {
        let ends = (0..self.nodes.len()).map(At).filter(|at| self.nodes[at.0].next.is_empty());
        let mut all: Vec<Vec<At>> = ends.map(|end| self.path(end)).collect();
        all.sort_by_cached_key(|path| {
            path.iter().map(|at| self.nodes[at.0].what.digest()).collect::<Vec<_>>()
        });
        let some = most.min(all.len());
        (all.len(), (0..some).map(|at| self.history(&all[at * all.len() / some])).collect())
    }

    /// What a process was told along these positions, and what it did.
    fn history(&self, path: &[At]) -> History {
        path.iter().map(|at| (self.nodes[at.0].what.clone(), self.nodes[at.0].step.clone())).collect()
    }
}

impl What {
    /// By which it is known to follow a position.
    fn key(&self) -> (u32, u128) {
        match self {
            What::Event(event, owner) => (OF_AN_EVENT, event.digest() ^ u128::from(*owner)),
            What::Told(ticket, told) => (*ticket, digest(told)),
        }
    }

    fn digest(&self) -> u128 {
        match (self, self.key()) {
            (What::Event(..), (_, digest)) => digest,
            (What::Told(..), (ticket, digest)) => digest ^ u128::from(ticket),
        }
    }
}

fn digest(told: &Told) -> u128 {
    match told {
        Told::Nothing => 0,
        Told::Time => 1,
        Told::Answer(answer) => {
            let head = format!("{}\0{:?}\0", answer.status, answer.headers);
            xxh3_128(&[head.as_bytes(), answer.body.as_bytes()].concat())
        }
    }
}
