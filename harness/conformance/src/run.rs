//! A case at the gate: its handler as a process, the gate as the service, and a source of choices that does what the case says.
use crate::{
    case::{Action, Case},
    sdk::Sdk,
};
use anechoic_engine::{
    Bound, Breaches, Fault, Faults, Outcome, Pick, Point, Record, Source, StepKind, Subject,
};
use anechoic_gate::{
    AtTheGate, Attribute, Callback, Deliver, Durable, Function, Handler, Judge, Kind, Of, Program, Scene,
    Site, TableSpec, World,
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Whoever dies or ends with an error is invoked again so often.
const RETRIES: u32 = 5;

/// A case with its handler.
pub(crate) struct Staged<'c> {
    case: &'c Case,
    scene: Scene,
    watch: Arc<Watch>,
}

/// What came of a run.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    /// As `GetDurableExecutionHistory` tells it.
    pub(crate) history: Vec<Value>,
    /// How often each body ran.
    pub(crate) bodies: BTreeMap<String, u64>,
    /// What the handler printed, if that was looked at; nothing if not all of it is known.
    pub(crate) printed: Option<Vec<String>>,
    /// What each checkpoint said.
    pub(crate) checkpoints: Vec<String>,
    /// Why it has not come to its end, or cannot be told.
    pub(crate) trouble: Option<String>,
}

