use anechoic_engine::{
    Breach, Cost, Deed, Fingerprinter, Footprint, Outcome, Pick, Point, Promise, Record, Source, State,
    Subject, Way,
};
use std::sync::atomic::{AtomicU64, Ordering};

/// A point of a maze.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fork {
    pub(crate) ways: Vec<Way>,
    pub(crate) faults: u32,
    pub(crate) state: Option<State>,
    /// Whether its ways touch nothing in common.
    pub(crate) apart: bool,
}

impl Fork {
    /// So many ways, all alike.
    pub(crate) fn of(ways: usize) -> Fork {
        Fork { ways: vec![Way::default(); ways], ..Fork::default() }
    }
}

impl Point for Fork {
    fn ways(&self) -> usize {
        self.ways.len()
    }

    fn label(&self, way: usize) -> String {
        format!("way {way}")
    }

    fn way(&self, way: usize) -> Way {
        self.ways[way]
    }

    fn footprint(&self, _: usize) -> Footprint {
        if self.apart { Footprint::nothing() } else { Footprint::everything() }
    }

    fn faults(&self) -> u32 {
        self.faults
    }

    fn state(&self) -> Option<State> {
        self.state.clone()
    }
}

pub(crate) fn cost(faults: u32, switches: u32) -> Way {
    Way { deed: None, cost: Cost { faults, switches } }
}

pub(crate) fn deed(actor: usize, kind: u8) -> Way {
    Way { deed: Some(Deed { actor, kind }), cost: Cost::default() }
}

pub(crate) fn state(what: &impl std::hash::Hash) -> Option<State> {
    Some(State { shared: Fingerprinter::of(what), ..State::default() })
}

/// A subject of which all is known: a point for each list of ways, and whether it breaks the only promise.
pub(crate) struct Maze<F> {
    pub(crate) fork: F,
    pub(crate) breaks: fn(&[usize]) -> bool,
    /// Runs that were made, those for which states were wanted, and those for which more was.
    pub(crate) made: [AtomicU64; 3],
}

impl<F: Fn(&[usize]) -> Option<Fork> + Sync> Maze<F> {
    pub(crate) fn new(fork: F, breaks: fn(&[usize]) -> bool) -> Maze<F> {
        Maze { fork, breaks, made: Default::default() }
    }

    /// A maze in which nothing can go wrong.
    pub(crate) fn harmless(fork: F) -> Maze<F> {
        Maze::new(fork, |_| false)
    }

    fn count(&self, what: usize, wanted: bool) {
        self.made[what].fetch_add(u64::from(wanted), Ordering::Relaxed);
    }
}

impl<F: Fn(&[usize]) -> Option<Fork> + Sync> Subject for Maze<F> {
    fn promises(&self) -> Vec<Promise> {
        vec!["not_broken".into()]
    }

    fn run(&self, source: &mut dyn Source) -> Outcome {
        self.count(0, true);
        self.count(1, source.wants_states());
        self.count(2, source.wants_end_state() || source.wants_coverage());
        let mut taken = Vec::new();
        let mut outcome = Outcome::default();
        loop {
            outcome.steps = taken.len() as u32;
            if (self.breaks)(&taken) && outcome.breaches.is_empty() {
                let (promise, word, step) = (0, "broken", outcome.steps);
                outcome.breaches.push(Breach {
                    promise,
                    word: word.into(),
                    step,
                    at_rest: false,
                    detail: String::new(),
                    excess: None,
                });
            }
            let Some(fork) = (self.fork)(&taken) else {
                outcome.at_rest = true;
                outcome.end_state = source.wants_end_state().then(|| Fingerprinter::of(&taken));
                return outcome;
            };
            match source.pick(&fork) {
                Pick::Take(way) => taken.push(way),
                Pick::Stop => return outcome,
            }
        }
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        (self.run(source), Record::default())
    }
}
