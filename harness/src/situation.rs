//! What a saved run is a run of, and how it is made again.
use crate::{Scene, Settings, TaskScenario, Variant, settings::limits};
use anechoic::{
    Breach, Delays, Outcome, Policy, Preset, Record, Subject,
    search::{Diverged, Replay},
};
use anechoic_evidence::harmless;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{ops::RangeInclusive, time::Duration};

/// What a replay file of ours runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// When it begins.
    #[schemars(with = "String")]
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

    /// Whether a file of it could be read back.
    pub(crate) fn is_in_range(&self) -> bool {
        self.check_ranges().is_ok()
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

impl Replayed {
    /// How a promise is broken, given by position.
    pub fn breach(&self, promise: usize) -> Option<&Breach> {
        self.outcome.breaches.iter().find(|breach| breach.promise == promise)
    }
}

/// How many faults there are in a run until a promise is broken.
pub(crate) fn faults(record: &Record, breach: &Breach) -> u32 {
    let faults = record.steps.iter().filter(|step| step.number <= breach.step && step.fault.is_some());
    faults.count() as u32
}

/// Where a run and its record part, and why.
pub fn explain(diverged: &Diverged) -> String {
    let at = diverged.at;
    let recorded = diverged.recorded.as_deref().map(|recorded| harmless(recorded, 200));
    let offered: String = diverged.offered.iter().map(|way| format!("\n    {way}")).collect();
    match (&recorded, diverged.offered.as_slice()) {
        (Some(recorded), []) => {
            format!("choice {at} is `{recorded}`, but the run is over before it: the code has changed since")
        }
        (Some(recorded), _) => format!(
            "choice {at} is `{recorded}`, which the run does not offer any more: the code has changed since.\n  expected one \
             of{offered}"
        ),
        (None, _) => {
            format!(
                "choice {at} is missing: the run goes on where the file ends.\n  expected one of{offered}"
            )
        }
    }
}
