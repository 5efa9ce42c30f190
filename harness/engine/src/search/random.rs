use super::{Findings, Path, Pct, Watch};
use crate::{Outcome, Pick, Point, Source, Subject};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How a sample of runs is drawn. The same seed draws the same runs, on every machine and in every version.
///
/// A sample can show that a promise is broken and never that it holds, so its findings are never complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How many runs.
    pub runs: u64,
    /// Which.
    pub seed: u64,
    /// With priorities that change only so many times in a run (PCT); at every step anew if `None`.
    pub changes: Option<u32>,
}

impl Sample {
    /// Makes the runs.
    pub fn search(&self, subject: &dyn Subject, watch: &mut dyn Watch) -> Findings {
        let mut findings = Findings::default();
        for run in 0..self.runs {
            let chance = Chance::new(self.seed, run);
            let (outcome, path) = match self.changes {
                None => draw(subject, Dice(chance)),
                // As long as the longest run so far: where in it the priorities change is drawn beforehand.
                Some(changes) => draw(subject, Pct::new(chance, changes, findings.longest)),
            };
            findings.note(&outcome, || path.clone());
            if findings.diverged.is_some() || !watch.go_on(&findings) {
                break;
            }
        }
        findings
    }
}

/// Makes a run and notes which ways it took.
fn draw(subject: &dyn Subject, source: impl Source) -> (Outcome, Path) {
    let mut noted = Noted { source, path: Vec::new() };
    let outcome = subject.run(&mut noted);
    (outcome, Path(noted.path))
}

struct Noted<S> {
    source: S,
    path: Vec<u32>,
}

impl<S: Source> Source for Noted<S> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let pick = self.source.pick(point);
        if let Pick::Take(way) = pick {
            self.path.push(way as u32);
        }
        pick
    }

    fn wants_states(&self) -> bool {
        false
    }
}

/// The chance of one run: its n-th number is the hash of seed, run and n. So it does not matter what the runs before it
/// drew, and it is the same wherever the hash is, whose values are fixed by its specification.
pub(super) struct Chance {
    seed: u64,
    run: u64,
    drawn: u64,
}

impl Chance {
    pub(super) fn new(seed: u64, run: u64) -> Chance {
        Chance { seed, run, drawn: 0 }
    }

    /// A number below this. Of 2^32 numbers each gets an equal share but for one: even enough.
    pub(super) fn below(&mut self, ways: usize) -> usize {
        ((u64::from(self.any()) * ways as u64) >> 32) as usize
    }

    pub(super) fn any(&mut self) -> u32 {
        self.drawn += 1;
        let mut place = [0; 16];
        place[..8].copy_from_slice(&self.run.to_le_bytes());
        place[8..].copy_from_slice(&self.drawn.to_le_bytes());
        xxh3_64_with_seed(&place, self.seed) as u32
    }
}

/// Takes every way with the same probability.
struct Dice(Chance);

impl Source for Dice {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        Pick::Take(self.0.below(point.ways()))
    }
}
