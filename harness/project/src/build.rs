//! A catalogue of what a file says.
use crate::{
    beyond::beyond,
    config::{self, Config, Deliver, Handler, IsDurable, Role, Scenario, Table},
    constants::read_constants,
    error::{ConfigError, MOST, Source, instead},
    queries::Queries,
    site::{in_folder, site},
    template::tables,
    variants::{declared, versions},
};
use anechoic::{Asked, Case, Catalogue, Processes, Situation, evidence::read_text};
use anechoic_gate::{
    AtTheGate, Callback, Deliver as Delivery, Durable, Function, Handler as Program, Judge, Kind, Of,
    Program as Known, Scene, inspect, running, supported, tables_shown,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, ops::Range, path::Path, sync::Arc, time::Duration};

use toml::Spanned;

/// A process that is busy for more seconds is taken for one that never ends.
const PATIENCE: u64 = 60;
/// So many histories of a handler are told again to fresh processes after a search.
const CONFIRMED: usize = 32;
/// What a scenario delivers, for those who have not said it yet.
const EXAMPLE: &str = "deliver = [{ to = \"HANDLER\", event = { order = \"o1\" }, times = 2 }]";
/// As many deliveries of one event are searched beside each other.
const MOST_DELIVERIES: usize = 8;
/// As many deliveries there are in all of a scenario: what more come to is never searched to its end.
const MOST_IN_ALL: usize = 64;

/// The catalogue of an `anechoic.toml`.
///
/// # Errors
/// What is wrong with it, and where.
pub fn load(path: &Path) -> Result<Catalogue, ConfigError> {
    let text = read_text(path, MOST).map_err(|error| ConfigError::Unreadable { path: path.into(), error })?;
    let source = Source { path, text: &text };
    let mut config = Config::read(&source)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    add_tables_of_the_template(&mut config, folder)?;
    read_constants(&mut config.constants, folder).map_err(|wrong| source.wrong(wrong.at, wrong.what))?;
    if config.scenarios.is_empty() {
        return Err(source.lacks(
            format!("it has no scenario, so there is nothing to check; add one, such as\n\n  [scenarios.order]\n  {EXAMPLE}"),
        ));
    }
    supported().map_err(|why| source.lacks(why))?;
    if config.bound.confirm == Some(0) {
        return Err(source.lacks(
            "`confirm` of [bound] is 0: what a verdict rests on would not be looked at; expected 1 or more",
        ));
    }
    let off = &config.as_if_once.off;
    if *off.get_ref() && config.promises.is_empty() {
        let what = "nothing is promised: with `off = true`, no promise is left; take it away, or add one as a [promises.NAME]";
        return Err(source.wrong(off.span(), what));
    }
    let judge = Queries::new(&config, &source)?;
    let mut cases = Vec::new();
    for (name, scenario) in &config.scenarios {
        if scenario.get_ref().deliver.is_empty() {
            let what = format!("scenario `{name}` delivers nothing");
            return Err(source.unfilled(scenario.span(), what, EXAMPLE, &["deliver"]));
        }
        let times = scenario.get_ref().deliver.iter().map(|deliver| *deliver.times.get_ref());
        let all: usize = times.map(|times| times.min(MOST_DELIVERIES)).sum();
        if all > MOST_IN_ALL {
            let what =
                format!("scenario `{name}` makes {all} deliveries; expected at most {MOST_IN_ALL} in all");
            return Err(source.wrong(scenario.span(), what));
        }
        let scenario = scenario.get_ref();
        for (version, env) in versions(&config) {
            let env = scenario.env.clone().into_iter().chain(env).collect();
            let scene = scene(scenario, &env, &judge, &config, &source, folder)?;
            let fewer = once(&scene).map(|scene| Case::opened(name.clone(), move |at| open(&scene, at)));
            let case = Case::opened(name.clone(), move |at| open(&scene, at));
            let case = case.variant(version.unwrap_or(name).to_string());
            let case = match fewer {
                Some(fewer) => case.with_fewer("each event is delivered once", fewer),
                None => case,
            };
            let faults = scenario.faults.or(config.bound.faults).unwrap_or(case.faults);
            cases.push(case.with_faults(faults).with_actors(actors(scenario)));
        }
    }
    let name = config.name.clone().unwrap_or_else(|| folder_name(folder));
    let usual = Asked { retries: config.bound.retries, ..Asked::default() };
    let processes = Some(Processes { running, inspect, tables: tables_shown });
    let catalogue =
        Catalogue { usual, beyond: beyond(&config).into(), processes, ..Catalogue::new(name, cases) };
    declared(catalogue, &config, &source)
}

