use super::{Clockwork, bounds};
use crate::{Scene, Settings, TaskScenario, Variant, settings::limits};
use anechoic::{
    Breach, Delays, Outcome, Policy, Preset, Record, Subject,
    search::{Diverged, Path, Replay, shortest, shrink},
};
use anechoic_evidence::{Format, ReplayFile};
use anechoic_model::Promise;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::{ops::RangeInclusive, time::Duration};

/// A run that breaks a promise.
pub struct Counterexample {
    /// The promise.
    pub promise: Promise,
    /// How it breaks it.
    pub breach: Breach,
    /// The run, to its end.
    pub record: Record,
    /// The same, by the ways it took.
    pub path: Path,
    /// How much had to happen: its own bound.
    pub size: Size,
    /// Whether no smaller run breaks the promise in this scene.
    pub is_smallest: bool,
    /// The same, to be kept.
    pub file: ReplayFile<TaskReplay>,
}

impl Counterexample {
    /// What was run, and within which bound.
    pub(super) fn situation(&self) -> (&'static Scene, &'static Variant, Settings) {
        self.file.subject.subject().expect("what was searched can be searched again")
    }

    /// Whether another is this run, for another promise.
    pub fn is_same_run(&self, other: &Counterexample) -> bool {
        self.file.subject == other.file.subject && self.file.choices == other.file.choices
    }
}

/// How big a counterexample is. Smaller is easier to understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// Faults.
    pub faults: u32,
    /// Steps until the promise is broken.
    pub steps: u32,
    /// Actors in the scene: its callers, and the cancel if there is one.
    pub actors: usize,
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
    /// In a run in which time passes, when everything is; then the delays are these and not the policy's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
}

/// When everything is, in a run in which time passes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// When it begins.
    pub start: Timestamp,
    /// How long the handler takes to its first write, in milliseconds.
    pub lead_ms: u64,
    /// How long the runtime waits before each retry, in milliseconds.
    pub delays_ms: Vec<u64>,
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
    /// What a run of this version in this scene, within this bound, is a run of.
    pub fn new(scene: &Scene, variant: &Variant, settings: &Settings) -> TaskReplay {
        let milliseconds = |time: &Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let timing = match &settings.policy.policy.delays {
            Delays::Listed(delays) if settings.timed => Some(Timing {
                start: settings.start,
                lead_ms: milliseconds(&settings.lead),
                delays_ms: delays.iter().map(milliseconds).collect(),
            }),
            _ => None,
        };
        TaskReplay {
            scenario: scene.name.into(),
            variant: variant.name.into(),
            callers: settings.callers,
            faults: settings.faults,
            retries: settings.retries,
            client_attempts: settings.client_attempts,
            policy: settings.policy.name.into(),
            timing,
        }
    }

    /// The ranges are those of the command line.
    fn check_ranges(&self) -> Result<(), String> {
        let within = |what, value: u64, range: RangeInclusive<u64>| match range.contains(&value) {
            true => Ok(()),
            false => Err(format!("{what} is {value}, expected {} to {}", range.start(), range.end())),
        };
        within("callers", self.callers as u64, limits::CALLERS)?;
        within("faults", u64::from(self.faults), limits::FAULTS)?;
        within("retries", u64::from(self.retries), limits::RETRIES)?;
        within("client_attempts", u64::from(self.client_attempts.unwrap_or(1)), limits::CLIENT_ATTEMPTS)?;
        match &self.timing {
            Some(timing) => timing.check_range(),
            None => Ok(()),
        }
    }

    /// What it runs: a scene, a version, and within which bound.
    ///
    /// # Errors
    /// The name that nothing goes by any more, or the number that is out of range.
    pub(crate) fn subject(&self) -> Result<(&'static Scene, &'static Variant, Settings), String> {
        let scene = Scene::named(&self.scenario).ok_or_else(|| format!("no scenario `{}`", self.scenario))?;
        let variant =
            Variant::named(&self.variant).ok_or_else(|| format!("no variant `{}`", self.variant))?;
        let policy =
            crate::settings::policy(&self.policy).ok_or_else(|| format!("no policy `{}`", self.policy))?;
        self.check_ranges()?;
        let settings = Settings {
            callers_from: self.callers,
            callers: self.callers,
            faults: self.faults,
            retries: self.retries,
            client_attempts: self.client_attempts,
            policy,
            ..Settings::default()
        };
        Ok((scene, variant, self.timing.as_ref().map_or(settings.clone(), |timing| timing.of(settings))))
    }

    /// Makes the run again.
    ///
    /// # Errors
    /// The name that nothing goes by any more, or the number that is out of range.
    pub fn replay(&self, choices: &[String]) -> Result<Replayed, String> {
        let (scene, variant, settings) = self.subject()?;
        let mut source = Replay::new(choices);
        let (outcome, record) = TaskScenario::new(scene, variant, &settings).record(&mut source);
        Ok(Replayed { record, outcome, fits: source.finish() })
    }
}

