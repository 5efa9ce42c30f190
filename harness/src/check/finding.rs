use super::{Budget, Clockwork, Counterexample, Remedy, Report, Silent, jobs, remedy};
use crate::{TaskScenario, VARIANTS, Variant};
use anechoic::{
    Record, Scenario,
    search::{Path, nearest_passing},
};
use anechoic_evidence::{Clause, why};
use anechoic_model::Promise;
use std::{sync::atomic::AtomicBool, time::Duration};

/// A run to be shown, with all that is known about it.
pub struct Finding<'r> {
    /// The run, and the promise that it was searched for.
    pub found: &'r Counterexample,
    /// The version that was run.
    pub variant: &'static Variant,
    /// Whether it is the smallest of all scenes to break one of its promises.
    pub is_least: bool,
    /// The same run, for each other promise that it is the smallest to break.
    pub also: Vec<&'r Counterexample>,
    /// How the broken promise follows from what happened.
    pub why: Vec<Clause>,
    /// What would have to be otherwise, and whether the promise holds then.
    pub remedies: Vec<Remedy>,
    /// A run that keeps every promise, as near as there is one, and what it is.
    pub passing: Option<(String, Record)>,
}

/// What is asked about one run may cost so much, so that it is the same on every machine,
const RUNS: u64 = 200_000;
/// and takes no longer than this on the slowest.
const TIME: Duration = Duration::from_secs(20);

impl<'r> Finding<'r> {
    /// The runs of a check that are shown. Of many specimens, a table says enough.
    pub fn all(report: &'r Report, interrupted: &'static AtomicBool) -> Vec<Finding<'r>> {
        let mut shown: Vec<Vec<&Counterexample>> = Vec::new();
        for variant in report.request.variants.iter().filter(|variant| report.is_shown(variant)) {
            for promise in Promise::ALL {
                let all = report.of(variant).flat_map(|checked| &checked.counterexamples);
                let mut found: Vec<_> = all.filter(|found| found.promise == promise).collect();
                found.sort_by_key(|found| found.size);
                for found in found {
                    match shown.iter_mut().find(|runs| runs[0].is_same_run(found)) {
                        Some(same) => same.push(found),
                        None => shown.push(vec![found]),
                    }
                }
            }
        }
        jobs::in_parallel(&shown, usize::MAX, |runs| Finding::new(report, runs, interrupted))
    }

    fn new(report: &Report, runs: &[&'r Counterexample], interrupted: &'static AtomicBool) -> Finding<'r> {
        let (found, also) = (runs[0], runs[1..].to_vec());
        let clockwork = Clockwork::new(
            Budget { time: TIME.min(report.request.budget.time), executions: RUNS, interrupted },
            &Silent,
        );
        let variant = found.situation().1;
        let others = || report.of(variant).flat_map(|checked| &checked.counterexamples);
        let is_least = |run: &&Counterexample| {
            let same = others().filter(|other| other.promise == run.promise);
            same.min_by_key(|other| other.size).is_some_and(|least| least.is_same_run(run))
        };
        Finding {
            variant,
            is_least: runs.iter().any(is_least),
            why: why(&found.record, &found.breach),
            remedies: remedy::remedies(found, &clockwork),
            passing: passing(found),
            found,
            also,
        }
    }
}

/// The nearest run that keeps every promise; or, where the version can keep none, what ships in the same situation.
fn passing(found: &Counterexample) -> Option<(String, Record)> {
    let (scene, variant, settings) = found.situation();
    let subject = TaskScenario::new(scene, variant, &settings);
    if let Some(path) = nearest_passing(&subject, &found.path) {
        return Some(("the nearest run that keeps every promise".into(), path.replay(&subject).1));
    }
    let ships = VARIANTS.iter().find(|variant| !variant.is_specimen())?;
    let subject = TaskScenario::new(scene, ships, &settings);
    let premises = subject.scenario.premises().len();
    let path = Path(found.path.0.iter().copied().take(premises).collect());
    let (outcome, record) = path.replay(&subject);
    let what = format!("a run of `{}`, which ships, in the same situation", ships.name);
    outcome.breaches.is_empty().then_some((what, record))
}
