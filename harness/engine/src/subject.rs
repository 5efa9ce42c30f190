use crate::{Faults, Record, Source};

/// Anything that can be searched: given a source of choices it makes a run and yields an outcome, in this process
/// or in another. The same choices must always make the same run.
pub trait Subject: Sync {
    /// What it promises, by name.
    fn promises(&self) -> Vec<&'static str>;

    /// Makes a run.
    fn run(&self, source: &mut dyn Source) -> Outcome;

    /// Makes a run and keeps the evidence. Searches run bare and record only the run that is shown.
    fn record(&self, source: &mut dyn Source) -> (Outcome, Record);
}

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Whether the run went on until all was quiet; if not, its source ended it.
    pub at_rest: bool,
    /// How many steps it took.
    pub steps: u32,
    /// The kinds of fault that happened in it.
    pub faults: Faults,
    /// The promises that it broke, in the order in which it did.
    pub breaches: Vec<Breach>,
    /// What all looked like in the end, if at rest and if the source wanted to know.
    pub end_state: Option<u128>,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which, by its position among the subject's promises.
    pub promise: usize,
    /// How, in a word: "duplicate", "lost".
    pub word: &'static str,
    /// After how many steps.
    pub step: u32,
    /// How, in a sentence. Empty in a bare run.
    pub detail: String,
}

/// Collects the breaches of a run; each promise and word counts once.
#[derive(Debug, Default)]
pub struct Breaches {
    pub(crate) found: Vec<Breach>,
    pub(crate) step: u32,
    pub(crate) explain: bool,
}

impl Breaches {
    /// Reports that a promise, given by its position, is broken: in a word, and in a sentence if one is wanted.
    pub fn report(&mut self, promise: usize, word: &'static str, detail: impl FnOnce() -> String) {
        if !self.found.iter().any(|breach| breach.promise == promise && breach.word == word) {
            let detail = if self.explain { detail() } else { String::new() };
            self.found.push(Breach { promise, word, step: self.step, detail });
        }
    }

    /// Whether nothing was reported so far.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}
