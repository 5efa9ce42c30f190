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
    /// Other processes kept it locked for too long.
    #[error("other processes keep the file locked; try again")]
    Busy,
    /// Anything else that SQLite reports: the disk is full, the file may not be written to.
    #[error("SQLite reports: {0}")]
    Other(String),
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Problem {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Problem::NotSqlite,
            Some(ErrorCode::DatabaseCorrupt) => Problem::Damaged(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Problem::Busy,
            _ => Problem::Other(error.to_string()),
        }
    }
}
