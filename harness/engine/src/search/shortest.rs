use super::{Findings, Path, Watch, probe::look};
use crate::{Cost, Point, Subject};
use rustc_hash::FxHashSet;
use std::{cmp::Reverse, collections::BinaryHeap};

/// Finds the smallest run that breaks a promise, given by position: the fewest faults, then the fewest context
/// switches, then the fewest steps. None if no run does, if nothing can be said of one, or if the watch ended the search first.
///
/// Dijkstra's algorithm over states, each of which is reached by running the subject again from the start.
pub fn shortest(subject: &dyn Subject, promise: usize, watch: &mut dyn Watch) -> Option<Path> {
    let mut search = Shortest { seen: FxHashSet::default(), open: BinaryHeap::new(), born: 0 };
    let mut progress = Findings::default();
    search.add(Size::default(), Vec::new());
    while let Some(Reverse((size, _, path))) = search.open.pop() {
        let (outcome, arrived) = look(subject, &path, Arrived::at);
        progress.executions += 1;
        if outcome.breaches.iter().any(|breach| breach.promise == promise) {
            return Some(Path(path));
        }
        if outcome.cannot_tell.is_some() || !watch.go_on(&progress) {
            return None;
        }
        if let Some(arrived) = arrived {
            search.expand(size, &path, &arrived);
        }
    }
    None
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Size {
    cost: Cost,
    steps: u32,
}

struct Shortest {
    seen: FxHashSet<u128>,
    /// The runs to look at, the smallest first and among equals the oldest.
    open: BinaryHeap<Reverse<(Size, u64, Vec<u32>)>>,
    born: u64,
}

impl Shortest {
    fn add(&mut self, size: Size, path: Vec<u32>) {
        self.open.push(Reverse((size, self.born, path)));
        self.born += 1;
    }

    fn expand(&mut self, size: Size, path: &[u32], arrived: &Arrived) {
        // Smaller runs come first, so whoever was here before had no more faults.
        let known = |state| !self.seen.insert(state);
        if arrived.state.is_some_and(known) {
            return;
        }
        for (way, cost) in (0..).zip(&arrived.costs) {
            let faults = size.cost.faults + cost.faults;
            let cost = Cost { faults, switches: size.cost.switches + cost.switches };
            let longer = path.iter().copied().chain([way]).collect();
            self.add(Size { cost, steps: size.steps + 1 }, longer);
        }
    }
}

struct Arrived {
    /// What a switch would cost depends on who stepped last.
    state: Option<u128>,
    costs: Vec<Cost>,
}

impl Arrived {
    fn at(point: &dyn Point) -> Arrived {
        let costs = (0..point.ways()).map(|way| point.way(way).cost).collect();
        Arrived { state: point.state().map(|state| state.fingerprint(false, true)), costs }
    }
}
