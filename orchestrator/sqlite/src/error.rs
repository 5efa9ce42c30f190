use jiff::Timestamp;
use rusqlite::ErrorCode;
use std::path::PathBuf;

/// A file could not be used. Nothing of the request that met this was applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}", path = .path.display())]
pub struct FileError {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is not there.
    #[error("there is no such file; submit a task to make it")]
    Missing,
    /// SQLite would take it for something else than the path of a file.
    #[error(
        "this is no path of a file, and what it means to SQLite keeps nothing; for a file of that name, begin with ./"
    )]
    NotAPath,
    /// Something else is there.
    #[error("this is {0}, expected a file")]
    NotAFile(&'static str),
    /// It could not be made where it was to be.
    #[error("there is no folder {path}; make it first", path = .0.display())]
    NoFolder(PathBuf),
    /// It was there, and is not any more.
    #[error(
        "the file, or its log, was deleted or replaced while it was in use; nothing more goes into it. Put it back from a \
         copy, or submit a task to make a new one"
    )]
    Gone,
    /// What is written could be lost.
    #[error(
        "SQLite can keep no log beside the file here (its journal is {mode:?}); use a file on another file system"
    )]
    NoLog {
        /// The mode that SQLite fell back to.
        mode: String,
    },
    /// The system's clock shows no time.
    #[error("the clock shows a time before 1970 or after 9999; set it")]
    NoTime,
    /// The clock shows an earlier time than the file.
    #[error(
        "the clock shows {now}, but the file was changed at {last}; set the clock, or wait until then; if it is right, and \
         another was wrong, run `anechoic-tasks repair`"
    )]
    ClockBehind {
        /// What the clock shows.
        now: Timestamp,
        /// When the file was last changed.
        last: Timestamp,
    },
    /// The clock shows a much later time than the file, and may be wrong.
    #[error(
        "the clock shows {now}, more than a year after the file was changed at {last}; set the clock; if it is right, run \
         `anechoic-tasks repair`"
    )]
    ClockAhead {
        /// What the clock shows.
        now: Timestamp,
        /// When the file was last changed.
        last: Timestamp,
    },
    /// It is an SQLite file that nothing was ever put into.
    #[error("the file is empty; submit a task to fill it")]
    Blank,
    /// It is no SQLite file.
    #[error("this is not an SQLite file")]
    NotSqlite,
    /// It belongs to another program.
    #[error("this SQLite file is not ours: its application id is {found:#x}, expected {expected:#x}")]
    Foreign {
        /// The id that it bears.
        found: i32,
        /// The id that files of ours bear.
        expected: i32,
    },
    /// A newer version of this program has changed it.
    #[error(
        "its schema has version {found}, and this program knows versions up to {expected}; use a newer program"
    )]
    Newer {
        /// The version that it has.
        found: i32,
        /// The newest version that is known.
        expected: i32,
    },
    /// SQLite found it damaged.
    #[error(
        "the file is damaged: {0}; restore it from a copy, or save what can be read with sqlite3's .recover"
    )]
    Damaged(String),
    /// A value in it is not one that is ever put there.
    #[error("{column} of {row} is {found:?}, expected {expected}")]
    Value {
        /// Which row.
        row: String,
        /// Which column of it.
        column: &'static str,
        /// What is there.
        found: String,
        /// What may be there.
        expected: String,
    },
    /// There is no room left. What was there before is there still.
    #[error("the disk is full; make room, and ask again")]
    Full,
    /// Other processes kept it locked for too long.
    #[error("other processes keep the file locked; try again")]
    Busy,
    /// Anything else that SQLite reports: the file may not be written to, the disk does not work.
    #[error("SQLite reports: {0}")]
    Other(String),
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Problem {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Problem::NotSqlite,
            Some(ErrorCode::DatabaseCorrupt) => Problem::Damaged(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Problem::Busy,
            Some(ErrorCode::DiskFull) => Problem::Full,
            _ => Problem::Other(error.to_string()),
        }
    }
}
