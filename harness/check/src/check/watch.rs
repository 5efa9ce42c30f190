use anechoic_engine::search::{Covered, Findings, Watch};
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// How much a check may cost, all its searches together.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// How long it may take.
    pub time: Duration,
    /// How many runs it may make.
    pub executions: u64,
    /// Is set when somebody has had enough.
    pub interrupted: &'static AtomicBool,
}

impl Budget {
    /// So much time, and nobody to interrupt.
    pub fn time(time: Duration) -> Budget {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Budget { time, executions: u64::MAX, interrupted: &NEVER }
    }
}

/// How far a check has got.
#[derive(Clone, Debug)]
pub struct Progress {
    /// What is being searched.
    pub what: String,
    /// Runs, of all searches so far.
    pub executions: u64,
    /// States of this search.
    pub states: u64,
    /// Its open branches.
    pub frontier: u64,
    /// The bound that it has covered.
    pub covered: Option<Covered>,
}

/// Somebody who watches the progress of a check.
pub trait Spectator: Sync {
    /// It has got so far.
    fn look(&self, progress: Progress);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Spectator for Silent {
    fn look(&self, _: Progress) {}
}

/// Keeps the budget of a check.
pub struct Clockwork<'s> {
    began: Instant,
    budget: Budget,
    executions: AtomicU64,
    spectator: &'s dyn Spectator,
}

impl<'s> Clockwork<'s> {
    /// Starts the clock.
    pub fn new(budget: Budget, spectator: &'s dyn Spectator) -> Clockwork<'s> {
        Clockwork { began: Instant::now(), budget, executions: AtomicU64::new(0), spectator }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// A watch over one search of it.
    pub fn watch(&self, what: String) -> OneSearch<'_> {
        OneSearch { clockwork: self, what, counted: 0, shown: 0, most: u64::MAX }
    }
}

/// The watch over one search.
pub struct OneSearch<'c> {
    clockwork: &'c Clockwork<'c>,
    what: String,
    counted: u64,
    shown: u64,
    most: u64,
}

impl OneSearch<'_> {
    /// How many runs it has seen.
    pub fn counted(&self) -> u64 {
        self.counted
    }

    /// The same, for a search of at most so many runs.
    #[must_use]
    pub fn at_most(self, most: u64) -> Self {
        OneSearch { most, ..self }
    }

    /// Whether the budget is used up, or as many runs are made as this search may make.
    pub fn is_over(&self) -> bool {
        let Clockwork { budget, executions, .. } = self.clockwork;
        self.counted >= self.most
            || budget.interrupted.load(Ordering::Relaxed)
            || executions.load(Ordering::Relaxed) >= budget.executions
            || self.clockwork.elapsed() >= budget.time
    }
}

impl Watch for OneSearch<'_> {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        /// Often enough for an eye, seldom enough for speed.
        const SHOW_EVERY: u64 = 4096;
        let more = so_far.executions - self.counted;
        let executions = self.clockwork.executions.fetch_add(more, Ordering::Relaxed) + more;
        self.counted = so_far.executions;
        if self.counted - self.shown >= SHOW_EVERY {
            self.shown = self.counted;
            let Findings { states, frontier, covered, .. } = *so_far;
            let what = self.what.clone();
            self.clockwork.spectator.look(Progress { what, executions, states, frontier, covered });
        }
        !self.is_over()
    }
}
