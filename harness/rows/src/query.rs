use crate::{AskError, Found, QueryError};
use std::{collections::BTreeSet, fmt, sync::Arc};

/// A query of some [`Rows`](crate::Rows), which was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Query(pub(crate) usize);

/// A column that a query names and no row ever had.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Blank {
    /// The table whose rows would have it; several, if the query does not say which.
    pub tables: Vec<String>,
    /// The column.
    pub column: String,
    /// Whether the query has it in double quotes, in which a text is sometimes put by mistake.
    pub is_quoted: bool,
}

impl fmt::Display for Blank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Blank { tables, column, is_quoted } = self;
        write!(f, "no row of {} has a `{column}`", tables.join(" or "))?;
        if *is_quoted {
            write!(f, " (a text would be written '{column}')")?;
        }
        Ok(())
    }
}

/// All that is known of a query.
pub(crate) struct Checked {
    pub(crate) sql: String,
    /// The names of its columns, or why it cannot be asked with the columns that there are now.
    pub(crate) columns: Result<Arc<[String]>, QueryError>,
    /// The tables that it reads.
    pub(crate) tables: BTreeSet<usize>,
    /// The tables and columns that it reads.
    pub(crate) reads: BTreeSet<(usize, String)>,
    /// The columns that it has in double quotes and that were not there when it was checked.
    pub(crate) quoted: BTreeSet<String>,
    /// How often each of its tables had changed when it was answered last, and the answer.
    pub(crate) answered: Option<(Vec<u64>, Result<Found, AskError>)>,
}

impl Checked {
    pub(crate) fn new(sql: &str) -> Checked {
        Checked {
            sql: sql.into(),
            columns: Ok([].into()),
            tables: BTreeSet::new(),
            reads: BTreeSet::new(),
            quoted: BTreeSet::new(),
            answered: None,
        }
    }
}
