use super::{Examination, Verdict};
use crate::promise;
use anechoic_model::Promise;

/// The verdicts on many tasks, counted. Of the tasks no more are kept than are told of one by one.
pub struct Tally {
    named: Vec<Promise>,
    keep: usize,
    tasks: u64,
    shows_calls: bool,
    verdicts: [[u64; 3]; Promise::ALL.len()],
    first: Option<Examination>,
    is_so_far: [bool; Promise::ALL.len()],
    broken: u64,
    first_broken: Vec<Examination>,
}

impl Tally {
    /// Nothing is counted yet. These promises are asked for; if none is named, see [`asked`](Tally::asked). So many of the
    /// tasks that break one are kept.
    pub fn new(named: Vec<Promise>, keep: usize) -> Tally {
        Tally {
            named,
            keep,
            tasks: 0,
            shows_calls: false,
            verdicts: [[0; 3]; Promise::ALL.len()],
            first: None,
            is_so_far: [false; Promise::ALL.len()],
            broken: 0,
            first_broken: Vec::new(),
        }
    }

    /// Counts a task. Those that are kept are the first as they were met.
    pub fn count(&mut self, task: &Examination) {
        self.tasks += 1;
        self.shows_calls |= task.shows_calls;
        for (counts, judged) in self.verdicts.iter_mut().zip(&task.judged) {
            counts[judged.verdict as usize] += 1;
        }
        for (is_so_far, judged) in self.is_so_far.iter_mut().zip(&task.judged) {
            *is_so_far |= judged.is_so_far;
        }
        if self.first.as_ref().is_none_or(|first| task.met < first.met) {
            self.first = Some(task.clone());
        }
        let is_named = |promise: &Promise| self.named.is_empty() || self.named.contains(promise);
        let is_broken = |promise: &Promise| task.judged[*promise as usize].verdict == Verdict::Violated;
        if Promise::ALL.iter().any(|promise| is_named(promise) && is_broken(promise)) {
            self.broken += 1;
            let at = self.first_broken.partition_point(|broken| broken.met < task.met);
            if at < self.keep {
                self.first_broken.insert(at, task.clone());
                self.first_broken.truncate(self.keep);
            }
        }
    }

    /// How many tasks there are.
    pub fn tasks(&self) -> u64 {
        self.tasks
    }

    /// How many of them have this verdict.
    pub fn of(&self, promise: Promise, verdict: Verdict) -> u64 {
        self.verdicts[promise as usize][verdict as usize]
    }

    /// The worst verdict on a promise, if there is a task.
    pub fn worst(&self, promise: Promise) -> Option<Verdict> {
        let worst_first = [Verdict::Violated, Verdict::CannotTell, Verdict::Holds];
        worst_first.into_iter().find(|verdict| self.of(promise, *verdict) > 0)
    }

    /// The task that was met first.
    pub fn first(&self) -> Option<&Examination> {
        self.first.as_ref()
    }

    /// How many tasks break a promise that is asked for.
    pub fn broken(&self) -> u64 {
        self.broken
    }

    /// The first of them, as they were met.
    pub fn first_broken(&self) -> &[Examination] {
        &self.first_broken
    }

    /// The promises that are asked for: only these count in the verdict.
    ///
    /// They are those that were named. If none was, it depends on what was found, because hardly any trace can show that
    /// some promises are kept, and what cannot be told is no pass: each promise says when it counts.
    pub fn asked(&self) -> Vec<Promise> {
        match self.named.is_empty() {
            true => promise::counting(self),
            false => self.named.clone(),
        }
    }

    /// Whether a task breaks this promise.
    pub(crate) fn is_broken(&self, promise: Promise) -> bool {
        self.of(promise, Verdict::Violated) > 0
    }

    /// Whether a task would break this promise if a file that does not say where it ends was all there was.
    pub(crate) fn is_so_far(&self, promise: Promise) -> bool {
        self.is_so_far[promise as usize]
    }

    /// Whether it is shown what was asked of a task.
    pub(crate) fn shows_calls(&self) -> bool {
        self.shows_calls
    }
}
