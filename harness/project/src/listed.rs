//! What a file promises that checks nothing: of traces, and to be listed.
use crate::{
    config::Config,
    error::{ConfigError, MOST, Source},
};
use anechoic::{About, Catalogue, evidence::read_text};
use anechoic_rows::{Promise, When};
use std::path::Path;

/// Whether every word of an `anechoic.toml`, whose text this is, is one that it may say.
///
/// # Errors
/// The first that is not, where it is, and what was meant.
pub fn understand(path: &Path, text: &str) -> Result<(), ConfigError> {
    Config::read(&Source { path, text }).map(|_| ())
}

/// The promises of an `anechoic.toml` without a scenario, which is what a trace is judged by, as a catalogue in which nothing can be
/// checked; none if it has a scenario or promises nothing.
///
/// # Errors
/// What is wrong with it, and where.
pub fn of_traces(path: &Path) -> Result<Option<Catalogue>, ConfigError> {
    let text = read_text(path, MOST).map_err(|error| ConfigError::Unreadable { path: path.into(), error })?;
    let config = Config::read(&Source { path, text: &text })?;
    if !config.scenarios.is_empty() || config.promises.is_empty() {
        return Ok(None);
    }
    let about = |promise: &Promise| {
        let usual = match promise.when {
            When::Sometimes => "some time, its query finds a row",
            When::Never | When::AtRest | When::Eventually => "its query finds no row",
        };
        let about = promise.about.clone().unwrap_or_else(|| usual.into());
        About::new(promise.name.clone(), about)
    };
    let promised = config.promises.iter().map(about).collect();
    Ok(Some(Catalogue { promised, ..Catalogue::new("traces", Vec::new()) }))
}
