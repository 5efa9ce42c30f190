//! What the handlers of a run share: the service that the engine searches.
use crate::{
    ask::{Answer, Ask, To},
    comparable::{Ids, comparable},
    durable::{Execution, Operation},
    dynamo::{self, Tables},
    names,
    outside::{Calls, shown_row},
    past::past,
    said::Said,
    site::Site,
    table::TableSpec,
    trouble::Trouble,
};
use anechoic_engine::{Blocked, Fault, Faults, Footprint, Service, Text};
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_128};

/// The tables and the outside services, as they are at some point of a run.
#[derive(Clone)]
pub struct World {
    pub(crate) site: Arc<Site>,
    tables: Arc<Tables>,
    /// The tables as each row was before it was changed last.
    past: Arc<Tables>,
    calls: Arc<Vec<Calls>>,
    pub(crate) executions: Arc<Vec<Arc<Execution>>>,
    /// The transactions that have a token, and what they were answered.
    tokens: Arc<BTreeMap<String, (u128, Arc<Answer>)>>,
    digest: u128,
}

impl World {
    /// As all is before a run.
    pub(crate) fn new(site: Arc<Site>, executions: Vec<Arc<Execution>>) -> World {
        let calls = vec![Calls::default(); site.services.len()];
        let tables = site.beginning.clone();
        let past = tables.clone();
        let (calls, executions) = (Arc::new(calls), Arc::new(executions));
        let mut world = World { site, tables, past, calls, executions, tokens: Arc::default(), digest: 0 };
        world.refresh();
        world
    }

    fn refresh(&mut self) {
        let mut hasher = Xxh3Default::new();
        for table in self.tables.iter().chain(&**self.past) {
            hasher.update(&table.digest().to_le_bytes());
        }
        for calls in &**self.calls {
            hasher.update(b"service");
            calls.digest(&mut hasher);
        }
        for execution in &**self.executions {
            hasher.update(&execution.digest().to_le_bytes());
        }
        for (token, (request, _)) in &*self.tokens {
            hasher.update(token.as_bytes());
            hasher.update(&request.to_le_bytes());
        }
        self.digest = hasher.digest128();
    }

    /// The rows of all that promises may be about, by name: each table, the past of those whose past they ask for, each service as a table
    /// of the calls that had an effect, and the durable executions of each handler.
    pub fn rows(&self) -> impl Iterator<Item = (&str, Vec<Map<String, Value>>)> {
        self.observed_rows().chain(self.past_rows()).chain(self.execution_rows())
    }

    /// Those that are compared with other runs: how an execution has ended is its answer, and nobody else's to see.
    fn observed_rows(&self) -> impl Iterator<Item = (&str, Vec<Map<String, Value>>)> {
        let tables = self
            .site
            .tables
            .iter()
            .zip(&**self.tables)
            .map(|(spec, table)| (spec.name.as_str(), table.plain_rows().collect()));
        let services = self.site.services.iter().zip(&**self.calls);
        let services = services.map(|(spec, calls)| {
            let rows = spec.rows(calls).unwrap_or_else(|what| {
                self.doubt(format!("service `{}` {what}", spec.name));
                Vec::new()
            });
            (spec.name.as_str(), rows)
        });
        tables.chain(services)
    }

    fn past_rows(&self) -> impl Iterator<Item = (&str, Vec<Map<String, Value>>)> {
        let tables = self.site.tables.iter().zip(&**self.past);
        tables.filter_map(|(spec, past)| Some((spec.past_as.as_deref()?, past.plain_rows().collect())))
    }

    /// The tables as `aws dynamodb scan` prints them, by name.
    pub(crate) fn scanned(&self) -> Vec<(String, String)> {
        let tables = self.site.tables.iter().zip(&**self.tables).map(|(spec, table)| {
            let items: Vec<Value> =
                table.rows().filter_map(|(_, item)| serde_json::from_str(item).ok()).collect();
            let count = items.len();
            let scanned = json!({"Items": items, "Count": count, "ScannedCount": count});
            (spec.name.clone(), format!("{scanned:#}\n"))
        });
        tables.collect()
    }

    pub(crate) fn specs(&self) -> impl Iterator<Item = &TableSpec> {
        self.site.tables.iter()
    }

    pub(crate) fn now(&self) -> &Tables {
        &self.tables
    }

    pub(crate) fn before(&self) -> &Tables {
        &self.past
    }

    /// A fingerprint of all that can be observed.
    pub fn digest(&self) -> u128 {
        self.digest
    }

