use super::{Limit, Reduce};
use crate::Point;
use rustc_hash::FxHashMap;

/// The states that were met in a search, each with the smallest cost at which it was.
#[derive(Debug, Default)]
pub(super) struct Seen(FxHashMap<u128, Spent>);

/// What a run has spent of its limit.
#[derive(Clone, Copy, Debug)]
struct Spent {
    faults: u16,
    switches: u16,
}

impl Seen {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether all that can follow was or will be searched from a point like this one.
    ///
    /// A state that was met with more faults, or with more context switches where these are limited, left less to
    /// come then than now, and is searched again. What slept then does not matter: runs only go forward, so whatever
    /// follows a deed that slept had been searched before, where the deed was done.
    pub(super) fn knows(&mut self, point: &dyn Point, switches: u32, reduce: Reduce, limit: Limit) -> bool {
        let Some(state) = point.state() else { return false };
        let limited = limit.switches.is_some();
        // Without a limit, it does not matter what switches have cost or who stepped last.
        let switches = if limited { switches } else { 0 };
        let now = Spent { faults: point.faults() as u16, switches: switches as u16 };
        let then = self.0.entry(state.fingerprint(reduce.symmetry, limited)).or_insert(Spent::MORE_THAN_ANY);
        let known = then.faults <= now.faults && then.switches <= now.switches;
        if !known {
            *then = now;
        }
        known
    }
}

impl Spent {
    const MORE_THAN_ANY: Spent = Spent { faults: u16::MAX, switches: u16::MAX };
}
