//! Checks versions of the handlers in scenes, and says which promises hold.
mod counterexample;
mod jobs;
mod matrix;
mod watch;

pub use counterexample::{Counterexample, Replayed, TaskReplay};
pub use matrix::{COLUMNS, Cell, Matrix, Row};
pub use watch::{Clockwork, Silent, Spectator};

use crate::{Scene, Settings, TaskScenario, Variant};
use anechoic::search::{Exhaustive, Findings, Reduce, Sample};
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
    pub max_time: Duration,
}

/// How the runs of a bound are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// All of them, but for what would show nothing new.
    Exhaustive,
    /// All of them.
    Naive,
    /// Some of them.
    Random {
        /// How many.
        runs: u64,
        /// Which.
        seed: u64,
    },
}

/// One version of the handlers in one scene.
pub struct Checked {
    /// The scene.
    pub scene: &'static Scene,
    /// The version.
    pub variant: &'static Variant,
    /// What was found.
    pub findings: Findings,
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
    /// What is known of a promise.
    pub fn verdict(&self, promise: Promise) -> Verdict {
        if self.findings.breaks(promise as usize) {
            Verdict::Violated
        } else if self.findings.complete && self.findings.finished > 0 {
            Verdict::Holds
        } else {
            Verdict::Inconclusive
        }
    }
}

impl Report {
    /// Whether a version breaks a promise anywhere.
    pub fn breaks(&self, variant: &Variant, promise: Promise) -> bool {
        let scenes = self.of(variant).any(|checked| checked.findings.breaks(promise as usize));
        scenes || self.matrix.as_ref().is_some_and(|matrix| matrix.breaks(variant, promise))
    }

    /// What was found of one version.
    pub fn of(&self, variant: &Variant) -> impl Iterator<Item = &Checked> {
        self.checked.iter().filter(move |checked| checked.variant.name == variant.name)
    }
}

/// Carries out a check.
pub fn check(request: Request, spectator: &dyn Spectator) -> Report {
    let clockwork = Clockwork::new(request.max_time, spectator);
    let pairs: Vec<_> = request
        .variants
        .iter()
        .flat_map(|variant| request.scenes.iter().map(move |scene| (*scene, *variant)))
        .collect();
    let checked =
        jobs::in_parallel(&pairs, |(scene, variant)| check_one(scene, variant, &request, &clockwork));
    let matrix = request.matrix.then(|| Matrix::of(&request.variants, &request.settings, &clockwork));
    Report { request, checked, matrix }
}

fn check_one(
    scene: &'static Scene,
    variant: &'static Variant,
    request: &Request,
    clockwork: &Clockwork<'_>,
) -> Checked {
    let began = clockwork.elapsed();
    let subject = TaskScenario::new(scene, variant, &request.settings);
    let mut watch = clockwork.watch();
    let findings = match request.search {
        _ if watch.is_over() => Findings::default(),
        Search::Exhaustive => Exhaustive::default().search(&subject, &mut watch),
        Search::Naive => Exhaustive::reduce(Reduce::NOTHING).search(&subject, &mut watch),
        Search::Random { runs, seed } => Sample { runs, seed, changes: None }.search(&subject, &mut watch),
    };
    let elapsed = clockwork.elapsed().saturating_sub(began);
    let counterexamples = counterexample::smallest(scene, variant, request, &findings, clockwork);
    Checked { scene, variant, findings, elapsed, counterexamples }
}
