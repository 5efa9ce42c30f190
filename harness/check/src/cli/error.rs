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
    #[error("cannot write {}: {error}", shown(.path))]
    Unwritable {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file cannot be read, or is not what it should be; a handler cannot be started.
    #[error("{0}")]
    Foreign(String),
    /// What was done shows nothing.
    #[error("{0}")]
    CannotTell(String),
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

    /// What to do next, in a line of its own: what the error says of that itself, or what is true of its kind.
    pub(super) fn with_next(&self) -> String {
        let text = self.to_string();
        let next = match self {
            _ if text.contains("next: ") => return text,
            CommandError::Usage(_) => "the same command with --help says what can be asked for",
            CommandError::Unwritable { .. } => "name a place that can be written to",
            CommandError::Foreign(_) | CommandError::CannotTell(_) => {
                "mend that, and give the same command again"
            }
            CommandError::Print(_) => "have it written where there is room for it",
        };
        format!("{}\n  next: {next}", text.trim_end())
    }

    /// How the command ends.
    pub(super) fn exit(&self) -> Exit {
        match self {
            CommandError::Usage(_) | CommandError::Unwritable { .. } => Exit::Usage,
            CommandError::CannotTell(_) => Exit::Inconclusive,
            CommandError::Foreign(_) | CommandError::Print(_) => Exit::Unreadable,
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
