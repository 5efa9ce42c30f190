//! The report that people read. It is the same, byte for byte, whenever the same is found.
use super::{json::CheckJson, observed, searched, specimens, verdicts};
use crate::{
    check::{Counterexample, CoverageJson, Replayed, Report},
    observed::Observed,
    outcome::Outcome,
};
use anechoic::Breach;
use anechoic_evidence::columns;
use anechoic_model::Promise;
use comfy_table::{ContentArrangement, Table, presets};
use std::fmt::Write;

/// The whole report. `command` is how the user calls us; `saved` says where a counterexample was kept.
pub fn report(
    report: &Report,
    observed: Option<&Observed>,
    coverage: Option<&CoverageJson>,
    outcome: &Outcome,
    command: &str,
    saved: impl Fn(&Counterexample) -> String,
) -> String {
    let mut text = String::new();
    if let Some(matrix) = &report.matrix {
        text += &section("Does one failure have one effect?");
        text += &verdicts::verdicts(matrix);
    }
    let shown = smallest_of_each(report);
    if !shown.is_empty() {
        text += &section("The smallest runs that break a promise");
    }
    for counterexample in shown {
        text += &show(counterexample);
        let _ = writeln!(text, "   replay   {command} replay {}\n", saved(counterexample));
    }
    if let Some(specimens) = specimens::specimens(report) {
        text += &section("Specimens: bugs that the check must find");
        text += &specimens;
    }
    text += &section("What was searched");
    text += &searched::searched(report);
    if let Some(coverage) = coverage {
        text += &section("What went wrong, and what never did");
        text += &searched::uncovered(coverage);
    }
    if let Some(found) = observed {
        text += &section("The observed trace, and the runs that reproduce it");
        text += &observed::observed(found);
    }
    text += &section("Verdict");
    text + &outcome.lines.iter().map(|line| format!("{line}\n")).collect::<String>()
}

/// The joined reports of all shards.
pub fn merged(report: &CheckJson) -> String {
    let header = ["scenario", "variant", "runs", "broken"].map(String::from).to_vec();
    let rows = report.results.iter().map(|result| {
        let broken = result.promises.iter().filter(|promise| promise.verdict == "violated");
        let broken: Vec<&str> = broken.map(|promise| promise.name.as_str()).collect();
        let runs = count(result.search.executions);
        vec![result.scenario.clone(), result.variant.clone(), runs, broken.join(", ")]
    });
    let lines: String = report.verdict.iter().map(|line| format!("{line}\n")).collect();
    table(header, rows.collect()) + &section("Verdict") + &lines
}

/// A replayed run.
pub fn replayed(file: &str, found: &Replayed) -> String {
    let names = Promise::ALL.map(Promise::name);
    let mut text = String::new();
    for breach in &found.outcome.breaches {
        let _ = writeln!(text, "✗ {}: {}", names[breach.promise], breach.detail);
    }
    let last = found.outcome.breaches.iter().map(|breach| breach.step).max().unwrap_or(found.outcome.steps);
    let end = Breach { promise: 0, word: "", step: last, detail: String::new() };
    let _ = writeln!(text, "\n{}", columns(&found.record, &end));
    if found.outcome.breaches.is_empty() {
        let _ = writeln!(text, "✓ {file}: the run is made as recorded, and breaks no promise any more");
    }
    text
}

/// For each version and promise, the smallest of all scenes. Of many specimens, a table says enough.
fn smallest_of_each(report: &Report) -> Vec<&Counterexample> {
    let mut shown = Vec::new();
    for variant in report.request.variants.iter().filter(|variant| report.is_shown(variant)) {
        for promise in Promise::ALL {
            let all = report.of(variant).flat_map(|checked| &checked.counterexamples);
            shown.extend(all.filter(|found| found.promise == promise).min_by_key(|found| found.size));
        }
    }
    shown
}

fn show(found: &Counterexample) -> String {
    let subject = &found.file.subject;
    let (size, promise) = (found.size, found.promise);
    let least = if found.is_smallest { "" } else { " (a smaller one may exist)" };
    format!(
        "✗ {} breaks {promise}: {}\n   in {}, with {}, {} and {}{least}\n\n{}",
        subject.variant,
        found.breach.detail,
        subject.scenario,
        plural(size.actors as u64, "actor"),
        plural(u64::from(size.faults), "fault"),
        plural(u64::from(size.steps), "step"),
        columns(&found.record, &found.breach),
    )
}

pub(super) fn plural(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

pub(super) fn section(title: &str) -> String {
    format!("\n── {title} {}\n\n", "─".repeat((WIDTH - 4).saturating_sub(title.chars().count())))
}

/// A number that can be read: 1234567 as 1,234,567.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<String>>().join(",")
}

/// The width of a report, in characters: the same everywhere, so that reports can be compared.
const WIDTH: usize = 116;

pub(super) fn table(header: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(WIDTH as u16);
    if !header.is_empty() {
        table.set_header(header);
    }
    table.add_rows(rows);
    table.lines().map(|line| line.trim_end().to_string() + "\n").collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1000, 1_234_567].map(super::count), ["0", "999", "1,000", "1,234,567"]);
    }
}
