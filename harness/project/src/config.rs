//! What an `anechoic.toml` may say.
use crate::error::{ConfigError, Source};
use anechoic_rows::{Constants, Key, Promises, told};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, path::Path};
use toml::Spanned;

/// The whole file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// What the check is called; the name of its folder if it is not said.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// The handlers, by name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Handler>")]
    pub(crate) handlers: BTreeMap<String, Spanned<Handler>>,
    /// A CloudFormation or SAM template, in YAML or JSON: the DynamoDB tables that it declares are there, too.
    #[schemars(with = "Option<String>")]
    pub(crate) template: Option<Spanned<String>>,
    /// DynamoDB tables, by name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Table>")]
    pub(crate) tables: BTreeMap<String, Spanned<Table>>,
    /// Outside services, by name.
    #[serde(default)]
    pub(crate) services: BTreeMap<String, Service>,
    /// What is delivered to whom, by name.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Scenario>")]
    pub(crate) scenarios: BTreeMap<String, Spanned<Scenario>>,
    /// Versions of the handlers, by name: each scenario is checked with each of them, and a table says what troubles each.
    #[serde(default)]
    pub(crate) variants: BTreeMap<String, Variant>,
    /// What is promised besides, as SQL over the tables and services, by name: `never`, `at_rest`, `eventually` or `sometimes`.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, BTreeMap<String, String>>")]
    pub(crate) promises: Promises,
    /// Tables that queries may read and nothing ever writes, by name: what a reference model allows, which changes are legal.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Constant>")]
    pub(crate) constants: Constants,
    /// Which lines of logs are rows of which table: for `anechoic trace` alone.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Value>")]
    pub(crate) logs: toml::Table,
    /// What is to be said of the promise that in the end all is as if each request had been delivered once.
    #[serde(default)]
    pub(crate) as_if_once: AsIfOnce,
    /// How much may happen in a run.
    #[serde(default)]
    pub(crate) bound: Bound,
}

/// A handler: a program, and how it is told of an event. Exactly one of `node`, `python`, `lambda`, `http` and `command`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handler {
    /// A function of a Node module that is a Lambda handler: `dist/index.handler`.
    #[schemars(with = "Option<String>")]
    pub(crate) node: Option<Spanned<String>>,
    /// A function of a Python module that is a Lambda handler: `app.handler`.
    #[schemars(with = "Option<String>")]
    pub(crate) python: Option<Spanned<String>>,
    /// A program that asks the Lambda Runtime API for events.
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) lambda: Option<Spanned<Vec<String>>>,
    /// A program that listens at a port, and is sent the event.
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) http: Option<Spanned<Vec<String>>>,
    /// A program that is started for each event: fields of it that stand in braces are put in, and it reads all of it from its
    /// standard input.
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) command: Option<Spanned<Vec<String>>>,
    /// The program that runs Node or Python functions, if not `node` or `python3`.
    pub(crate) program: Option<String>,
    /// With `http`: the method and path of the request, `POST /` if it is not said.
    #[schemars(with = "Option<String>")]
    pub(crate) request: Option<Spanned<String>>,
    /// With `http`: the variable that tells it the port, `PORT` if it is not said.
    pub(crate) port: Option<String>,
    /// The folder that it runs in, from that of the file.
    pub(crate) folder: Option<String>,
    /// Variables of its environment.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// Whether each delivery gets a process of its own, although a process could serve several.
    #[serde(default)]
    pub(crate) fresh: bool,
    /// Whether what it draws at random does not show who drew it. Of functions of Node and Python it is found out.
    #[serde(default)]
    pub(crate) own_chance: bool,
    /// Whether it is a durable function of AWS, and how it is configured.
    #[serde(default)]
    #[schemars(with = "Option<IsDurable>")]
    pub(crate) durable: Option<Spanned<IsDurable>>,
    /// So many seconds it may be busy before it is taken for one that never ends; 60 if it is not said.
    pub(crate) patience: Option<u64>,
    /// So many seconds it is waited, in real time, whether a timer of its own fires where it awaits an answer. For whoever has a clock
    /// of its own: of functions of Node and Python, and of programs in these languages, timers fire in virtual time.
    #[schemars(with = "Option<u64>")]
    pub(crate) timers: Option<Spanned<u64>>,
}

