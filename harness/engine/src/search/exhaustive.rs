use super::{Findings, Path, Watch};
use crate::{Pick, Point, Source, Subject};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// What an exhaustive search may skip, because it would find nothing new there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reduce {
    /// What follows a state that was met before, with no more faults left than then.
    pub states: bool,
    /// What differs only in which of several interchangeable actors does it. Works on states.
    pub symmetry: bool,
}

impl Reduce {
    /// Nothing: every run is made. Slow, and the judge of all that is clever.
    pub const NOTHING: Reduce = Reduce { states: false, symmetry: false };
    /// All that can be skipped.
    pub const ALL: Reduce = Reduce { states: true, symmetry: true };
}

/// Makes every run there is, or at least one of each kind.
///
/// Depth first, by running the subject again from the start for every new run, like an odometer whose wheels differ
/// in size:
///
/// ```text
/// took:  3 1 4 4
/// ways:  6 5 5 5     the last two wheels are at their end, so the second turns: 3 2
/// ```
pub fn exhaustive(
    subject: &dyn Subject,
    reduce: Reduce,
    end_states: bool,
    watch: &mut dyn Watch,
) -> Findings {
    let seen = reduce.states.then(FxHashMap::default);
    let mut odometer =
        Odometer { wheels: Vec::new(), position: 0, seen, symmetry: reduce.symmetry, end_states };
    let mut findings = Findings::default();
    loop {
        odometer.position = 0;
        let outcome = subject.run(&mut odometer);
        findings.note(&outcome, || odometer.path());
        findings.states = odometer.seen.as_ref().map_or(0, |seen| seen.len() as u64);
        findings.complete = !odometer.turn();
        if findings.complete || !watch.go_on(&findings) {
            return findings;
        }
    }
}

struct Odometer {
    wheels: Vec<Wheel>,
    position: usize,
    /// The states that were met, each with the fewest faults with which it was.
    seen: Option<FxHashMap<u128, u32>>,
    symmetry: bool,
    end_states: bool,
}

struct Wheel {
    took: u32,
    ways: u32,
}

impl Odometer {
    /// Turns to the next run; false when all have been made.
    fn turn(&mut self) -> bool {
        while let Some(wheel) = self.wheels.last_mut() {
            if wheel.took + 1 < wheel.ways {
                wheel.took += 1;
                return true;
            }
            self.wheels.pop();
        }
        false
    }

    fn path(&self) -> Path {
        Path(self.wheels[..self.position].iter().map(|wheel| wheel.took).collect())
    }

    /// Whether all that can follow this point was or will be searched from another one like it.
    ///
    /// Met with fewer faults, a state leaves more of them to come, so it must be searched again.
    fn is_known(&mut self, point: &dyn Point) -> bool {
        let Some(seen) = &mut self.seen else { return false };
        let Some(state) = point.state(self.symmetry) else { return false };
        match seen.entry(state) {
            Entry::Vacant(entry) => {
                entry.insert(point.faults());
                false
            }
            Entry::Occupied(mut entry) => {
                let fewer = point.faults() < *entry.get();
                if fewer {
                    entry.insert(point.faults());
                }
                !fewer
            }
        }
    }
}

impl Source for Odometer {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        if self.position == self.wheels.len() {
            if self.is_known(point) {
                return Pick::Stop;
            }
            self.wheels.push(Wheel { took: 0, ways: point.ways() as u32 });
        }
        let wheel = &self.wheels[self.position];
        assert_eq!(
            wheel.ways as usize,
            point.ways(),
            "the subject does not make the same run of the same choices"
        );
        self.position += 1;
        Pick::Take(wheel.took as usize)
    }

    fn wants_end_state(&self) -> bool {
        self.end_states
    }
}
