//! One search on several threads: each works on a part of it, and who has none is given a part of another's.
use super::{
    Exhaustive, Findings, Limit, Reduce, Watch,
    exhaustive::Ended,
    few::Few,
    odometer::{Odometer, goes_back},
    part::{Done, Part},
    runs::Runs,
    seen::Seen,
};
use crate::Subject;
use std::{
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// Makes all runs within a limit, as [`Exhaustive::search`] does with one thread. Nothing, if no thread could be started.
pub(super) fn make(
    how: &Exhaustive,
    subject: &dyn Subject,
    limit: Limit,
    parts: &[Part],
    seen: &Seen,
    findings: &mut Findings,
    watch: &mut dyn Watch,
) -> Option<(Ended, bool)> {
    let crew = Crew {
        how,
        subject,
        limit,
        seen,
        parts: Mutex::new(parts.to_vec()),
        changed: Condvar::new(),
        hungry: 0.into(),
        crew: how.threads.into(),
        done: AtomicBool::new(false),
        stopped: AtomicBool::new(false),
        paused: AtomicBool::new(false),
        limited: AtomicBool::new(false),
        executions: AtomicU64::new(0),
        told: Mutex::default(),
    };
    let all: Vec<Findings> = thread::scope(|scope| {
        let start = || thread::Builder::new().spawn_scoped(scope, || crew.work()).ok();
        let workers: Vec<_> = (0..how.threads).map_while(|_| start()).collect();
        crew.is_of(workers.len());
        crew.oversee(findings, watch);
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    if all.is_empty() {
        return None;
    }
    for found in all {
        findings.absorb(found);
    }
    seen.tell(findings);
    let ended = match crew.stopped.into_inner() {
        true if findings.diverged.is_some() => Ended::Diverged,
        true => Ended::OutOfTime,
        false => Ended::Complete,
    };
    Some((ended, crew.limited.into_inner()))
}

/// The threads of one search, and what they share.
struct Crew<'c> {
    how: &'c Exhaustive,
    subject: &'c dyn Subject,
    limit: Limit,
    seen: &'c Seen,
    /// Parts of the search that nobody works on yet.
    parts: Mutex<Vec<Part>>,
    changed: Condvar,
    /// How many threads wait for a part.
    hungry: AtomicUsize,
    /// How many threads there are.
    crew: AtomicUsize,
    done: AtomicBool,
    stopped: AtomicBool,
    /// Whether the runs with few context switches are made first.
    paused: AtomicBool,
    limited: AtomicBool,
    executions: AtomicU64,
    /// What the threads have told that they have done.
    told: Mutex<Done>,
}

impl Crew<'_> {
    fn parts(&self) -> MutexGuard<'_, Vec<Part>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// So many threads could be started. Those that were hungry before that was known may be all there are.
    fn is_of(&self, workers: usize) {
        let _parts = self.parts();
        self.crew.store(workers, Ordering::Relaxed);
        if self.hungry.load(Ordering::Relaxed) >= workers {
            self.done.store(true, Ordering::Release);
            self.changed.notify_all();
        }
    }

    /// Waits for the work to be done, and stops it if the watch says so. When the runs turn out to be many, lets those with few
    /// context switches be made meanwhile.
    fn oversee(&self, so_far: &mut Findings, watch: &mut dyn Watch) {
        /// Often enough that nobody notices the difference.
        const LOOK_EVERY: Duration = Duration::from_millis(2);
        let mut few = Few::of(self.how, self.limit);
        let mut parts = self.parts();
        while !self.done.load(Ordering::Acquire) {
            let executions = so_far.executions + self.executions.load(Ordering::Relaxed);
            let states = so_far.states;
            let told = *self.told();
            let ahead = told.ahead(self.limit, so_far.executions + told.runs);
            if !watch.go_on(&Findings { executions, states, ahead, ..Findings::default() }) {
                self.stopped.store(true, Ordering::Relaxed);
            }
            if self.executions.load(Ordering::Relaxed) >= few.after() {
                self.paused.store(true, Ordering::Relaxed);
                drop(parts);
                few.make(self.how, self.subject, self.limit, so_far, watch);
                // Whoever is about to wait holds the parts, and so does not miss this.
                parts = self.parts();
                self.paused.store(false, Ordering::Relaxed);
                self.changed.notify_all();
            }
            parts = self.changed.wait_timeout(parts, LOOK_EVERY).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn work(&self) -> Findings {
        let mut findings = Findings::default();
        // Without states nobody knows what another thread is done with.
        let reduce = Reduce { sleep: self.how.reduce.sleep && self.how.reduce.states, ..self.how.reduce };
        let mut runs = Runs::of(self.subject, goes_back(reduce, self.how.collect));
        while let Some(part) = self.take() {
            let mut told = Done::default();
            let mut odometer = Odometer::new(part, reduce, self.limit, self.seen, self.how.collect);
            loop {
                let outcome = runs.make(&mut odometer);
                if let Some(why) = odometer.diverged.take() {
                    findings.diverged = Some(why.into());
                    self.stopped.store(true, Ordering::Relaxed);
                    break;
                }
                findings.note(&outcome, || odometer.path());
                if findings.diverged.is_some() {
                    self.stopped.store(true, Ordering::Relaxed);
                }
                self.executions.fetch_add(1, Ordering::Relaxed);
                if self.stopped.load(Ordering::Relaxed) || !odometer.turn() {
                    break;
                }
                if odometer.is_looked_at() {
                    self.tell(&odometer, &mut told);
                }
                if self.paused.load(Ordering::Relaxed) {
                    self.wait();
                }
                if self.hungry.load(Ordering::Relaxed) > 0 {
                    self.share(&mut odometer);
                }
            }
            self.tell(&odometer, &mut told);
            self.limited.fetch_or(odometer.limited, Ordering::Relaxed);
        }
        findings
    }

    fn told(&self) -> MutexGuard<'_, Done> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the others what is done of a part, beyond what was told before.
    fn tell(&self, odometer: &Odometer<'_>, before: &mut Done) {
        let done = odometer.done();
        let mut told = self.told();
        *told = told.and(done.since(*before));
        *before = done;
    }

    /// Waits as long as others are made first.
    fn wait(&self) {
        let mut parts = self.parts();
        while self.paused.load(Ordering::Relaxed) {
            parts = self.changed.wait(parts).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes a part; none if all work is done.
    fn take(&self) -> Option<Part> {
        let mut parts = self.parts();
        loop {
            if self.stopped.load(Ordering::Relaxed) {
                parts.clear();
            }
            if let Some(part) = parts.pop() {
                return Some(part);
            }
            // With nothing left and everybody hungry, nobody will ever give anything.
            if self.hungry.fetch_add(1, Ordering::Relaxed) + 1 == self.crew.load(Ordering::Relaxed) {
                self.done.store(true, Ordering::Release);
                self.changed.notify_all();
            }
            while parts.is_empty() && !self.done.load(Ordering::Acquire) {
                parts = self.changed.wait(parts).unwrap_or_else(PoisonError::into_inner);
            }
            if self.done.load(Ordering::Acquire) {
                return None;
            }
            self.hungry.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Gives a part of one's own work to those who have none.
    fn share(&self, odometer: &mut Odometer<'_>) {
        let mut parts = self.parts();
        if parts.is_empty()
            && let Some(part) = odometer.split()
        {
            parts.push(part);
            self.changed.notify_all();
        }
    }
}
