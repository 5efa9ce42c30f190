//! The report that machines read: `anechoic.check/1`.
use crate::{
    check::{COLUMNS, Checked, Counterexample, Report, Row, Search},
    outcome::{Outcome, Specimens},
};
use anechoic::search::{Exhaustive, Reduce, Sample, Shard};
use anechoic_model::Promise;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The format's name and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Format {
    /// The first version. Fields may be added to it; none is renamed or removed.
    #[serde(rename = "anechoic.check/1")]
    V1,
}

/// What `anechoic check --format json` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CheckJson {
    /// The format's name and version.
    pub format: Format,
    /// The exit code of the command.
    pub exit: u8,
    /// The reasons for it, in words.
    pub verdict: Vec<String>,
    /// The version of the command.
    pub version: String,
    /// What was expected of the specimens.
    pub specimens: Specimens,
    /// Which part of every bound this is about; null for all of it.
    pub shard: Option<ShardJson>,
    /// Every version of the handlers in every scenario.
    pub results: Vec<ResultJson>,
    /// Every version against every kind of trouble by itself; empty if only some scenarios were asked for.
    pub troubles: Vec<TroubleJson>,
}

/// One of several equal parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ShardJson {
    /// Which, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
}

/// One version of the handlers against one kind of trouble.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TroubleJson {
    /// The version.
    pub variant: String,
    /// The kind of trouble.
    pub trouble: String,
    /// `holds`, `violated` or `inconclusive`.
    pub verdict: String,
    /// In which ways promises were broken.
    pub broken: Vec<String>,
    /// Runs.
    pub executions: u64,
}

/// One version of the handlers in one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResultJson {
    /// The scenario.
    pub scenario: String,
    /// The version.
    pub variant: String,
    /// How much could happen in one run.
    pub bound: BoundJson,
    /// How it was searched.
    pub search: SearchJson,
    /// What must happen in some run, and did not: ends of the task.
    pub never: Vec<String>,
    /// Every promise.
    pub promises: Vec<PromiseJson>,
}

/// How much could happen in one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BoundJson {
    /// Concurrent callers, in scenarios that have them: so many at most,
    pub callers: usize,
    /// and so many at least.
    pub callers_from: usize,
    /// Faults.
    pub faults: u32,
    /// Retries of a durable step, or of a caller that died or got an error.
    pub retries: u32,
    /// How often the store's client sends a request; null if 1 and 3 were both searched.
    pub client_attempts: Option<u32>,
    /// The retry policy.
    pub policy: String,
}

/// How it was searched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchJson {
    /// `exhaustive`, `naive`, `random` or `pct`.
    pub kind: String,
    /// What was skipped because it would show nothing new: `states`, `symmetry`, `sleep`.
    pub reduce: Vec<String>,
    /// How many threads shared the work.
    pub threads: usize,
    /// Runs.
    pub executions: u64,
    /// Different states that were met; 0 if they were not told apart.
    pub states: u64,
    /// Whether the whole bound was searched.
    pub complete: bool,
    /// The largest smaller bound that was searched to its end; null if there is none.
    pub covered: Option<CoveredJson>,
    /// How long it took; null in a random search, where the same seed gives the same bytes.
    pub seconds: Option<f64>,
    /// The seed of a random search.
    pub seed: Option<u64>,
}

/// A bound that was searched to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CoveredJson {
    /// All runs with at most so many faults; null if not even that, but for the runs below.
    pub faults: Option<u32>,
    /// All runs with at most so many faults and so many context switches.
    pub few_switches: Option<(u32, u32)>,
}

/// What is known of a promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromiseJson {
    /// The promise.
    pub name: String,
    /// `holds`, `violated` or `inconclusive`.
    pub verdict: String,
    /// A run that breaks it.
    pub counterexample: Option<CounterexampleJson>,
}

/// A run that breaks a promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CounterexampleJson {
    /// How it breaks it.
    pub found: String,
    /// Concurrent callers in it.
    pub callers: usize,
    /// Faults in it.
    pub faults: u32,
    /// Steps until the promise is broken.
    pub steps: u32,
    /// Whether no smaller run breaks it.
    pub smallest: bool,
    /// Its choices, in order.
    pub choices: Vec<String>,
    /// Where it was saved, for `anechoic replay`.
    pub file: String,
}

