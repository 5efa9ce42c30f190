use super::text::{count, plural, table};
use crate::check::{Checked, CoverageJson, Report, Search, Verdict};
use anechoic::{
    Fault,
    search::{Covered, Exhaustive, Findings, Reduce, Sample},
};
use anechoic_model::Promise;

/// What was searched, and what was not.
pub(super) fn searched(report: &Report) -> String {
    let header = ["scenario", "variant", "runs", "states", "searched", "promises"].map(String::from).to_vec();
    let rows = report.checked.iter().filter(|checked| report.is_shown(checked.variant)).map(|checked| {
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
    bound(report).iter().fold(text + "\n", |text, (name, value)| text + &wrapped(name, value))
}

pub(super) fn extent(report: &Report, checked: &Checked) -> String {
    let Findings { complete, executions, covered, .. } = checked.findings;
    match (&report.request.search, covered) {
        (Search::Exhaustive(Exhaustive { shard: Some(shard), .. }), _) if complete => {
            format!("part {} of {}", shard.number, shard.of)
        }
        _ if complete => match checked.scene.most_faults(&report.request.settings) {
            faults if faults < report.request.settings.faults => {
                format!("the whole bound, with {}", plural(faults.into(), "fault"))
            }
            _ => "the whole bound".into(),
        },
        (Search::Sample(_), _) => "a sample".into(),
        _ if executions == 0 => "nothing".into(),
        (_, None) => "a part".into(),
        (_, Some(Covered { faults, few_switches })) => {
            let all = faults.map(|faults| format!("all with up to {}", plural(faults.into(), "fault")));
            let few = few_switches.map(|(faults, switches)| {
                format!("all with up to {} and {} context switches", plural(faults.into(), "fault"), switches)
            });
            all.into_iter().chain(few).collect::<Vec<String>>().join("; ") + "; a part of the rest"
        }
    }
}

pub(super) fn promises(checked: &Checked) -> String {
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
pub(super) fn bound(report: &Report) -> Vec<(String, String)> {
    let settings = &report.request.settings;
    let callers = match (settings.callers_from, settings.callers) {
        (from, to) if from == to => plural(to as u64, "concurrent caller"),
        (from, to) => format!("{from} to {to} concurrent callers"),
    };
    let faults = match settings.faults {
        0 => "no faults".into(),
        faults => {
            let kinds: Vec<&str> = settings.kinds.iter().map(Fault::name).collect();
            format!(
                "up to {} in one run, of these kinds: {}",
                plural(faults.into(), "fault"),
                kinds.join(", ")
            )
        }
    };
    let client = match settings.client_attempts {
        Some(attempts) => plural(attempts.into(), "attempt"),
        None if settings.faults == 0 => "1 attempt".into(),
        None => "1 and 3 attempts".into(),
    };
    let retries = format!(
        "up to {} of a durable step, by `{}`, or of a caller that died or got an error",
        if settings.retries == 1 { "1 retry".into() } else { format!("{} retries", settings.retries) },
        settings.policy.name
    );
    let rows = [
        ("search", how(report.request.search)),
        ("bound", callers),
        ("", faults),
        ("", retries),
        ("", format!("{client} of the store's client")),
    ];
    let spared = report.request.scenes.iter().filter_map(|scene| {
        let (kinds, why) = scene.spared()?;
        let kinds: Vec<&str> = kinds.iter().map(Fault::name).collect();
        Some(("", format!("{} is spared {}: {why}", scene.name, kinds.join(" and "))))
    });
    let rows = rows.into_iter().chain(spared).chain([("beyond", BEYOND.into())]);
    rows.map(|(name, value)| (name.into(), value)).collect()
}

const BEYOND: &str = "other numbers of callers and retries, more faults; more tasks at once than two; a batch that is torn in \
                      itself; a write or a checkpoint that lands late although its sender lives; the clock (a timer may \
                      fire whenever it is armed, which covers every timing)";

/// A name, and what is to be said about it in as many lines as it takes.
fn wrapped(name: &str, value: &str) -> String {
    const WIDTH: usize = anechoic_evidence::WIDTH as usize;
    let (mut text, mut line) = (String::new(), format!("{name:<9}"));
    for word in value.split(' ') {
        if line.chars().count() + word.chars().count() > WIDTH {
            text += &format!("{}\n", line.trim_end());
            line = " ".repeat(9);
        }
        line += word;
        line.push(' ');
    }
    text + line.trim_end() + "\n"
}

fn how(search: Search) -> String {
    match search {
        Search::Exhaustive(Exhaustive { reduce: Reduce::NOTHING, .. }) => {
            "exhaustive, every single run".into()
        }
        Search::Exhaustive(Exhaustive { reduce, threads, .. }) => {
            let parts = [
                (reduce.states, "runs that meet in one state are continued once"),
                (reduce.symmetry, "interchangeable callers count as one"),
                (reduce.sleep && threads == 1, "orders that cannot matter are tried once"),
            ];
            let parts: Vec<&str> = parts.iter().filter(|(on, _)| *on).map(|(_, part)| *part).collect();
            format!("exhaustive; {}", parts.join("; "))
        }
        Search::Sample(Sample { runs, seed, changes }) => {
            let kind = changes.map_or_else(|| "random".into(), |changes| format!("PCT, {changes} changes;"));
            format!(
                "{kind} {} runs each, seed {seed}: a sample, which can break a promise and not prove one",
                count(runs)
            )
        }
    }
}

/// What was made to go wrong, and what never did.
pub(super) fn uncovered(coverage: &CoverageJson) -> String {
    let header = ["scenario", "variant", "operation", "never"].map(String::from).to_vec();
    let partly = coverage.operations.iter().filter(|operation| !operation.never.is_empty());
    let rows: Vec<Vec<String>> = partly
        .map(|operation| {
            let never = operation.never.join(", ");
            vec![operation.scenario.clone(), operation.variant.clone(), operation.operation.clone(), never]
        })
        .collect();
    let total: usize = coverage.operations.iter().map(|operation| operation.faults.len()).sum();
    let exercised = format!("{total} pairs of an operation and a kind of fault were exercised");
    if rows.is_empty() {
        format!("{exercised}: all there are.\n")
    } else {
        format!("{}\n{exercised}.\n", table(header, rows))
    }
}
