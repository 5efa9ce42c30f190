use crate::{Exit, Signal};
use anechoic_orchestrator::{Error, Status, StepFailed, TaskId};
use anechoic_sqlite::{CommentId, FileError, Problem, RunError, SqliteStore};
use std::{io, path::PathBuf};

/// What can stop a command.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The arguments are wrong.
    #[error("{0}")]
    Usage(String),
    /// The file could not be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no such task in the file.
    #[error("{path}: there is no task {task}", path = .path.display())]
    UnknownTask {
        /// Which file.
        path: PathBuf,
        /// Which task.
        task: TaskId,
    },
    /// The task stands elsewhere than was asked.
    #[error("task {task} stands at {status}")]
    Otherwise {
        /// Which task.
        task: TaskId,
        /// Where it stands.
        status: Status,
    },
    /// A workflow could not go on.
    #[error(transparent)]
    Run(RunError),
    /// Not even the failure of a workflow could be recorded.
    #[error("{0}; its workflow begins anew when it is run again")]
    StepFailed(#[from] StepFailed),
    /// A handler could not do what it was asked.
    #[error(transparent)]
    Handler(Error),
    /// A service did not answer.
    #[error(
        "{service} did not answer: {why}; the request may or may not have been carried out, and is made again later"
    )]
    NoAnswer {
        /// Which.
        service: &'static str,
        /// What came instead.
        why: String,
    },
    /// A comment was edited, and does not show it.
    #[error(
        "comment {comment} was edited and does not tell of the failure of task {task}; it is told again later"
    )]
    NotShown {
        /// Whose failure.
        task: TaskId,
        /// Which comment.
        comment: CommentId,
    },
    /// Another process does this already.
    #[error("another fan-out reads the events of {path}", path = .0.display())]
    OneAtATime(PathBuf),
    /// A program or file of the operating system's.
    #[error("{what}: {error}")]
    System {
        /// What was tried.
        what: String,
        /// What came of it.
        error: io::Error,
    },
    /// Somebody asked the process to end.
    #[error("stopped by a signal; the programs it had started were ended, and nothing is lost: ask again")]
    Stopped(Signal),
    /// What was to be printed could not be.
    #[error("cannot print: {0}")]
    Print(#[from] io::Error),
}

impl CommandError {
    /// What a handler said, with what the file has to add to it.
    pub fn of(error: Error, store: &SqliteStore) -> CommandError {
        match (error, store.take_fault()) {
            (Error::Store(_), Some(fault)) => fault.into(),
            (Error::UnknownTask(task), _) => CommandError::UnknownTask { path: store.path().into(), task },
            (error, _) => CommandError::Handler(error),
        }
    }

    /// How the command ends because of it.
    pub fn exit(&self) -> Exit {
        match self {
            CommandError::Usage(_) => Exit::Usage,
            CommandError::File(error) => of_file(&error.problem),
            CommandError::Run(RunError::OtherWorkflow { .. }) => Exit::Unreadable,
            CommandError::UnknownTask { .. } => Exit::UnknownTask,
            CommandError::Otherwise { .. } => Exit::Otherwise,
            CommandError::Handler(Error::Store(_) | Error::NoAnswer(_)) => Exit::NoAnswer,
            CommandError::Handler(Error::WrongLedger(_) | Error::Foreign(_)) => Exit::Unreadable,
            CommandError::Handler(_) => Exit::Otherwise,
            CommandError::Stopped(Signal::Hangup) => Exit::HungUp,
            CommandError::Stopped(Signal::Interrupt) => Exit::Interrupted,
            CommandError::Stopped(Signal::Terminate) => Exit::Terminated,
            CommandError::NoAnswer { .. }
            | CommandError::NotShown { .. }
            | CommandError::Run(_)
            | CommandError::StepFailed(_)
            | CommandError::OneAtATime(_)
            | CommandError::System { .. }
            | CommandError::Print(_) => Exit::NoAnswer,
        }
    }
}

fn of_file(problem: &Problem) -> Exit {
    match problem {
        Problem::Busy | Problem::Full => Exit::NoAnswer,
        Problem::NoTime | Problem::ClockBehind { .. } | Problem::ClockAhead { .. } => Exit::WrongClock,
        _ => Exit::Unreadable,
    }
}

impl From<RunError> for CommandError {
    fn from(error: RunError) -> CommandError {
        match error {
            RunError::File(error) => CommandError::File(error),
            error => CommandError::Run(error),
        }
    }
}
