//! The report that people read. It is the same, byte for byte, whenever the same is found.
use super::{
    run, searched, specimens,
    table::{section, table},
    troubles,
    words::word,
};
use crate::{
    judge::{Judgement, Line},
    report::{Found, Observed, Report},
};
use anechoic_evidence::wrapped_at;
use std::fmt::Write;

/// What to do next.
pub struct Next {
    /// Where the page is.
    pub page: String,
    /// New runs that are kept until somebody looks at them.
    pub pending: Vec<String>,
    /// The command that shows them.
    pub review: String,
    /// How the user calls us.
    pub command: &'static str,
}

/// The whole report: the verdict, what it rests on, and the verdict again, where a long report ends.
pub fn report(report: &Report, judgement: &Judgement, next: &Next) -> String {
    let verdict = verdict(&judgement.lines);
    let mut text = String::new();
    if let Some(troubles) = troubles::troubles(report) {
        text += &section("Does one failure have one effect?");
        text += &troubles;
    }
    let shown = report.shown();
    if !shown.is_empty() {
        text += &section("The smallest runs that break a promise");
    }
    for (number, shown) in shown.iter().filter(|shown| shown.is_least).enumerate() {
        text += if number > 0 { "\n" } else { "" };
        text += &run::shown(shown, &replay(&shown.broken.run, next.command));
    }
    if let Some(specimens) = specimens::specimens(report) {
        text += &section("Specimens: bugs that the check must find");
        text += &specimens;
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
    if text.lines().count() > SCREEN { section("Verdict") + &verdict + &text + &last } else { text + &last }
}

/// The lines of a small terminal. A longer report begins with its verdict, too.
const SCREEN: usize = 24;

/// The command that makes a run again.
pub(super) fn replay(found: &Found, command: &str) -> String {
    format!("{command} replay {}", word(&found.file))
}

fn verdict(lines: &[Line]) -> String {
    lines.iter().map(|line| wrapped_at(&format!("{} ", line.mark.sign()), 2, &line.text)).collect()
}

fn observed(observed: &Observed) -> String {
    let verdict = match observed.is_reproduced {
        true => "`unguarded` reproduces the trace second by second; the others write one row.\n",
        false => {
            "✗ The runs do not reproduce the trace: `unguarded` should equal it, and the others write one row.\n"
        }
    };
    table(observed.header.clone(), observed.rows.clone()) + "\n" + verdict
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