impl Timing {
    /// A run ends within a century, and before time does.
    fn check_range(&self) -> Result<(), String> {
        const CENTURY: u64 = 100 * 366 * 24 * 60 * 60 * 1000;
        let all = self.delays_ms.iter().fold(self.lead_ms, |sum, delay| sum.saturating_add(*delay));
        let century = SignedDuration::from_millis(CENTURY as i64);
        match all <= CENTURY && self.start.checked_add(century + century).is_ok() {
            true => Ok(()),
            false => {
                Err("its timing ends beyond time; expected at most a century, and before the year 9800"
                    .into())
            }
        }
    }

    fn of(&self, settings: Settings) -> Settings {
        let delays = self.delays_ms.iter().map(|delay| Duration::from_millis(*delay)).collect();
        let policy = Preset { policy: Policy::listed(delays), ..settings.policy };
        let lead = Duration::from_millis(self.lead_ms);
        Settings { policy, timed: true, start: self.start, lead, ..settings }
    }
}

/// For each broken promise, the smallest run that breaks it in this scene; or, when time is up, the one that was found.
pub(super) fn smallest(
    scene: &'static Scene,
    variant: &'static Variant,
    within: &Settings,
    broken: &[(usize, Settings, Path)],
    clockwork: &Clockwork<'_>,
) -> Vec<Counterexample> {
    let smallest = |promise| {
        let (_, settings, path) = broken.iter().find(|(broken, ..)| *broken == promise as usize)?;
        let searched = search_up(scene, variant, within, promise, clockwork);
        Some(searched.unwrap_or_else(|| shrunk(scene, variant, settings, promise, path)))
    };
    Promise::ALL.into_iter().filter_map(smallest).collect()
}

/// A run that was found, made as small as a few tries make it.
fn shrunk(
    scene: &'static Scene,
    variant: &'static Variant,
    settings: &Settings,
    promise: Promise,
    path: &Path,
) -> Counterexample {
    const TRIES: u64 = 2_000;
    let subject = TaskScenario::new(scene, variant, settings);
    let path = shrink(&subject, promise as usize, path.clone(), TRIES);
    show(scene, variant, settings, promise, &path, false)
}

/// Allows more and more until the promise breaks: first more faults, then more callers.
fn search_up(
    scene: &'static Scene,
    variant: &'static Variant,
    within: &Settings,
    promise: Promise,
    clockwork: &Clockwork<'_>,
) -> Option<Counterexample> {
    for faults in 0..=within.faults {
        for settings in bounds(scene, &Settings { faults, callers_from: 1, ..within.clone() }) {
            let subject = TaskScenario::new(scene, variant, &settings);
            let mut watch = clockwork.watch(format!("the smallest run of {} {}", scene.name, variant.name));
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
    scene: &'static Scene,
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
    let size = Size { faults: faults as u32, actors: record.actors.len(), steps: breach.step };
    let file = ReplayFile {
        format: Format::V1,
        subject: TaskReplay::new(scene, variant, settings),
        promise: promise.name().into(),
        found: breach.detail.clone(),
        choices: record.choices.clone(),
    };
    Counterexample { promise, breach, record, path: path.clone(), size, is_smallest, file }
}
