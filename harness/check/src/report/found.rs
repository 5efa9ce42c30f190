//! A run that was found, small enough to be kept in a report: its choices make it again.
use crate::{ReplayFile, Situation};
use serde::{Deserialize, Serialize};

/// A run that breaks a promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// The run, as it is saved.
    pub replay: ReplayFile,
    /// How it breaks its promise, in a word.
    pub way: String,
    /// How much has to happen for it.
    pub size: Size,
    /// Whether no smaller run breaks the promise in this scenario.
    pub is_smallest: bool,
    /// Where it is saved, for `anechoic replay`.
    pub file: String,
    /// The file of the same run among the saved runs, if somebody has accepted it.
    pub kept_as: Option<String>,
    /// What would have to be otherwise, and whether the promise holds then. Only for runs that are shown.
    pub remedies: Vec<Remedy>,
    /// A run that keeps every promise, as near as there is one. Only for runs that are shown.
    pub passing: Option<Passing>,
}

/// How big a run is. Smaller is easier to understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Faults, until the promise is broken.
    pub faults: u32,
    /// Steps, until the promise is broken.
    pub steps: u32,
    /// Actors that take part.
    pub actors: usize,
}

/// One thing that is otherwise, and what the bound of the run comes to then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// What is otherwise.
    pub change: String,
    /// Whether the promise holds; null if that was not searched to its end.
    pub holds: Option<bool>,
    /// Which other promises are broken.
    pub others: Vec<String>,
    /// How many runs say so.
    pub executions: u64,
}

/// A run that breaks nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Passing {
    /// What it is.
    pub what: String,
    /// The version of the handlers that was run, in the scenario of the other run.
    pub variant: String,
    /// In which situation.
    pub situation: Situation,
    /// Its choices, in order.
    pub choices: Vec<String>,
}

impl Found {
    /// Whether another is this run, for another promise.
    pub fn is_same_run(&self, other: &Found) -> bool {
        let what = |file: &ReplayFile| (file.scenario.clone(), file.variant.clone(), file.situation.clone());
        what(&self.replay) == what(&other.replay) && self.replay.choices == other.replay.choices
    }
}