impl Config {
    /// What a file says.
    ///
    /// # Errors
    /// The first word that is not one that it may say, where it is, and what was meant.
    pub(crate) fn read(source: &Source<'_>) -> Result<Config, ConfigError> {
        toml::from_str(source.text).map_err(|error| source.wrong(error.span().unwrap_or(0..0), told(&error)))
    }
}

impl Handler {
    /// Whether it is told of events by the Lambda Runtime API.
    pub(crate) fn is_function(&self) -> bool {
        self.node.is_some() || self.python.is_some() || self.lambda.is_some()
    }

    /// Whether it may be a program whose clock nobody owns but itself: one in another language than Node or Python.
    pub(crate) fn may_own_its_clock(&self) -> bool {
        let command = [&self.lambda, &self.http, &self.command].into_iter().flatten().next();
        let program = command.and_then(|command| command.get_ref().first()).map(Path::new);
        let name = program.and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        !name.is_empty() && !["node", "npm", "npx", "python"].iter().any(|known| name.starts_with(known))
    }

    /// Whether it is a durable function.
    pub(crate) fn is_durable(&self) -> bool {
        !matches!(self.durable.as_ref().map(Spanned::get_ref), None | Some(IsDurable::Said(false)))
    }
}

/// Whether a handler is a durable function.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected true, or a table of timeout, page, refuses and callbacks")]
pub(crate) enum IsDurable {
    /// It is, or it is not.
    Said(bool),
    /// It is, and this is its configuration.
    Configured(Durable),
}

/// How a durable function is configured.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Durable {
    /// An execution ends after so many seconds, if it has not before.
    pub(crate) timeout: Option<u64>,
    /// An event brings as many operations at most; the others are to be asked for.
    pub(crate) page: Option<usize>,
    /// Statuses with which the service may refuse a checkpoint, besides not answering: 429, 500, 400.
    #[serde(default)]
    pub(crate) refuses: Vec<u16>,
    /// How callbacks, and functions that it invokes, may come out, by name. Others succeed without a value, or fail; a function
    /// that is a handler here, and not named, runs.
    #[serde(default)]
    pub(crate) callbacks: BTreeMap<String, Vec<Callback>>,
}

/// How a callback may come out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub(crate) enum Callback {
    /// With this value.
    Succeeds(Value),
    /// With an error of these words.
    Fails(String),
}

/// A DynamoDB table.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    /// The attribute that is its key, or two: of the partition, and for sorting. `"n:N"` is a number, `"b:B"` binary. That of
    /// the template if it is not said.
    #[serde(default)]
    #[schemars(with = "Option<Written>")]
    pub(crate) key: Key,
    /// Its global secondary indexes, by name, each with its key.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, Written>")]
    pub(crate) indexes: BTreeMap<String, Key>,
    /// What it holds before a run: plain values.
    #[serde(default)]
    pub(crate) rows: Vec<BTreeMap<String, Value>>,
    /// Whether every read sees the latest, although it does not ask for that.
    #[serde(default)]
    pub(crate) consistent: bool,
}

/// Rows that are always there.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "it describes what `Constants` reads")]
struct Constant {
    /// The rows, or the name of a JSON file with a list of them.
    rows: Rows,
}

/// Where rows stand.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "it describes what `Constants` reads")]
enum Rows {
    Here(Vec<BTreeMap<String, Value>>),
    File(String),
}

/// How a key is written.
#[derive(JsonSchema)]
#[schemars(rename = "Key")]
#[serde(untagged)]
#[allow(dead_code, reason = "it describes what `Key` reads")]
enum Written {
    One(String),
    Several(Vec<String>),
}

/// An outside service.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// The variable that tells handlers its URL.
    pub(crate) url_in: Option<String>,
    /// What it answers; the first that fits counts.
    #[serde(default)]
    pub(crate) answers: Vec<Answer>,
    /// A program that answers in its place, at the port that it is told.
    #[schemars(with = "Option<Vec<String>>")]
    pub(crate) stub: Option<Spanned<Vec<String>>>,
    /// With `stub`: the variable that tells it the port, `PORT` if it is not said.
    pub(crate) port: Option<String>,
    /// With `stub`: the method and path of what brings it back to its beginning. It is started anew if that is not said.
    #[schemars(with = "Option<String>")]
    pub(crate) reset: Option<Spanned<String>>,
    /// With `stub`: the path at which it tells what it holds, as a list of objects. All that it was asked and did not refuse if that
    /// is not said.
    pub(crate) rows: Option<String>,
}

