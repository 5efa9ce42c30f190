use super::{Findings, Path, Watch};
use crate::{Pick, Point, Source, Subject};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// Makes this many runs at random. The same seed makes the same runs, on every machine and in every version.
///
/// It can show that a promise is broken and never that it holds, so its findings are never complete.
pub fn random(subject: &dyn Subject, seed: u64, runs: u64, watch: &mut dyn Watch) -> Findings {
    let mut findings = Findings::default();
    for run in 0..runs {
        let mut dice = Dice::new(seed, run);
        let outcome = subject.run(&mut dice);
        findings.note(&outcome, || Path(dice.path.clone()));
        if !watch.go_on(&findings) {
            break;
        }
    }
    findings
}

/// Picks every way with the same probability.
struct Dice {
    chance: ChaCha8Rng,
    path: Vec<u32>,
}

impl Dice {
    /// Each run has a stream of its own, so it does not matter what the runs before it drew.
    fn new(seed: u64, run: u64) -> Dice {
        let mut chance = ChaCha8Rng::seed_from_u64(seed);
        chance.set_stream(run);
        Dice { chance, path: Vec::new() }
    }
}

impl Source for Dice {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        // Of 2^32 numbers, each way gets an equal share but for one: even enough, and never drawn twice.
        let way = (u64::from(self.chance.next_u32()) * point.ways() as u64) >> 32;
        self.path.push(way as u32);
        Pick::Take(way as usize)
    }
}
