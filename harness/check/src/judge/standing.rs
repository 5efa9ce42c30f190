use super::known;
use crate::report::{Day, Report, Searched, Verdict};
use serde::{Deserialize, Serialize};

/// What is to be made of one promise of one version in one scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// The scenario.
    pub scenario: String,
    /// The version of the handlers.
    pub variant: String,
    /// The promise.
    pub promise: String,
    /// What is to be made of it.
    pub standing: Standing,
}

/// What is to be made of a promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
pub enum Standing {
    /// It holds in the whole bound.
    Kept,
    /// It is broken, and nobody knew.
    New,
    /// It is broken by a run that somebody has accepted as a regression test. It is red until that is mended.
    Saved {
        /// The file of that run.
        file: String,
    },
    /// It is broken, as is known, and may stay so until a day.
    Known {
        /// Why.
        reason: String,
        /// The last day on which it may.
        #[cfg_attr(feature = "ci", schemars(with = "String"))]
        until: Day,
    },
    /// It is broken, and was known to be so until a day that has passed.
    Overdue {
        /// The last day on which it could stay.
        #[cfg_attr(feature = "ci", schemars(with = "String"))]
        until: Day,
    },
    /// It is broken, and has to be: the version is there to break it.
    OnPurpose,
    /// It holds, and was known to be broken.
    Fixed,
    /// It was not broken in what was searched, and that was not all.
    NotSearched,
}

impl Standing {
    /// Whether it fails the check.
    pub fn is_red(&self) -> bool {
        matches!(self, Standing::New | Standing::Saved { .. } | Standing::Overdue { .. })
    }
}

/// All of them: for each result, each promise.
pub(super) fn standings(report: &Report) -> Vec<Cell> {
    let cells = report.results.iter().flat_map(|searched| {
        searched.promises.iter().map(move |promise| Cell {
            scenario: searched.scenario.clone(),
            variant: searched.variant.clone(),
            promise: promise.clone(),
            standing: standing(report, searched, promise),
        })
    });
    cells.collect()
}

fn standing(report: &Report, searched: &Searched, promise: &str) -> Standing {
    let Some(broken) = searched.broken(promise) else {
        let is_part = report.asked.search.shard().is_some();
        return match searched.verdict(promise) {
            Verdict::Holds if is_part => Standing::NotSearched,
            Verdict::Holds if known::is_listed(report, searched, promise) => Standing::Fixed,
            Verdict::Holds => Standing::Kept,
            Verdict::Violated | Verdict::Inconclusive => Standing::NotSearched,
        };
    };
    let variant = report.asked.variant(&searched.variant);
    if variant.is_some_and(|variant| {
        report.asked.is_on_purpose(variant) && variant.breaks.iter().any(|breaks| breaks == promise)
    }) {
        return Standing::OnPurpose;
    }
    if let Some(standing) = known::standing(report, searched, broken) {
        return standing;
    }
    match &broken.run.kept_as {
        Some(file) => Standing::Saved { file: file.clone() },
        None => Standing::New,
    }
}
