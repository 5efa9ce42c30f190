use super::{Findings, Limit, Reduce};
use crate::Point;
use rustc_hash::FxHashMap;
use std::{
    collections::hash_map::Entry,
    hash::{Hash, Hasher},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// The states that were met in a search, each with the smallest cost at which it was. Several threads may share it.
pub(super) struct Seen {
    /// By the low bits of the fingerprint, so that threads seldom meet.
    parts: Vec<Mutex<Part>>,
    /// Whether several threads meet here. One alone goes depth first, and no run comes to a state twice at the same cost: whatever it
    /// knows may be taken for done.
    is_shared: bool,
    states: AtomicU64,
    /// So many are remembered at most.
    most: u64,
    /// How often one was not, for that reason.
    forgotten: AtomicU64,
}

type Part = FxHashMap<Fingerprint, Spent>;

/// What is known of a point.
pub(super) enum Met {
    /// Its state was not met before, or at a higher cost; it is being searched from now on. Nothing, if its state cannot be told.
    New(Option<Visit>),
    /// All that can follow was searched, or is being searched from elsewhere.
    Known {
        /// Whether that may be taken for searched.
        is_done: bool,
    },
}

/// A search of all that follows a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    pub(super) state: u128,
    spent: Spent,
}

/// What a run has spent of its limit, and what came of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Spent {
    faults: u16,
    switches: u16,
}

impl Seen {
    /// For one thread, or for several; with room for so many states.
    pub(super) fn new(threads: usize, most: u64) -> Seen {
        /// So many parts for each thread: two meet in one of 128 look-ups; and a part that grows is never much of the whole.
        const PARTS: usize = 128;
        let parts = (threads * PARTS).next_power_of_two();
        Seen {
            parts: (0..parts).map(|_| Mutex::default()).collect(),
            is_shared: threads > 1,
            states: AtomicU64::new(0),
            most,
            forgotten: AtomicU64::new(0),
        }
    }

    fn len(&self) -> u64 {
        self.states.load(Ordering::Relaxed)
    }

    /// Tells how many there are, if another pass did not meet more.
    pub(super) fn tell(&self, findings: &mut Findings) {
        findings.states = findings.states.max(self.len());
        findings.forgotten = findings.forgotten.max(self.forgotten.load(Ordering::Relaxed));
    }

    fn part(&self, state: u128) -> MutexGuard<'_, Part> {
        let part = &self.parts[state as usize & (self.parts.len() - 1)];
        part.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether all that can follow was or will be searched from a point like this one.
    ///
    /// A point is known only if its state was met before with at least as much budget left: with no more faults, and, where
    /// these are limited, no more context switches. Sleep sets need not be stored with the states: histories only grow, so
    /// what a sleeping move leads to was explored from the ancestor at which the move was taken.
    pub(super) fn meet(&self, point: &dyn Point, switches: u32, reduce: Reduce, limit: Limit) -> Met {
        let Some(state) = point.state() else { return Met::New(None) };
        let limited = limit.switches.is_some();
        // Without a limit, it does not matter what switches have cost or who stepped last.
        let switches = if limited { switches } else { 0 };
        let now = Spent::new(point.faults(), switches);
        let state = state.fingerprint(reduce.symmetry, limited);
        match self.part(state).entry(Fingerprint::of(state)) {
            Entry::Occupied(then) if then.get().is_within(now) => {
                Met::Known { is_done: !self.is_shared || then.get().may_be_taken_for_done(now) }
            }
            // To search what follows once more each time is sound.
            Entry::Vacant(_) if self.len() >= self.most => {
                self.forgotten.fetch_add(1, Ordering::Relaxed);
                Met::New(None)
            }
            // It may be smaller in one of the two and larger in the other. Then the earlier visit is forgotten: to search more
            // often than needed is sound, to keep the smaller of each would not be.
            entry => {
                self.states.fetch_add(u64::from(matches!(entry, Entry::Vacant(_))), Ordering::Relaxed);
                entry.insert_entry(now);
                Met::New(Some(Visit { state, spent: now }))
            }
        }
    }

    /// All that follows was searched.
    pub(super) fn finish(&self, Visit { state, spent }: Visit) {
        if !self.is_shared {
            return;
        }
        // Another thread may have met it since at a smaller cost, and is not done with that.
        if let Some(then) = self.part(state).get_mut(&Fingerprint::of(state)).filter(|then| **then == spent) {
            then.switches |= Spent::DONE;
        }
    }
}

impl Spent {
    /// The highest bit of the switches says that all that follows was searched.
    const DONE: u16 = 1 << 15;

    fn new(faults: u32, switches: u32) -> Spent {
        Spent { faults: faults as u16, switches: switches as u16 & !Spent::DONE }
    }

    fn is_done(self) -> bool {
        self.switches & Spent::DONE != 0
    }

    /// Whether something may sleep for the sake of a way that leads here now. It may although somebody is still at work on it, as
    /// long as that costs less: what is left out here may stand for what is left out there, but each time at a lower cost, so
    /// there is no circle. A crash leads back to such a state, where its own run has come through: that is never done before.
    fn may_be_taken_for_done(self, now: Spent) -> bool {
        self.is_done() || self.faults < now.faults
    }

    fn is_within(self, now: Spent) -> bool {
        self.faults <= now.faults && self.switches & !Spent::DONE <= now.switches
    }
}

/// A fingerprint in as little room as there is: an u128 would take more beside four bytes.
#[derive(PartialEq, Eq)]
struct Fingerprint([u32; 4]);

impl Fingerprint {
    fn of(state: u128) -> Fingerprint {
        let word = |at: u32| (state >> (32 * at)) as u32;
        Fingerprint([word(0), word(1), word(2), word(3)])
    }
}

impl Hash for Fingerprint {
    /// Half of it is hash enough. Its low bits choose the part.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(u64::from(self.0[2]) | u64::from(self.0[3]) << 32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_takes_twenty_bytes() {
        assert_eq!(size_of::<(Fingerprint, Spent)>(), 20);
    }

    #[test]
    fn what_is_done_at_one_cost_is_not_done_at_another() {
        let [less, more] = [Spent::new(1, 2), Spent::new(1, 3)];
        assert!(less.is_within(more) && !more.is_within(less) && !less.is_done());
        let done = Spent { switches: less.switches | Spent::DONE, ..less };
        assert!(done.is_done() && done.is_within(less) && done.is_within(more));
        assert!(!Spent::new(2, 0).is_within(more), "a fault more");
        let dearer = Spent::new(2, 2);
        assert!(less.may_be_taken_for_done(dearer) && !less.may_be_taken_for_done(less));
        assert!(done.may_be_taken_for_done(less) && !less.may_be_taken_for_done(more));
    }
}
