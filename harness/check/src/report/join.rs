//! The parts of one check, put together again.
use super::{
    Again, Asked, Broken, Covered, Found, Operation, Report, Saved, Search, Searched, Shard, Tool, Trouble,
};
use anechoic_engine::search as engine;
use std::collections::BTreeSet;

/// Why parts are not those of one check, or not all of them.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Apart {
    /// There is none.
    #[error("there is nothing to join")]
    Nothing,
    /// One does not belong to the others.
    #[error("{what}")]
    Foreign {
        /// Which, by position.
        part: usize,
        /// Why not.
        what: String,
    },
    /// Some are not there.
    #[error("missing: {0}; each part says for itself what it found, and the whole bound only all of them")]
    Missing(String),
}

/// The whole of which these are all parts. Nothing in it is taken over that can be computed anew.
///
/// # Errors
/// Why they are not all parts of one whole.
pub fn join(parts: Vec<Report>) -> Result<Report, Apart> {
    let (of, numbers) = numbers(&parts)?;
    // In the order of their numbers, so that it does not matter in which they were given.
    let mut parts: Vec<(usize, Report)> = parts.into_iter().enumerate().collect();
    parts.sort_by_key(|(_, report)| report.asked.search.shard().map(|shard| shard.number));
    let mut parts = parts.into_iter();
    let Some((_, first)) = parts.next() else { return Err(Apart::Nothing) };
    let mut whole = without_shard(first);
    for (part, report) in parts {
        add(&mut whole, without_shard(report)).map_err(|what| Apart::Foreign { part, what })?;
    }
    let missing: Vec<String> = (1..=of)
        .filter(|number| !numbers.contains(number))
        .map(|number| format!("part {number}/{of}"))
        .collect();
    if !missing.is_empty() {
        return Err(Apart::Missing(missing.join(", ")));
    }
    let Report { asked, results, .. } = &mut whole;
    let position = |broken: &Broken| asked.promises.iter().position(|promise| promise.name == broken.promise);
    for searched in results {
        searched.broken.sort_by_key(position);
    }
    Ok(whole)
}

/// Of how many parts each is one, and which are there.
fn numbers(parts: &[Report]) -> Result<(u32, BTreeSet<u32>), Apart> {
    let mut numbers = BTreeSet::new();
    let mut total = None;
    for (part, report) in parts.iter().enumerate() {
        let foreign = |what: String| Apart::Foreign { part, what };
        let Some(Shard { number, of }) = report.asked.search.shard() else {
            return Err(foreign("it is no part of a check; expected what `check --shard K/N` found".into()));
        };
        let others = *total.get_or_insert(of);
        if others != of {
            return Err(foreign(format!("it is one of {of} parts, the others are of {others}")));
        }
        if !numbers.insert(number) {
            return Err(foreign(format!("part {number}/{of} is there twice")));
        }
    }
    Ok((total.ok_or(Apart::Nothing)?, numbers))
}

fn without_shard(mut report: Report) -> Report {
    if let Search::Exhaustive { shard, .. } = &mut report.asked.search {
        *shard = None;
    }
    report
}

fn add(whole: &mut Report, part: Report) -> Result<(), String> {
    let Report { tool, asked, results, troubles, observed, saved, pending, baseline, coverage } = part;
    if whole.tool != tool || tool.build == Tool::UNKNOWN {
        return Err(
            "it was found by another build: build once, and run the same program for all parts".into()
        );
    }
    if whole.asked != asked || whole.results.len() != results.len() {
        return Err("it is a part of another check: something else was asked".into());
    }
    for (whole, part) in whole.results.iter_mut().zip(results) {
        add_searched(whole, part)?;
    }
    if whole.troubles.len() != troubles.len() {
        return Err("it is a part of another check: of other kinds of trouble".into());
    }
    for (whole, part) in whole.troubles.iter_mut().zip(troubles) {
        add_trouble(whole, part)?;
    }
    if whole.observed != observed {
        return Err("it is a part of another check: the observed trace is reproduced otherwise".into());
    }
    add_saved(&asked, &mut whole.saved, saved)?;
    whole.pending = whole.pending.max(pending);
    match (&mut whole.baseline, baseline) {
        (None, None) => {}
        (Some(whole), Some(part)) if whole.known == part.known => {
            whole.today = whole.today.to_owned().max(part.today);
        }
        _ => return Err("it is a part of another check: with another baseline".into()),
    }
    match (&mut whole.coverage, coverage) {
        (None, None) => {}
        (Some(whole), Some(part)) => add_coverage(whole, part),
        _ => return Err("it is a part of another check: only one of them was asked for its coverage".into()),
    }
    Ok(())
}

