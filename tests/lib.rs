//! What the tests share: short words for a scenario and a search.
use anechoic::{
    Asked, Catalogue, InProcess, Outcome, Record, Situation, Source, Subject, Text,
    check::{Budget, Request, Search},
    report::Specimens,
    search::{Collect, Exhaustive, Findings, Reduce, Unlimited},
};
use anechoic_task_cases::{
    Given, SCENES, Scene, TaskScenario, Variant,
    trace::{Examination, Examined, Reading},
};
use anechoic_traces::Mapping;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
    time::Duration,
};

/// What only some tests need.
pub mod support {
    mod around;
    mod entry;
    mod witness;
    mod write;

    pub use around::Around;
    pub use entry::{Entry, Table};
    pub use witness::{Witnessed, witness};
    pub use write::write;
}

/// A check of every run of a catalogue, for as long as it takes.
pub fn every_run(catalogue: &Catalogue, asked: Asked) -> Request<'_> {
    Request {
        catalogue,
        cases: catalogue.cases.iter().collect(),
        asked,
        search: Search::Exhaustive(Exhaustive::default()),
        specimens: Specimens::LikeAnyOther,
        troubles: false,
        observed: false,
        budget: Budget::time(Duration::from_secs(24 * 60 * 60)),
        at_once: 1,
    }
}

/// A scenario by its names.
pub fn scenario(scene: &str, variant: &str, at: &Situation) -> InProcess<TaskScenario> {
    let scene = Scene::named(scene).expect("a scenario of this name");
    let variant = Variant::named(variant).expect("a variant of this name");
    TaskScenario::open(scene, variant, at).expect("nothing strange is given")
}

/// How often the store's client sends a request, as it is given in a situation.
pub fn attempts(attempts: u32) -> BTreeMap<String, String> {
    Given { client_attempts: Some(attempts), ..Given::default() }.write()
}

/// Collect the end states.
pub const ENDS: Collect = Collect { end_states: true, coverage: false };

/// Searches all of a bound, end states included.
pub fn search(subject: &InProcess<TaskScenario>, reduce: Reduce) -> Findings {
    Exhaustive { collect: ENDS, ..Exhaustive::reduce(reduce) }.search(subject, &mut Unlimited)
}

/// In which ways promises were broken, by name.
pub fn broken(findings: &Findings) -> BTreeSet<(&'static str, &'static str)> {
    let name = |promise: usize| anechoic_model::Promise::ALL[promise].name();
    let word = |word: &Text| match word {
        Text::Borrowed(word) => *word,
        Text::Owned(word) => {
            unreachable!("the scenarios' words are written in the code, and `{word}` is not")
        }
    };
    findings.broken.keys().map(|(promise, how)| (name(*promise), word(how))).collect()
}

/// The scenarios that show what a version does otherwise.
pub fn scenes_of(variant: &str) -> impl Iterator<Item = &'static Scene> {
    let variant = Variant::named(variant).expect("a variant of this name");
    SCENES.iter().filter(|scene| variant.is_shown_in(scene))
}

/// What a trace shows, and what it shows of each task, as they were met.
pub fn tasks(trace: &str) -> (Examined, Vec<Examination>) {
    let mapping = Mapping::default();
    let mut reading = Reading::new(&mapping, None).whole(true);
    let added = reading.add("trace", &mut trace.as_bytes(), &mut |_, _| {});
    added.unwrap_or_else(|error| panic!("{error}"));
    let mut tasks = Vec::new();
    let examined = reading.examine(&mut |task| tasks.push(task)).expect("it fits into memory");
    (examined, tasks)
}

/// What is left when all is quiet: where the task stands, its events, and the user's counter, as a run shows them.
pub type Left = Vec<String>;

/// A scenario that remembers what is left at the end of each of its runs.
pub struct Remembering<'s> {
    subject: &'s InProcess<TaskScenario>,
    /// What was left, in some run.
    pub left: Mutex<BTreeSet<Left>>,
}

impl<'s> Remembering<'s> {
    /// This scenario, of which nothing is remembered yet.
    pub fn new(subject: &'s InProcess<TaskScenario>) -> Remembering<'s> {
        Remembering { subject, left: Mutex::default() }
    }
}

impl Subject for Remembering<'_> {
    fn promises(&self) -> Vec<anechoic::Promise> {
        self.subject.promises()
    }

    fn run(&self, source: &mut dyn Source) -> Outcome {
        self.record(source).0
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        let (outcome, record) = self.subject.record(source);
        if outcome.at_rest {
            let last = record.steps.last().map_or(&record.initial, |step| &step.cells);
            self.left.lock().expect("one thread").insert(last.clone());
        }
        (outcome, record)
    }
}
