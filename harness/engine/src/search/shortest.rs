use super::{Path, Watch};
use crate::{Cost, Pick, Point, Source, Subject, search::Findings};
use rustc_hash::FxHashSet;
use std::{cmp::Reverse, collections::BinaryHeap};

/// Finds the smallest run that breaks a promise, given by position: the fewest faults, then the fewest context
/// switches, then the fewest steps. None if no run does, or if the watch ended the search first.
///
/// Dijkstra's algorithm over states, each of which is reached by running the subject again from the start.
pub fn shortest(subject: &dyn Subject, promise: usize, watch: &mut dyn Watch) -> Option<Path> {
    let mut search = Shortest { seen: FxHashSet::default(), open: BinaryHeap::new(), born: 0 };
    let mut progress = Findings::default();
    search.add(Size::default(), Vec::new());
    while let Some(Reverse((size, _, path))) = search.open.pop() {
        let mut probe = Probe { path: &path, position: 0, arrived: None };
        let outcome = subject.run(&mut probe);
        let arrived = probe.arrived;
        progress.executions += 1;
        if outcome.breaches.iter().any(|breach| breach.promise == promise) {
            return Some(Path(path));
        }
        if !watch.go_on(&progress) {
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

/// Follows a path, and stops at its end to look around.
struct Probe<'p> {
    path: &'p [u32],
    position: usize,
    arrived: Option<Arrived>,
}

struct Arrived {
    /// What a switch would cost depends on who stepped last.
    state: Option<u128>,
    costs: Vec<Cost>,
}

impl Source for Probe<'_> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        if let Some(way) = self.path.get(self.position) {
            self.position += 1;
            return Pick::Take(*way as usize);
        }
        let costs = (0..point.ways()).map(|way| point.way(way).cost).collect();
        let state = point.state().map(|state| state.fingerprint(false, true));
        self.arrived = Some(Arrived { state, costs });
        Pick::Stop
    }
}
