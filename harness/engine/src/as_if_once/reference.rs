//! The reference: all that comes of the requests when nothing goes wrong.
use super::{
    Mode, locked,
    seen::{Observed, Seen},
    standing::Standing,
};
use crate::{
    Bound, Faults, InProcess, Outcome, Premise, Promise, Record, Room, Scenario, Source, Subject, Text,
    actor::Role,
    run::Run,
    search::{Exhaustive, Findings, Reduce, Watch},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// A reference of more runs, or of more steps in all of them, is not made to its end.
const MOST_RUNS: u64 = 200_000;
const MOST_STEPS: u64 = 5_000_000;

/// All calm runs, for one choice of the premises.
#[derive(Debug, Default)]
pub(super) struct Reference {
    /// How they end, each with how far the requests have come.
    pub(super) ends: BTreeMap<Observed, BTreeSet<Standing>>,
    /// What is observed before anybody acts.
    pub(super) first: Observed,
    /// The requests that stay open in some of them in which the environment has cut off none, by name.
    pub(super) stays_open: BTreeSet<Text>,
    /// Whether the environment acts, which it does between two requests in them.
    pub(super) has_environment: bool,
    /// Whether the service tells of some request that it is done in the end, and was not in the beginning.
    is_told: bool,
    /// Whether a step was tried again, although nothing went wrong, or somebody was called, who acts beside its caller.
    is_more_than_once: bool,
    /// The first handler that failed, and what it said.
    failure: Option<Text>,
    /// How many there were.
    pub(super) runs: u64,
    /// What was not compared.
    pub(super) ignored: BTreeSet<Text>,
    /// Why there is nothing to compare.
    pub(super) idle: Option<Text>,
    /// Why not every run can be judged.
    pub(super) doubts: BTreeSet<Text>,
}

/// What serial runs need to know, and leave behind.
pub(crate) struct Serial {
    pub(crate) chosen: Vec<usize>,
    pub(super) made: Mutex<Reference>,
}

/// A scenario whose runs are serial.
struct Serially<'c, C> {
    scenario: &'c C,
    bound: Bound,
    serial: Serial,
    /// How many steps all of its runs have taken.
    steps: AtomicU64,
}

/// Makes the reference, for every choice of the premises.
pub(super) fn of<C: Scenario>(subject: &InProcess<C>) -> BTreeMap<Vec<usize>, Arc<Reference>> {
    let mut choices: Vec<Vec<usize>> = vec![Vec::new()];
    for premise in subject.scenario.premises() {
        let ways = 0..premise.ways.len();
        choices = choices
            .iter()
            .flat_map(|chosen| ways.clone().map(move |way| [&chosen[..], &[way]].concat()))
            .collect();
    }
    choices.into_iter().map(|chosen| (chosen.clone(), Arc::new(with(subject, chosen)))).collect()
}

fn with<C: Scenario>(subject: &InProcess<C>, chosen: Vec<usize>) -> Reference {
    let InProcess { scenario, bound } = subject;
    let (first, actors, has_environment) = before_anybody_acts(scenario, *bound, &chosen);
    let serially = Serially {
        scenario,
        bound: Bound { faults: 0, ..*bound },
        serial: Serial { chosen, made: Mutex::default() },
        steps: AtomicU64::new(0),
    };
    // Runs that meet are continued once; what comes of them is a function of the state in which they end.
    let how = Exhaustive::reduce(Reduce { sleep: false, ..Reduce::ALL });
    let found = how.search(&serially, &mut AtMost { steps: &serially.steps });
    let Serial { made, .. } = serially.serial;
    let mut reference = made.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    reference.runs = found.executions;
    reference.first = first;
    reference.has_environment = has_environment;
    if !found.complete {
        let (runs, steps) = (reference.runs, serially.steps.into_inner());
        let why = format!("the reference was given up after {runs} calm runs of {steps} steps in all");
        reference.doubts.insert(why.into());
    }
    let goes_wrong = bound.faults > 0 && bound.kinds != Faults::NONE;
    let standings = || reference.ends.values().flatten();
    let is_in_vain = standings().any(Standing::is_asked) && !standings().any(Standing::is_answered);
    let lasts = reference.is_told || reference.ends.keys().any(|end| *end != reference.first);
    let vain = if is_in_vain {
        Some("in no calm run is anything done or refused: each handler fails, although nothing goes wrong")
    } else if !lasts {
        Some(
            "nothing lasting is observed: every calm run ends as it begins; show what lasts (a table that is written, a service whose \
             answer says what it did, what `observe` names), or promise what must hold",
        )
    } else {
        None
    };
    reference.idle = match (vain, &reference.failure) {
        (Some(vain), Some(failure)) => Some(format!("{vain}; {failure}").into()),
        (Some(vain), None) => Some(vain.into()),
        (None, _) => (!goes_wrong && actors < 2 && !reference.is_more_than_once)
            .then(|| "nothing can go wrong, and nobody acts beside another".into()),
    };
    reference
}

