//! What would have to be otherwise for a promise to hold, and the nearest run in which it does.
use super::{Clockwork, Request, jobs};
use crate::{
    Case, Catalogue, Situation, Variant,
    report::{Found, Passing, Remedy, Report},
};
use anechoic_engine::{
    AS_IF_ONCE, Compared, Step, StepKind, Subject,
    search::{Exhaustive, Findings, Path, nearest_passing},
};

/// What is asked about one run may cost so many runs, so that it is the same on every machine that has the time.
const RUNS: u64 = 200_000;

/// A run that is shown, and what it is a run of.
struct Run<'r> {
    catalogue: &'r Catalogue,
    case: &'r Case,
    found: &'r Found,
    path: &'r Path,
}

/// Finds them for every run that is shown.
pub(super) fn find_all(
    report: &mut Report,
    paths: &[Vec<Path>],
    request: &Request<'_>,
    clockwork: &Clockwork<'_>,
) {
    let heads: Vec<(usize, usize)> = report.shown().iter().map(|shown| shown.at).collect();
    let catalogue = request.catalogue;
    let found = jobs::in_parallel(&heads, request.at_once, |(result, broken)| {
        let found = &report.results[*result].broken[*broken].run;
        let case = catalogue.case(&found.replay.scenario, &found.replay.variant)?;
        let run = Run { catalogue, case, found, path: &paths[*result][*broken] };
        Some((run.remedies(clockwork), run.passing(clockwork)))
    });
    for ((result, broken), found) in heads.into_iter().zip(found) {
        let run = &mut report.results[result].broken[broken].run;
        (run.remedies, run.passing) = found.unwrap_or_default();
    }
}

impl<'r> Run<'r> {
    /// Takes away, one at a time, what the run needs, and searches its bound again.
    fn remedies(&self, clockwork: &Clockwork<'_>) -> Vec<Remedy> {
        let mut left = RUNS;
        let mut remedies = Vec::new();
        for (change, case, at) in self.changes() {
            let Ok(subject) = case.open(&at) else { continue };
            let mut watch = clockwork.watch(format!("{} {change}", case.scenario)).at_most(left);
            let findings = match watch.is_over() {
                true => Findings::default(),
                false => Exhaustive::default().controlled(&*subject, &mut watch).0,
            };
            left = left.saturating_sub(findings.executions);
            let promise = (&*self.found.replay.promise, at.faults > 0);
            remedies.push(remedy(change, promise, &*subject, &findings));
        }
        remedies
    }

    /// What could be otherwise: in a word, and as a case in a situation.
    fn changes(&self) -> Vec<(String, &'r Case, Situation)> {
        let Run { case, found, .. } = *self;
        let at = &found.replay.situation;
        let mut changes = Vec::new();
        if found.size.faults > 0 {
            let change = match found.size.faults {
                1 => "nothing goes wrong".to_string(),
                many => format!("one thing less goes wrong ({} in all)", many - 1),
            };
            changes.push((change, case, Situation { faults: found.size.faults - 1, ..at.clone() }));
        }
        if self.is_retried() && at.retries > 0 {
            // What a handler tries again by itself stays, and so do the invocations with which a runtime goes on.
            let change = "no caller and no step tries again".into();
            changes.push((change, case, Situation { retries: 0, ..at.clone() }));
        }
        if case.has_callers && at.callers > 1 {
            let callers = at.callers - 1;
            let change = if callers == 1 { "one caller alone".into() } else { format!("{callers} callers") };
            changes.push((change, case, Situation { callers, ..at.clone() }));
        }
        if let Some((change, fewer)) = &case.fewer {
            changes.push((change.to_string(), fewer, at.clone()));
        }
        let others = self.better().filter_map(|other| self.catalogue.case(&case.scenario, &other.name));
        changes
            .extend(others.map(|other| (format!("the handlers are `{}`", other.variant), other, at.clone())));
        changes
    }

    fn is_retried(&self) -> bool {
        let Ok(subject) = self.case.open(&self.found.replay.situation) else { return false };
        let record = self.path.replay(&*subject).1;
        let is_again = |(at, step): (usize, &Step)| {
            let is_first = record.steps[..at].iter().all(|earlier| earlier.actor != step.actor);
            matches!(step.kind, StepKind::Invocation { .. }) && !is_first
        };
        record.steps.iter().enumerate().any(is_again)
    }

    /// The versions that may be better. Those that have a report of their own are listed from the worst to the best; a
    /// specimen of which a line says enough is wrong in a way of its own, and has code beside it.
    fn better(&self) -> impl Iterator<Item = &'r Variant> {
        let own = self.catalogue.variant(&self.case.variant);
        let is_brief = own.is_some_and(|own| own.is_brief);
        let (scenario, name) = (&self.case.scenario, &self.case.variant);
        let all = self
            .catalogue
            .variants
            .iter()
            .filter(|other| !other.is_brief && self.catalogue.case(scenario, &other.name).is_some());
        let better = all.skip_while(move |other| match is_brief {
            true => other.is_specimen(),
            false => other.name != *name,
        });
        better.filter(move |other| other.name != *name)
    }

    /// The nearest run that keeps every promise; or, where the version can keep none, code in the same situation.
    fn passing(&self, clockwork: &Clockwork<'_>) -> Option<Passing> {
        let Run { catalogue, case, found, path } = *self;
        let at = &found.replay.situation;
        let subject = case.open(at).ok()?;
        let what = format!("the nearest run of {} {}", case.scenario, case.variant);
        let mut watch = clockwork.watch(what).at_most(RUNS);
        if watch.is_over() {
            return None;
        }
        let passing = |what: String, case: &Case, choices| Passing {
            what,
            variant: case.variant.clone().into(),
            situation: at.clone(),
            choices,
        };
        if let Some(path) = nearest_passing(&*subject, path, &mut watch) {
            let choices = path.replay(&*subject).1.choices;
            return Some(passing("the nearest run that keeps every promise".into(), case, choices));
        }
        let code = catalogue.variants.iter().find(|variant| !variant.is_specimen())?;
        let code = catalogue.case(&case.scenario, &code.name)?;
        let subject = code.open(at).ok()?;
        let premises = subject.premises().len();
        let path = Path(path.0.iter().copied().take(premises).collect());
        let (outcome, record) = path.replay(&*subject);
        let what = format!("a run of `{}` in the same situation", code.variant);
        outcome.is_clean().then(|| passing(what, code, record.choices))
    }
}

fn remedy(
    change: String,
    (promise, may_go_wrong): (&str, bool),
    subject: &dyn Subject,
    findings: &Findings,
) -> Remedy {
    let promises = subject.promises().into_iter().enumerate();
    let broken: Vec<String> =
        promises.filter(|(at, _)| findings.breaks(*at)).map(|(_, promise)| promise.name.into()).collect();
    let breaks = broken.iter().any(|broken| broken == promise);
    // Where something may go wrong and there is nothing to compare with, nobody has looked.
    let vague = |compared: Compared| !compared.doubts.is_empty() || may_go_wrong && compared.idle.is_some();
    let is_judged = promise != AS_IF_ONCE || !subject.compared().is_some_and(vague);
    let holds = match (breaks, findings.complete && findings.finished > 0 && is_judged) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    };
    let others = broken.into_iter().filter(|other| other != promise).collect();
    Remedy { change, holds, others, executions: findings.executions }
}