impl CheckJson {
    /// The report in this form. `saved` says where a counterexample was kept.
    pub fn new(
        report: &Report,
        outcome: &Outcome,
        specimens: Specimens,
        saved: impl Fn(&Counterexample) -> String,
    ) -> CheckJson {
        let results = report.checked.iter().map(|checked| result(report, checked, &saved)).collect();
        let troubles = report.matrix.iter().flat_map(|matrix| &matrix.rows).flat_map(troubles).collect();
        let shard = match report.request.search {
            Search::Exhaustive(Exhaustive { shard: Some(Shard { number, of }), .. }) => {
                Some(ShardJson { number, of })
            }
            _ => None,
        };
        CheckJson {
            format: Format::V1,
            exit: outcome.exit as u8,
            verdict: outcome.lines.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
            specimens,
            shard,
            results,
            troubles,
        }
    }

    /// Its text.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).expect("plain data has a JSON form") + "\n"
    }
}

/// The JSON Schema of the format.
pub fn schema() -> String {
    let schema = schemars::schema_for!(CheckJson);
    serde_json::to_string_pretty(&schema).expect("a schema has a JSON form") + "\n"
}

fn troubles(row: &Row) -> impl Iterator<Item = TroubleJson> {
    COLUMNS.iter().zip(&row.cells).map(|(column, cell)| TroubleJson {
        variant: row.variant.name.into(),
        trouble: column.name.into(),
        verdict: cell.verdict().name().into(),
        broken: cell.words().into_iter().map(String::from).collect(),
        executions: cell.executions,
    })
}

fn result(report: &Report, checked: &Checked, saved: &impl Fn(&Counterexample) -> String) -> ResultJson {
    let settings = &report.request.settings;
    let promises = Promise::ALL.into_iter().map(|promise| {
        let found = checked.counterexamples.iter().find(|found| found.promise == promise);
        PromiseJson {
            name: promise.name().into(),
            verdict: checked.verdict(promise).name().into(),
            counterexample: found.map(|found| counterexample(found, saved(found))),
        }
    });
    let alone = !checked.scene.has_callers();
    ResultJson {
        scenario: checked.scene.name.into(),
        variant: checked.variant.name.into(),
        bound: BoundJson {
            callers: if alone { 1 } else { settings.callers },
            callers_from: if alone { 1 } else { settings.callers_from },
            faults: checked.scene.most_faults(settings),
            retries: settings.retries,
            client_attempts: settings.client_attempts.or((settings.faults == 0).then_some(1)),
            policy: settings.policy.name.into(),
        },
        search: search(report, checked),
        never: checked.never.iter().map(|never| (*never).into()).collect(),
        promises: promises.collect(),
    }
}

fn search(report: &Report, checked: &Checked) -> SearchJson {
    let (kind, reduce, threads, seed) = match report.request.search {
        Search::Exhaustive(Exhaustive { reduce: Reduce::NOTHING, threads, .. }) => {
            ("naive", Vec::new(), threads, None)
        }
        Search::Exhaustive(Exhaustive { reduce, threads, .. }) => {
            ("exhaustive", skipped(reduce, threads), threads, None)
        }
        Search::Sample(Sample { seed, changes: None, .. }) => ("random", Vec::new(), 1, Some(seed)),
        Search::Sample(Sample { seed, changes: Some(_), .. }) => ("pct", Vec::new(), 1, Some(seed)),
    };
    let findings = &checked.findings;
    SearchJson {
        kind: kind.into(),
        reduce,
        threads,
        executions: findings.executions,
        states: findings.states,
        complete: findings.complete,
        covered: findings
            .covered
            .map(|covered| CoveredJson { faults: covered.faults, few_switches: covered.few_switches }),
        seconds: seed.is_none().then_some(checked.elapsed.as_secs_f64()),
        seed,
    }
}

/// What was skipped. With several threads nothing sleeps.
fn skipped(reduce: Reduce, threads: usize) -> Vec<String> {
    let all =
        [("states", reduce.states), ("symmetry", reduce.symmetry), ("sleep", reduce.sleep && threads == 1)];
    all.into_iter().filter(|(_, on)| *on).map(|(name, _)| name.into()).collect()
}

fn counterexample(found: &Counterexample, file: String) -> CounterexampleJson {
    CounterexampleJson {
        found: found.breach.detail.clone(),
        callers: found.file.subject.callers,
        faults: found.size.faults,
        steps: found.size.steps,
        smallest: found.is_smallest,
        choices: found.file.choices.clone(),
        file,
    }
}
