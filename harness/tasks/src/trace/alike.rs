//! Which runs show what a trace shows: the same events, the same end, the same change of the counter.
use crate::{
    SCENES, Scene, TaskScenario, VARIANTS, Variant, catalogue, promise::is_reachable, scenario::OTHERS,
    scene::Lot, storage::Storage, view,
};
use anechoic::{
    Asked, Breaches, Fault, InProcess, Outcome, Premise, Record, Rest, Room, Scenario, Situation, Step,
    StepKind,
    check::{Clockwork, OneSearch, jobs::in_parallel},
    search::{Exhaustive, Findings, Path, Watch, shortest},
};
use anechoic_model::Status;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// What a trace shows of a task in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    /// How many terminal events of each end, if events are shown.
    pub events: Option<BTreeMap<Status, usize>>,
    /// At which seconds they came, if that matters.
    pub seconds: Option<Vec<i64>>,
    /// Where the task stood at first, if that is shown.
    pub first: Option<Status>,
    /// Where the task stands, if that is shown.
    pub status: Option<Status>,
    /// By how much the counter changed, if it is shown and counts this task alone.
    pub counter: Option<i64>,
    /// How many agent sessions, if that is more than there should be.
    pub sessions: Option<usize>,
    /// In which steps of a workflow, if that is shown.
    pub steps: BTreeSet<String>,
    /// What the log says.
    pub log: BTreeSet<String>,
}

/// A run that shows it.
pub struct Alike {
    /// In which scene.
    pub scene: &'static Scene,
    /// In which situation.
    pub at: Situation,
    /// Its ways.
    pub path: Path,
    /// What it broke.
    pub outcome: Outcome,
    /// Its record.
    pub record: Record,
}

/// Whether a version of the handlers could have shown it.
pub struct Could {
    /// The version.
    pub variant: &'static Variant,
    /// The likeliest run in which it does: of its scene the smallest.
    pub alike: Option<Alike>,
    /// How many runs were looked at.
    pub executions: u64,
    /// Whether these were all of the bound.
    pub complete: bool,
}

impl Sought {
    /// Where such runs of a version are looked for: in the scenes that are steps which the trace names; if it names none,
    /// in those that show what the version does otherwise, and for what ships in those of `fail_task`. What begins beyond
    /// where the task stood at first is not looked at.
    pub(crate) fn scenes(&self, variant: &Variant) -> Vec<&'static Scene> {
        let is_named = |scene: &Scene| self.steps.contains(scene.name);
        let names_any = SCENES.iter().any(is_named);
        let compared = VARIANTS.iter().find(|other| !other.is_brief && other.is_specimen());
        let is_of_failures = |scene: &Scene| compared.is_some_and(|compared| compared.is_shown_in(scene));
        let leads_there =
            |lot: &Lot| self.first.is_none_or(|first| is_reachable(view::status(lot.begins), first));
        let shown =
            SCENES.iter().filter(|scene| variant.is_shown_in(scene) && scene.lots.iter().any(leads_there));
        shown
            .filter(|scene| match names_any {
                true => is_named(scene),
                false => variant.is_specimen() || is_of_failures(scene),
            })
            .collect()
    }
}

impl Alike {
    /// How many faults, actors and steps it takes. Smaller is easier to understand.
    pub fn size(&self) -> (usize, usize, u32) {
        (self.faults().count(), self.record.actors.len(), self.outcome.steps)
    }

    /// What went wrong in it.
    pub fn faults(&self) -> impl Iterator<Item = Fault> {
        self.record.steps.iter().filter_map(|step| step.fault)
    }

    /// Sorts the likeliest first: who writes more of the log, then who takes fewer faults, actors, steps.
    pub(crate) fn likelihood(&self, sought: &Sought) -> impl Ord + use<> {
        let remarks = || self.record.steps.iter().filter(|step| step.kind == StepKind::Note);
        let written = sought.log.iter().filter(|line| remarks().any(|remark| remark.what == **line)).count();
        (Reverse(written), self.size())
    }

    /// How often a handler ran again.
    pub fn retries(&self) -> usize {
        let again = |step: &&Step| match step.kind {
            StepKind::Invocation { beside } => !beside,
            StepKind::Timer => true,
            _ => false,
        };
        self.record.steps.iter().filter(again).count()
    }