fn add_searched(whole: &mut Searched, part: Searched) -> Result<(), String> {
    let same = (&whole.scenario, &whole.variant, &whole.bound, &whole.promises)
        == (&part.scenario, &part.variant, &part.bound, &part.promises)
        && whole.sometimes.iter().map(|one| &one.what).eq(part.sometimes.iter().map(|one| &one.what));
    if !same {
        return Err(format!(
            "it is a part of another check: of {} {} within another bound",
            part.scenario, part.variant
        ));
    }
    let of = |searched: &Searched| {
        let covered =
            searched.covered.map(|Covered { faults, few_switches }| engine::Covered { faults, few_switches });
        (searched.complete, covered)
    };
    whole.covered = engine::Covered::of_both(of(whole), of(&part))
        .map(|engine::Covered { faults, few_switches }| Covered { faults, few_switches });
    whole.complete &= part.complete;
    whole.executions += part.executions;
    whole.finished += part.finished;
    whole.states += part.states;
    let forgotten = whole.forgotten.unwrap_or(0) + part.forgotten.unwrap_or(0);
    whole.forgotten = (forgotten > 0).then_some(forgotten);
    whole.longest = whole.longest.max(part.longest);
    whole.milliseconds = whole.milliseconds.zip(part.milliseconds).map(|(one, other)| one + other);
    for (whole, part) in whole.sometimes.iter_mut().zip(part.sometimes) {
        whole.happened |= part.happened;
    }
    whole.diverged = whole.diverged.take().or(part.diverged);
    whole.confirmed = whole.confirmed.take().or(part.confirmed);
    whole.control = whole.control.zip(part.control).map(|(one, other)| one + other);
    match (&mut whole.compared, part.compared) {
        (None, None) => {}
        (Some(whole), Some(part)) => {
            whole.runs = whole.runs.max(part.runs);
            whole.ends = whole.ends.max(part.ends);
            add_words(&mut whole.ignored, part.ignored);
            add_words(&mut whole.unclear, part.unclear);
        }
        _ => return Err("it is a part of another check: only one of them was compared with calm runs".into()),
    }
    for part in part.broken {
        match whole.broken.iter_mut().find(|broken| broken.promise == part.promise) {
            Some(broken) => add_broken(broken, part),
            None => whole.broken.push(part),
        }
    }
    Ok(())
}

fn add_broken(whole: &mut Broken, part: Broken) {
    // One that is known to be the smallest is smaller than any other.
    let size = |run: &Found| (!run.is_smallest, run.size);
    if size(&part.run) < size(&whole.run) {
        whole.run = part.run;
    }
    add_words(&mut whole.ways, part.ways);
}

fn add_words(whole: &mut Vec<String>, part: Vec<String>) {
    whole.extend(part);
    whole.sort();
    whole.dedup();
}

fn add_trouble(whole: &mut Trouble, part: Trouble) -> Result<(), String> {
    if (&whole.variant, &whole.trouble) != (&part.variant, &part.trouble) {
        return Err("it is a part of another check: of other kinds of trouble".into());
    }
    for (promise, ways) in part.broken {
        add_words(whole.broken.entry(promise).or_default(), ways);
    }
    whole.complete &= part.complete;
    whole.diverged = whole.diverged.take().or(part.diverged);
    whole.reached |= part.reached;
    whole.executions += part.executions;
    Ok(())
}

/// A saved run that one part could not make, or that went wrong in one part, is not well in the whole.
fn add_saved(asked: &Asked, whole: &mut [Saved], part: Vec<Saved>) -> Result<(), String> {
    let key = |saved: &Saved| {
        let names = [&saved.file, &saved.scenario, &saved.variant, &saved.promise].map(String::clone);
        (names, saved.is_specimen)
    };
    if whole.len() != part.len() || whole.iter().zip(&part).any(|(one, other)| key(one) != key(other)) {
        return Err("it is a part of another check: with other saved runs".into());
    }
    for (whole, part) in whole.iter_mut().zip(part) {
        let rank = |saved: &Saved| match (&saved.again, asked.is_saved_on_purpose(saved)) {
            (Again::BreaksAnother { .. }, _) | (Again::Keeps, true) => 3,
            (Again::Breaks { .. }, false) => 2,
            (Again::CannotBeMade { .. }, _) => 1,
            (Again::Breaks { .. }, true) | (Again::Keeps, false) => 0,
        };
        if rank(&part) != rank(whole) {
            if rank(&part) > rank(whole) {
                *whole = part;
            }
        } else if whole.again != part.again {
            return Err(format!("{} ends otherwise in it than in the others", whole.file));
        }
    }
    Ok(())
}

fn add_coverage(whole: &mut Vec<Operation>, part: Vec<Operation>) {
    for part in part {
        let same = |operation: &&mut Operation| {
            (&operation.scenario, &operation.variant, &operation.operation)
                == (&part.scenario, &part.variant, &part.operation)
        };
        let Some(operation) = whole.iter_mut().find(same) else {
            whole.push(part);
            continue;
        };
        operation.went_well += part.went_well;
        for (fault, times) in part.faults {
            *operation.faults.entry(fault).or_default() += times;
        }
        operation.never.retain(|never| part.never.contains(never));
    }
}
