//! Reads the file of violations that are known, each with a reason and a day until which it may stay.
use crate::{Catalogue, report::Known};
use anechoic_engine::Promise;
use anechoic_evidence::{harmless, read_text, shown, unreadable};
use serde::Deserialize;
use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    known: Vec<Spanned<Known>>,
}

/// Why a baseline cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It cannot be read.
    #[error("{}", unreadable(path, error))]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// It says something that it may not.
    #[error(
        "{}:{line}: {message}; expected `[[known]]` with scenario, variant, promise, ways = [\"…\"], faults, actors, reason \
         and until = \"YYYY-MM-DD\"",
        shown(path)
    )]
    Wrong {
        /// Which.
        path: PathBuf,
        /// At which line of it, from 1.
        line: usize,
        /// What is wrong there.
        message: String,
    },
}

/// More than anybody writes by hand.
const MOST: u64 = 16 << 20;

/// Reads a baseline.
///
/// # Errors
/// [`BaselineError`] if it cannot be read, names what there is not, or says two things of one promise.
pub fn load(path: &Path, catalogue: &Catalogue) -> Result<Vec<Known>, BaselineError> {
    let promises = catalogue.promises();
    let text =
        read_text(path, MOST).map_err(|error| BaselineError::Unreadable { path: path.into(), error })?;
    let wrong = |at: usize, message: &str| {
        let before = text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        BaselineError::Wrong { path: path.into(), line: before + 1, message: message.into() }
    };
    let file: File = toml::from_str(&text)
        .map_err(|error| wrong(error.span().map_or(0, |span| span.start), error.message()))?;
    let mut seen = BTreeSet::new();
    for known in &file.known {
        let known_at = known.span().start;
        let known = known.get_ref();
        if let Some(strange) = strange(known, catalogue, &promises) {
            return Err(wrong(known_at, &strange));
        }
        let Known { scenario, variant, promise, .. } = known;
        if !seen.insert([scenario, variant, promise]) {
            let twice =
                format!("{variant} {promise} in {scenario} is there twice; one entry says all its ways");
            return Err(wrong(known_at, &twice));
        }
    }
    Ok(file.known.into_iter().map(Spanned::into_inner).collect())
}

/// Whether a text says something, in one line that only shows.
fn is_line(text: &str) -> bool {
    !text.trim().is_empty() && harmless(text, usize::MAX) == text
}

/// What of an entry cannot be meant.
fn strange(known: &Known, catalogue: &Catalogue, promises: &[Promise]) -> Option<String> {
    let Known { scenario, variant, promise, ways, reason, .. } = known;
    if !catalogue.has_scenario(scenario) {
        Some(format!("no scenario `{scenario}`"))
    } else if catalogue.variant(variant).is_none() {
        Some(format!("no variant `{variant}`"))
    } else if !promises.iter().any(|known| known.name == *promise) {
        Some(format!("no promise `{promise}`"))
    } else if ways.is_empty() {
        Some("`ways` is empty, so nothing is known".into())
    } else if ways.iter().any(|way| !is_line(way)) {
        Some("`ways` has to hold words, as the report names them".into())
    } else if !is_line(reason) {
        Some("`reason` has to be one line that says why it may stay".into())
    } else {
        None
    }
}