    /// All that can be observed as lines, by name, without what is ignored.
    fn lines(&self, is_ignored: impl Fn(&str, &str) -> bool) -> Vec<(&str, Vec<String>)> {
        let tables = self.site.tables.len();
        let is_called = |at: &usize| self.site.services[*at].stub.is_none();
        let lines = self.observed_rows().enumerate().map(|(at, (name, rows))| {
            match at.checked_sub(tables).filter(is_called) {
                None => {
                    let without = rows.into_iter().map(|mut row| {
                        row.retain(|column, _| !is_ignored(name, column));
                        shown_row(&row)
                    });
                    (name, without.collect())
                }
                Some(service) => {
                    let (spec, calls) = (&self.site.services[service], &self.calls[service]);
                    let kept = calls
                        .0
                        .iter()
                        .map(|call| call.without(|column| is_ignored(name, column)).shown(spec));
                    (name, kept.collect())
                }
            }
        });
        lines.collect()
    }

    /// What is compared: of ids only which are the same, no times, and rows in an order in which neither plays a part.
    pub(crate) fn observed(&self, is_ignored: impl Fn(&str, &str) -> bool) -> Vec<(Text, String)> {
        let mut ids = Ids::new();
        let shown = self.lines(is_ignored).into_iter().map(|(name, mut lines)| {
            lines.sort_by_cached_key(|line| comparable(line, &mut Ids::new()));
            (name.to_string().into(), comparable(&lines.join("; "), &mut ids))
        });
        shown.collect()
    }

    pub(crate) fn spec(&self, table: &str) -> Option<&TableSpec> {
        self.site.tables.iter().find(|spec| spec.name == table)
    }

    /// Nothing can be said of what was seen, for this reason.
    pub fn doubt(&self, what: String) {
        self.site.note(Trouble::Unclear { what });
    }

    pub(crate) fn stray(&self, what: String) -> Answer {
        self.doubt(format!("a handler {what}"));
        Answer::json(501, Value::from(what).to_string())
    }

    fn transact(&mut self, operation: &str, ask: &Ask) -> Arc<Answer> {
        let about = self.about(operation, ask);
        let Some(token) = about.token.clone() else { return self.change(operation, ask) };
        // An attempt of the client's is the same request.
        let request = xxh3_128(ask.body.as_bytes());
        if let Some((known, answer)) = self.tokens.get(&token) {
            return if *known == request { answer.clone() } else { Arc::new(dynamo::mismatch()) };
        }
        let answer = self.change(operation, ask);
        if answer.is_fine() {
            Arc::make_mut(&mut self.tokens).insert(token, (request, answer.clone()));
        }
        answer
    }

    fn change(&mut self, operation: &str, ask: &Ask) -> Arc<Answer> {
        let (answer, after) = self.site.dynamo().apply(&self.tables, operation, ask);
        if let Some(after) = after {
            let is_kept = |at: usize| self.site.tables[at].keeps_past();
            self.past = Arc::new(past(&self.past, &self.tables, &after, is_kept));
            self.tables = Arc::new(after);
        }
        answer
    }
}

impl Hash for World {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.cells().into_iter().map(|(name, cell)| (name.to_string(), cell))).finish()
    }
}

impl Service for World {
    type Request = Arc<Ask>;
    type Response = Arc<Answer>;
    type Answer = Said;

    fn apply(&mut self, ask: &Arc<Ask>) -> Arc<Answer> {
        self.apply_choice(ask, 0)
    }

    fn choices(&self, ask: &Arc<Ask>) -> u32 {
        match self.invoked_by(ask) {
            Some(execution) => u32::try_from(execution.choices().max(1)).unwrap_or(u32::MAX),
            None => 1,
        }
    }

    fn blocked(&self, ask: &Arc<Ask>) -> Option<Blocked> {
        let on = self.invoked_by(ask)?.waits_for()?;
        Some(Blocked { on: on.into(), held_by: Vec::new() })
    }

    fn calls(&self) -> usize {
        self.all_called().count()
    }

    fn faults(&self, ask: &Arc<Ask>) -> Faults {
        match ask.to {
            To::Durable(Operation::Invoke, _) => Faults::NONE,
            // What the service never hears of it is all one to it.
            To::Durable(Operation::Respond, _) => Faults::of(&[Fault::Rejected]),
            _ => Faults::ALL,
        }
    }

    fn is_checkpoint(&self, ask: &Arc<Ask>) -> bool {
        matches!(ask.to, To::Durable(operation, _) if operation != Operation::Callback)
    }

    fn target(&self, ask: &Arc<Ask>) -> u128 {
        let targets = match &ask.to {
            To::Tables(_) => self.targets(ask),
            _ => vec![format!("{:?} {}", ask.to, ask.path)],
        };
        // Of what was drawn, or is an id, only which are the same.
        xxh3_128(comparable(&targets.join("; "), &mut Ids::new()).as_bytes())
    }