/// What the file itself says of a table counts.
fn add_tables_of_the_template(config: &mut Config, folder: &Path) -> Result<(), ConfigError> {
    let Some(template) = &config.template else { return Ok(()) };
    let path = folder.join(template.get_ref());
    let text = match read_text(&path, MOST) {
        Ok(text) => text,
        Err(error) => return Err(ConfigError::Unreadable { path, error }),
    };
    for (name, declared) in tables(&text).map_err(|what| ConfigError::Wrong { path, what })? {
        let table =
            config.tables.entry(name).or_insert_with(|| Spanned::new(0..0, Table::default())).get_mut();
        if table.key.is_empty() {
            table.key = declared.key;
        }
        for (index, key) in declared.indexes {
            table.indexes.entry(index).or_insert(key);
        }
    }
    Ok(())
}

/// Who acts in a scenario, in words.
fn actors(scenario: &Scenario) -> String {
    let deliver = scenario.deliver.iter().map(|Deliver { to, times, role, .. }| {
        let what = match role {
            None => "",
            Some(Role::Carrier) => " as a carrier",
            Some(Role::Environment) => " as the environment",
        };
        match times.get_ref() {
            1 => format!("{}{what}", to.get_ref()),
            times => format!("{times} deliveries to {}{what}", to.get_ref()),
        }
    });
    deliver.collect::<Vec<String>>().join(", beside ")
}

fn folder_name(folder: &Path) -> String {
    let real = folder.canonicalize().ok();
    let name = real.as_deref().and_then(Path::file_name);
    name.map_or_else(|| "handlers".into(), |name| name.to_string_lossy().into_owned())
}

fn open(scene: &Scene, at: &Situation) -> anechoic::Opened {
    if let Some(given) = at.given.keys().next() {
        return Err(format!("nothing of the name `{given}` can be given here").into());
    }
    Ok(Box::new(AtTheGate::new(scene.clone(), at.bound())))
}

/// All that a scenario is made of, for itself alone: what goes astray in one says nothing of another, and they may be searched
/// side by side.
fn scene(
    scenario: &Scenario,
    env: &BTreeMap<String, String>,
    judge: &Queries,
    config: &Config,
    source: &Source<'_>,
    folder: &Path,
) -> Result<Scene, ConfigError> {
    let mut programs = Programs { config, source, folder, env, known: BTreeMap::new() };
    let deliver = scenario.deliver.iter().map(|deliver| programs.delivery(deliver));
    let deliver = deliver.collect::<Result<_, _>>()?;
    let site = site(config, source, folder)?.with_functions(programs.functions());
    Ok(Scene {
        deliver,
        site: Arc::new(site),
        judge: (!config.promises.is_empty()).then(|| Arc::new(judge.again()) as Arc<dyn Judge>),
        ignored: ignored(config, source)?,
        as_if_once: !config.as_if_once.off.get_ref(),
        refuses: config.as_if_once.refuses.clone(),
        confirmed: config.bound.confirm.unwrap_or(CONFIRMED),
    })
}

/// The same with one delivery of each event; none, if there are no more.
fn once(scene: &Scene) -> Option<Scene> {
    let once = |deliver: &Delivery| Delivery { times: 1, ..deliver.clone() };
    let deliver = scene.deliver.iter().map(once).collect();
    scene.deliver.iter().any(|deliver| deliver.times > 1).then(|| Scene { deliver, ..scene.clone() })
}

/// The programs of a scenario: one for each handler.
struct Programs<'c> {
    config: &'c Config,
    source: &'c Source<'c>,
    folder: &'c Path,
    /// What the handlers' environment has in this scenario.
    env: &'c BTreeMap<String, String>,
    known: BTreeMap<String, Arc<Known>>,
}

