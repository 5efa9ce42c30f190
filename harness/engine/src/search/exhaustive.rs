use super::{
    Covered, Findings, Limit, Path, Shard, Watch,
    few::Few,
    odometer::{Odometer, goes_back},
    parallel,
    part::{Done, Part},
    runs::Runs,
    seen::Seen,
};
use crate::Subject;

/// What an exhaustive search may skip, because it would find nothing new there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reduce {
    /// How a run begins that begins as the one before: it is made from where the two part. Every run is made all the same.
    pub beginnings: bool,
    /// What follows a state that was met before, with no more faults left than then.
    pub states: bool,
    /// What differs only in which of several interchangeable actors does it. Works on states.
    pub symmetry: bool,
    /// What differs only in the order of operations that do not conflict. On several threads, works on states.
    pub sleep: bool,
}

impl Reduce {
    /// Nothing: every run is made. Slow, and the judge of all that is clever.
    pub const NOTHING: Reduce = Reduce { beginnings: false, states: false, symmetry: false, sleep: false };
    /// No run, but what it has in common with the one before.
    pub const BEGINNINGS: Reduce = Reduce { beginnings: true, ..Reduce::NOTHING };
    /// All that can be skipped.
    pub const ALL: Reduce = Reduce { beginnings: true, states: true, symmetry: true, sleep: true };

    /// Whether every run is made.
    pub(super) fn skips_no_run(self) -> bool {
        !self.states && !self.sleep
    }
}

/// How to make every run there is, or at least one of each kind.
#[derive(Clone, Copy, Debug)]
pub struct Exhaustive {
    /// What may be skipped.
    pub reduce: Reduce,
    /// How many threads share the work. With more than one, nothing sleeps unless known states are skipped, too: only then one
    /// knows what another is done with.
    pub threads: usize,
    /// So many states are remembered at most. What is met when there is no room any more is searched as if it were new each time: that
    /// takes longer and finds the same.
    pub most_states: u64,
    /// Which part of the bound to search, if not all of it.
    pub shard: Option<Shard>,
    /// What to collect besides.
    pub collect: Collect,
    /// Whether it ends with the fewest faults that break a promise: all runs with so many are made, and none with more.
    pub ends_when_broken: bool,
}

/// What a search collects at the cost of some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Collect {
    /// What all looks like in the end.
    pub end_states: bool,
    /// Which operation went wrong in which way.
    pub coverage: bool,
}

impl Default for Exhaustive {
    /// Every reduction, one thread, all of the bound.
    fn default() -> Exhaustive {
        Exhaustive {
            reduce: Reduce::ALL,
            threads: 1,
            most_states: u64::MAX,
            shard: None,
            collect: Collect::default(),
            ends_when_broken: false,
        }
    }
}

impl Exhaustive {
    /// The same, skipping this.
    #[must_use]
    pub fn reduce(reduce: Reduce) -> Exhaustive {
        Exhaustive { reduce, ..Exhaustive::default() }
    }

    /// Makes the runs: first those without a fault, then those with at most one, and so on. So a search that ends early
    /// has covered a smaller bound, which [`Findings::covered`] names.
    ///
    /// When the runs with so many faults turn out to be many, those with few context switches are made before it goes on.
    pub fn search(&self, subject: &dyn Subject, watch: &mut dyn Watch) -> Findings {
        let mut findings = Findings::default();
        let prefixes = self.prefixes(subject);
        if self.reduce.skips_no_run() && self.shard.is_none() {
            let (ended, _) = self.pass(subject, Limit::NONE, prefixes, &mut findings, watch);
            findings.complete = ended == Ended::Complete;
            return findings;
        }
        for faults in 0.. {
            let limit = Limit { faults, switches: None };
            let (ended, limited) = self.pass(subject, limit, prefixes.clone(), &mut findings, watch);
            if ended != Ended::Complete {
                break;
            }
            findings.covered = Some(Covered { faults: Some(faults), few_switches: None });
            findings.complete = !limited;
            if findings.complete || self.ends_when_broken && !findings.broken.is_empty() {
                break;
            }
        }
        findings
    }

    /// How the runs begin that it makes.
    pub(super) fn prefixes(&self, subject: &dyn Subject) -> Vec<Path> {
        self.shard.map_or_else(|| vec![Path::default()], |shard| shard.prefixes(subject))
    }

    /// Makes all runs within a limit that begin in one of these ways. Says whether there are any beyond the limit.
    pub(super) fn pass(
        &self,
        subject: &dyn Subject,
        limit: Limit,
        prefixes: Vec<Path>,
        findings: &mut Findings,
        watch: &mut dyn Watch,
    ) -> (Ended, bool) {
        let seen = Seen::new(self.threads, self.most_states);
        let parts = Part::equal(prefixes);
        findings.ahead = None;
        if self.threads > 1
            && let Some(made) = parallel::make(self, subject, limit, &parts, &seen, findings, watch)
        {
            return made;
        }
        let (mut limited, mut before) = (false, Done::default());
        for (index, part) in parts.into_iter().enumerate() {
            // A beginning that leads to one run only is done before anybody asks.
            if index > 0 && !watch.go_on(findings) {
                return (Ended::OutOfTime, limited);
            }
            let mut odometer = Odometer::new(part, self.reduce, limit, &seen, self.collect);
            let mut runs = Runs::of(subject, goes_back(self.reduce, self.collect));
            let mut few = Few::of(self, limit);
            let ended = loop {
                let most = few.after().saturating_sub(odometer.runs());
                match make((&mut odometer, &mut runs), (&seen, before), findings, most, watch) {
                    Ended::Large => few.make(self, subject, limit, findings, watch),
                    ended => break ended,
                }
            };
            limited |= odometer.limited;
            before = before.and(odometer.done());
            if ended != Ended::Complete {
                return (ended, limited);
            }
        }
        (Ended::Complete, limited)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Complete,
    Large,
    OutOfTime,
    Diverged,
}

/// Makes runs until all are made, or as many as are allowed now.
fn make(
    (odometer, runs): (&mut Odometer<'_>, &mut Runs<'_>),
    (seen, before): (&Seen, Done),
    findings: &mut Findings,
    most: u64,
    watch: &mut dyn Watch,
) -> Ended {
    for _ in 0..most {
        let outcome = runs.make(odometer);
        if let Some(why) = odometer.diverged.take() {
            findings.diverged = Some(why.into());
            return Ended::Diverged;
        }
        findings.note(&outcome, || odometer.path());
        if findings.diverged.is_some() {
            return Ended::Diverged;
        }
        seen.tell(findings);
        if !odometer.turn() {
            return Ended::Complete;
        }
        if odometer.is_looked_at() {
            findings.ahead = before.and(odometer.done()).ahead(odometer.limit, findings.executions);
        }
        if !watch.go_on(findings) {
            return Ended::OutOfTime;
        }
    }
    Ended::Large
}
