use super::random::Chance;
use crate::{Pick, Point, Source};

/// Probabilistic concurrency testing: whoever has the highest priority goes, and priorities change only a few times.
/// A bug that needs d ordering constraints among k actors in n steps is found with a probability of at least
/// 1 / (k · n^(d-1)) a run. (S. Burckhardt et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding
/// Bugs", ASPLOS 2010.)
///
/// Priorities do not change when an actor merely waits for its turn: every operation is such a wait, and changing them
/// there would find next to nothing. Faults come at steps that are drawn beforehand, too.
pub(super) struct Pct {
    chance: Chance,
    /// By actor; the highest goes.
    priorities: Vec<u32>,
    /// The lowest of them.
    lowest: u32,
    /// The steps at which whoever would go falls behind everybody else.
    changes: Vec<u32>,
    /// The steps at which something goes wrong, if it can.
    faults: Vec<u32>,
    step: u32,
}

/// Priorities are drawn from this on: who falls behind gets a number from below.
const UPPER_HALF: u32 = 1 << 31;

impl Pct {
    /// For runs of about this many steps.
    pub(super) fn new(mut chance: Chance, changes: u32, steps: u32) -> Pct {
        /// Faults are tried at so many steps; those that the bound does not allow do not come.
        const FAULTS: u32 = 4;
        let mut steps_of = |count| (0..count).map(|_| chance.below(steps.max(1) as usize) as u32).collect();
        let (changes, faults) = (steps_of(changes), steps_of(FAULTS));
        Pct { chance, priorities: Vec::new(), lowest: UPPER_HALF, changes, faults, step: 0 }
    }

    fn priority(&mut self, actor: usize) -> u32 {
        while self.priorities.len() <= actor {
            self.priorities.push(self.chance.any() | UPPER_HALF);
        }
        self.priorities[actor]
    }

    /// Of these ways, one of whoever goes first.
    fn first(&mut self, point: &dyn Point, ways: &[usize]) -> usize {
        let actor = |way: usize| point.way(way).deed.map_or(0, |deed| deed.actor);
        let goes = ways.iter().map(|way| (self.priority(actor(*way)), actor(*way))).max();
        let goes = goes.map_or(0, |(_, actor)| actor);
        let its: Vec<usize> = ways.iter().copied().filter(|way| actor(*way) == goes).collect();
        its[self.chance.below(its.len())]
    }
}

impl Source for Pct {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let (wrong, well): (Vec<usize>, Vec<usize>) =
            (0..point.ways()).partition(|way| point.way(*way).cost.faults > 0);
        self.step += 1;
        if self.changes.contains(&self.step) && !well.is_empty() {
            let behind = self.first(point, &well);
            if let Some(deed) = point.way(behind).deed {
                self.lowest -= 1;
                self.priorities[deed.actor] = self.lowest;
            }
        }
        if well.is_empty() || (self.faults.contains(&self.step) && !wrong.is_empty()) {
            return Pick::Take(wrong[self.chance.below(wrong.len())]);
        }
        Pick::Take(self.first(point, &well))
    }
}