/// What is observed before anybody acts, how many actors there are, and whether the environment is one of them.
fn before_anybody_acts<C: Scenario>(scenario: &C, bound: Bound, chosen: &[usize]) -> (Observed, usize, bool) {
    let mut room = Room::new(scenario, bound, false);
    scenario.set_up(&mut room, chosen);
    let mut seen = Seen::default();
    scenario.observe(&room.inner.borrow().service, &mut seen);
    let has_environment = room.actors.iter().any(|actor| actor.role == Role::Environment);
    (seen.sorted().0, room.actors.len(), has_environment)
}

impl Serial {
    /// A run cannot be compared with.
    pub(crate) fn doubt(&self, why: Text) {
        locked(&self.made).doubts.insert(why);
    }

    /// A step of a durable workflow was tried again, or somebody was called.
    pub(super) fn note_more_than_once(&self) {
        locked(&self.made).is_more_than_once = true;
    }

    /// A handler failed in a calm run.
    pub(crate) fn note_failure(&self, failure: impl FnOnce() -> String) {
        locked(&self.made).failure.get_or_insert_with(|| failure().into());
    }

    /// Adds how a run has ended; and whether the environment has cut off a request in it, which may have left in the way of others
    /// what it held.
    pub(super) fn note(&self, seen: Seen, mut standing: Standing, is_cut: bool) {
        standing.tell(&seen.done);
        let open = standing.0.iter().filter(|kind| kind.open > 0 && !is_cut);
        let stays_open: Vec<Text> = open.map(|kind| kind.name.clone()).collect();
        let is_told = seen.done.values().any(|is_done| *is_done);
        let (observed, ignored, unknown) = seen.sorted();
        let mut made = locked(&self.made);
        made.stays_open.extend(stays_open);
        made.ends.entry(observed).or_default().insert(standing);
        made.is_told |= is_told;
        made.ignored.extend(ignored);
        let why = unknown.into_iter().map(|name| format!("`{name}` is to be ignored and is nowhere shown"));
        made.doubts.extend(why.map(Text::from));
    }
}

impl<C: Scenario> Subject for Serially<'_, C> {
    fn promises(&self) -> Vec<Promise> {
        Vec::new()
    }

    fn premises(&self) -> Vec<Premise> {
        Vec::new()
    }

    fn run(&self, source: &mut dyn Source) -> Outcome {
        let outcome =
            Run::new(self.scenario, self.bound, Mode::Serial(&self.serial), source, false).finish().0;
        self.steps.fetch_add(outcome.steps.into(), Ordering::Relaxed);
        outcome
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        (self.run(source), Record::default())
    }
}

/// So many runs and steps, and no more: a calm run that polls for what never comes is as long as a run may be.
struct AtMost<'s> {
    steps: &'s AtomicU64,
}

impl Watch for AtMost<'_> {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        so_far.executions < MOST_RUNS && self.steps.load(Ordering::Relaxed) < MOST_STEPS
    }
}
