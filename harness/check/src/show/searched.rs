use super::{
    table::{table, wrapped},
    words::{self, count, plural},
};
use crate::report::{Bound, Compared, Covered, Operation, Report, Search, Searched, Shard, Skip, Verdict};
use anechoic_engine::Faults;
use std::collections::BTreeSet;

/// What was searched, and what was not.
pub(super) fn searched(report: &Report) -> String {
    let header = ["scenario", "variant", "runs", "states", "searched", "promises"].map(String::from).to_vec();
    let rows = report.results.iter().filter(|searched| report.is_shown(&searched.variant)).map(|searched| {
        let states = if searched.states == 0 { "–".into() } else { count(searched.states) };
        vec![
            searched.scenario.clone(),
            searched.variant.clone(),
            count(searched.executions),
            states,
            extent(report, searched),
            promises(report, searched),
        ]
    });
    let mut text = table(header, rows.collect());
    if !report.troubles.is_empty() {
        let runs: u64 = report.troubles.iter().map(|trouble| trouble.executions).sum();
        text += &format!("\nand {} for the table of verdicts above.\n", plural(runs, "run"));
    }
    bound(report).iter().fold(text + "\n", |text, (name, value)| text + &wrapped(name, value))
}

/// How much of its bound was searched.
pub(super) fn extent(report: &Report, searched: &Searched) -> String {
    let most = report.results.iter().map(|searched| searched.bound.faults).max().unwrap_or(0);
    let faults = searched.bound.faults;
    match (report.asked.search.shard(), searched.covered) {
        _ if searched.diverged.is_some() => "given up".into(),
        (Some(Shard { number, of }), _) if searched.complete => format!("part {number} of {of}"),
        _ if searched.complete && faults < most => {
            format!("the whole bound, with {}", plural(faults.into(), "fault"))
        }
        _ if searched.complete => "the whole bound".into(),
        _ if searched.executions == 0 => "nothing".into(),
        _ if report.asked.search.is_sample() => "a sample".into(),
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

/// What is known of the promises.
pub(super) fn promises(report: &Report, searched: &Searched) -> String {
    let of = |verdict| {
        let promises = searched.promises.iter().map(String::as_str);
        promises.filter(move |promise| searched.verdict(promise) == verdict)
    };
    let broken: Vec<&str> = of(Verdict::Violated).collect();
    match (broken.is_empty(), of(Verdict::Inconclusive).count()) {
        (true, 0) if report.asked.search.shard().is_some() => "none broken in this part".into(),
        (true, 0) => format!("all {} hold", searched.promises.len()),
        (true, _) => "none broken so far".into(),
        (false, _) => format!("✗ {}", broken.join(", ")),
    }
}

/// What a search is of: the version of the handlers is named where there are several.
pub(super) fn called(searched: &Searched) -> String {
    match searched.scenario == searched.variant {
        true => searched.scenario.clone(),
        false => format!("{}, {}", searched.scenario, searched.variant),
    }
}

/// The bound that was searched, and what lies beyond it: a name and a value each.
pub(crate) fn bound(report: &Report) -> Vec<(String, String)> {
    let bounds: Vec<&Bound> = report.results.iter().map(|searched| &searched.bound).collect();
    let least = bounds.iter().map(|bound| bound.callers_from).filter(|from| *from > 1).min();
    let least = least.filter(|_| bounds.iter().all(|bound| bound.callers_from > 1 || bound.callers == 1));
    let callers = match (least.unwrap_or(1), bounds.iter().map(|bound| bound.callers).max().unwrap_or(1)) {
        (_, 1) => "1 caller".into(),
        (from, to) if from == to => plural(to as u64, "concurrent caller"),
        (from, to) => format!("{from} to {to} concurrent callers"),
    };
    let mut actors: Vec<String> = report
        .results
        .iter()
        .filter_map(|searched| Some(format!("{}: {}", searched.scenario, searched.bound.actors.as_ref()?)))
        .collect();
    actors.dedup();
    let actors = if actors.is_empty() { vec![callers] } else { actors };
    let mut rows = vec![("search", how(&report.asked.search))];
    let names = std::iter::once("bound").chain(std::iter::repeat(""));
    rows.extend(names.zip(actors));
    rows.extend([("", faults(&bounds)), ("", retries(&bounds))]);
    rows.extend(premises(&bounds).into_iter().map(|premise| ("", premise)));
    rows.extend(given(&bounds).into_iter().map(|given| ("", given)));
    let mut told = BTreeSet::new();
    for searched in &report.results {
        let Some(spared) = searched.bound.spared.as_ref().filter(|_| told.insert(&searched.scenario)) else {
            continue;
        };
        rows.push((
            "",
            format!("{} is spared {}: {}", searched.scenario, spared.kinds.join(" and "), spared.why),
        ));
    }
    rows.extend(compared(report).map(|text| ("", text)));
    let confirmed = report
        .results
        .iter()
        .filter_map(|searched| Some(format!("{}: {}", called(searched), searched.confirmed.as_ref()?)));
    rows.extend(confirmed.map(|text| ("", text)));
    let forgotten: u64 = report.results.iter().filter_map(|searched| searched.forgotten).sum();
    if forgotten > 0 {
        let times = plural(forgotten, "time");
        rows.push((
            "",
            format!("memory was full: {times} a state was met that could not be remembered, and what follows was searched once more"),
        ));
    }
    let control: u64 = report.results.iter().filter_map(|searched| searched.control).sum();
    if control > 0 {
        let runs = plural(control, "run");
        rows.push((
            "",
            format!("beside them {runs} at random, in which nothing is skipped: they show nothing else"),
        ));
    }
    rows.extend(report.asked.beyond.lines().map(|beyond| ("beyond", beyond.into())));
    rows.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// With what the runs were compared, if they were.
fn compared(report: &Report) -> Option<String> {
    let all: Vec<&Compared> =
        report.results.iter().filter_map(|searched| searched.compared.as_ref()).collect();
    let (runs, ends) = (all.iter().map(|one| one.runs).sum(), all.iter().map(|one| one.ends).sum());
    let ignored: BTreeSet<&str> = all.iter().flat_map(|one| &one.ignored).map(String::as_str).collect();
    let without = match ignored.is_empty() {
        true => String::new(),
        false => format!("; what is not compared: {}", ignored.into_iter().collect::<Vec<&str>>().join(", ")),
    };
    (!all.is_empty()).then(|| {
        format!(
            "compared with {} of the same handlers, which have {}{without}",
            plural(runs, "calm run"),
            plural(ends, "end")
        )
    })
}

fn faults(bounds: &[&Bound]) -> String {
    let most = bounds.iter().max_by_key(|bound| bound.faults);
    match most.filter(|bound| bound.faults > 0) {
        None => "no faults".into(),
        Some(bound) => {
            format!(
                "up to {} in one run, of these kinds: {}",
                plural(bound.faults.into(), "fault"),
                kinds(bound)
            )
        }
    }
}

/// The kinds of fault; those last that happen only where a service says how.
fn kinds(bound: &Bound) -> String {
    let is_offered = |kind: &&str| Faults::OFFERED.iter().any(|offered| offered.name() == *kind);
    let all = bound.kinds.iter().map(String::as_str);
    let (offered, any): (Vec<&str>, Vec<&str>) = all.partition(is_offered);
    let offered = (!offered.is_empty()).then(|| format!("{} where a service offers it", offered.join(", ")));
    any.into_iter().map(String::from).chain(offered).collect::<Vec<String>>().join(", ")
}

fn retries(bounds: &[&Bound]) -> String {
    let Some(bound) = bounds.first() else { return String::new() };
    let again = words::retries(bound.retries);
    let caller = format!("up to {again} of a caller that died or got an error");
    match (&bound.policy, bound.attempts) {
        (Some(policy), Some(attempts)) => {
            format!("up to {} of a durable step, by `{policy}`; {caller}", plural(attempts.into(), "attempt"))
        }
        _ => format!("{caller}, and of a durable step"),
    }
}

/// What was given besides; and whether time passes, since then not every timing was searched.
fn given(bounds: &[&Bound]) -> Vec<String> {
    let all: BTreeSet<(&String, &String)> = bounds.iter().flat_map(|bound| &bound.given).collect();
    let mut rows: Vec<String> =
        all.into_iter().map(|(name, value)| format!("given {name}: {value}")).collect();
    if bounds.iter().any(|bound| bound.is_timed) {
        rows.push("time passes: a timer fires when it is due, a request takes as long as its service says, and no other timing was searched".into());
    }
    rows
}

/// What was chosen for a whole run in every case; what only some choose is told in the runs.
fn premises(bounds: &[&Bound]) -> Vec<String> {
    let Some((first, others)) = bounds.split_first() else { return Vec::new() };
    let common = first.premises.iter().filter(|premise| {
        others.iter().all(|other| other.premises.iter().any(|own| own.what == premise.what))
    });
    common
        .map(|premise| {
            let of_all = bounds.iter().flat_map(|bound| &bound.premises);
            let ways = of_all.filter(|own| own.what == premise.what).flat_map(|own| &own.ways);
            let ways: BTreeSet<&str> = ways.map(String::as_str).collect();
            format!("{}: {}", premise.what, ways.into_iter().collect::<Vec<&str>>().join(" or "))
        })
        .collect()
}

fn how(search: &Search) -> String {
    let sample = |kind: String, runs: u64, seed: u64| {
        format!(
            "{kind} {} each, seed {seed}: a sample, which can break a promise and not prove one",
            plural(runs, "run")
        )
    };
    match search {
        Search::Exhaustive { skips, .. } if skips.is_empty() => "exhaustive, every single run".into(),
        Search::Exhaustive { skips, .. } => {
            let parts = skips.iter().map(|skip| match skip {
                Skip::States => "runs that meet in one state are continued once",
                Skip::Symmetry => "interchangeable callers count as one",
                Skip::Sleep => "orders that cannot matter are tried once",
            });
            format!("exhaustive; {}", parts.collect::<Vec<&str>>().join("; "))
        }
        Search::Random { seed, runs } => sample("random".into(), *runs, *seed),
        Search::Pct { seed, runs, changes } => sample(format!("PCT, {changes} changes;"), *runs, *seed),
    }
}

/// What was made to go wrong, and what never did.
pub(super) fn uncovered(operations: &[Operation]) -> String {
    let header = ["scenario", "variant", "operation", "never"].map(String::from).to_vec();
    let partly = operations.iter().filter(|operation| !operation.never.is_empty());
    let rows: Vec<Vec<String>> = partly
        .map(|operation| {
            let never = operation.never.join(", ");
            vec![operation.scenario.clone(), operation.variant.clone(), operation.operation.clone(), never]
        })
        .collect();
    let total: usize = operations.iter().map(|operation| operation.faults.len()).sum();
    let exercised =
        format!("{} of an operation and a kind of fault were exercised", plural(total as u64, "pair"));
    if rows.is_empty() {
        format!("{exercised}: all there are.\n")
    } else {
        format!("{}\n{exercised}.\n", table(header, rows))
    }
}
