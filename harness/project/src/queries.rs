//! Promises as queries over what can be observed.
use crate::{
    config::Config,
    error::{ConfigError, Source},
    site::past_as,
};
use anechoic::{Breaches, Promise, Text};
use anechoic_gate::{Judge, World};
use anechoic_rows::{Object, Query, Rows, Table, When};
use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

/// The promises of a file, and what their queries find in the worlds of one scenario.
pub(crate) struct Queries {
    declared: Arc<Declared>,
    state: OnceLock<Mutex<State>>,
}

/// What is asked, and over which tables.
struct Declared {
    tables: Vec<Table>,
    constants: Vec<(String, Vec<Object>)>,
    promises: Vec<anechoic_rows::Promise>,
}

/// Why something cannot be asked, and where in the file that stands, if it does.
type Wrong = (Option<Range<usize>>, String);

struct State {
    rows: Rows,
    /// In the order of the promises.
    queries: Vec<Query>,
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
        let tables = tables.chain(services).chain(executions).chain(logs).chain(pasts).chain(constants);
        let rows = config.constants.rows().map_err(|wrong| source.wrong(wrong.at, wrong.what))?;
        let declared = Declared {
            tables: tables.collect(),
            constants: rows.into_iter().map(|(name, rows)| (name.to_string(), rows)).collect(),
            promises: config.promises.iter().cloned().collect(),
        };
        let state = declared.state().map_err(|(at, what)| match at {
            Some(at) => source.wrong(at, what),
            None => source.lacks(what),
        })?;
        Ok(Queries { declared: Arc::new(declared), state: OnceLock::from(Mutex::new(state)) })
    }

    /// The same for the worlds of another scenario.
    pub(crate) fn again(&self) -> Queries {
        Queries { declared: self.declared.clone(), state: OnceLock::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        let made = || Mutex::new(self.declared.state().expect("it could be made before"));
        self.state.get_or_init(made).lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What each promise finds in a world.
    fn found(&self, world: &World) -> Arc<Vec<Option<String>>> {
        let State { rows, queries, known } = &mut *self.state();
        if let Some(found) = known.get(&world.digest()) {
            return found.clone();
        }
        for (name, content) in world.rows() {
            if let Err(error) = rows.replace(name, &content) {
                world.doubt(error.to_string());
            }
        }
        let asked = self.declared.promises.iter().zip(queries);
        let found = asked.map(|(promise, query)| match rows.ask(*query) {
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
        let all = self.declared.promises.iter();
        all.filter(|promise| is_listed(promise.when)).map(of).collect()
    }

    /// Reports those of a kind that find rows, by their positions in their list.
    fn report(&self, when: When, world: &World, breaches: &mut Breaches) {
        let promises = &self.declared.promises;
        if !promises.iter().any(|promise| promise.when == when) {
            return;
        }
        let found = self.found(world);
        let is_listed = |own: When| (own == When::Eventually) == (when == When::Eventually);
        let broken = promises
            .iter()
            .zip(&**found)
            .filter(|(promise, _)| promise.when != When::Sometimes && is_listed(promise.when));
        for (at, (promise, rows)) in broken.enumerate() {
            if let Some(rows) = rows.as_ref().filter(|_| promise.when == when) {
                // Where a table has a word for each way, this one says most.
                breaches.report(at, promise.name.clone(), || format!("its query finds {rows}"));
            }
        }
    }
}

impl Declared {
    /// Before any world was seen.
    fn state(&self) -> Result<State, Wrong> {
        let mut rows = Rows::new(self.tables.iter().cloned()).map_err(|error| (None, error.to_string()))?;
        for (name, constant) in &self.constants {
            rows.replace(name, constant).map_err(|error| (None, error.to_string()))?;
        }
        let queries = self.promises.iter().map(|promise| {
            rows.query(promise.sql()).map_err(|error| {
                let at = promise.at();
                (Some(at..at + promise.sql().len() + 2), format!("promise `{}`: {error}", promise.name))
            })
        });
        let queries = queries.collect::<Result<_, _>>()?;
        Ok(State { rows, queries, known: BTreeMap::new() })
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
        let all = self.declared.promises.iter().filter(|promise| promise.when == When::Sometimes);
        all.map(|promise| promise.name.clone().into()).collect()
    }

    fn always(&self, world: &World, breaches: &mut Breaches) {
        self.report(When::Never, world, breaches);
        let promises = &self.declared.promises;
        let is_asked = promises.iter().any(|promise| promise.when == When::Sometimes);
        let found = is_asked.then(|| self.found(world));
        let sometimes = found.iter().flat_map(|found| promises.iter().zip(&***found));
        let sometimes = sometimes.filter(|(promise, _)| promise.when == When::Sometimes);
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
        let State { rows, queries, .. } = &*self.state();
        let mut said = Vec::new();
        for (promise, query) in self.declared.promises.iter().zip(queries) {
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
