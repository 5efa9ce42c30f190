//! Violations that are known, each with a reason and a day until which it may stay.
use crate::{Scene, Variant};
use anechoic_model::Promise;
use jiff::civil::Date;
use serde::Deserialize;
use std::{
    fs,
    path::{Path, PathBuf},
};
use toml::Spanned;

/// What is known to be broken.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    known: Vec<Known>,
}

/// A violation that is known.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    scenario: String,
    variant: String,
    promise: String,
    /// Why it may stay.
    pub reason: String,
    /// The last day on which it may.
    pub until: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Spanned<Known>>,
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "{path}{line}: {message}; expected `[[known]]` with scenario, variant, promise, reason and until = \"YYYY-MM-DD\""
)]
pub struct BaselineError {
    path: PathBuf,
    line: String,
    message: String,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// [`BaselineError`] if it cannot be read, or names what there is not.
    pub fn load(path: &Path) -> Result<Baseline, BaselineError> {
        let path_buf = path.to_path_buf();
        let unreadable =
            |message: String| BaselineError { path: path_buf.clone(), line: String::new(), message };
        let text = fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        let wrong = |at: usize, message: &str| {
            let line = text[..at.min(text.len())].lines().count().max(1);
            BaselineError { path: path.into(), line: format!(":{line}"), message: message.into() }
        };
        let file: File = toml::from_str(&text)
            .map_err(|error| wrong(error.span().map_or(0, |span| span.start + 1), error.message()))?;
        for known in &file.known {
            let Known { scenario, variant, promise, .. } = known.get_ref();
            let strange = if Scene::named(scenario).is_none() {
                format!("no scenario `{scenario}`")
            } else if Variant::named(variant).is_none() {
                format!("no variant `{variant}`")
            } else if !Promise::ALL.iter().any(|known| known.name() == promise) {
                format!("no promise `{promise}`")
            } else {
                continue;
            };
            return Err(wrong(known.span().start + 1, &strange));
        }
        Ok(Baseline { known: file.known.into_iter().map(Spanned::into_inner).collect() })
    }

    /// What is known of a promise of this variant in this scenario.
    pub fn of(&self, scenario: &str, variant: &str, promise: &str) -> Option<&Known> {
        self.known.iter().find(|known| known.is_of(scenario, variant) && known.promise == promise)
    }

    /// What is known of this variant, and what was found instead: whether it is broken, if it was searched.
    pub(crate) fn review(
        &self,
        variant: &str,
        today: Date,
        is_broken: impl Fn(&str, &str) -> Option<bool>,
    ) -> Vec<String> {
        let of_variant = self.known.iter().filter(|known| known.variant == variant);
        let review = |known: &Known| {
            let Known { scenario, promise, reason, until, .. } = known;
            Some(match is_broken(scenario, promise)? {
                true if known.may_stay(today) => {
                    format!(
                        "! {variant} breaks {promise} in {scenario}, which is known until {until}: {reason}"
                    )
                }
                true => {
                    format!("✗ {variant} still breaks {promise} in {scenario}, which was known until {until}")
                }
                false => format!(
                    "✓ {variant} no longer breaks {promise} in {scenario}: take it out of the baseline"
                ),
            })
        };
        of_variant.filter_map(review).collect()
    }
}

impl Known {
    fn is_of(&self, scenario: &str, variant: &str) -> bool {
        self.scenario == scenario && self.variant == variant
    }

    /// Whether it may still stay.
    pub fn may_stay(&self, today: Date) -> bool {
        self.until >= today
    }
}
