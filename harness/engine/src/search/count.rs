use super::probe::look;
use crate::Subject;
use rustc_hash::FxHashMap;

/// How many runs the naive search would make, without making them: the runs that follow a state are counted once.
///
/// None if the subject cannot tell its states apart, or if there are more than 2^128 runs.
pub fn count(subject: &dyn Subject) -> Option<u128> {
    Counter { subject, known: FxHashMap::default() }.below(&mut Vec::new())
}

struct Counter<'c> {
    subject: &'c dyn Subject,
    /// By state and faults so far: how many runs follow.
    known: FxHashMap<(u128, u32), u128>,
}

impl Counter<'_> {
    /// The runs that begin with this path.
    fn below(&mut self, path: &mut Vec<u32>) -> Option<u128> {
        let (outcome, seen) = look(self.subject, path, |point| {
            (point.state().map(|state| (state.fingerprint(false, false), point.faults())), point.ways())
        });
        if outcome.at_rest {
            return Some(1);
        }
        let (state, ways) = seen?;
        let state = state?;
        if let Some(runs) = self.known.get(&state) {
            return Some(*runs);
        }
        let mut runs = 0_u128;
        for way in 0..ways as u32 {
            path.push(way);
            runs = runs.checked_add(self.below(path)?)?;
            path.pop();
        }
        self.known.insert(state, runs);
        Some(runs)
    }
}
