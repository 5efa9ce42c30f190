//! The promise that nobody has to write: in the end all is as if each request had been delivered once, calmly.
mod calm;
mod reference;
mod seen;
mod standing;
mod verdict;
mod written;

pub use seen::Seen;

pub(crate) use reference::Serial;
pub(crate) use written::Written;

use crate::{
    Course, InProcess, Outcome, Premise, Promise, Record, Scenario, Source, Subject, Text, kept::course,
    run::Run,
};
use calm::Found;
use reference::Reference;
use rustc_hash::FxHashMap;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

/// The name of the promise.
pub const AS_IF_ONCE: &str = "as_if_once";
/// What it says.
const SENTENCE: &str = "in the end all is as if each request had been delivered once, one after the other, and nothing had gone wrong";

/// A scenario within a bound, whose runs are compared with calm ones: the subject of a search in this process, with one promise
/// more than the scenario makes.
///
/// The handlers are their own specification. The *reference* is all that comes of them when nothing goes wrong: every choice
/// of the requests in every order, one after the other, each delivered once. Then a run of the bound is over when all is quiet,
/// the environment has acted until nothing changes any more, and each request that is still open has been delivered once more,
/// calmly. What is [observed](Scenario::observe) then must be an end of the reference in which what is done is done, and what
/// is refused is refused or was never asked.
///
/// What holds only on the way (two at work at once, an order) is not seen; that is for [`Scenario::always`].
pub struct AsIfOnce<C> {
    subject: InProcess<C>,
    shared: Shared,
}

impl<C: Scenario> AsIfOnce<C> {
    /// The same, also compared; unless [the scenario says](Scenario::as_if_once) that it is not to be.
    pub fn new(subject: InProcess<C>) -> AsIfOnce<C> {
        AsIfOnce { subject, shared: Shared::default() }
    }

    fn mode(&self) -> Mode<'_> {
        let scenario = &self.subject.scenario;
        if scenario.as_if_once() {
            self.shared.references.get_or_init(|| reference::of(&self.subject));
        } else if scenario.eventually().is_empty() {
            return Mode::Bare;
        }
        Mode::Judged(&self.shared)
    }
}

/// The reference is that of both; what is found of states is not.
impl<C: Scenario + Clone> Clone for AsIfOnce<C> {
    fn clone(&self) -> AsIfOnce<C> {
        let shared = Shared { references: self.shared.references.clone(), ..Shared::default() };
        AsIfOnce { subject: self.subject.clone(), shared }
    }
}

impl<C: fmt::Debug> fmt::Debug for AsIfOnce<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsIfOnce").field(&self.subject).finish()
    }
}

/// With what the runs of a subject are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// How many calm runs were made.
    pub runs: u64,
    /// In how many ways they end.
    pub ends: usize,
    /// What of the service is not compared, by name.
    pub ignored: BTreeSet<Text>,
    /// Why there is nothing to compare.
    pub idle: Option<Text>,
    /// Why some runs cannot be judged.
    pub doubts: BTreeSet<Text>,
}

/// How a run is made and ends.
#[derive(Clone, Copy)]
pub(crate) enum Mode<'r> {
    /// In every order, and nothing is compared.
    Bare,
    /// In every order, and what is there in the end is compared.
    Judged(&'r Shared),
    /// For the reference.
    Serial(&'r Serial),
}

/// What the runs of a subject share.
#[derive(Default)]
pub(crate) struct Shared {
    /// By what was chosen for the premises.
    references: Arc<OnceLock<BTreeMap<Vec<usize>, Arc<Reference>>>>,
    /// What was found of states in which all is quiet, by their fingerprints.
    known: Mutex<FxHashMap<u128, Arc<Found>>>,
    doubts: Mutex<BTreeSet<Text>>,
}

impl Shared {
    fn doubt(&self, why: Text) {
        locked(&self.doubts).insert(why);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<C: Scenario> Subject for AsIfOnce<C> {
    fn promises(&self) -> Vec<Promise> {
        let mut promises = self.subject.promises();
        if self.subject.scenario.as_if_once() {
            promises.push(Promise::new(AS_IF_ONCE, SENTENCE));
        }
        promises
    }

    fn sometimes(&self) -> Vec<Text> {
        self.subject.sometimes()
    }

    fn is_timed(&self) -> bool {
        self.subject.is_timed()
    }

    fn premises(&self) -> Vec<Premise> {
        self.subject.premises()
    }

    fn compared(&self) -> Option<Compared> {
        let Mode::Judged(shared) = self.mode() else { return None };
        let references = shared.references.get()?;
        let mut compared = Compared { doubts: locked(&shared.doubts).clone(), ..Compared::default() };
        for reference in references.values() {
            compared.runs += reference.runs;
            compared.ends += reference.ends.len();
            compared.ignored.extend(reference.ignored.iter().cloned());
            compared.doubts.extend(reference.doubts.iter().cloned());
        }
        let mut idle = references.values().map(|reference| &reference.idle);
        compared.idle = idle.clone().all(Option::is_some).then(|| idle.next().cloned().flatten()).flatten();
        Some(compared)
    }

    fn run(&self, source: &mut dyn Source) -> Outcome {
        let InProcess { scenario, bound } = &self.subject;
        Run::new(scenario, *bound, self.mode(), source, false).finish().0
    }

    fn course(&self) -> Option<Box<dyn Course + '_>> {
        course(&self.subject.scenario, self.subject.bound, self.mode())
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        let InProcess { scenario, bound } = &self.subject;
        let (outcome, record) = Run::new(scenario, *bound, self.mode(), source, true).finish();
        (outcome, record.unwrap_or_default())
    }
}