impl Programs<'_> {
    fn delivery(&mut self, deliver: &Deliver) -> Result<Delivery, ConfigError> {
        let Deliver { to, event, times, request, role } = deliver;
        let handlers = &self.config.handlers;
        let Some(handler) = handlers.get(to.get_ref()) else {
            let instead = instead(to.get_ref(), handlers.keys());
            return Err(self
                .source
                .wrong(to.span(), format!("there is no handler `{}`{instead}", to.get_ref())));
        };
        if !(1..=MOST_DELIVERIES).contains(times.get_ref()) {
            let what = format!("expected a number of deliveries from 1 to {MOST_DELIVERIES}");
            return Err(self.source.wrong(times.span(), what));
        }
        let event = match event {
            Value::String(file) => {
                let path = self.folder.join(file);
                let text = read_text(&path, MOST)
                    .map_err(|error| ConfigError::Unreadable { path: path.clone(), error })?;
                let event: Value = serde_json::from_str(&text).map_err(|error| ConfigError::Wrong {
                    path,
                    what: format!("the event is no JSON: {error}"),
                })?;
                event.to_string()
            }
            event => event.to_string(),
        };
        let name = to.get_ref();
        let program = self.known(name, handler)?;
        let of = match (role, request) {
            (Some(_), Some(request)) => {
                let what = "what is delivered as a carrier or by the environment is nobody's request; leave out one of `as` and `request`";
                return Err(self.source.wrong(request.span(), what));
            }
            (Some(Role::Carrier), None) => Of::Carrier,
            (Some(Role::Environment), None) => Of::Environment,
            (None, request) => Of::Request(request.as_ref().map_or(name, Spanned::get_ref).clone()),
        };
        Ok(Delivery { of, to: program, event: event.into(), times: *times.get_ref() })
    }

    /// The program of a handler.
    fn known(&mut self, name: &str, handler: &Spanned<Handler>) -> Result<Arc<Known>, ConfigError> {
        if let Some(known) = self.known.get(name) {
            return Ok(known.clone());
        }
        let known = Arc::new(Known::new(self.program(name, handler.span(), handler.get_ref())?));
        self.known.insert(name.into(), known.clone());
        Ok(known)
    }

    /// The handlers that durable functions may invoke. That one cannot be run matters if it is invoked.
    fn functions(&mut self) -> Vec<Function> {
        let functions = self.config.handlers.iter().map(|(name, handler)| {
            let program = match handler.get_ref().is_function() {
                true => self.known(name, handler).map_err(|error| {
                    // What follows shows where it stands.
                    error.to_string().lines().next().unwrap_or_default().to_string()
                }),
                false => Err(
                    "a function is told of events by the Lambda Runtime API; expected node, python or lambda"
                        .into(),
                ),
            };
            Function { name: name.clone(), program }
        });
        functions.collect()
    }

    fn program(&self, name: &str, at: Range<usize>, handler: &Handler) -> Result<Program, ConfigError> {
        let folder = self.folder.join(handler.folder.as_deref().unwrap_or("."));
        let folder =
            folder.canonicalize().map_err(|error| ConfigError::Unreadable { path: folder, error })?;
        let (kind, command) = self.kind(name, at, handler, &folder)?;
        if let Some(durable) =
            handler.durable.as_ref().filter(|_| handler.is_durable() && kind != Kind::Lambda)
        {
            let what = "a durable function is told of events by the Lambda Runtime API; expected node, python or lambda";
            return Err(self.source.wrong(durable.span(), what));
        }
        if let Some(timers) =
            handler.timers.as_ref().filter(|_| handler.node.is_some() || handler.python.is_some())
        {
            let what = "timers of functions of Node and Python fire in virtual time, so nothing is waited for; leave out `timers`";
            return Err(self.source.wrong(timers.span(), what));
        }
        let command = in_folder(command, &folder);
        let mut all = handler.env.clone();
        all.extend(self.env.iter().map(|(name, value)| (name.clone(), value.clone())));
        let services = self.config.services.values().map(|service| service.url_in.clone()).collect();
        Ok(Program {
            name: name.into(),
            kind,
            command,
            folder,
            env: all.into_iter().collect(),
            own_chance: handler.own_chance,
            fresh: handler.fresh,
            durable: durable(handler.durable.as_ref().map(Spanned::get_ref)),
            patience: Duration::from_secs(handler.patience.unwrap_or(PATIENCE)),
            timers: handler.timers.as_ref().map(|timers| Duration::from_secs(*timers.get_ref())),
            services,
        })
    }

    fn kind(
        &self,
        name: &str,
        at: Range<usize>,
        handler: &Handler,
        folder: &Path,
    ) -> Result<(Kind, Vec<String>), ConfigError> {
        let program = |usual: &str| handler.program.clone().unwrap_or_else(|| usual.into());
        let ways = [
            handler.node.as_ref().map(|_| "node"),
            handler.python.as_ref().map(|_| "python"),
            handler.lambda.as_ref().map(|_| "lambda"),
            handler.http.as_ref().map(|_| "http"),
            handler.command.as_ref().map(|_| "command"),
        ];
        let ways: Vec<&str> = ways.into_iter().flatten().collect();
        if ways.len() != 1 {
            let said = if ways.is_empty() { "none".into() } else { ways.join(" and ") };
            let what = format!(
                "handler `{name}` needs exactly one of node, python, lambda, http and command; it has {said}"
            );
            let example = "node = \"dist/index.handler\"";
            return Err(self.source.unfilled(at, what, example, &["node", "python", "lambda"]));
        }
        if let Some(function) = &handler.node {
            let mut command = Program::node(function.get_ref(), folder)
                .map_err(|what| self.source.wrong(function.span(), what))?;
            command[0] = program("node");
            return Ok((Kind::Lambda, command));
        }
        if let Some(function) = &handler.python {
            return Ok((Kind::Lambda, Program::python(function.get_ref(), &program("python3"))));
        }
        if let Some(command) = &handler.lambda {
            return Ok((Kind::Lambda, command.get_ref().clone()));
        }
        if let Some(command) = &handler.command {
            return Ok((Kind::Command, command.get_ref().clone()));
        }
        let command = handler.http.as_ref().map(|command| command.get_ref().clone()).unwrap_or_default();
        let (method, path) = match &handler.request {
            None => ("POST", "/"),
            Some(request) => self.source.method_and_path(request, "POST /webhook")?,
        };
        let port = handler.port.clone().unwrap_or_else(|| "PORT".into());
        Ok((Kind::Http { port, method: method.to_uppercase(), path: path.into() }, command))
    }
}

