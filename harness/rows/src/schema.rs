//! The tables without their rows, in which queries are tried before they are asked.
use crate::{
    QueryError,
    guard::{Guard, Heard},
    perhaps,
    rows::add_column,
};
use rusqlite::{Connection, Error, config::DbConfig};
use std::{collections::BTreeSet, sync::Arc};

/// Empty tables.
pub(crate) struct Schema {
    empty: Connection,
    guard: Arc<Guard>,
}

/// A query that can be asked.
pub(crate) struct Prepared {
    /// The names of its columns.
    pub(crate) columns: Vec<String>,
    /// The tables and columns of ours that it reads.
    pub(crate) reads: BTreeSet<(String, String)>,
}

/// Why a query cannot be asked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It names a column that there is not: as one of these, the likeliest first.
    Column { names: Vec<String>, is_quoted: bool, said: String, at: i32 },
    /// Something else.
    Other(QueryError),
}

/// How far a query gets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gets {
    NoFurther,
    /// It is wrong in another way, such as an aggregate over a column of the table around it.
    IntoTrouble,
    Further,
}

/// What SQLite has of itself and a query may use: it makes rows of a list in a cell.
const OF_JSON: [&str; 2] = ["json_each", "json_tree"];

impl Schema {
    pub(crate) fn new() -> rusqlite::Result<Schema> {
        let (empty, guard) = (Connection::open_in_memory()?, Arc::new(Guard::default()));
        plain(&empty)?;
        let decides = guard.clone();
        empty.authorizer(Some(move |asked: rusqlite::hooks::AuthContext<'_>| decides.decide(&asked)));
        Ok(Schema { empty, guard })
    }

    pub(crate) fn execute(&self, sql: &str) -> rusqlite::Result<()> {
        self.empty.execute_batch(sql)
    }

    /// How far a query gets if these statements are carried out first: no further, into another trouble, or further. They are undone.
    pub(crate) fn gets(&self, sql: &str, tables: &[String], trouble: &Trouble, with: &str) -> Gets {
        let gets = self.tried(with, || match self.prepare(sql, tables).err() {
            Some(same) if same == *trouble => Gets::NoFurther,
            now => match self.misuses_an_aggregate(sql, tables, now) {
                true => Gets::IntoTrouble,
                false => Gets::Further,
            },
        });
        gets.unwrap_or(Gets::NoFurther)
    }

    /// What is so once these statements are carried out, which are undone then; nothing, if they cannot be.
    fn tried<T>(&self, statements: &str, look: impl FnOnce() -> T) -> Option<T> {
        let tried = self.execute(&format!("savepoint tried; {statements}"));
        let seen = tried.is_ok().then(look);
        // What cannot be undone was not done.
        let _ = self.execute("rollback to tried; release tried");
        seen
    }

    /// Whether a query adds up a column of the table around it. That is only said once it misses no other column, so each of
    /// these is given to whatever table has none.
    fn misuses_an_aggregate(&self, sql: &str, tables: &[String], mut trouble: Option<Trouble>) -> bool {
        /// A query that misses more is not looked at any closer.
        const TRIED: usize = 50;
        for _ in 0..TRIED {
            let names = match trouble {
                Some(Trouble::Column { names, .. }) => names,
                Some(Trouble::Other(error)) => return error.to_string().contains("misuse of aggregate"),
                None => return false,
            };
            let Some(name) = names.last() else { return false };
            let added = tables.iter().filter(|table| self.execute(&add_column(table, name)).is_ok()).count();
            if added == 0 {
                return false;
            }
            trouble = self.prepare(sql, tables).err();
        }
        false
    }

    /// Whether a query cannot be asked without a table.
    pub(crate) fn needs(&self, sql: &str, table: &str) -> bool {
        let without = format!("drop table {}", quoted(table));
        self.tried(&without, || self.empty.prepare(sql).is_err()).unwrap_or(false)
    }

    /// Tries a query.
    pub(crate) fn prepare(&self, sql: &str, tables: &[String]) -> Result<Prepared, Trouble> {
        let (prepared, Heard { reads, refused }) = self.guard.listen(|| {
            let query = self.empty.prepare(sql)?;
            let columns = query.column_names().into_iter().map(String::from).collect::<Vec<String>>();
            let is_query = query.readonly() && query.is_explain() == 0 && !columns.is_empty();
            Ok((columns, is_query, query.parameter_count()))
        });
        if let Some(refused) = refused {
            return Err(other(refused));
        }
        let (columns, is_query, parameters) = prepared.map_err(|error| trouble(error, tables))?;
        if !is_query {
            return Err(other("it is no query; expected select …"));
        }
        if parameters > 0 {
            return Err(other(
                "it has a parameter, and nobody gives it a value; expected a query without ? or :name",
            ));
        }
        let (reads, others): (BTreeSet<_>, BTreeSet<_>) =
            reads.into_iter().partition(|(table, _)| tables.contains(table));
        if let Some((table, _)) = others.iter().find(|(table, _)| !OF_JSON.contains(&table.as_str())) {
            return Err(other(unknown_table(table, tables)));
        }
        if reads.is_empty() {
            let known = tables.join(", ");
            return Err(other(format!(
                "it names no table, so it would always find the same; expected one of: {known}"
            )));
        }
        Ok(Prepared { columns, reads })
    }
}

/// Only what the standard says: a text in double quotes is a name.
pub(crate) fn plain(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    Ok(())
}

/// A name as SQL quotes it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn other(what: impl Into<String>) -> Trouble {
    Trouble::Other(QueryError::new(what))
}

fn unknown_table(name: &str, tables: &[String]) -> String {
    let (meant, known) = (perhaps(name, tables.iter().map(String::as_str)), tables.join(", "));
    format!("there is no table `{name}`{meant}; expected one of: {known}")
}

/// What SQLite says of a query, in our words.
fn trouble(error: Error, tables: &[String]) -> Trouble {
    let (said, sql, at) = match error {
        Error::SqlInputError { msg, sql, offset, .. } => (msg, sql, offset),
        Error::SqliteFailure(_, Some(said)) => (said, String::new(), -1),
        Error::MultipleStatement => return other("it is more than one statement; expected one query"),
        error => (error.to_string(), String::new(), -1),
    };
    if let Some((names, is_quoted)) = missing(&said) {
        return Trouble::Column { names, is_quoted, said, at };
    }
    if let Some(name) = said.strip_prefix("no such table: ") {
        let error = QueryError::new(unknown_table(name, tables));
        return Trouble::Other(QueryError { unknown_table: Some(name.into()), ..error });
    }
    /// So much of a query is shown from where it is wrong.
    const SHOWN: usize = 30;
    let from = usize::try_from(at).ok().and_then(|at| sql.get(at..)).unwrap_or_default();
    let from: String =
        from.chars().take(SHOWN).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    let place = if from.is_empty() { String::new() } else { format!(", at `{from}`") };
    other(format!("{said}{place}; expected a query that SQLite can read"))
}

/// The column that SQLite misses. A name may have dots in it, and what stands before a dot may be the name of a table.
fn missing(said: &str) -> Option<(Vec<String>, bool)> {
    if let Some(rest) = said.strip_prefix("cannot join using column ") {
        let name = rest.strip_suffix(" - column not present in both tables")?;
        return Some((vec![name.into()], false));
    }
    let name = said.strip_prefix("no such column: ")?;
    if let Some(name) = name.strip_suffix(" - should this be a string literal in single-quotes?") {
        return Some((vec![name.trim_matches('"').into()], true));
    }
    let after_dots = name.match_indices('.').map(|(at, _)| name[at + 1..].to_string());
    Some((std::iter::once(name.to_string()).chain(after_dots).collect(), false))
}
