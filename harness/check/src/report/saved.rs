//! Saved runs that were made again, and what is known to be broken.
use serde::{Deserialize, Serialize};

/// A day, in UTC. Without feature `ci` nothing asks for more of it than its text, such as `2027-01-31`.
#[cfg(feature = "ci")]
pub type Day = jiff::civil::Date;
/// A day, in UTC. Without feature `ci` nothing asks for more of it than its text, such as `2027-01-31`.
#[cfg(not(feature = "ci"))]
pub type Day = String;

/// A saved run that was made again, or could not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// The file.
    pub file: String,
    /// The scenario.
    pub scenario: String,
    /// The version of the handlers.
    pub variant: String,
    /// The promise that it was saved for.
    pub promise: String,
    /// Whether the version is there to break promises.
    pub is_specimen: bool,
    /// What became of it.
    pub again: Again,
}

/// What became of a saved run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum Again {
    /// It breaks its promise.
    Breaks {
        /// In which ways, a word each.
        ways: Vec<String>,
        /// With how many faults.
        faults: u32,
        /// With how many actors.
        actors: usize,
    },
    /// It is made as it was saved, and keeps every promise.
    Keeps,
    /// It is made as it was saved, keeps its promise, and breaks another.
    BreaksAnother {
        /// Which.
        promise: String,
    },
    /// The code does not allow it any more.
    CannotBeMade {
        /// Where the run and its record part.
        why: String,
    },
}

/// A violation that is known: of one promise, in these ways, and by no smaller run than this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The scenario.
    pub scenario: String,
    /// The version of the handlers.
    pub variant: String,
    /// The promise.
    pub promise: String,
    /// The ways in which it is broken, a word each, as the report names them.
    pub ways: Vec<String>,
    /// The faults of the smallest run that breaks it. One with fewer is another violation.
    pub faults: u32,
    /// The actors of the smallest run that breaks it. One with fewer is another violation.
    pub actors: usize,
    /// Why it may stay, in a line.
    pub reason: String,
    /// The last day on which it may.
    #[cfg_attr(feature = "ci", schemars(with = "String"))]
    pub until: Day,
}

impl Known {
    /// Whether a violation is this one: broken in no other way, and by no smaller run.
    pub fn covers(&self, ways: &[String], faults: u32, actors: usize) -> bool {
        ways.iter().all(|way| self.ways.contains(way)) && faults >= self.faults && actors >= self.actors
    }
}

/// The violations that are known, and the day on which they were looked up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// The violations that may stay until their day.
    pub known: Vec<Known>,
    /// The day of the check, in UTC.
    #[cfg_attr(feature = "ci", schemars(with = "String"))]
    pub today: Day,
}