    fn apply_choice(&mut self, ask: &Arc<Ask>, way: u32) -> Arc<Answer> {
        let answer = match &ask.to {
            To::Tables(operation) if !dynamo::is_served(operation) => Arc::new(
                self.stray(format!("asks DynamoDB for {operation}, which is not served at the gate")),
            ),
            To::Tables(operation) if self.about(operation, ask).unknown.is_some() => {
                let table = self.about(operation, ask).unknown.clone().unwrap_or_default();
                let known = self.specs();
                let known: Vec<&str> = known.map(|spec| spec.name.as_str()).collect();
                let known = if known.is_empty() {
                    "there is none".into()
                } else {
                    format!("there are {}", known.join(", "))
                };
                Arc::new(self.stray(format!("asks for the table `{table}`, which is not declared; {known}")))
            }
            To::Tables(operation) if operation == "TransactWriteItems" => self.transact(operation, ask),
            To::Tables(operation) => self.change(operation, ask),
            To::Service(at) => {
                let spec = &self.site.services[*at];
                match spec.apply(&self.calls[*at], ask) {
                    Ok((answer, after)) => {
                        if let Some(after) = after {
                            Arc::make_mut(&mut self.calls)[*at] = after;
                        }
                        Arc::new(answer)
                    }
                    Err(what) => {
                        self.doubt(format!("service `{}` {what}", spec.name));
                        Arc::new(Answer::json(501, Value::from(what).to_string()))
                    }
                }
            }
            To::Durable(operation, of) => self.of_the_runtime(*operation, *of, ask, way),
            To::Nobody => Arc::new(
                self.stray(format!("asks for {} {}, and nobody here knows it", ask.method, ask.path)),
            ),
        };
        self.refresh();
        answer
    }

    fn footprint(&self, ask: &Arc<Ask>) -> Footprint {
        match &ask.to {
            To::Tables(operation) => self.about(operation, ask).footprint,
            To::Service(at) => {
                let key = ("service", at);
                let has_effect = self.site.services[*at].has_effect(ask);
                if has_effect { Footprint::nothing().writes(&key) } else { Footprint::nothing().reads(&key) }
            }
            To::Durable(Operation::State, Some(of)) => Footprint::nothing().reads(&("execution", of)),
            To::Durable(operation, Some(of)) => {
                let beside = self.touched_beside(*of, *operation, ask);
                Footprint::nothing().writes(&("execution", of)).and(beside)
            }
            To::Durable(_, None) | To::Nobody => Footprint::everything(),
        }
    }

    fn older_versions(&self, ask: &Arc<Ask>) -> usize {
        usize::from(self.as_still_seen(ask).is_some())
    }

    fn apply_stale(&self, ask: &Arc<Ask>, _: usize) -> Arc<Answer> {
        match (&ask.to, self.as_still_seen(ask)) {
            (To::Tables(operation), Some(seen)) => self.site.dynamo().apply(&seen, operation, ask).0,
            _ => unreachable!("{ask:?} is never answered with the past"),
        }
    }

    fn refusals(&self, ask: &Arc<Ask>) -> Vec<Arc<Answer>> {
        let at = match &ask.to {
            To::Service(at) => at,
            To::Durable(Operation::Checkpoint(_), Some(of)) => {
                return self.executions[*of].refusals().into_iter().map(Arc::new).collect();
            }
            _ => return Vec::new(),
        };
        let rule = self.site.services[*at].rule(ask);
        rule.map_or_else(Vec::new, |rule| {
            rule.refusals.iter().map(|refusal| Arc::new(refusal.answer())).collect()
        })
    }

    fn cannot_tell(&self) -> Option<Text> {
        self.site.trouble().map(|trouble| trouble.to_string().into())
    }

    fn reaches(&self, ask: &Arc<Ask>) -> Vec<Text> {
        self.whom(ask)
    }

    fn describe(&self, ask: &Arc<Ask>) -> String {
        self.described(ask)
    }

    fn describe_response(&self, answer: &Arc<Answer>) -> String {
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        if let Some(shown) = body["shown"].as_str() {
            return shown.into();
        }
        let kind = body["__type"].as_str().and_then(|kind| kind.rsplit('#').next());
        match kind {
            Some(kind) => kind.into(),
            None if answer.is_fine() => "ok".into(),
            None => answer.status.to_string(),
        }
    }

    fn cells(&self) -> Vec<(Text, String)> {
        let cell = |lines: Vec<String>| names::shown(&lines.join("; ")).into_owned();
        let lines = self.lines(|_, _| false).into_iter();
        let lines = lines.map(|(name, lines)| (name.to_string().into(), cell(lines)));
        lines.chain(self.executions_shown()).collect()
    }
}
