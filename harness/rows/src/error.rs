/// What is wrong with tables and their names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// SQL does not tell names apart that differ only by letter case.
    #[error(
        "the tables `{0}` and `{1}` have one name: SQL does not tell letter cases apart; expected another name for one"
    )]
    Alike(String, String),
    /// A name that cannot be written in a query.
    #[error("`{0}` is no name of a table; expected a text that is not empty, without the prefix sqlite_")]
    Name(String),
    /// There is no such table.
    #[error("there is no table `{0}`; expected one of: {1}")]
    Unknown(String, String),
    /// SQLite would not do it: a row that is too long, no memory left.
    #[error("the rows of `{table}` cannot be kept: {what}")]
    Kept {
        /// Of which table.
        table: String,
        /// What SQLite says.
        what: String,
    },
}

/// What is wrong with a query, before anything was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct QueryError {
    /// What is wrong, and what was expected.
    pub what: String,
    /// If nothing is wrong but that it names a table which there is not, that table.
    pub unknown_table: Option<String>,
}

impl QueryError {
    pub(crate) fn new(what: impl Into<String>) -> QueryError {
        QueryError { what: what.into(), unknown_table: None }
    }
}

/// Why a query that was fine has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// The rows that came since brought a column that makes it ambiguous.
    #[error("with the columns that its tables have now, {0}")]
    Changed(#[from] QueryError),
    /// It names a column whose name rows spell in several ways.
    #[error(
        "the rows of `{table}` have both `{one}` and `{other}`, and SQL does not tell letter cases apart, so that {table}.{one} \
         means neither; name another column, or rename one of these"
    )]
    Alike {
        /// Of which table.
        table: String,
        /// The name that was met first.
        one: String,
        /// The other.
        other: String,
    },
    /// It takes too long.
    #[error(
        "it did not end within {0} instructions of SQLite: it may be endless; expected one that takes less"
    )]
    Endless(u64),
    /// Its rows cannot be computed: a text that is no JSON, a sum that is too large.
    #[error("it cannot be computed: {0}")]
    Failed(String),
}
