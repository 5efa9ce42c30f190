//! The report that people read. It is the same, byte for byte, whenever the same is found.
use super::{json::CheckJson, observed, searched, specimens, verdicts};
use crate::{
    check::{Counterexample, CoverageJson, Finding, Remedy, Replayed, Report, TaskReplay},
    observed::Observed,
    outcome::Outcome,
};
use anechoic::Breach;
use anechoic_evidence::{Clause, ReplayFile, WIDTH, columns, why};
use anechoic_model::Promise;
use comfy_table::{ContentArrangement, Table, presets};
use std::fmt::Write;

/// The whole report. `replay` is the command that makes a run again.
pub fn report(
    report: &Report,
    findings: &[Finding<'_>],
    observed: Option<&Observed>,
    coverage: Option<&CoverageJson>,
    outcome: &Outcome,
    next: &Next,
    replay: impl Fn(&Counterexample) -> String,
) -> String {
    let mut text = String::new();
    if let Some(matrix) = &report.matrix {
        text += &section("Does one failure have one effect?");
        text += &verdicts::verdicts(matrix);
    }
    if !findings.is_empty() {
        text += &section("The smallest runs that break a promise");
    }
    for finding in findings.iter().filter(|finding| finding.is_least) {
        text += &show(finding);
        let _ = writeln!(text, "\n replay   {}\n", replay(finding.found));
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
    text.extend(outcome.lines.iter().map(|line| format!("{line}\n")));
    text + &next.to_text()
}

/// What to do next.
pub struct Next {
    /// Where the page is.
    pub page: String,
    /// New runs that are kept until somebody looks at them.
    pub pending: Vec<String>,
    /// How the user calls us.
    pub command: &'static str,
}

impl Next {
    fn to_text(&self) -> String {
        let mut text = format!("\n report   {}\n", self.page);
        for (index, file) in self.pending.iter().enumerate() {
            let _ = writeln!(text, " {:<8} {file}", if index == 0 { "new" } else { "" });
        }
        if !self.pending.is_empty() {
            let _ = writeln!(text, " keep     {} review", self.command);
        }
        text
    }
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

/// A replayed run: verdict, run, and why.
pub fn replayed(name: &str, file: &ReplayFile<TaskReplay>, found: &Replayed) -> String {
    let TaskReplay { scenario, variant, .. } = &file.subject;
    let mut text = format!("{name}: {variant} in {scenario}\n");
    let breaches = &found.outcome.breaches;
    for breach in breaches {
        let _ = writeln!(text, "✗ {}: {}", Promise::ALL[breach.promise], breach.detail);
    }
    let is_saved = |breach: &&Breach| Promise::ALL[breach.promise].name() == file.promise;
    let saved = breaches.iter().find(is_saved);
    if saved.is_some() {
        let _ = writeln!(text, "  it was saved because it breaks {}", file.promise);
    } else {
        let _ = writeln!(
            text,
            "✓ it was saved because it broke {}, and does not break it any more",
            file.promise
        );
    }
    let shown = saved.or(breaches.first());
    let _ = write!(text, "\n{}", columns(&found.record, shown));
    if let Some(breach) = shown {
        text += &because(&why(&found.record, breach));
    }
    if breaches.is_empty() {
        let _ = writeln!(text, "\n✓ {name}: the run is made as recorded, and breaks no promise any more");
    }
    text
}

fn show(finding: &Finding<'_>) -> String {
    let found = finding.found;
    let variant = finding.variant.name;
    let mut text = format!("✗ {variant} breaks {}: {}\n", found.promise, found.breach.detail);
    for also in &finding.also {
        let _ = writeln!(text, "  and breaks {}: {}", also.promise, also.breach.detail);
    }
    let _ = writeln!(text, "  {}\n", size(found));
    text += &columns(&found.record, Some(&found.breach));
    text += &because(&finding.why);
    text + &instead(&finding.remedies)
}

/// Where a run takes place, and how much has to happen.
pub(super) fn size(found: &Counterexample) -> String {
    let size = found.size;
    format!(
        "in {}, with {}, {} and {}{}",
        found.file.subject.scenario,
        plural(size.actors as u64, "actor"),
        plural(u64::from(size.faults), "fault"),
        plural(u64::from(size.steps), "step"),
        if found.is_smallest { "" } else { " (a smaller one may exist)" },
    )
}

/// How the broken promise follows.
fn because(why: &[Clause]) -> String {
    /// Enough to see the way back; all of it is in the page.
    const SHOWN: usize = 8;
    let rows = why.iter().take(SHOWN).enumerate().map(|(index, clause)| {
        let title = if index == 0 { "why" } else { "" };
        vec![title.into(), clause.number.to_string(), clause.what.clone(), clause.because.clone()]
    });
    let mut text = String::from("\n") + &table(Vec::new(), rows.collect());
    if why.len() > SHOWN {
        let _ = writeln!(text, "          … and {} before", plural((why.len() - SHOWN) as u64, "step"));
    }
    text
}

/// What would have to be otherwise.
fn instead(remedies: &[Remedy]) -> String {
    let rows = remedies.iter().enumerate().map(|(index, remedy)| {
        let title = if index == 0 { "if" } else { "" };
        vec![title.into(), remedy.change.clone(), told(remedy)]
    });
    String::from("\n") + &table(Vec::new(), rows.collect())
}

/// Whether the promise would hold, in words.
pub(super) fn told(remedy: &Remedy) -> String {
    let others: Vec<&str> = remedy.others.iter().map(|promise| promise.name()).collect();
    let runs = match remedy.executions {
        1 => "1 run".into(),
        many => format!("{} runs", count(many)),
    };
    match (remedy.holds, others.is_empty()) {
        (Some(true), true) => format!("✓ it holds, and so does all else: {runs}"),
        (Some(true), false) => format!("✗ it holds, but {} does not: {runs}", others.join(", ")),
        (Some(false), _) => format!("✗ it is broken all the same: {runs}"),
        (None, _) => format!("? not broken in {runs}, which are not all"),
    }
}

pub(crate) fn plural(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

pub(super) fn section(title: &str) -> String {
    format!("\n── {title} {}\n\n", "─".repeat((usize::from(WIDTH) - 4).saturating_sub(title.chars().count())))
}

/// A number that can be read: 1234567 as 1,234,567.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<String>>().join(",")
}

pub(super) fn table(header: Vec<String>, rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
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
