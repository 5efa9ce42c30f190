use super::{Findings, Path, Watch};
use crate::{Cost, Pick, Point, Source, Subject};

/// Makes a run that breaks a promise, given by position, smaller: fewer faults, then fewer context switches, then fewer
/// steps. For bounds that are too large for [`shortest`](super::shortest); the result is small, and not always the
/// smallest.
///
/// Tries shorter and simpler lists of choices, keeps what still breaks the promise, and ends when nothing helps or
/// when the watch says so. The run that it is given is made once, whatever the watch says.
pub fn shrink(subject: &dyn Subject, promise: usize, path: Path, watch: &mut dyn Watch) -> Path {
    let Some(mut best) = attempt(subject, promise, &path.0) else { return path };
    let mut tried = Findings::default();
    while let Some(better) = better(subject, promise, &best, &mut tried, watch) {
        best = better;
    }
    Path(best.path)
}

/// A run that breaks the promise, up to the step that does.
struct Broken {
    size: (Cost, u32),
    path: Vec<u32>,
}

/// The first smaller run that some simplification yields.
fn better(
    subject: &dyn Subject,
    promise: usize,
    best: &Broken,
    tried: &mut Findings,
    watch: &mut dyn Watch,
) -> Option<Broken> {
    let length = best.path.len();
    let chunks =
        std::iter::successors(Some(length / 2), |chunk| Some(chunk / 2)).take_while(|chunk| *chunk > 0);
    let without =
        chunks.flat_map(|chunk| (0..length.saturating_sub(chunk - 1)).rev().map(move |at| (at, at + chunk)));
    let shorter = without.map(|(from, to)| [&best.path[..from], &best.path[to..]].concat());
    let simpler = (0..length).filter(|at| best.path[*at] > 0).flat_map(|at| {
        (0..best.path[at]).map(move |way| {
            let mut path = best.path.clone();
            path[at] = way;
            path
        })
    });
    for path in shorter.chain(simpler) {
        if !watch.go_on(tried) {
            return None;
        }
        tried.executions += 1;
        if let Some(found) = attempt(subject, promise, &path).filter(|found| found.size < best.size) {
            return Some(found);
        }
    }
    None
}

fn attempt(subject: &dyn Subject, promise: usize, path: &[u32]) -> Option<Broken> {
    let mut bent = Bent { path, taken: Vec::new(), costs: Vec::new() };
    let outcome = subject.run(&mut bent);
    let step = outcome.breaches.iter().find(|breach| breach.promise == promise)?.step;
    // Premises and draws are choices and no steps, so there may be more choices than steps; count them all.
    let cost = bent.costs.iter().fold(Cost::default(), |sum, cost| Cost {
        faults: sum.faults + cost.faults,
        switches: sum.switches + cost.switches,
    });
    Some(Broken { size: (cost, step), path: bent.taken })
}

/// Follows a path as far as it can be followed, and takes the first way where it cannot.
struct Bent<'p> {
    path: &'p [u32],
    taken: Vec<u32>,
    costs: Vec<Cost>,
}

impl Source for Bent<'_> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let wanted = self.path.get(self.taken.len()).map_or(0, |way| *way as usize);
        let way = if wanted < point.ways() { wanted } else { 0 };
        self.taken.push(way as u32);
        self.costs.push(point.way(way).cost);
        Pick::Take(way)
    }
}
