use super::{Limit, Reduce};
use crate::Point;
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// The states that were met in a search, each with the smallest cost at which it was. Several threads may share it.
pub(super) struct Seen {
    /// By the low bits of the fingerprint, so that threads seldom meet.
    parts: Vec<Mutex<FxHashMap<u128, Spent>>>,
}

/// What is known of a point.
pub(super) struct Met {
    /// Whether all that can follow was or will be searched from elsewhere.
    pub(super) known: bool,
    /// Its state, if it can be told.
    pub(super) state: Option<u128>,
}

/// What a run has spent of its limit.
#[derive(Clone, Copy, Debug)]
struct Spent {
    faults: u16,
    switches: u16,
}

impl Seen {
    /// For one thread, or for several.
    pub(super) fn new(threads: usize) -> Seen {
        /// So many parts for each thread: two meet in one of 128 look-ups.
        const PARTS: usize = 128;
        let parts = if threads == 1 { 1 } else { (threads * PARTS).next_power_of_two() };
        Seen { parts: (0..parts).map(|_| Mutex::default()).collect() }
    }

    pub(super) fn len(&self) -> u64 {
        self.parts.iter().map(|part| part.lock().unwrap_or_else(PoisonError::into_inner).len() as u64).sum()
    }

    /// Whether all that can follow was or will be searched from a point like this one.
    ///
    /// A point is known only if its state was met before with at least as much budget left: with no more faults, and, where
    /// these are limited, no more context switches. Sleep sets need not be stored with the states: histories only grow, so
    /// what a sleeping move leads to was explored from the ancestor at which the move was taken.
    pub(super) fn knows(&self, point: &dyn Point, switches: u32, reduce: Reduce, limit: Limit) -> Met {
        let Some(state) = point.state() else { return Met { known: false, state: None } };
        let limited = limit.switches.is_some();
        // Without a limit, it does not matter what switches have cost or who stepped last.
        let switches = if limited { switches } else { 0 };
        let now = Spent { faults: point.faults() as u16, switches: switches as u16 };
        let fingerprint = state.fingerprint(reduce.symmetry, limited);
        let part = &self.parts[fingerprint as usize & (self.parts.len() - 1)];
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        let then = part.entry(fingerprint).or_insert(Spent::MORE_THAN_ANY);
        let known = then.faults <= now.faults && then.switches <= now.switches;
        // It may be smaller in one of the two and larger in the other. Then the earlier visit is forgotten: to search more
        // often than needed is sound, to keep the smaller of each would not be.
        if !known {
            *then = now;
        }
        Met { known, state: Some(fingerprint) }
    }
}

impl Spent {
    const MORE_THAN_ANY: Spent = Spent { faults: u16::MAX, switches: u16::MAX };
}
