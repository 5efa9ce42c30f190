use super::{Clockwork, Request, Search};
use crate::{Scene, Settings, TaskScenario, Variant};
use anechoic::{
    Breach, Outcome, Record, Subject,
    search::{Diverged, Findings, Path, Replay, shortest},
};
use anechoic_evidence::{Format, ReplayFile};
use anechoic_model::Promise;
use serde::{Deserialize, Serialize};

/// A run that breaks a promise.
pub struct Counterexample {
    /// The promise.
    pub promise: Promise,
    /// How it breaks it.
    pub breach: Breach,
    /// The run, to its end.
    pub record: Record,
    /// How much had to happen: its own bound.
    pub size: Size,
    /// Whether no smaller run breaks the promise in this scene.
    pub is_smallest: bool,
    /// The same, to be kept.
    pub file: ReplayFile<TaskReplay>,
}

/// How big a counterexample is. Smaller is easier to understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// Faults.
    pub faults: u32,
    /// Concurrent callers in the scene.
    pub callers: usize,
    /// Steps until the promise is broken.
    pub steps: u32,
}

/// What a replay file of ours runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskReplay {
    /// The scene, by name.
    pub scenario: String,
    /// The version of the handlers, by name.
    pub variant: String,
    /// Concurrent callers.
    pub callers: usize,
    /// Faults, at most.
    pub faults: u32,
    /// Retries, at most.
    pub retries: u32,
    /// How often the store's client sends a request; chosen in the run if null.
    pub client_attempts: Option<u32>,
    /// The retry policy, by its preset's name.
    pub policy: String,
}

/// What came of a replay.
pub struct Replayed {
    /// The run.
    pub record: Record,
    /// What it broke.
    pub outcome: Outcome,
    /// Whether it still fits the file.
    pub fits: Result<(), Diverged>,
}

impl TaskReplay {
    fn new(scene: &Scene, variant: &Variant, settings: &Settings) -> TaskReplay {
        TaskReplay {
            scenario: scene.name.into(),
            variant: variant.name.into(),
            callers: settings.callers,
            faults: settings.faults,
            retries: settings.retries,
            client_attempts: settings.client_attempts,
            policy: settings.policy.name.into(),
        }
    }

    /// Makes the run again.
    ///
    /// # Errors
    /// The name that nothing goes by any more.
    pub fn replay(&self, choices: &[String]) -> Result<Replayed, String> {
        let scene = Scene::named(&self.scenario).ok_or_else(|| format!("no scenario `{}`", self.scenario))?;
        let variant =
            Variant::named(&self.variant).ok_or_else(|| format!("no variant `{}`", self.variant))?;
        let policy =
            crate::settings::policy(&self.policy).ok_or_else(|| format!("no policy `{}`", self.policy))?;
        let settings = Settings {
            callers: self.callers,
            faults: self.faults,
            retries: self.retries,
            client_attempts: self.client_attempts,
            policy,
            ..Settings::default()
        };
        let mut source = Replay::new(choices);
        let (outcome, record) = TaskScenario::new(scene, variant, &settings).record(&mut source);
        Ok(Replayed { record, outcome, fits: source.finish() })
    }
}

/// For each broken promise, the smallest run that breaks it in this scene.
pub(super) fn smallest(
    scene: &'static Scene,
    variant: &'static Variant,
    request: &Request,
    findings: &Findings,
    clockwork: &Clockwork<'_>,
) -> Vec<Counterexample> {
    let broken = Promise::ALL.into_iter().filter(|promise| findings.breaks(*promise as usize));
    broken
        .filter_map(|promise| {
            search_up(scene, variant, &request.settings, promise, clockwork).or_else(|| {
                let found = findings.broken.iter().find(|((broken, _), _)| *broken == promise as usize)?;
                Some(show(
                    scene,
                    variant,
                    &request.settings,
                    promise,
                    found.1,
                    request.search == Search::Exhaustive,
                ))
            })
        })
        .collect()
}

/// Allows more and more until the promise breaks: first more faults, then more callers.
fn search_up(
    scene: &'static Scene,
    variant: &'static Variant,
    within: &Settings,
    promise: Promise,
    clockwork: &Clockwork<'_>,
) -> Option<Counterexample> {
    let most_callers = if scene.is_durable() { 1 } else { within.callers };
    for faults in 0..=within.faults {
        for callers in 1..=most_callers {
            let settings = Settings { faults, callers, ..within.clone() };
            let subject = TaskScenario::new(scene, variant, &settings);
            let mut watch = clockwork.watch();
            if let Some(path) = shortest(&subject, promise as usize, &mut watch) {
                return Some(show(scene, variant, &settings, promise, &path, true));
            }
            if watch.is_over() {
                return None;
            }
        }
    }
    None
}

fn show(
    scene: &Scene,
    variant: &'static Variant,
    settings: &Settings,
    promise: Promise,
    path: &Path,
    is_smallest: bool,
) -> Counterexample {
    let (outcome, record) = path.replay(&TaskScenario::new(scene, variant, settings));
    let breach = outcome.breaches.into_iter().find(|breach| breach.promise == promise as usize);
    let breach = breach.expect("the same choices make the same run");
    let faults =
        record.steps.iter().filter(|step| step.number <= breach.step && step.fault.is_some()).count();
    let size = Size { faults: faults as u32, callers: settings.callers, steps: breach.step };
    let file = ReplayFile {
        format: Format::V1,
        subject: TaskReplay::new(scene, variant, settings),
        promise: promise.name().into(),
        found: breach.detail.clone(),
        choices: record.choices.clone(),
    };
    Counterexample { promise, breach, record, size, is_smallest, file }
}
