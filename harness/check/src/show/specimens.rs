use super::{View, again::Again, table::table};
use crate::report::{Broken, Searched};
use anechoic_engine::StepKind;
use std::collections::BTreeSet;

/// What each specimen breaks, where, and how little it takes. Those that have a report of their own are not among them.
pub(super) fn specimens(view: View<'_>) -> Option<String> {
    let report = view.report;
    let specimens: Vec<_> =
        report.results.iter().filter(|searched| !report.is_shown(&searched.variant)).collect();
    let header = ["specimen", "scenario", "breaks", "needs", "steps"].map(String::from).to_vec();
    let rows = specimens.iter().flat_map(|searched| rows(view, searched));
    (!specimens.is_empty()).then(|| table(header, rows.collect()) + EXPLANATION)
}

const EXPLANATION: &str = "
Each is wrong on purpose, in one way. It needs what the smallest run that breaks the promise has:
faults, actors that act at once, a retry that no fault explains. `anechoic list` says in which;
`anechoic check --variant NAME` shows the run.
";

/// A row for each promise that it breaks, or one that says that it breaks none.
fn rows(view: View<'_>, searched: &Searched) -> Vec<Vec<String>> {
    let row = |promise: &str, needs: String, steps: String| {
        vec![searched.variant.clone(), searched.scenario.clone(), promise.into(), needs, steps]
    };
    let broken = searched.broken.iter();
    let mut rows: Vec<_> = broken
        .map(|broken| row(&broken.promise, needs(view, broken), broken.run.size.steps.to_string()))
        .collect();
    if rows.is_empty() {
        rows.push(row("nothing", String::new(), String::new()));
    }
    for again in rows.iter_mut().skip(1) {
        for cell in [0, 1] {
            again[cell].clear();
        }
    }
    rows
}

/// What the smallest run has that a run of one undisturbed caller has not.
fn needs(view: View<'_>, broken: &Broken) -> String {
    let Ok(Again { record, breach }) = Again::make(view.catalogue, &broken.run) else { return "?".into() };
    let steps = || record.steps.iter().filter(|step| step.number <= breach.step);
    let mut needs: Vec<String> = Vec::new();
    for fault in steps().filter_map(|step| step.fault) {
        let fault = fault.to_string();
        if !needs.contains(&fault) {
            needs.push(fault);
        }
    }
    let actors: BTreeSet<usize> =
        steps().filter(|step| step.kind == StepKind::Operation).filter_map(|step| step.actor).collect();
    if actors.len() > 1 {
        needs.push("concurrency".into());
    }
    if needs.is_empty() && steps().any(|step| matches!(step.kind, StepKind::Attempt(attempt) if attempt > 1))
    {
        needs.push("retry".into());
    }
    if needs.is_empty() { "nothing".into() } else { needs.join(", ") }
}
