//! What was asked of a check.
use super::Saved;
use serde::{Deserialize, Serialize};

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The catalogue that was checked, by name.
    pub catalogue: String,
    /// What it asks, in a question.
    pub question: String,
    /// What has to hold, in any of its scenarios.
    pub promises: Vec<Promise>,
    /// The scenarios, by name.
    pub scenarios: Vec<String>,
    /// The versions of the handlers.
    pub variants: Vec<Variant>,
    /// How runs are found.
    pub search: Search,
    /// What is expected of the specimens.
    pub specimens: Specimens,
    /// What the kinds of trouble are that were tried by themselves, in words.
    pub troubles: String,
    /// What lies beyond every bound, in words: lines, of which the first is of every machine.
    pub beyond: String,
}

/// What has to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// Its name.
    pub name: String,
    /// What it says, in a sentence.
    pub sentence: String,
}

/// A version of the handlers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// The promises that it is there to break; none for code that is to keep them all.
    pub breaks: Vec<String>,
    /// Why `as_if_once` does not see what it does wrong; null if it does.
    pub unseen: Option<String>,
    /// Whether a line in a table says enough of it.
    pub is_brief: bool,
}

/// What is expected of the specimens: the versions that are there to break promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Specimens {
    /// Each breaks the promises that it names and no other: the harness is proved at the same time.
    BreakExactlyTheirs,
    /// None breaks a promise that it does not name. The bound may be too narrow to break all that it names.
    BreakOnlyTheirs,
    /// Nothing: they are judged like any other code.
    LikeAnyOther,
}

/// How runs are found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Search {
    /// Every run of the bound, but for what would show nothing new.
    Exhaustive {
        /// What was skipped because it would show nothing new: `states`, `symmetry`, `sleep`; every single run if empty.
        skips: Vec<Skip>,
        /// How many threads shared one search.
        threads: usize,
        /// Which part of every bound was searched; null for all of it.
        shard: Option<Shard>,
    },
    /// A sample in which every way has the same probability.
    Random {
        /// Where chance begins.
        seed: u64,
        /// How many runs in each bound.
        runs: u64,
    },
    /// A sample in which priorities change a few times.
    Pct {
        /// Where chance begins.
        seed: u64,
        /// How many runs in each bound.
        runs: u64,
        /// How often priorities change in a run.
        changes: u32,
    },
}

/// What an exhaustive search skips, because it would show nothing new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// What follows a state that was met before.
    States,
    /// What differs only in which of several interchangeable actors does it.
    Symmetry,
    /// What differs only in the order of operations that do not conflict.
    Sleep,
}

/// One of several equal parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// Which part, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
}

impl Variant {
    /// Whether it is there to break promises.
    pub fn is_specimen(&self) -> bool {
        !self.breaks.is_empty()
    }
}

impl Asked {
    /// The version of this name.
    pub fn variant(&self, name: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.name == name)
    }

    /// Whether nobody expects a version to keep its promises.
    pub fn is_on_purpose(&self, variant: &Variant) -> bool {
        variant.is_specimen() && self.specimens != Specimens::LikeAnyOther
    }
}

impl Asked {
    /// Whether a saved run has to break its promise: its version is there to break promises, and is not judged like code.
    pub fn is_saved_on_purpose(&self, saved: &Saved) -> bool {
        let is_code = |variant: &Variant| !self.is_on_purpose(variant);
        saved.is_specimen && !self.variant(&saved.variant).is_some_and(is_code)
    }
}

impl Search {
    /// Whether it makes only some of the runs.
    pub fn is_sample(&self) -> bool {
        !matches!(self, Search::Exhaustive { .. })
    }

    /// Which part of every bound is searched; nothing for all of it.
    pub fn shard(&self) -> Option<Shard> {
        match self {
            Search::Exhaustive { shard, .. } => *shard,
            Search::Random { .. } | Search::Pct { .. } => None,
        }
    }
}
