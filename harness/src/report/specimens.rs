use super::text::{count, plural, table};
use crate::check::{Checked, Counterexample, Report};

/// What each specimen breaks, where, and how little it takes. Those that have a report of their own are not among them.
pub(super) fn specimens(report: &Report) -> Option<String> {
    let specimens: Vec<_> =
        report.checked.iter().filter(|checked| !report.is_shown(checked.variant)).collect();
    let header = ["specimen", "scenario", "breaks", "with no less than", "runs"].map(String::from).to_vec();
    let rows = specimens.iter().flat_map(|checked| rows(checked));
    (!specimens.is_empty()).then(|| table(header, rows.collect()) + EXPLANATION)
}

const EXPLANATION: &str = "
Each is wrong on purpose, in one way. `anechoic list` says in which; `anechoic check --variant NAME` shows the run.
";

/// A row for each promise that it breaks, or one that says that it breaks none.
fn rows(checked: &Checked) -> Vec<Vec<String>> {
    let row = |promise: String, least: String| {
        let runs = count(checked.findings.executions);
        vec![checked.variant.name.into(), checked.scene.name.into(), promise, least, runs]
    };
    let found = checked.counterexamples.iter();
    let mut rows: Vec<_> = found.map(|found| row(format!("✗ {}", found.promise), least(found))).collect();
    if rows.is_empty() {
        rows.push(row("nothing".into(), String::new()));
    }
    for again in rows.iter_mut().skip(1) {
        for cell in [0, 1, 4] {
            again[cell].clear();
        }
    }
    rows
}

fn least(found: &Counterexample) -> String {
    let (faults, steps) = (found.size.faults, found.size.steps);
    let qualified = if found.is_smallest { "" } else { " (or fewer)" };
    format!("{}, {}{qualified}", plural(faults.into(), "fault"), plural(steps.into(), "step"))
}
