use crate::Place;
use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a trace cannot be read. Says where, and what was expected there.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The file system would not give it.
    #[error("{path}: {error}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What it said.
        #[source]
        error: io::Error,
    },
    /// It is a folder.
    #[error("{path}: it is a directory; expected a file")]
    Directory {
        /// Which.
        path: PathBuf,
    },
    /// There is nothing in it.
    #[error("{path}: it is empty; expected a trace: {EXPECTED}")]
    Empty {
        /// Which file.
        path: PathBuf,
    },
    /// It is none of the formats.
    #[error("{place}: {what}; expected a trace: {EXPECTED}")]
    Unknown {
        /// Where it begins.
        place: Place,
        /// What is there instead.
        what: String,
    },
    /// It ends or changes in the middle, so that nothing that follows can be read.
    #[error("{place}: {what}")]
    Broken {
        /// How far it could be read.
        place: Place,
        /// What is wrong there, and what was expected.
        what: String,
    },
    /// The mapping is not one, or names what there is not.
    #[error("{path}:{line}: {what}")]
    Mapping {
        /// Which file.
        path: PathBuf,
        /// At which line of it, from 1.
        line: usize,
        /// What is wrong there, and what was expected.
        what: String,
    },
}

impl TraceError {
    /// Where it is and what, without what was expected instead.
    pub(crate) fn skipped(&self) -> Skipped {
        let at = |path: &Path| Place { file: path.display().to_string().into(), line: 1 };
        match self {
            TraceError::Broken { place, what } | TraceError::Unknown { place, what } => {
                Skipped { place: place.clone(), what: what.clone() }
            }
            TraceError::Unreadable { path, error } => Skipped { place: at(path), what: error.to_string() },
            TraceError::Directory { path } => Skipped { place: at(path), what: "it is a directory".into() },
            TraceError::Empty { path } => Skipped { place: at(path), what: "it is empty".into() },
            TraceError::Mapping { path, what, .. } => Skipped { place: at(path), what: what.clone() },
        }
    }
}

const EXPECTED: &str = "rows, changes, logs, messages, spans or a history, in a format that is read, or text for which a mapping has patterns";

/// A record that was left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Skipped {
    /// Where it stands.
    pub place: Place,
    /// What is wrong with it, and what was expected.
    pub what: String,
}
