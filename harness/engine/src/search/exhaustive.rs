use super::{Covered, Findings, Limit, Watch, odometer::Odometer};
use crate::Subject;

/// What an exhaustive search may skip, because it would find nothing new there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reduce {
    /// What follows a state that was met before, with no more faults left than then.
    pub states: bool,
    /// What differs only in which of several interchangeable actors does it. Works on states.
    pub symmetry: bool,
    /// What differs only in the order of operations that do not conflict.
    pub sleep: bool,
}

impl Reduce {
    /// Nothing: every run is made. Slow, and the judge of all that is clever.
    pub const NOTHING: Reduce = Reduce { states: false, symmetry: false, sleep: false };
    /// All that can be skipped.
    pub const ALL: Reduce = Reduce { states: true, symmetry: true, sleep: true };
}

/// A level that takes more runs than this is large.
const LARGE: u64 = 1_000_000;
/// In a large level, first all runs with this many context switches are made. Few bugs need more.
const FEW_SWITCHES: u32 = 2;

/// Makes every run there is, or at least one of each kind: first those without a fault, then those with at most one,
/// and so on. So a search that ends early has covered a smaller bound, which [`Findings::covered`] names.
///
/// When the runs with so many faults turn out to be many, those with few context switches are made first. Nothing
/// sleeps in them: the run that stands for a sleeping one may have more switches.
pub fn exhaustive(
    subject: &dyn Subject,
    reduce: Reduce,
    end_states: bool,
    watch: &mut dyn Watch,
) -> Findings {
    let mut findings = Findings::default();
    if reduce == Reduce::NOTHING {
        let mut pass = Odometer::new(reduce, Limit::NONE, end_states);
        findings.complete = make(subject, &mut pass, &mut findings, u64::MAX, watch) == Ended::Complete;
        return findings;
    }
    for faults in 0.. {
        let mut pass = Odometer::new(reduce, Limit { faults, switches: None }, end_states);
        let mut ended = make(subject, &mut pass, &mut findings, LARGE, watch);
        if ended == Ended::Large {
            few_switches(subject, reduce, faults, &mut findings, watch);
            ended = make(subject, &mut pass, &mut findings, u64::MAX, watch);
        }
        if ended != Ended::Complete {
            return findings;
        }
        findings.covered = Some(Covered { faults, more: None });
        if !pass.limited {
            findings.complete = true;
            return findings;
        }
    }
    findings
}

/// Makes all runs with so many faults and few context switches, as far as time goes.
fn few_switches(
    subject: &dyn Subject,
    reduce: Reduce,
    faults: u32,
    findings: &mut Findings,
    watch: &mut dyn Watch,
) {
    let before = findings.covered.map(|covered| covered.faults);
    for switches in 0..=FEW_SWITCHES {
        let reduce = Reduce { sleep: false, states: true, ..reduce };
        let mut pass = Odometer::new(reduce, Limit { faults, switches: Some(switches) }, false);
        if make(subject, &mut pass, findings, u64::MAX, watch) != Ended::Complete {
            return;
        }
        findings.covered = Some(Covered { faults: before.unwrap_or(faults), more: Some((faults, switches)) });
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    Complete,
    Large,
    OutOfTime,
}

/// Makes runs until all are made, or as many as are allowed now.
fn make(
    subject: &dyn Subject,
    pass: &mut Odometer,
    findings: &mut Findings,
    most: u64,
    watch: &mut dyn Watch,
) -> Ended {
    let before = findings.states;
    for _ in 0..most {
        let outcome = subject.run(pass);
        findings.note(&outcome, || pass.path());
        findings.states = before.max(pass.states());
        if !pass.turn() {
            return Ended::Complete;
        }
        if !watch.go_on(findings) {
            return Ended::OutOfTime;
        }
    }
    Ended::Large
}