/// An answer of a service.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// To what: a method and a path, whose parts in braces may be anything: `POST /orders/{id}/charges`.
    #[schemars(with = "String")]
    pub(crate) on: Spanned<String>,
    /// The status.
    #[serde(default = "ok")]
    pub(crate) status: u16,
    /// The body; in its texts `{n}` is the number of the call, `{path.id}` a part of the path, `{body.amount}` a field of the
    /// request.
    #[serde(default)]
    pub(crate) body: Value,
    /// Whether a second call with the same `idempotency-key` is the first one again.
    #[serde(default)]
    pub(crate) keyed: bool,
    /// Whether a call takes the place of an earlier one to the same path, as a PUT does that sets what is there.
    #[serde(default)]
    pub(crate) replaces: bool,
    /// How it may refuse instead.
    #[serde(default)]
    pub(crate) refuse: Vec<Refuse>,
}

/// How a service may refuse.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refuse {
    /// The status.
    pub(crate) status: u16,
    /// The body.
    #[serde(default)]
    pub(crate) body: Value,
}

fn ok() -> u16 {
    200
}

/// What is delivered to whom.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["deliver"]))]
pub(crate) struct Scenario {
    /// What is delivered.
    #[serde(default)]
    pub(crate) deliver: Vec<Deliver>,
    /// The handlers' variables in this scenario, over those that they have.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// Faults in one run, at most.
    pub(crate) faults: Option<u32>,
}

/// A version of the handlers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variant {
    /// The handlers' variables in this version, over those that they have in a scenario.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// What it is, in a line.
    #[serde(default)]
    pub(crate) about: String,
    /// The promises that it is there to break, so that a check that finds them broken is no failure; none for what ships.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(crate) breaks: Vec<Spanned<String>>,
    /// Why `as_if_once` does not see what it does wrong, if so.
    pub(crate) unseen: Option<String>,
}

/// An event, and whom it is delivered to.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deliver {
    /// A handler.
    #[schemars(with = "String")]
    pub(crate) to: Spanned<String>,
    /// The event: its JSON, or the name of a file with it.
    #[serde(default)]
    pub(crate) event: Value,
    /// How many deliveries of it there are, beside each other.
    #[serde(default = "once")]
    #[schemars(with = "usize")]
    pub(crate) times: Spanned<usize>,
    /// What is asked for, by name; what has the same name is one request that several deliver. The handler's name if it is not
    /// said.
    #[schemars(with = "Option<String>")]
    pub(crate) request: Option<Spanned<String>>,
    /// What the delivery is, if it is nobody's request.
    #[serde(rename = "as")]
    pub(crate) role: Option<Role>,
}

/// What a delivery is that is nobody's request.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Role {
    /// A turn of somebody who acts on what others asked for: a worker, a poller.
    Carrier,
    /// What the environment does, with which nothing goes wrong: a lease that expires, a pruner.
    Environment,
}

fn once() -> Spanned<usize> {
    Spanned::new(0..0, 1)
}

/// What is to be said of the promise that in the end all is as if each request had been delivered once.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AsIfOnce {
    /// Whether it is not promised.
    #[schemars(with = "bool")]
    pub(crate) off: Spanned<bool>,
    /// What is not compared: `table.column`.
    #[schemars(with = "Vec<String>")]
    pub(crate) ignore: Vec<Spanned<String>>,
    /// An answer of a handler that has one of these in it refuses what was asked.
    pub(crate) refuses: Vec<String>,
}

impl Default for AsIfOnce {
    fn default() -> AsIfOnce {
        AsIfOnce { off: Spanned::new(0..0, false), ignore: Vec::new(), refuses: Vec::new() }
    }
}

/// How much may happen in a run.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bound {
    /// Faults, at most; two if it is not said.
    pub(crate) faults: Option<u32>,
    /// How often a delivery is tried again that died or failed, at most; twice if it is not said, and as often as there are faults.
    pub(crate) retries: Option<u32>,
    /// So many histories of each handler are told again to fresh processes after a search; 32 if it is not said.
    pub(crate) confirm: Option<usize>,
}
