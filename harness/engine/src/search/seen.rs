use super::{Limit, Reduce, sleep::Sleep};
use crate::Point;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// The states that were met in a search.
#[derive(Debug, Default)]
pub(super) struct Seen(FxHashMap<u128, Visit>);

/// How a state was met.
#[derive(Clone, Copy, Debug)]
struct Visit {
    faults: u32,
    switches: u32,
    /// What was left to be searched elsewhere.
    sleep: Sleep,
}

/// What there is to do in a state.
pub(super) enum Todo {
    /// Nothing: all that follows was or will be searched.
    Nothing,
    /// All but what sleeps.
    All(Sleep),
    /// Only this, which slept when the state was met before; and what sleeps still.
    Only(Sleep, Sleep),
}

impl Seen {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Meets a state.
    ///
    /// A state that was met with more faults, or with more context switches where these are limited, left less to
    /// come then than now, and is searched again. So is what slept then and is awake now.
    pub(super) fn meet(
        &mut self,
        point: &dyn Point,
        switches: u32,
        sleep: Sleep,
        reduce: Reduce,
        limit: Limit,
    ) -> Todo {
        let Some(state) = point.state() else { return Todo::All(sleep) };
        let order = reduce.symmetry.then(|| state.canonical_order(|actor| sleep.of(actor)));
        let asleep = order.as_ref().map_or(sleep, |order| sleep.in_order(order));
        let restore = |sleep: Sleep| order.as_ref().map_or(sleep, |order| sleep.out_of_order(order));
        let faults = point.faults();
        // Without a limit, it does not matter what a switch would cost.
        let switches = if limit.switches.is_some() { switches } else { 0 };
        let visit = Visit { faults, switches, sleep: asleep };
        match self.0.entry(state.fingerprint(order.as_deref(), limit.switches.is_some())) {
            Entry::Vacant(entry) => {
                entry.insert(visit);
                Todo::All(sleep)
            }
            Entry::Occupied(mut entry) => {
                let before = *entry.get();
                if faults < before.faults || switches < before.switches {
                    entry.insert(visit);
                    return Todo::All(sleep);
                }
                let woken = before.sleep.without(asleep);
                let still = before.sleep.and(asleep);
                if (faults, switches) == (before.faults, before.switches) {
                    entry.get_mut().sleep = still;
                }
                if woken.is_empty() { Todo::Nothing } else { Todo::Only(restore(woken), restore(still)) }
            }
        }
    }
}
