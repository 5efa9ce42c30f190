use anechoic::search::{Findings, Watch};
use std::time::{Duration, Instant};

/// Somebody who watches the progress of a check.
pub trait Spectator: Sync {
    /// This many runs more were made.
    fn runs(&self, more: u64);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Spectator for Silent {
    fn runs(&self, _: u64) {}
}

/// The time that a check may take, all its searches together.
pub struct Clockwork<'s> {
    began: Instant,
    max_time: Duration,
    spectator: &'s dyn Spectator,
}

impl<'s> Clockwork<'s> {
    /// Starts the clock.
    pub fn new(max_time: Duration, spectator: &'s dyn Spectator) -> Clockwork<'s> {
        Clockwork { began: Instant::now(), max_time, spectator }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    pub(super) fn watch(&self) -> OneSearch<'_> {
        OneSearch { clockwork: self, told: 0 }
    }
}

/// The watch over one search.
pub(super) struct OneSearch<'c> {
    clockwork: &'c Clockwork<'c>,
    told: u64,
}

impl OneSearch<'_> {
    pub(super) fn is_over(&self) -> bool {
        self.clockwork.elapsed() >= self.clockwork.max_time
    }
}

impl Watch for OneSearch<'_> {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        /// Often enough for an eye, seldom enough for speed.
        const TELL_EVERY: u64 = 4096;
        if so_far.executions - self.told >= TELL_EVERY {
            self.clockwork.spectator.runs(so_far.executions - self.told);
            self.told = so_far.executions;
        }
        !self.is_over()
    }
}