fn durable(said: Option<&IsDurable>) -> Option<Arc<Durable>> {
    let none = Default::default();
    let configured = match said? {
        IsDurable::Said(false) => return None,
        IsDurable::Said(true) => &none,
        IsDurable::Configured(configured) => configured,
    };
    let outcome = |callback: &config::Callback| match callback {
        config::Callback::Succeeds(value) => {
            Callback::Succeeds((!value.is_null()).then(|| value.to_string()))
        }
        config::Callback::Fails(words) => {
            Callback::Fails(json!({"ErrorType": "CallbackError", "ErrorMessage": words}))
        }
    };
    let callbacks = configured.callbacks.iter();
    let callbacks = callbacks.map(|(name, all)| (name.clone(), all.iter().map(outcome).collect()));
    Some(Arc::new(Durable {
        time_out: configured.timeout,
        page: configured.page,
        refuses: configured.refuses.clone(),
        callbacks: callbacks.collect(),
        keeps_history: false,
    }))
}

/// The columns that are not compared.
fn ignored(config: &Config, source: &Source<'_>) -> Result<Vec<(String, String)>, ConfigError> {
    let column = |name: &Spanned<String>| {
        let (table, column) = name.get_ref().split_once('.').ok_or_else(|| {
            source.wrong(name.span(), "expected a table and a column, as in \"orders.updated_at\"")
        })?;
        if !config.tables.contains_key(table) && !config.services.contains_key(table) {
            let known: Vec<&String> = config.tables.keys().chain(config.services.keys()).collect();
            let instead = instead(table, known.into_iter());
            return Err(source.wrong(name.span(), format!("there is no table or service `{table}`{instead}")));
        }
        Ok((table.to_string(), column.to_string()))
    };
    config.as_if_once.ignore.iter().map(column).collect()
}
