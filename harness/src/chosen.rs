//! What is checked: what an `anechoic.toml` says, or the tasks.
use anechoic::Catalogue;
use anechoic_project::ConfigError;
use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

/// The file that counts where none is named.
const USUAL: &str = "anechoic.toml";
/// The subcommands that check something of a catalogue; without any, a check is asked for.
const OF_A_CATALOGUE: [&str; 5] = ["check", "replay", "explore", "review", "list"];

/// The catalogue of the file that these arguments name, or of the one that is there; none if there is none.
pub(crate) fn catalogue(arguments: &[OsString]) -> Option<Result<Catalogue, ConfigError>> {
    let mut named = None;
    let mut command = None;
    let mut words = arguments.iter().skip(1);
    while let Some(word) = words.next() {
        let Some(text) = word.to_str() else { continue };
        match text.strip_prefix("--config") {
            Some("") => named = words.next().map(PathBuf::from),
            Some(file) if file.starts_with('=') => named = Some(PathBuf::from(&file[1..])),
            _ if command.is_none() && !text.starts_with('-') => command = Some(text),
            _ => {}
        }
    }
    let asks_for_help =
        arguments.iter().any(|word| [OsStr::new("--help"), OsStr::new("-h")].contains(&&**word));
    let is_of_a_catalogue = command.is_none_or(|command| OF_A_CATALOGUE.contains(&command));
    let usual = || {
        Some(PathBuf::from(USUAL)).filter(|path| Path::is_file(path) && is_of_a_catalogue && !asks_for_help)
    };
    named.filter(|_| is_of_a_catalogue).or_else(usual).map(|path| anechoic_project::load(&path))
}
