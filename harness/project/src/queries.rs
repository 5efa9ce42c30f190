//! Promises as queries over what can be observed.
use crate::{
    config::Config,
    error::{ConfigError, Source},
    site::past_as,
};
use anechoic::{Breaches, Promise, Text};
use anechoic_gate::{Judge, World};
use anechoic_rows::{Query, Rows, Table, When};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The promises of a file.
pub(crate) struct Queries {
    promises: Vec<(anechoic_rows::Promise, Query)>,
    state: Mutex<State>,
}

struct State {
    rows: Rows,
    /// What was found in worlds that were seen: which promises found rows, and which.
    known: BTreeMap<u128, Arc<Vec<Option<String>>>>,
}

impl Queries {
    /// Checks them all.
    pub(crate) fn new(config: &Config, source: &Source<'_>) -> Result<Queries, ConfigError> {
        let tables =
            config.tables.iter().map(|(name, table)| Table::new(name.clone()).with_key(&table.get_ref().key));
        let with_columns = |name: &String, columns: &[&str]| {
            columns.iter().fold(Table::new(name.clone()), |table, column| table.with_column(*column))
        };
        let services = config.services.keys();
        let services = services.map(|name| with_columns(name, &["method", "path", "idempotency_key"]));
        let durable = config.handlers.iter().filter(|(_, handler)| handler.get_ref().is_durable());
        let executions = durable.map(|(name, _)| with_columns(name, &["status", "input", "result", "error"]));
        // What only a trace has is empty here, which is said.
        let logs = config.logs.keys().map(Table::new);
        let pasts = config.tables.iter().filter_map(|(name, table)| {
            Some(Table::new(past_as(name, config)?).with_key(&table.get_ref().key))
        });
        let constants = config.constants.names().map(Table::new);
        let all = tables.chain(services).chain(executions).chain(logs).chain(pasts).chain(constants);
        let mut rows = Rows::new(all).map_err(|error| source.lacks(error))?;
        for (name, constant) in config.constants.rows().map_err(|wrong| source.wrong(wrong.at, wrong.what))? {
            rows.replace(name, &constant).map_err(|error| source.lacks(error))?;
        }
        let checked = config.promises.iter().map(|promise| {
            let query = rows.query(promise.sql());
            let query = query.map_err(|error| {
                let at = promise.at();
                source.wrong(at..at + promise.sql().len() + 2, format!("promise `{}`: {error}", promise.name))
            })?;
            Ok((promise.clone(), query))
        });
        let promises = checked.collect::<Result<_, ConfigError>>()?;
        Ok(Queries { promises, state: Mutex::new(State { rows, known: BTreeMap::new() }) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What each promise finds in a world.
    fn found(&self, world: &World) -> Arc<Vec<Option<String>>> {
        let State { rows, known } = &mut *self.state();
        if let Some(found) = known.get(&world.digest()) {
            return found.clone();
        }
        for (name, content) in world.rows() {
            if let Err(error) = rows.replace(name, &content) {
                world.doubt(error.to_string());
            }
        }
        let found = self.promises.iter().map(|(promise, query)| match rows.ask(*query) {
            Ok(found) if found.is_empty() => None,
            Ok(found) => Some(found.to_string()),
            Err(error) => {
                world.doubt(format!("promise `{}`: {error}", promise.name));
                None
            }
        });
        let found = Arc::new(found.collect());
        known.insert(world.digest(), Arc::clone(&found));
        found
    }

    /// Those that must find no row: in the end, or before that.
    fn listed(&self, is_listed: impl Fn(When) -> bool) -> Vec<Promise> {
        let of = |promise: &anechoic_rows::Promise| {
            let sql = || promise.sql().split_whitespace().collect::<Vec<&str>>().join(" ");
            let about = promise.about.clone().unwrap_or_else(|| format!("no row in: {}", sql()));
            Promise::new(promise.name.clone(), about)
        };
        let all = self.promises.iter().map(|(promise, _)| promise);
        all.filter(|promise| is_listed(promise.when)).map(of).collect()
    }

    /// Reports those of a kind that find rows, by their positions in their list.
    fn report(&self, when: When, world: &World, breaches: &mut Breaches) {
        if !self.promises.iter().any(|(promise, _)| promise.when == when) {
            return;
        }
        let found = self.found(world);
        let is_listed = |own: When| (own == When::Eventually) == (when == When::Eventually);
        let broken = self
            .promises
            .iter()
            .zip(&**found)
            .filter(|((promise, _), _)| promise.when != When::Sometimes && is_listed(promise.when));
        for (at, ((promise, _), rows)) in broken.enumerate() {
            if let Some(rows) = rows.as_ref().filter(|_| promise.when == when) {
                // Where a table has a word for each way, this one says most.
                breaches.report(at, promise.name.clone(), || format!("its query finds {rows}"));
            }
        }
    }
}

impl Judge for Queries {
    fn promises(&self) -> Vec<Promise> {
        self.listed(|when| matches!(when, When::Never | When::AtRest))
    }

    fn eventually(&self) -> Vec<Promise> {
        self.listed(|when| when == When::Eventually)
    }

    fn sometimes(&self) -> Vec<Text> {
        let all = self.promises.iter().filter(|(promise, _)| promise.when == When::Sometimes);
        all.map(|(promise, _)| promise.name.clone().into()).collect()
    }

    fn always(&self, world: &World, breaches: &mut Breaches) {
        self.report(When::Never, world, breaches);
        let found = self
            .promises
            .iter()
            .any(|(promise, _)| promise.when == When::Sometimes)
            .then(|| self.found(world));
        let sometimes = found.iter().flat_map(|found| self.promises.iter().zip(&***found));
        let sometimes = sometimes.filter(|((promise, _), _)| promise.when == When::Sometimes);
        for (at, _) in sometimes.enumerate().filter(|(_, (_, rows))| rows.is_some()) {
            breaches.happens(at);
        }
    }

    fn at_rest(&self, world: &World, breaches: &mut Breaches) {
        self.report(When::AtRest, world, breaches);
    }

    fn at_last(&self, world: &World, breaches: &mut Breaches) {
        self.report(When::Eventually, world, breaches);
    }

    fn vacuous(&self) -> Vec<String> {
        let rows = &self.state().rows;
        let mut said = Vec::new();
        for (promise, query) in &self.promises {
            let unwritten = rows.unwritten(*query);
            if !unwritten.is_empty() {
                said.push(format!(
                    "promise `{}`: nothing is ever in {}",
                    promise.name,
                    unwritten.join(" and ")
                ));
            }
            said.extend(
                rows.blanks(*query).into_iter().map(|blank| format!("promise `{}`: {blank}", promise.name)),
            );
        }
        said
    }
}
