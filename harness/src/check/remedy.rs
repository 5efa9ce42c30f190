//! What would have to be otherwise for a promise to hold, and the nearest run in which it does.
use super::{Clockwork, jobs, search::Run, ships};
use crate::{
    Settings, TaskScenario, VARIANTS, Variant,
    report::{Found, Passing, Remedy, Report},
    situation::TaskReplay,
};
use anechoic::{
    Scenario, StepKind,
    search::{Collect, Exhaustive, Findings, Path, Reduce, nearest_passing},
};
use anechoic_model::Promise;

/// What is asked about one run may cost so many runs, so that it is the same on every machine that has the time.
const RUNS: u64 = 200_000;

/// Finds them for every run that is shown.
pub(super) fn find_all(report: &mut Report, runs: &[Vec<Run>], clockwork: &Clockwork<'_>) {
    let heads: Vec<(usize, usize)> = report.shown().iter().map(|shown| shown.at).collect();
    let found = jobs::in_parallel(&heads, usize::MAX, |(result, broken)| {
        let (run, found) = (&runs[*result][*broken], &report.results[*result].broken[*broken].run);
        (remedies(run, found, clockwork), passing(run, clockwork))
    });
    for ((result, broken), (remedies, passing)) in heads.into_iter().zip(found) {
        let run = &mut report.results[result].broken[broken].run;
        (run.remedies, run.passing) = (remedies, passing);
    }
}

/// Takes away, one at a time, what a run needs, and searches its bound again.
fn remedies(run: &Run, found: &Found, clockwork: &Clockwork<'_>) -> Vec<Remedy> {
    let Run { scene, variant, settings, path } = run;
    let mut left = RUNS;
    let mut remedies = Vec::new();
    let mut ask = |change: String, variant: &'static Variant, settings: Settings| {
        let mut watch = clockwork.watch(format!("{} {}", scene.name, change)).at_most(left);
        let search = Exhaustive { reduce: Reduce::ALL, threads: 1, shard: None, collect: Collect::default() };
        let findings = match watch.is_over() {
            true => Findings::default(),
            false => search.search(&TaskScenario::new(scene, variant, &settings), &mut watch),
        };
        left = left.saturating_sub(findings.executions);
        remedies.push(remedy(change, &found.replay.promise, &findings));
    };
    if found.size.faults > 0 {
        let change = match found.size.faults {
            1 => "nothing goes wrong".to_string(),
            many => format!("one thing less goes wrong ({} in all)", many - 1),
        };
        ask(change, variant, Settings { faults: found.size.faults - 1, ..settings.clone() });
    }
    let record = path.replay(&TaskScenario::new(scene, variant, settings)).1;
    let is_retried = record.steps.iter().any(|step| step.kind == StepKind::Invocation);
    if is_retried && settings.retries > 0 {
        ask("nothing is tried again".into(), variant, Settings { retries: 0, ..settings.clone() });
    }
    if scene.has_callers() && settings.callers > 1 {
        let callers = settings.callers - 1;
        let change = if callers == 1 { "one caller alone".into() } else { format!("{callers} callers") };
        ask(change, variant, Settings { callers_from: callers, callers, ..settings.clone() });
    }
    // The versions that are compared are listed from the worst to the best; a mistake of its own has what ships instead.
    let compared = VARIANTS.iter().filter(|other| other.is_compared() && other.is_shown_in(scene));
    let better = compared.skip_while(|other| match variant.is_own_mistake() {
        true => other.is_specimen(),
        false => other.name != variant.name,
    });
    for other in better.filter(|other| other.name != variant.name) {
        ask(format!("the handlers are `{}`", other.name), other, settings.clone());
    }
    remedies
}

fn remedy(change: String, promise: &str, findings: &Findings) -> Remedy {
    let broken = Promise::ALL.into_iter().filter(|promise| findings.breaks(*promise as usize));
    let broken: Vec<String> = broken.map(|promise| promise.name().into()).collect();
    let breaks = broken.iter().any(|broken| broken == promise);
    let holds = match (breaks, findings.complete && findings.finished > 0) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    };
    let others = broken.into_iter().filter(|other| other != promise).collect();
    Remedy { change, holds, others, executions: findings.executions }
}

/// The nearest run that keeps every promise; or, where the version can keep none, what ships in the same situation.
fn passing(run: &Run, clockwork: &Clockwork<'_>) -> Option<Passing> {
    let Run { scene, variant, settings, path } = run;
    let subject = TaskScenario::new(scene, variant, settings);
    let mut watch =
        clockwork.watch(format!("the nearest run of {} {}", scene.name, variant.name)).at_most(RUNS);
    if watch.is_over() {
        return None;
    }
    let passing = |what: String, variant: &Variant, choices| Passing {
        what,
        subject: TaskReplay::new(scene, variant, settings),
        choices,
    };
    if let Some(path) = nearest_passing(&subject, path, &mut watch) {
        let choices = path.replay(&subject).1.choices;
        return Some(passing("the nearest run that keeps every promise".into(), variant, choices));
    }
    let ships = ships()?;
    let subject = TaskScenario::new(scene, ships, settings);
    let premises = subject.scenario.premises().len();
    let path = Path(path.0.iter().copied().take(premises).collect());
    let (outcome, record) = path.replay(&subject);
    let what = format!("a run of `{}`, which ships, in the same situation", ships.name);
    outcome.breaches.is_empty().then(|| passing(what, ships, record.choices))
}