impl<'c> Staged<'c> {
    /// Puts a case together with the handler of its suite.
    ///
    /// # Errors
    /// What is not installed.
    pub(crate) fn new(case: &'c Case, suite: &str, sdk: Sdk) -> Result<Staged<'c>, String> {
        let durable = Durable {
            callbacks: callbacks(&case.callback_actions),
            keeps_history: true,
            ..Durable::default()
        };
        let durable = Arc::new(durable);
        let program = |name: &str, function: &str| {
            let command = sdk.command(suite, function)?;
            Ok::<_, String>(Arc::new(Program::new(handler(name, command, sdk, durable.clone()))))
        };
        // What the cases of a suite invoke is a function of its file.
        let invoked = INVOKED.iter().filter(|function| sdk.has(suite, function));
        let functions = invoked
            .map(|function| Function { name: function.to_string(), program: program(function, function) });
        let bodies = TableSpec {
            name: BODIES.into(),
            key: vec![Attribute { name: "body".into(), kind: "S".into() }],
            indexes: Default::default(),
            rows: Vec::new(),
            is_consistent: true,
            past_as: None,
        };
        let watch = Arc::new(Watch::default());
        let deliver = Deliver {
            of: Of::Request(case.id.clone()),
            to: program("handler", &case.function())?,
            event: case.input.to_string().into(),
            times: 1,
        };
        let scene = Scene {
            site: Arc::new(Site::new(vec![bodies], Vec::new())?.with_functions(functions.collect())),
            deliver: vec![deliver],
            judge: Some(watch.clone()),
            ignored: Vec::new(),
            as_if_once: false,
            refuses: Vec::new(),
            confirmed: 0,
        };
        Ok(Staged { case, scene, watch })
    }

    /// Makes the run that the case describes, by fresh processes.
    pub(crate) fn calm(&self) -> Ran {
        let subject = self.subject(Faults::NONE);
        let mut course = Course::new(self, None);
        let (outcome, record) = subject.record(&mut course);
        let checkpoints = course.checkpoints;
        Ran { printed: printed(&record), ..self.ran(&outcome, checkpoints) }
    }

    /// The same with this fault at each checkpoint in turn, so many as there are.
    pub(crate) fn faulty(&self, fault: Fault, checkpoints: usize) -> Vec<Ran> {
        let subject = self.subject(Faults::of(&[fault]));
        let runs = (0..checkpoints).map(|at| {
            let mut course = Course::new(self, Some((fault, at)));
            let outcome = subject.run(&mut course);
            let checkpoints = std::mem::take(&mut course.checkpoints);
            let ran = self.ran(&outcome, checkpoints);
            // Nothing is said of a fault that could not happen.
            let has_happened = outcome.faults.contains(fault);
            let missing = (!has_happened).then(|| format!("{fault} did not happen at checkpoint {}", at + 1));
            Ran { trouble: ran.trouble.or(missing), ..ran }
        });
        runs.collect()
    }

    fn subject(&self, kinds: Faults) -> AtTheGate {
        AtTheGate::new(self.scene.clone(), Bound { faults: 1, kinds, retries: RETRIES })
    }

    fn ran(&self, outcome: &Outcome, checkpoints: Vec<String>) -> Ran {
        let Seen { history, bodies } = self.watch.seen();
        let breach = outcome.breaches.first().map(|breach| breach.detail.clone());
        let trouble = outcome.cannot_tell.as_ref().map(ToString::to_string).or(breach);
        Ran { history, bodies, printed: None, checkpoints, trouble }
    }
}

const BODIES: &str = "bodies";
const INVOKED: [&str; 2] = ["echo", "fails"];

/// A durable function of one of our files.
fn handler(name: &str, command: Vec<String>, sdk: Sdk, durable: Arc<Durable>) -> Handler {
    Handler {
        name: name.into(),
        kind: Kind::Lambda,
        command,
        folder: sdk.folder(),
        env: vec![("AWS_MAX_ATTEMPTS".into(), "1".into())],
        own_chance: false,
        fresh: false,
        patience: Duration::from_secs(60),
        timers: None,
        durable: Some(durable),
        services: Vec::new(),
    }
}

/// How the callbacks of a case may come out: as it says, or never. Signs of life make a callback's timers late, which is a choice anyway.
fn callbacks(actions: &[Action]) -> BTreeMap<String, Vec<Callback>> {
    let mut callbacks = BTreeMap::from([("*".to_string(), Vec::new())]);
    for action in said(actions) {
        let outcome = match (&*action.operation, &action.payload) {
            ("failure", error) => Callback::Fails(error.clone()),
            (_, Value::Null) => Callback::Succeeds(None),
            (_, payload) => Callback::Succeeds(Some(as_python_writes(payload))),
        };
        callbacks.entry(action.callback_name.clone()).or_default().push(outcome);
    }
    callbacks
}

/// The actions that complete a callback.
fn said(actions: &[Action]) -> impl Iterator<Item = &Action> {
    actions.iter().filter(|action| action.operation != "heartbeat")
}

/// JSON with the spaces that Python's `json.dumps` writes, which is how AWS's runner sends results.
fn as_python_writes(value: &Value) -> String {
    match value {
        Value::Array(all) => {
            format!("[{}]", all.iter().map(as_python_writes).collect::<Vec<String>>().join(", "))
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields =
                fields.map(|(name, one)| format!("{}: {}", Value::from(&**name), as_python_writes(one)));
            format!("{{{}}}", fields.collect::<Vec<String>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// What was printed; nothing if a part of it was not noted.
fn printed(record: &Record) -> Option<Vec<String>> {
    let notes = record.steps.iter().filter(|step| step.kind == StepKind::Note);
    let lines = notes.filter(|note| note.what.starts_with("prints"));
    lines.map(|note| note.what.strip_prefix("prints: ").map(str::to_string)).collect()
}

/// Takes the first way everywhere, completes callbacks as the case says, and before any timer, and lets one thing go wrong.
struct Course<'s> {
    watch: &'s Watch,
    actions: Vec<&'s Action>,
    /// Which of them have been taken.
    taken: BTreeSet<usize>,
    /// What is to go wrong, with which of the checkpoints.
    fault: Option<(Fault, usize)>,
    checkpoints: Vec<String>,
}

impl<'s> Course<'s> {
    fn new(staged: &'s Staged<'_>, fault: Option<(Fault, usize)>) -> Course<'s> {
        let actions = said(&staged.case.callback_actions).collect();
        Course { watch: &staged.watch, actions, taken: BTreeSet::new(), fault, checkpoints: Vec::new() }
    }

    /// The actions that may complete a callback of this name.
    fn actions_for(&self, name: &str) -> Vec<usize> {
        let of = |wanted: &str| {
            let all = self.actions.iter().enumerate();
            all.filter(|(_, action)| action.callback_name == wanted).map(|(at, _)| at).collect()
        };
        let own: Vec<usize> = of(name);
        if own.is_empty() { of("*") } else { own }
    }

    /// Of the ways in which an execution may go on, the gate lists those that callbacks come out in last: by callback, and by action.
    fn goes_on(&mut self, ways: usize) -> usize {
        let open = open_callbacks(&self.watch.seen().history);
        let outcomes: Vec<usize> = open.iter().flat_map(|name| self.actions_for(name)).collect();
        let Some(next) = outcomes.iter().position(|action| !self.taken.contains(action)) else { return 0 };
        let Some(before) = ways.checked_sub(outcomes.len()) else { return 0 };
        self.taken.insert(outcomes[next]);
        before + next
    }
}

/// The names of the callbacks that have begun and are not over.
fn open_callbacks(history: &[Value]) -> Vec<String> {
    let is_over = |id: &Value| {
        let is_last = |event: &Value| event["EventType"] != "CallbackStarted" && event["Id"] == *id;
        history.iter().any(is_last)
    };
    let open =
        history.iter().filter(|event| event["EventType"] == "CallbackStarted" && !is_over(&event["Id"]));
    open.map(|event| event["Name"].as_str().unwrap_or_default().to_string()).collect()
}

impl Source for Course<'_> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        if point.is_within() {
            return Pick::Take(self.goes_on(point.ways()));
        }
        let first = point.label(0);
        let Some((_, said)) = first.split_once(": checkpoint") else { return Pick::Take(0) };
        let number = self.checkpoints.len();
        self.checkpoints.push(said.trim_start_matches([':', ' ']).into());
        let wrong = self.fault.filter(|(_, at)| *at == number).map(|(fault, _)| format!("{first} ({fault})"));
        let way = wrong.and_then(|wrong| (0..point.ways()).find(|way| point.label(*way) == wrong));
        Pick::Take(way.unwrap_or(0))
    }

    fn wants_states(&self) -> bool {
        false
    }
}

/// Sees what becomes of an execution.
#[derive(Default)]
struct Watch(Mutex<Seen>);

#[derive(Clone, Default)]
struct Seen {
    history: Vec<Value>,
    bodies: BTreeMap<String, u64>,
}

impl Watch {
    fn seen(&self) -> Seen {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn look(&self, world: &World) {
        let history = world.histories().next().map(|(_, history)| history.to_vec()).unwrap_or_default();
        let rows = world.rows().filter(|(table, _)| *table == BODIES).flat_map(|(_, rows)| rows);
        let bodies = rows.filter_map(|row| Some((row["body"].as_str()?.to_string(), row["runs"].as_u64()?)));
        let seen = Seen { history, bodies: bodies.collect() };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }
}

impl Judge for Watch {
    fn always(&self, world: &World, _: &mut Breaches) {
        self.look(world);
    }

    fn at_rest(&self, world: &World, _: &mut Breaches) {
        self.look(world);
    }
}
