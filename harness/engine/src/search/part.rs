//! A part of a search, and how much of all of it is done.
use super::{Ahead, Limit, Path};

/// All runs that begin with these choices.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) path: Path,
    /// Which share of the search it is taken for, between 0 and 1: each way has the same share of what comes after its point.
    pub(super) share: f64,
}

impl Part {
    /// Parts that are taken for equal.
    pub(super) fn equal(prefixes: Vec<Path>) -> Vec<Part> {
        let share = 1.0 / prefixes.len() as f64;
        prefixes.into_iter().map(|path| Part { path, share }).collect()
    }
}

/// How far a pass has got.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Done {
    /// So many runs are made.
    pub(super) runs: u64,
    /// They are this share of it.
    pub(super) share: f64,
}

impl Done {
    pub(super) fn and(self, more: Done) -> Done {
        Done { runs: self.runs + more.runs, share: self.share + more.share }
    }

    /// What a part has done since it was asked last.
    pub(super) fn since(self, before: Done) -> Done {
        Done { runs: self.runs - before.runs, share: self.share - before.share }
    }

    /// How many runs there will be, if a search has made so many altogether. Nothing, in a pass that is made besides.
    pub(super) fn ahead(self, limit: Limit, executions: u64) -> Option<Ahead> {
        let is_told = self.share > 0.0 && limit.switches.is_none();
        let faults = (limit != Limit::NONE).then_some(limit.faults);
        let left = self.runs as f64 * (1.0 - self.share).max(0.0) / self.share;
        is_told.then(|| Ahead { faults, executions: executions.saturating_add(left as u64) })
    }
}
