//! What continuous integration is told of each promise of each version in each scenario.
use super::{View, again::Again};
use crate::{
    judge::Cell,
    report::{Broken, Searched},
};
use anechoic_engine::{Record, Step};

/// One verdict, with what it rests on.
pub(super) struct Case<'r> {
    pub(super) cell: &'r Cell,
    pub(super) searched: &'r Searched,
    /// How it is broken, if it is.
    pub(super) broken: Option<&'r Broken>,
}

/// All verdicts, in the order of the report.
pub(super) fn cases<'v>(view: View<'v>) -> impl Iterator<Item = Case<'v>> {
    view.judgement.standings.iter().filter_map(move |cell| {
        let searched = view.report.of(&cell.variant).find(|searched| searched.scenario == cell.scenario)?;
        Some(Case { cell, searched, broken: searched.broken(&cell.promise) })
    })
}

/// The steps of a run until its promise is broken, a line each; and the line of its file at which the choice of each
/// stands, counted from 1.
pub(super) fn steps(view: View<'_>, broken: &Broken) -> Vec<(String, usize)> {
    let Ok(Again { record, breach }) = Again::make(view.catalogue, &broken.run) else { return Vec::new() };
    let text = broken.run.replay.to_json();
    let mut line = 1;
    let steps = record.steps.iter().filter(|step| step.number <= breach.step).map(|step| {
        // Where there was no choice, the step stands with the choice before it.
        let next = text.lines().enumerate().skip(line).find(|(_, text)| text.contains(&step.what));
        line = next.map_or(line, |(index, _)| index + 1);
        (told(&record, step), line)
    });
    steps.collect()
}

/// A step in a line.
fn told(record: &Record, step: &Step) -> String {
    let actor = step.actor.map(|actor| format!("{}: ", record.actors[actor])).unwrap_or_default();
    let fault = step.fault.map(|fault| format!(" ({fault})")).unwrap_or_default();
    let answer = if step.answer.is_empty() { String::new() } else { format!(" ⇒ {}", step.answer) };
    format!("{actor}{}{fault}{answer}", step.what)
}
