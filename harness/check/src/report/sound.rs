use super::{Bound, Covered, Report, Searched, Shard};
use anechoic_engine::{AS_IF_ONCE, EVERY_RUN_ENDS};
use std::collections::BTreeSet;

/// What in a report contradicts something else in it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unsound(String);

/// Says what is wrong, unless nothing is.
fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), Unsound> {
    if holds { Ok(()) } else { Err(Unsound(what())) }
}

impl Report {
    /// Whether all of it can be true together.
    ///
    /// # Errors
    /// The first contradiction.
    pub fn check(&self) -> Result<(), Unsound> {
        ensure(!self.results.is_empty(), || "nothing was searched".into())?;
        let asked = &self.asked;
        unique("promise", asked.promises.iter().map(|promise| promise.name.as_str()))?;
        unique("scenario", asked.scenarios.iter().map(String::as_str))?;
        unique("variant", asked.variants.iter().map(|variant| variant.name.as_str()))?;
        for scenario in &asked.scenarios {
            let is_there = self.results.iter().any(|searched| searched.scenario == *scenario);
            ensure(is_there, || format!("{scenario} was asked for and not searched"))?;
        }
        for variant in &asked.variants {
            let is_there = self.of(&variant.name).next().is_some();
            ensure(is_there, || format!("{} was asked for and not searched", variant.name))?;
            for promise in &variant.breaks {
                ensure(self.knows_promise(promise), || format!("there is no promise `{promise}`"))?;
            }
        }
        if let Some(Shard { number, of }) = asked.search.shard() {
            ensure((1..=of).contains(&number), || format!("there is no part {number} of {of}"))?;
        }
        let mut pairs = BTreeSet::new();
        for searched in &self.results {
            let is_first = pairs.insert((&searched.scenario, &searched.variant));
            ensure(is_first, || format!("{} {} is there twice", searched.scenario, searched.variant))?;
            self.check_one(searched).map_err(|Unsound(what)| {
                Unsound(format!("{} {}: {what}", searched.scenario, searched.variant))
            })?;
        }
        self.check_troubles()
    }

    fn knows_promise(&self, name: &str) -> bool {
        self.asked.promises.iter().any(|promise| promise.name == name)
    }

    fn check_one(&self, searched: &Searched) -> Result<(), Unsound> {
        let Searched { scenario, variant, bound, executions, finished, states, complete, .. } = searched;
        ensure(self.asked.scenarios.contains(scenario), || "no such scenario was asked for".into())?;
        ensure(self.asked.variant(variant).is_some(), || "no such variant was asked for".into())?;
        ensure(finished <= executions, || "more runs were finished than were made".into())?;
        let is_idle = *executions == 0;
        ensure(!is_idle || (*states == 0 && searched.longest == 0 && searched.broken.is_empty()), || {
            "something was found in no run".into()
        })?;
        ensure(!(*complete && self.asked.search.is_sample()), || "a sample is never complete".into())?;
        ensure(!(*complete && searched.diverged.is_some()), || {
            "a search that was given up is complete".into()
        })?;
        ensure(searched.control.is_none() || *complete, || {
            "runs were laid beside a search that is not complete".into()
        })?;
        let happened = searched.sometimes.iter().any(|sometimes| sometimes.happened);
        ensure(!is_idle || !happened, || "something happened in no run".into())?;
        unique("ending", searched.sometimes.iter().map(|sometimes| sometimes.what.as_str()))?;
        check_bound(bound, searched.covered)?;
        unique("broken promise", searched.broken.iter().map(|broken| broken.promise.as_str()))?;
        unique("promise", searched.promises.iter().map(String::as_str))?;
        // That every run ends goes without saying.
        let is_more = searched.promises.iter().any(|promise| promise != EVERY_RUN_ENDS);
        let is_promised = is_more || !searched.sometimes.is_empty();
        ensure(is_promised, || "nothing is promised".into())?;
        for promise in &searched.promises {
            ensure(self.knows_promise(promise), || format!("there is no promise `{promise}`"))?;
        }
        let is_promised = searched.promises.iter().any(|promise| promise == AS_IF_ONCE);
        ensure(is_promised || searched.compared.is_none(), || {
            "its runs were compared with calm ones, and nothing of it is promised".into()
        })?;
        ensure(!is_promised || searched.compared.is_some() || is_idle, || {
            "its runs were not compared with calm ones, as is promised".into()
        })?;
        for broken in &searched.broken {
            let (promise, replay) = (&broken.promise, &broken.run.replay);
            ensure(searched.promises.contains(promise), || format!("there is no promise `{promise}`"))?;
            ensure(replay.promise == *promise, || format!("the run for {promise} is of another"))?;
            ensure(replay.scenario == *scenario && replay.variant == *variant, || {
                format!("the run for {promise} is of {} {}", replay.scenario, replay.variant)
            })?;
            ensure(broken.ways.contains(&broken.run.way), || {
                format!("{promise} is broken in the way `{}`, which is not listed", broken.run.way)
            })?;
            ensure(broken.run.size.faults <= bound.faults && broken.run.size.actors > 0, || {
                format!("the run for {promise} is not of this bound")
            })?;
        }
        Ok(())
    }

    /// Each version that has a row of the table has the whole of it.
    fn check_troubles(&self) -> Result<(), Unsound> {
        let of = |name: &str| -> Vec<&str> {
            let row = self.troubles.iter().filter(|trouble| trouble.variant == name);
            row.map(|trouble| trouble.trouble.as_str()).collect()
        };
        let Some(first) = self.troubles.first() else { return Ok(()) };
        let row = of(&first.variant);
        unique("kind of trouble", row.iter().copied())?;
        for variant in self.asked.variants.iter().filter(|variant| !variant.is_brief) {
            ensure(of(&variant.name) == row, || format!("{} lacks a kind of trouble", variant.name))?;
        }
        for trouble in &self.troubles {
            let variant = self.asked.variant(&trouble.variant);
            ensure(variant.is_some_and(|variant| !variant.is_brief), || {
                format!("{} has no row of its own", trouble.variant)
            })?;
            for (promise, ways) in &trouble.broken {
                ensure(self.knows_promise(promise) && !ways.is_empty(), || {
                    format!("`{promise}` is no promise that is broken in some way")
                })?;
            }
            let is_idle = trouble.executions == 0;
            ensure(!is_idle || (!trouble.reached && trouble.broken.is_empty()), || {
                format!("{} {}: something was found in no run", trouble.variant, trouble.trouble)
            })?;
        }
        Ok(())
    }
}

fn check_bound(bound: &Bound, covered: Option<Covered>) -> Result<(), Unsound> {
    let callers = 1 <= bound.callers_from && bound.callers_from <= bound.callers;
    ensure(callers, || "its number of callers is none".into())?;
    ensure(bound.attempts != Some(0), || "nothing is ever attempted".into())?;
    ensure(bound.premises.iter().all(|premise| !premise.ways.is_empty()), || {
        "something has no way to be".into()
    })?;
    let covered = covered.and_then(|covered| covered.faults.max(covered.few_switches.map(|few| few.0)));
    ensure(covered.is_none_or(|faults| faults <= bound.faults), || {
        "it covers more faults than its bound has".into()
    })
}

fn unique<'n>(what: &str, names: impl Iterator<Item = &'n str>) -> Result<(), Unsound> {
    let mut seen = BTreeSet::new();
    for name in names {
        ensure(seen.insert(name), || format!("the {what} `{name}` is there twice"))?;
    }
    Ok(())
}
