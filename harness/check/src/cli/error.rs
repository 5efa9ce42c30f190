use crate::{BaselineError, Exit, OpenError, kept::KeptError, replay::ReplayFileError};
use anechoic_evidence::shown;
use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// What can stop a command.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The arguments do not go together, or mean nothing.
    #[error("{0}")]
    Usage(String),
    /// Nothing can be written there.
    #[error("cannot write {}: {error}\n  expected a place that can be written to", shown(.path))]
    Unwritable {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file cannot be read, or is not what it should be; a handler cannot be started.
    #[error("{0}")]
    Foreign(String),
    /// What was found cannot be printed.
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
}

impl CommandError {
    /// Nothing can be written in this place.
    pub fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> CommandError {
        let path = path.to_path_buf();
        move |error| CommandError::Unwritable { path, error }
    }

    /// A file cannot be read, or is not what it should be.
    pub fn unreadable(error: impl fmt::Display) -> CommandError {
        CommandError::Foreign(error.to_string())
    }

    /// How the command ends.
    pub(super) fn exit(&self) -> Exit {
        match self {
            CommandError::Usage(_) | CommandError::Unwritable { .. } => Exit::Usage,
            CommandError::Foreign(_) => Exit::Unreadable,
            // Whoever reads us has had enough; that is no verdict.
            CommandError::Print(_) => Exit::Inconclusive,
        }
    }
}

impl From<ReplayFileError> for CommandError {
    fn from(error: ReplayFileError) -> CommandError {
        CommandError::unreadable(error)
    }
}

impl From<KeptError> for CommandError {
    fn from(error: KeptError) -> CommandError {
        CommandError::unreadable(error)
    }
}

impl From<BaselineError> for CommandError {
    fn from(error: BaselineError) -> CommandError {
        CommandError::unreadable(error)
    }
}

impl From<OpenError> for CommandError {
    fn from(error: OpenError) -> CommandError {
        match error {
            OpenError::Meaningless(what) => CommandError::Usage(what),
            OpenError::Unstartable(what) => CommandError::Foreign(what),
        }
    }
}