    /// What made it so, in a few words.
    pub fn cause(&self) -> String {
        let faults: Vec<String> = self.faults().map(|fault| fault.to_string()).collect();
        match (faults.is_empty(), self.retries(), self.record.actors.len()) {
            (false, 0, _) => faults.join(", then "),
            (false, ..) => format!("{}, and retry re-runs side effects", faults.join(", then ")),
            (true, 0, 1) => "nothing goes wrong".into(),
            (true, 0, _) => "concurrent callers".into(),
            (true, ..) => "retry re-runs side effects".into(),
        }
    }
}

/// Whether each version could have shown it, within this bound.
pub fn could(sought: &Sought, asked: &Asked, clockwork: &Clockwork<'_>) -> Vec<Could> {
    let concerned: Vec<&'static Variant> =
        VARIANTS.iter().filter(|variant| !sought.scenes(variant).is_empty()).collect();
    in_parallel(&concerned, usize::MAX, |variant| could_one(variant, sought, asked, clockwork))
}

fn could_one(variant: &'static Variant, sought: &Sought, asked: &Asked, clockwork: &Clockwork<'_>) -> Could {
    let mut could = Could { variant, alike: None, executions: 0, complete: true };
    for scene in sought.scenes(variant) {
        let case = catalogue().case(scene.name, variant.name);
        for at in case.into_iter().flat_map(|case| case.situations(asked)) {
            let opened = TaskScenario::open(scene, variant, &at);
            let InProcess { scenario, bound } = opened.expect("nothing strange is given");
            let subject = InProcess { scenario: Lookalike { scenario: &scenario, sought }, bound };
            let what = format!("{} {}", scene.name, variant.name);
            let mut any = UntilFound(clockwork.watch(what.clone()));
            let findings = Exhaustive::default().search(&subject, &mut any);
            let mut watch = clockwork.watch(what);
            let found = match findings.broken.is_empty() {
                true => None,
                false => shortest(&subject, 0, &mut watch),
            };
            could.executions += any.0.counted() + watch.counted();
            could.complete &= found.is_some() || findings.complete;
            let Some(path) = found else { continue };
            let (outcome, record) = path.replay(&InProcess { scenario, bound });
            let alike = Alike { scene, at, path, outcome, record };
            if could.alike.as_ref().is_none_or(|other| alike.likelihood(sought) < other.likelihood(sought)) {
                could.alike = Some(alike);
            }
        }
    }
    could
}

/// Ends a search with the first run that shows what is sought. To go through all runs, leaving out what shows nothing new,
/// is much faster than to look for the smallest one where there is none.
struct UntilFound<'c>(OneSearch<'c>);

impl Watch for UntilFound<'_> {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        self.0.go_on(so_far) && so_far.broken.is_empty()
    }
}

/// The scenario with one promise: that no run shows what is sought. The run that breaks it does.
pub(super) struct Lookalike<'s> {
    pub(super) scenario: &'s TaskScenario,
    pub(super) sought: &'s Sought,
}

impl Scenario for Lookalike<'_> {
    type Service = Storage;

    fn promises(&self) -> Vec<anechoic::Promise> {
        vec!["does_not_show_the_trace".into()]
    }

    fn is_timed(&self) -> bool {
        self.scenario.is_timed()
    }

    fn premises(&self) -> &[Premise] {
        self.scenario.premises()
    }

    fn service(&self) -> Storage {
        self.scenario.service()
    }

    fn set_up(&self, room: &mut Room<Storage>, chosen: &[usize]) {
        self.scenario.set_up(room, chosen);
    }

    fn at_rest(&self, rest: &Rest<'_, Storage>, breaches: &mut Breaches) {
        let storage = rest.service;
        let state = view::state(storage, storage.others(OTHERS));
        let changed = state.slots - view::beginning(&storage.began).slots;
        let Sought { events, seconds, status, counter, sessions, .. } = self.sought;
        let mut shown: BTreeMap<Status, usize> = BTreeMap::new();
        for event in state.events {
            *shown.entry(event).or_default() += 1;
        }
        let mut came: Vec<i64> = storage.events().map(|event| event.at.as_second()).collect();
        came.sort_unstable();
        let alike = events.as_ref().is_none_or(|events| *events == shown)
            && seconds.as_ref().is_none_or(|seconds| *seconds == came)
            && status.is_none_or(|status| status == state.status)
            && counter.is_none_or(|counter| counter == changed)
            && sessions.is_none_or(|sessions| sessions == storage.sessions as usize);
        if alike {
            breaches.report(0, "alike", || "it shows what the trace shows".into());
        }
    }
}
