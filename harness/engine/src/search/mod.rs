//! The searches: where the choices come from, and what was found.
//!
//! A search runs its subject again and again, bare, and keeps the choices of the runs that broke a promise. To see
//! such a run, [`replay`](Path::replay) it with the record on.
mod control;
mod count;
mod exhaustive;
mod few;
#[cfg(test)]
mod interleaved;
mod nearest;
mod odometer;
mod parallel;
mod part;
mod path;
mod pct;
mod probe;
mod random;
mod replay;
mod runs;
mod seen;
mod shard;
mod shortest;
mod shrink;
mod sleep;
mod tape;
mod walk;

pub use control::Control;
pub use count::count;
pub use exhaustive::{Collect, Exhaustive, Reduce};
pub use nearest::nearest_passing;
pub use path::Path;
pub use random::Sample;
pub use replay::{Diverged, Replay};
pub use shard::Shard;
pub use shortest::shortest;
pub use shrink::shrink;
pub use tape::Tape;
pub use walk::{Astray, Next, Walked, walk};

use pct::Pct;

use crate::{Coverage, Faults, Outcome, Text};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// How many runs were made. A run that met a known state and was cut short there counts.
    pub executions: u64,
    /// How many different states were met; 0 if they were not told apart.
    pub states: u64,
    /// How often a state was met that could not be remembered, for want of [room](Exhaustive::most_states).
    pub forgotten: u64,
    /// How far the runs that are being made had got when that was last looked at; nothing where it cannot be told.
    pub ahead: Option<Ahead>,
    /// Whether the whole bound was searched.
    pub complete: bool,
    /// Why the search was given up: the same choices made another run than before.
    pub diverged: Option<Text>,
    /// The largest smaller bound that was searched to its end, if there is one.
    pub covered: Option<Covered>,
    /// How many runs went on until all was quiet.
    pub finished: u64,
    /// The longest run, in steps.
    pub longest: u32,
    /// The kinds of fault that happened in any run.
    pub faults: Faults,
    /// Bit n is set if some run reached the n-th entry of [`Subject::sometimes`](crate::Subject::sometimes).
    pub happened: u64,
    /// How often each operation went well, or wrong in each way, if that was asked for.
    pub coverage: Coverage,
    /// The broken promises, by position and in a word, each with the first run that broke it.
    pub broken: BTreeMap<(usize, Text), Path>,
    /// What all looked like in the end, for every end there was, if that was asked for.
    pub end_states: FxHashSet<u128>,
}

/// An estimate of how many runs there will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// Those with at most so many faults are being made, and those with more come after them; none if all are made at once.
    pub faults: Option<u32>,
    /// So many runs this search will have made when they all are, if every way that is still to be gone takes as many runs as one
    /// beside it that is done. What will be skipped there as known is not known yet, so it is mostly too many.
    pub executions: u64,
}

/// A bound that was searched to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Covered {
    /// All runs with at most so many faults; none if not even all runs without a fault.
    pub faults: Option<u32>,
    /// And all runs with at most so many faults and so many context switches.
    pub few_switches: Option<(u32, u32)>,
}

impl Covered {
    /// What two searches have covered together: that of the one which covered less. Whichever is complete covered
    /// everything, so the other decides.
    pub fn of_both(
        (one_is_complete, one): (bool, Option<Covered>),
        (other_is_complete, other): (bool, Option<Covered>),
    ) -> Option<Covered> {
        match (one_is_complete, other_is_complete) {
            (true, true) => one.max(other),
            (true, false) => other,
            (false, true) => one,
            (false, false) => one.min(other),
        }
    }
}

/// What a pass of a search leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limit {
    /// Runs with more faults.
    faults: u32,
    /// Runs with more context switches.
    switches: Option<u32>,
}

impl Limit {
    const NONE: Limit = Limit { faults: u32::MAX, switches: None };
}

impl Findings {
    /// Adds a run.
    fn note(&mut self, outcome: &Outcome, path: impl Fn() -> Path) {
        self.executions += 1;
        if outcome.cannot_tell.is_some() {
            self.diverged.clone_from(&outcome.cannot_tell);
            return;
        }
        self.finished += u64::from(outcome.at_rest);
        self.longest = self.longest.max(outcome.steps);
        self.faults = self.faults.union(outcome.faults);
        self.happened |= outcome.happened;
        self.cover(&outcome.coverage);
        self.end_states.extend(outcome.end_state);
        for breach in &outcome.breaches {
            self.broken.entry((breach.promise, breach.word.clone())).or_insert_with(&path);
        }
    }

    /// What was found in no bound at all, to which that of several bounds is added.
    pub fn of_no_bound() -> Findings {
        Findings { complete: true, ..Findings::default() }
    }

    /// Adds what the search of another bound found; both together are complete if each is.
    pub fn join(&mut self, other: Findings) {
        self.covered = Covered::of_both((self.complete, self.covered), (other.complete, other.covered));
        self.complete &= other.complete;
        self.states += other.states;
        self.forgotten += other.forgotten;
        self.absorb(other);
    }

    /// Adds what another thread found in the same search.
    fn absorb(&mut self, other: Findings) {
        self.executions += other.executions;
        self.finished += other.finished;
        self.longest = self.longest.max(other.longest);
        self.diverged = self.diverged.take().or(other.diverged);
        self.faults = self.faults.union(other.faults);
        self.happened |= other.happened;
        self.cover(&other.coverage);
        self.end_states.extend(other.end_states);
        for (broken, path) in other.broken {
            self.broken.entry(broken).or_insert(path);
        }
    }

    fn cover(&mut self, coverage: &Coverage) {
        for (operation, times) in coverage {
            let own = self.coverage.entry(operation.clone()).or_default();
            for (fault, times) in times {
                *own.entry(*fault).or_default() += times;
            }
        }
    }

    /// Whether this promise, by position, was broken.
    pub fn breaks(&self, promise: usize) -> bool {
        self.words(promise).next().is_some()
    }

    /// In which ways this promise was broken.
    pub fn words(&self, promise: usize) -> impl Iterator<Item = &Text> {
        self.broken.keys().filter(move |(broken, _)| *broken == promise).map(|(_, word)| word)
    }
}

/// Is asked after every run whether the search may go on; also the place to show progress.
pub trait Watch {
    /// Whether there is time for another run.
    fn go_on(&mut self, so_far: &Findings) -> bool;
}

/// Lets the search take as long as it takes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unlimited;

impl Watch for Unlimited {
    fn go_on(&mut self, _: &Findings) -> bool {
        true
    }
}
