//! A trace that was observed, beside the runs that reproduce it.
use super::Found;
use serde::{Deserialize, Serialize};

/// A trace that was observed, beside the runs that reproduce it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// The head of a table that lays them side by side.
    pub header: Vec<String>,
    /// Its rows.
    pub rows: Vec<Vec<String>>,
    /// Whether the runs do what was observed.
    pub is_reproduced: bool,
    /// What that means, in a sentence.
    pub verdict: String,
    /// The command that reproduces it alone.
    pub command: String,
    /// The run of the version that was observed.
    pub run: Found,
    /// Each line of the trace, and the step of the run that matches it.
    pub matched: Vec<Matched>,
}

/// A line of a trace, and the step that matches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Matched {
    /// Where the line is, and when it was.
    pub place: String,
    /// What it says.
    pub what: String,
    /// The step; null if none matches.
    pub step: Option<u32>,
}
