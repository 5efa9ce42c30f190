//! What CI is told: each promise of each version in each scenario.
use crate::{
    baseline::Baseline,
    check::{Checked, Counterexample, Report, Verdict},
    outcome::Specimens,
};
use anechoic::{Record, Step};
use anechoic_evidence::ci::{Case, CaseVerdict, Suite, Violation};
use anechoic_model::Promise;
use jiff::civil::Date;

/// A suite for each scenario.
pub fn suites(
    report: &Report,
    specimens: Specimens,
    (baseline, today): (&Baseline, Date),
    command: &str,
    saved: impl Fn(&Counterexample) -> String,
) -> Vec<Suite> {
    let timed = !report.request.search.is_sample();
    let of_scene = |name: &str| {
        let checked = report.checked.iter().filter(move |checked| checked.scene.name == name);
        checked.flat_map(|checked| Promise::ALL.map(|promise| (checked, promise))).collect::<Vec<_>>()
    };
    let case = |(checked, promise): (&Checked, Promise)| {
        let expected = specimens != Specimens::LikeAnyOther && checked.variant.breaks.contains(&promise);
        let found = checked.counterexamples.iter().find(|found| found.promise == promise);
        let verdict = match (checked.verdict(promise), found) {
            (Verdict::Violated, _) if expected => CaseVerdict::Passed,
            (Verdict::Violated, Some(found)) => {
                let violation = violation(found, command, saved(found));
                let known = baseline.of(checked.scene.name, checked.variant.name, promise.name());
                match known.filter(|known| known.may_stay(today)) {
                    Some(known) => CaseVerdict::Known(violation, known.reason.clone()),
                    None => CaseVerdict::Violated(violation),
                }
            }
            (Verdict::Holds, _) => CaseVerdict::Passed,
            _ => CaseVerdict::Inconclusive,
        };
        Case {
            subject: checked.variant.name.into(),
            promise: promise.name().into(),
            about: promise.sentence().into(),
            took: timed.then_some(checked.elapsed),
            verdict,
        }
    };
    let suite = |name: &'static str| Suite {
        name: name.into(),
        cases: of_scene(name).into_iter().map(case).collect(),
    };
    report.request.scenes.iter().map(|scene| suite(scene.name)).collect()
}

fn violation(found: &Counterexample, command: &str, file: String) -> Violation {
    let steps: Vec<&Step> =
        found.record.steps.iter().filter(|step| step.number <= found.breach.step).collect();
    let text = found.file.to_json();
    let mut line = 1;
    let lines = steps.iter().map(|step| {
        // Where there was no choice, the step stands with the choice before it.
        let next = text.lines().enumerate().skip(line).find(|(_, text)| text.contains(&step.what));
        line = next.map_or(line, |(index, _)| index + 1);
        line
    });
    Violation {
        message: found.breach.detail.clone(),
        lines: lines.collect(),
        steps: steps.iter().map(|step| told(&found.record, step)).collect(),
        replay: format!("{command} replay {file}"),
        file,
    }
}

/// A step in a line.
fn told(record: &Record, step: &Step) -> String {
    let actor = step.actor.map(|actor| format!("{}: ", record.actors[actor])).unwrap_or_default();
    let fault = step.fault.map(|fault| format!(" ({fault})")).unwrap_or_default();
    let answer = if step.answer.is_empty() { String::new() } else { format!(" ⇒ {}", step.answer) };
    format!("{actor}{}{fault}{answer}", step.what)
}
