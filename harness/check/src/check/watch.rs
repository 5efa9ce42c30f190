use anechoic_engine::search::{Ahead, Findings, Watch};
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
    /// How many searches are done.
    pub done: u64,
    /// How many are to be done, as far as that is known: what is found asks for more.
    pub all: u64,
    /// How much time the budget leaves: it is over by then, whatever is found.
    pub most: Duration,
    /// How long it will take as it goes now; nothing, where nobody knows how many runs there will be.
    pub about: Option<Duration>,
    /// States of this search.
    pub states: u64,
    /// The part of this search that is being done; nothing where it cannot be told how large it is.
    pub part: Option<Part>,
}

/// The runs of a search that are being made, of which it can be estimated how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Those with at most so many faults; none if it is all of them.
    pub faults: Option<u32>,
    /// How long they will take as it goes now, if none of them turns out to show what is known. Mostly it is less.
    pub left: Duration,
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
    done: AtomicU64,
    all: AtomicU64,
    /// How many runs there will be, where that is known beforehand.
    runs: Option<u64>,
    spectator: &'s dyn Spectator,
}

impl<'s> Clockwork<'s> {
    /// Starts the clock.
    pub fn new(budget: Budget, spectator: &'s dyn Spectator) -> Clockwork<'s> {
        let (began, zero) = (Instant::now(), || AtomicU64::new(0));
        Clockwork { began, budget, executions: zero(), done: zero(), all: zero(), runs: None, spectator }
    }

    /// The same, where there will be so many runs.
    #[must_use]
    pub(super) fn of_runs(self, runs: Option<u64>) -> Clockwork<'s> {
        Clockwork { runs, ..self }
    }

    /// So many more searches are to be done.
    pub(super) fn expects(&self, searches: usize) {
        self.all.fetch_add(searches as u64, Ordering::Relaxed);
    }

    /// One of them is.
    pub(super) fn has_done_one(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    /// How long it may still take, and how long it will, after so many runs.
    fn left(&self, executions: u64) -> (Duration, Option<Duration>) {
        let elapsed = self.elapsed();
        let at_this_rate = |runs: u64| at_this_rate(elapsed, executions, runs);
        let time = self.budget.time.saturating_sub(elapsed);
        let most = time.min(at_this_rate(self.budget.executions));
        (most, self.runs.map(at_this_rate).map(|about| about.min(most)))
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// A watch over one search of it.
    pub fn watch(&self, what: String) -> OneSearch<'_> {
        let now = Instant::now();
        OneSearch { clockwork: self, what, counted: 0, began: now, shown: now, most: u64::MAX }
    }
}

/// How long it takes until there are so many runs, if some took so long.
fn at_this_rate(elapsed: Duration, executions: u64, runs: u64) -> Duration {
    let each = elapsed.as_secs_f64() / executions.max(1) as f64;
    Duration::try_from_secs_f64(each * runs.saturating_sub(executions) as f64).unwrap_or(Duration::MAX)
}

/// The watch over one search.
pub struct OneSearch<'c> {
    clockwork: &'c Clockwork<'c>,
    what: String,
    counted: u64,
    began: Instant,
    shown: Instant,
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
        /// Often enough for an eye.
        const SHOW_EVERY: Duration = Duration::from_millis(100);
        let more = so_far.executions - self.counted;
        let executions = self.clockwork.executions.fetch_add(more, Ordering::Relaxed) + more;
        self.counted = so_far.executions;
        if self.shown.elapsed() >= SHOW_EVERY {
            self.shown = Instant::now();
            let left = |runs| at_this_rate(self.began.elapsed(), self.counted, runs);
            let part =
                so_far.ahead.map(|Ahead { faults, executions }| Part { faults, left: left(executions) });
            let what = self.what.clone();
            let of = |number: &AtomicU64| number.load(Ordering::Relaxed);
            let (done, all) = (of(&self.clockwork.done), of(&self.clockwork.all));
            let (most, about) = self.clockwork.left(executions);
            let states = so_far.states;
            let progress = Progress { what, executions, done, all, most, about, states, part };
            self.clockwork.spectator.look(progress);
        }
        !self.is_over()
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, Clockwork, Silent};
    use std::{thread::sleep, time::Duration};

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn what_is_left_is_what_the_budget_leaves_and_an_estimate_only_where_the_runs_are_known() {
        let clockwork = Clockwork::new(Budget::time(MINUTE), &Silent);
        sleep(Duration::from_millis(20));
        let (most, about) = clockwork.left(1_000);
        assert!(most < MINUTE && most > MINUTE / 2, "{most:?}");
        assert_eq!(about, None, "nobody knows how many runs there are");

        let sample = Clockwork::new(Budget::time(MINUTE), &Silent).of_runs(Some(2_000));
        sleep(Duration::from_millis(20));
        let (_, about) = sample.left(1_000);
        let half = sample.elapsed();
        assert!(about.is_some_and(|about| about >= Duration::from_millis(20) && about <= half), "{about:?}");
        assert_eq!(sample.left(2_000).1, Some(Duration::ZERO), "all are made");

        let few = Budget { executions: 1_001, ..Budget::time(MINUTE) };
        let few = Clockwork::new(few, &Silent);
        sleep(Duration::from_millis(20));
        assert!(few.left(1_000).0 < Duration::from_secs(1), "one run is left");
    }
}
