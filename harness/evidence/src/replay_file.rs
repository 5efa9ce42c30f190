use crate::{harmless_json, read_whole, shown};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{
    io,
    path::{Path, PathBuf},
};

/// A run that can be made again: what was run, and the label of every choice that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayFile<S> {
    /// The format's name and version.
    pub format: Format,
    /// What was run.
    pub subject: S,
    /// The promise that the run broke.
    pub promise: String,
    /// How it broke it.
    pub found: String,
    /// The choices, in order.
    pub choices: Vec<String>,
}

/// The name and version that every replay file begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReplayFormat")]
pub enum Format {
    /// The first version.
    #[default]
    #[serde(rename = "anechoic.replay/1")]
    V1,
}

/// Why a replay file cannot be read. Says where, and what was expected there.
#[derive(Debug, thiserror::Error)]
pub enum ReplayFileError {
    /// The file system would not give it.
    #[error("{}: {error}", shown(path))]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What it said.
        #[source]
        error: io::Error,
    },
    /// It is no replay file, or not a whole one.
    #[error(
        "{}:{line}:{column}: {message}; expected a file that `anechoic check` wrote (anechoic.replay/1)",
        shown(path)
    )]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Where in it.
        line: usize,
        /// Where in the line.
        column: usize,
        /// What is wrong there.
        message: String,
    },
}

/// A run of a million choices has less.
const MOST: u64 = 256 << 20;

impl<S: Serialize + DeserializeOwned> ReplayFile<S> {
    /// Reads a replay file.
    ///
    /// # Errors
    /// [`ReplayFileError`], if it cannot be read or is not a whole replay file of this version.
    pub fn load(path: &Path) -> Result<ReplayFile<S>, ReplayFileError> {
        let unreadable = |error| ReplayFileError::Unreadable { path: path.into(), error };
        let bytes = read_whole(path, MOST).map_err(unreadable)?;
        serde_json::from_slice(&bytes).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_string();
            ReplayFileError::Malformed { path: path.into(), line, column, message }
        })
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        let mut text =
            harmless_json(&serde_json::to_string_pretty(self).expect("plain data has a JSON form"));
        text.push('\n');
        text
    }
}
