//! What a check found out, as one value. Whatever is shown, joined, judged or written is a function of it, and of its
//! runs, which are made again from their choices.
mod asked;
mod build;
mod coverage;
mod document;
mod found;
mod join;
mod observed;
mod saved;
mod searched;
mod shown;
mod sound;

pub use asked::{Asked, Promise, Search, Shard, Skip, Specimens, Variant};
pub use coverage::{Coverage, Operation};
#[cfg(feature = "ci")]
pub use document::schema;
pub use document::{Document, DocumentError};
pub use found::{Found, Passing, Remedy, Size};
pub use join::{Apart, join};
pub use observed::{Matched, Observed};
pub use saved::{Again, Baseline, Day, Known, Saved};
pub use searched::{
    Bound, Broken, Compared, Covered, Premise, Searched, Sometimes, Spared, Trouble, Verdict,
};
pub use shown::Shown;
pub use sound::Unsound;

use serde::{Deserialize, Serialize};

/// All that a check found out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// What searched, and which code.
    pub tool: Tool,
    /// What was asked.
    pub asked: Asked,
    /// Every version of the handlers in every scenario that shows what it does otherwise.
    pub results: Vec<Searched>,
    /// Every version that is compared, against every kind of trouble by itself; empty if only some scenarios were asked for.
    pub troubles: Vec<Trouble>,
    /// The observed trace beside the runs that reproduce it; null if that was not asked for.
    pub observed: Option<Observed>,
    /// The saved runs that were made again.
    pub saved: Vec<Saved>,
    /// How many saved runs wait for a review and were not made again.
    pub pending: usize,
    /// The violations that are known; null if no baseline was given.
    pub baseline: Option<Baseline>,
    /// Which operation went wrong in which way; null if that was not asked for.
    pub coverage: Option<Vec<Operation>>,
}

/// What searched, and which code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The version of the command.
    pub version: String,
    /// A fingerprint of the program that ran: of the command together with the handlers that were built into it.
    pub build: String,
}

impl Report {
    /// What was found of one version.
    pub fn of(&self, variant: &str) -> impl Iterator<Item = &Searched> {
        self.results.iter().filter(move |searched| searched.variant == variant)
    }

    /// Whether a version has a report of its own: a line in a table does not say enough of it, or of none of them.
    pub fn is_shown(&self, variant: &str) -> bool {
        let mut variants = self.asked.variants.iter();
        let is_brief = self.asked.variant(variant).is_some_and(|variant| variant.is_brief);
        !is_brief || variants.all(|variant| variant.is_brief)
    }

    /// Every run that breaks a promise, with what was searched for it.
    pub fn found(&self) -> impl Iterator<Item = (&Searched, &Broken)> {
        self.results.iter().flat_map(|searched| searched.broken.iter().map(move |broken| (searched, broken)))
    }
}
