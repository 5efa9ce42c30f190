//! The report that people read. It is the same, byte for byte, whenever the same is found.
use super::{
    View, once, run, searched, specimens,
    table::{section, table},
    troubles,
};
use crate::{judge::Line, report::Observed};
use anechoic_evidence::{WIDTH, wrapped_within};
use std::fmt::Write;

/// What to do next.
pub struct Next {
    /// How the user calls us.
    pub command: String,
    /// Where the page is.
    pub page: String,
    /// New runs that are kept until somebody looks at them.
    pub pending: Vec<String>,
    /// The command that shows them.
    pub review: String,
}

/// The whole report: the verdict, what it rests on, and the verdict again, where a long report ends.
pub fn report(view: View<'_>, next: &Next) -> String {
    let View { report, judgement, .. } = view;
    let verdict = verdict(&judgement.lines);
    let mut text = String::new();
    if let Some((table, about)) = troubles::troubles(report, WIDTH, usize::MAX) {
        text += &section(&report.asked.question);
        text += &format!("{table}\n{about}");
    }
    let shown = report.shown();
    if !shown.is_empty() {
        text += &section("The smallest runs that break a promise");
    }
    for (number, shown) in shown.iter().filter(|shown| shown.is_least).enumerate() {
        text += if number > 0 { "\n" } else { "" };
        text += &run::shown(view, shown);
    }
    if let Some(specimens) = specimens::specimens(view) {
        text += &section("Specimens: bugs that the check must find");
        text += &specimens;
    }
    if let Some(once) = once::once(report) {
        text += &section("What needs no specification");
        text += &once;
    }
    text += &section("What was searched");
    text += &searched::searched(report);
    if let Some(coverage) = &report.coverage {
        text += &section("What went wrong, and what never did");
        text += &searched::uncovered(coverage);
    }
    if let Some(found) = &report.observed {
        text += &section("The observed trace, and the runs that reproduce it");
        text += &observed(found);
    }
    let last = section("Verdict") + &verdict + &next.to_text();
    if text.lines().count() > FEW_LINES {
        section("Verdict") + &verdict + &text + &last
    } else {
        text + &last
    }
}

/// The lines of a small terminal. A longer report begins with its verdict, too.
const FEW_LINES: usize = 24;

/// The smallest runs, and the verdict: what a test that fails says.
pub fn failure(view: View<'_>) -> String {
    let shown = view.report.shown();
    let mut text: String =
        shown.iter().filter(|shown| shown.is_least).map(|shown| run::shown(view, shown) + "\n").collect();
    text += &verdict(&view.judgement.lines);
    text
}

/// The verdict alone.
pub fn verdict(lines: &[Line]) -> String {
    verdict_within(WIDTH, lines)
}

/// The same, of this width.
pub(super) fn verdict_within(width: u16, lines: &[Line]) -> String {
    lines.iter().map(|line| wrapped_within(width, &format!("{} ", line.mark.sign()), 2, &line.text)).collect()
}

fn observed(observed: &Observed) -> String {
    let sign = if observed.is_reproduced { "" } else { "✗ " };
    table(observed.header.clone(), observed.rows.clone()) + &format!("\n{sign}{}\n", observed.verdict)
}

impl Next {
    fn to_text(&self) -> String {
        let mut text = String::from("\n");
        let _ = writeln!(text, " report   {}", self.page);
        for (index, file) in self.pending.iter().enumerate() {
            let _ = writeln!(text, " {:<8} {file}", if index == 0 { "new" } else { "" });
        }
        if !self.pending.is_empty() {
            let _ = writeln!(text, " keep     {}", self.review);
        }
        text
    }
}
