//! Checks versions of the handlers in scenes, and says which promises hold.
mod counterexample;
mod coverage;
mod finding;
pub(crate) mod jobs;
mod matrix;
mod remedy;
mod watch;

pub use counterexample::{Counterexample, Replayed, TaskReplay, Timing};
pub use coverage::{CoverageJson, OperationJson};
pub use finding::Finding;
pub use matrix::{COLUMNS, Cell, Matrix, Row};
pub use remedy::Remedy;
pub use watch::{Budget, Clockwork, Progress, Silent, Spectator};

use crate::{Scene, Settings, TaskScenario, Variant};
use anechoic::{
    Subject,
    search::{Exhaustive, Findings, Sample},
};
use anechoic_model::Promise;
use std::time::Duration;

/// What is to be checked, and how.
#[derive(Clone)]
pub struct Request {
    /// In which scenes.
    pub scenes: Vec<&'static Scene>,
    /// Which versions of the handlers.
    pub variants: Vec<&'static Variant>,
    /// Within which bound.
    pub settings: Settings,
    /// How.
    pub search: Search,
    /// Whether to try every kind of trouble by itself, too.
    pub matrix: bool,
    /// How long, at most.
    pub budget: Budget,
}

/// How the runs of a bound are found.
#[derive(Clone, Copy, Debug)]
pub enum Search {
    /// All of them, but for what would show nothing new.
    Exhaustive(Exhaustive),
    /// Some of them.
    Sample(Sample),
}

impl Search {
    /// Whether it makes only some of the runs.
    pub fn is_sample(&self) -> bool {
        matches!(self, Search::Sample(_))
    }
}

/// One version of the handlers in one scene.
pub struct Checked {
    /// The scene.
    pub scene: &'static Scene,
    /// The version.
    pub variant: &'static Variant,
    /// What was found.
    pub findings: Findings,
    /// What must happen in some run, and did not.
    pub never: Vec<&'static str>,
    /// How long it took.
    pub elapsed: Duration,
    /// For each broken promise, the smallest run that breaks it.
    pub counterexamples: Vec<Counterexample>,
}

/// What is known of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds in the whole bound.
    Holds,
    /// It is broken, and there is a run to show for it.
    Violated,
    /// It was not broken in what was searched, and that was not all.
    Inconclusive,
}

impl Verdict {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::Violated => "violated",
            Verdict::Inconclusive => "inconclusive",
        }
    }
}

/// All that a check found out.
pub struct Report {
    /// What was asked.
    pub request: Request,
    /// Every version in every scene.
    pub checked: Vec<Checked>,
    /// Every version against every kind of trouble by itself.
    pub matrix: Option<Matrix>,
}

impl Checked {
    /// What is known of a promise. A search in which what must happen never did proves nothing.
    pub fn verdict(&self, promise: Promise) -> Verdict {
        if self.findings.breaks(promise as usize) {
            Verdict::Violated
        } else if self.is_complete() {
            Verdict::Holds
        } else {
            Verdict::Inconclusive
        }
    }

    /// Whether the whole bound was searched, and there was something in it.
    pub fn is_complete(&self) -> bool {
        self.findings.complete && self.findings.finished > 0 && self.never.is_empty()
    }
}

impl Report {
    /// Whether a version breaks a promise anywhere.
    pub fn breaks(&self, variant: &Variant, promise: Promise) -> bool {
        let scenes = self.of(variant).any(|checked| checked.findings.breaks(promise as usize));
        scenes || self.matrix.as_ref().is_some_and(|matrix| matrix.breaks(variant, promise))
    }

    /// Whether all that was asked of a version was searched, and there was something in it.
    pub fn is_searched(&self, variant: &Variant) -> bool {
        let scenes =
            self.of(variant).all(|checked| checked.findings.complete && checked.findings.finished > 0);
        scenes && self.matrix.as_ref().is_none_or(|matrix| matrix.is_complete(variant))
    }

    /// Whether a version has a report of its own: it is one of those that are compared, or no such is among them.
    pub fn is_shown(&self, variant: &Variant) -> bool {
        variant.is_compared() || !self.request.variants.iter().any(|other| other.is_compared())
    }

    /// What was found of one version.
    pub fn of(&self, variant: &Variant) -> impl Iterator<Item = &Checked> {
        self.checked.iter().filter(move |checked| checked.variant.name == variant.name)
    }
}

/// Carries out a check.
pub fn check(request: Request, spectator: &dyn Spectator) -> Report {
    let clockwork = Clockwork::new(request.budget, spectator);
    let pairs: Vec<_> = request
        .variants
        .iter()
        .flat_map(|variant| request.scenes.iter().map(move |scene| (*scene, *variant)))
        .filter(|(scene, variant)| variant.is_shown_in(scene))
        .collect();
    // Either every search has one thread, or there is one search at a time.
    let at_once = match request.search {
        Search::Exhaustive(Exhaustive { threads, .. }) if threads > 1 => 1,
        _ => usize::MAX,
    };
    let checked = jobs::in_parallel(&pairs, at_once, |(scene, variant)| {
        check_one(scene, variant, &request, &clockwork)
    });
    let compared: Vec<_> = request.variants.iter().copied().filter(|variant| variant.is_compared()).collect();
    let matrix = request.matrix.then(|| Matrix::of(&compared, &request.settings, &clockwork));
    Report { request, checked, matrix }
}

/// The bounds that the settings describe for a scene: one for each number of callers, where there are callers.
pub(crate) fn bounds<'s>(scene: &Scene, settings: &'s Settings) -> impl Iterator<Item = Settings> + use<'s> {
    let callers = if scene.has_callers() { settings.callers_from..=settings.callers } else { 1..=1 };
    let faults = scene.most_faults(settings);
    callers.map(move |callers| Settings { callers_from: callers, callers, faults, ..settings.clone() })
}

fn check_one(
    scene: &'static Scene,
    variant: &'static Variant,
    request: &Request,
    clockwork: &Clockwork<'_>,
) -> Checked {
    let began = clockwork.elapsed();
    let (mut findings, mut sometimes) = (Findings::default(), Vec::new());
    let mut broken = Vec::new();
    for settings in bounds(scene, &request.settings) {
        let subject = TaskScenario::new(scene, variant, &settings);
        let mut watch = clockwork.watch(format!("{} {}", scene.name, variant.name));
        let found = match request.search {
            _ if watch.is_over() => Findings::default(),
            Search::Exhaustive(how) => how.search(&subject, &mut watch),
            Search::Sample(sample) => sample.search(&subject, &mut watch),
        };
        broken.extend(
            found.broken.iter().map(|((promise, _), path)| (*promise, settings.clone(), path.clone())),
        );
        findings.join(found);
        sometimes = subject.sometimes();
    }
    let elapsed = clockwork.elapsed().saturating_sub(began);
    let happened = |at: usize| findings.happened & 1 << at != 0;
    // What did not happen in a part may yet happen in the rest.
    let searched = if findings.complete { sometimes.len() } else { 0 };
    let never = (0..searched).filter(|at| !happened(*at)).map(|at| sometimes[at]).collect();
    let counterexamples = counterexample::smallest(scene, variant, &request.settings, &broken, clockwork);
    Checked { scene, variant, findings, never, elapsed, counterexamples }
}
