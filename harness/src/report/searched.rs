use super::text::{count, table};
use crate::check::{Checked, Report, Search, Verdict};
use anechoic::Fault;
use anechoic_model::Promise;

/// What was searched, and what was not.
pub(super) fn searched(report: &Report) -> String {
    let header = ["scenario", "variant", "runs", "states", "searched", "promises"].map(String::from).to_vec();
    let rows = report.checked.iter().map(|checked| {
        let states = if checked.findings.states == 0 { "–".into() } else { count(checked.findings.states) };
        vec![
            checked.scene.name.into(),
            checked.variant.name.into(),
            count(checked.findings.executions),
            states,
            extent(report, checked),
            promises(checked),
        ]
    });
    let mut text = table(header, rows.collect());
    if let Some(matrix) = &report.matrix {
        let runs: u64 = matrix.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.executions).sum();
        text += &format!("\nand {} runs for the table of verdicts above.\n", count(runs));
    }
    text + &bound(report)
}

fn extent(report: &Report, checked: &Checked) -> String {
    match report.request.search {
        _ if checked.findings.complete => "the whole bound".into(),
        Search::Random { .. } => "a sample".into(),
        _ if checked.findings.executions == 0 => "nothing".into(),
        _ => "a part: out of time".into(),
    }
}

fn promises(checked: &Checked) -> String {
    let of = |verdict| Promise::ALL.into_iter().filter(move |promise| checked.verdict(*promise) == verdict);
    let broken: Vec<&str> = of(Verdict::Violated).map(Promise::name).collect();
    let all = Promise::ALL.len();
    match (broken.is_empty(), of(Verdict::Inconclusive).count()) {
        (true, 0) => format!("all {all} hold"),
        (true, _) => "none broken so far".into(),
        (false, _) => format!("✗ {}", broken.join(", ")),
    }
}

/// The bound, and what lies beyond it.
fn bound(report: &Report) -> String {
    let settings = &report.request.settings;
    let client = match settings.client_attempts {
        Some(attempts) => format!("{attempts}"),
        None => "1 and 3".into(),
    };
    let search = match report.request.search {
        Search::Exhaustive => "exhaustive; runs that meet in one state are continued once".into(),
        Search::Naive => "exhaustive, every single run".into(),
        Search::Random { runs, seed } => {
            format!(
                "{} random runs each, seed {seed}: a sample, which can break a promise and not prove one",
                count(runs)
            )
        }
    };
    let kinds: Vec<&str> = settings.kinds.iter().map(Fault::name).collect();
    format!(
        "\nsearch   {search}\n\
         bound    {} concurrent callers; {} faults in one run, of these kinds: {};\n         \
         {};\n         \
         {} retries by `{}`; {client} attempts of the store's client\n\
         beyond   more callers, faults or retries than that; several tasks at once; a batch that the store tears in itself;\n         \
         the clock (a timer may fire whenever it is armed, which covers every timing)\n",
        settings.callers,
        settings.faults,
        kinds[..4.min(kinds.len())].join(", "),
        kinds[4.min(kinds.len())..].join(", "),
        settings.retries,
        settings.policy.name,
    )
}
