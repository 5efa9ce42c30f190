//! Tables that are filled again and again.
use crate::{
    Object, Table, TableError,
    cell::Member,
    columns::{Columns, Met, Why},
    query::Checked,
    reading::Manners,
    schema::{Schema, plain, quoted},
    sums,
};
use rusqlite::{Connection, limits::Limit};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Named tables, and the queries that are asked of them.
///
/// A table has a column for each attribute that a row ever had, and for those that were declared. A column that a query names
/// and no row has had yet is NULL, since attributes may come at any time; [`Rows::blanks`] tells which these are in the end.
/// Names of tables and columns are told apart as SQL does it: not by the case of ASCII letters. Attributes that differ by
/// nothing else are an error where a query names them, and nowhere else. A table has at most 1,000 columns: attributes
/// beyond these that no query names are left out.
///
/// To fill and to ask again is cheap: what has not changed is neither written nor computed again.
pub struct Rows {
    pub(crate) data: Connection,
    pub(crate) schema: Schema,
    /// How its texts are read otherwise, while that is asked.
    pub(crate) manners: Manners,
    pub(crate) names: Vec<String>,
    pub(crate) tables: Vec<Held>,
    pub(crate) queries: Vec<Checked>,
    /// Whether the columns have changed since the queries were checked.
    pub(crate) is_stale: bool,
    /// How many instructions a query may take, and how many the one at hand has left.
    pub(crate) most: u64,
    pub(crate) left: Arc<AtomicU64>,
    by_name: HashMap<String, usize>,
}

/// A table, and what is known of it.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) columns: Columns,
    /// How often it has changed.
    pub(crate) version: u64,
    /// Whether it ever had a row.
    pub(crate) is_written: bool,
    /// Whether attributes of rows were left out, because it has as many columns as it may have.
    is_full: bool,
    /// Its rows, if all were given at once.
    given: Option<Vec<Object>>,
    /// The statement that writes a row.
    insert: String,
}

/// SQLite's own number of a row, which is its place. No attribute goes by this name.
pub(crate) const PLACE: &str = "_rowid_";
/// A table has a column, and this one if it has no other.
const NONE: &str = "\"(no column)\"";
/// The most columns of a table.
const COLUMNS: usize = 1_000;
/// After so many instructions SQLite asks whether to go on.
const PERIOD: u16 = 1_000;
/// How many instructions a query may take unless it is said otherwise: some seconds.
const MOST: u64 = 300_000_000;
/// The longest text or row, in bytes.
const LONGEST: i32 = 64 << 20;

impl Rows {
    /// Empty tables.
    ///
    /// # Errors
    /// [`TableError`], if two names are the same, or one cannot be a name.
    pub fn new(tables: impl IntoIterator<Item = Table>) -> Result<Rows, TableError> {
        // What is sorted stays in memory, too.
        Rows::of(":memory:", "pragma temp_store = memory", tables)
    }

    /// Empty tables, which may be filled with more than memory is to hold: beyond 64 MiB they are in a temporary file, and so is
    /// what is sorted. It is gone with them.
    ///
    /// # Errors
    /// As [`Rows::new`], and if there can be no such file.
    pub fn beyond_memory(tables: impl IntoIterator<Item = Table>) -> Result<Rows, TableError> {
        // The cache is in KiB. At the end of each transaction all of it is looked through, so there is but one.
        let bounded = "pragma synchronous = off; pragma locking_mode = exclusive; pragma cache_size = -65536;
             pragma temp_store = file; begin";
        Rows::of("", bounded, tables)
    }

    fn of(file: &str, pragmas: &str, tables: impl IntoIterator<Item = Table>) -> Result<Rows, TableError> {
        let mut rows = Rows::empty(file, pragmas).map_err(|error| kept("", &error))?;
        for table in tables {
            rows.add(table)?;
        }
        Ok(rows)
    }

    fn empty(file: &str, pragmas: &str) -> rusqlite::Result<Rows> {
        let (data, left) = (Connection::open(file)?, Arc::new(AtomicU64::new(MOST)));
        plain(&data)?;
        let manners = Manners::default();
        manners.register(&data)?;
        sums::register(&data)?;
        // Nobody reads it after a crash, and nothing is taken back.
        data.execute_batch("pragma journal_mode = off")?;
        data.execute_batch(pragmas)?;
        data.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)?;
        // Both grow with what is asked; the usual number of statements would be prepared again and again.
        data.set_prepared_statement_cache_capacity(512);
        let counter = left.clone();
        let is_over = move || {
            let left = counter.load(Ordering::Relaxed);
            counter.store(left.saturating_sub(PERIOD.into()), Ordering::Relaxed);
            left == 0
        };
        data.progress_handler(PERIOD.into(), Some(is_over));
        Ok(Rows {
            data,
            schema: Schema::new()?,
            manners,
            names: Vec::new(),
            tables: Vec::new(),
            queries: Vec::new(),
            is_stale: false,
            most: MOST,
            left,
            by_name: HashMap::new(),
        })
    }

    /// Adds an empty table.
    ///
    /// # Errors
    /// [`TableError`], if there is one of this name, or it cannot be a name.
    pub fn add(&mut self, table: Table) -> Result<(), TableError> {
        let Table { name, columns } = table;
        if let Some(other) = self.names.iter().find(|other| other.eq_ignore_ascii_case(&name)) {
            return Err(TableError::Alike(other.clone(), name));
        }
        if !is_name(&name) || name.to_ascii_lowercase().starts_with("sqlite_") {
            return Err(TableError::Name(name));
        }
        self.both(&name, &format!("create table {} ({NONE})", quoted(&name)))?;
        let at = self.names.len();
        self.by_name.insert(name.clone(), at);
        self.names.push(name);
        self.tables.push(Held::default());
        for column in columns {
            let known = self.tables[at].columns.get(&column);
            if known.is_none_or(|known| known.name != column) {
                self.add_column(at, &column, Why::Own)?;
            }
        }
        Ok(())
    }

    /// Lets a query take so many instructions of SQLite; more are an error.
    pub fn limit(&mut self, instructions: u64) {
        self.most = instructions;
    }

    /// Puts these rows into a table instead of those that are there.
    ///
    /// # Errors
    /// [`TableError`], if there is no such table or SQLite cannot keep them.
    pub fn replace(&mut self, table: &str, rows: &[Object]) -> Result<(), TableError> {
        let at = self.find(table)?;
        let given = match self.tables[at].given.take() {
            Some(given) => given,
            None => {
                self.change(at, &format!("delete from {}", quoted(table)))?;
                Vec::new()
            }
        };
        for (place, row) in rows.iter().enumerate() {
            if given.get(place) != Some(row) {
                self.write(at, place as i64, row)?;
            }
        }
        for place in rows.len()..given.len() {
            self.erase(at, place as i64)?;
        }
        self.tables[at].given = Some(match given == rows {
            true => given,
            false => rows.to_vec(),
        });
        Ok(())
    }

    /// Puts a row into its place in a table, instead of the one that is there; or takes that one away.
    ///
    /// # Errors
    /// [`TableError`], if there is no such table or SQLite cannot keep it.
    pub fn put(&mut self, table: &str, place: i64, row: Option<&Object>) -> Result<(), TableError> {
        let at = self.find(table)?;
        self.tables[at].given = None;
        match row {
            Some(row) => self.write(at, place, row),
            None => self.erase(at, place),
        }
    }

    fn find(&self, table: &str) -> Result<usize, TableError> {
        let unknown = || TableError::Unknown(table.into(), self.names.join(", "));
        self.by_name.get(table).copied().ok_or_else(unknown)
    }

    fn write(&mut self, at: usize, place: i64, row: &Object) -> Result<(), TableError> {
        let mut columns = Vec::with_capacity(row.len());
        for (name, value) in row {
            let column = self.column_of(at, name)?;
            columns.extend(column.map(|column| (column, value)));
        }
        let held = &mut self.tables[at];
        (held.version, held.is_written) = (held.version + 1, true);
        if held.insert.is_empty() {
            held.insert = insert(&self.names[at], &held.columns);
        }
        let write = || {
            let mut statement = self.data.prepare_cached(&held.insert)?;
            statement.clear_bindings();
            statement.raw_bind_parameter(1, place)?;
            for (column, value) in columns {
                statement.raw_bind_parameter(column + 2, Member(value))?;
            }
            statement.raw_execute()
        };
        self.left.store(u64::MAX, Ordering::Relaxed);
        write().map(|_| ()).map_err(|error| kept(&self.names[at], &error))
    }

    fn erase(&mut self, at: usize, place: i64) -> Result<(), TableError> {
        self.change(at, &format!("delete from {} where {PLACE} = {place}", quoted(&self.names[at])))
    }

    fn change(&mut self, at: usize, sql: &str) -> Result<(), TableError> {
        self.tables[at].version += 1;
        self.left.store(u64::MAX, Ordering::Relaxed);
        self.data.execute_batch(sql).map_err(|error| kept(&self.names[at], &error))
    }

    /// The column of a member of a row; none, if it is kept nowhere.
    fn column_of(&mut self, at: usize, member: &str) -> Result<Option<usize>, TableError> {
        let mut is_first = false;
        let met = self.tables[at].columns.meet(member, &mut is_first);
        if is_first {
            self.drop_guesses(at, member)?;
            self.tables[at].columns.because(member, Why::Own);
        }
        match met {
            Met::At(column) => Ok(Some(column)),
            Met::Twin => Ok(None),
            // Nobody can write such a name in a query.
            Met::New if !is_name(member) => Ok(None),
            Met::New if self.tables[at].columns.len() >= COLUMNS => {
                self.tables[at].is_full = true;
                Ok(None)
            }
            Met::New => {
                self.add_column(at, member, Why::Own)?;
                Ok(match self.tables[at].columns.meet(member, &mut is_first) {
                    Met::At(column) => Some(column),
                    Met::Twin | Met::New => None,
                })
            }
        }
    }

    /// Adds a column to a table that has none of this name.
    pub(crate) fn add_column(&mut self, at: usize, name: &str, why: Why) -> Result<(), TableError> {
        let table = self.names[at].clone();
        if !is_name(name) {
            return Err(TableError::Kept {
                table,
                what: format!("`{}` is no name of a column", name.escape_debug()),
            });
        }
        // A row may have had it.
        if self.tables[at].is_full {
            let what = format!(
                "a table has at most {COLUMNS} columns, and `{name}` came after these; expected queries before rows"
            );
            return Err(TableError::Kept { table, what });
        }
        if self.tables[at].columns.get(name).is_some() {
            return Err(TableError::Alike(format!("{table}.{name}"), format!("{table}.{name}")));
        }
        if !matches!(why, Why::Guessed(_)) {
            self.drop_guesses(at, name)?;
        }
        self.both(&table, &add_column(&table, name))?;
        if self.tables[at].columns.len() == 0 {
            self.both(&table, &drop_column(&table, NONE))?;
        }
        self.tables[at].columns.add(name, why);
        self.columns_changed(at);
        Ok(())
    }

    /// A column is known to be of one table: no other has it that was only guessed to have it.
    fn drop_guesses(&mut self, at: usize, name: &str) -> Result<(), TableError> {
        for other in (0..self.tables.len()).filter(|other| *other != at) {
            let column = self.tables[other].columns.get(name);
            if column.is_some_and(|column| matches!(column.why, Why::Guessed(_))) {
                let table = self.names[other].clone();
                if self.tables[other].columns.len() == 1 {
                    self.both(&table, &format!("alter table {} add column {NONE}", quoted(&table)))?;
                }
                self.both(&table, &drop_column(&table, &quoted(name)))?;
                self.tables[other].columns.drop(name);
                self.columns_changed(other);
            }
        }
        Ok(())
    }

    fn columns_changed(&mut self, at: usize) {
        self.is_stale = true;
        self.tables[at].insert.clear();
        self.tables[at].version += 1;
        // A statement that was prepared before has the columns that there were.
        self.data.flush_prepared_statement_cache();
    }

    /// Changes the tables, and those without rows.
    fn both(&self, table: &str, sql: &str) -> Result<(), TableError> {
        self.left.store(u64::MAX, Ordering::Relaxed);
        let done = self.schema.execute(sql).and_then(|()| self.data.execute_batch(sql));
        done.map_err(|error| kept(table, &error))
    }
}

/// Whether this can be the name of a table or a column.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains('\0') && !name.eq_ignore_ascii_case(PLACE)
}

pub(crate) fn add_column(table: &str, name: &str) -> String {
    format!("alter table {} add column {}", quoted(table), quoted(name))
}

fn drop_column(table: &str, quoted_name: &str) -> String {
    format!("alter table {} drop column {quoted_name}", quoted(table))
}

/// The statement that writes a row with these columns into its place.
fn insert(table: &str, columns: &Columns) -> String {
    let mut names = PLACE.to_string();
    let mut values = "?".to_string();
    for column in columns.iter() {
        names += ", ";
        names += &quoted(&column.name);
        values += ", ?";
    }
    format!("insert or replace into {} ({names}) values ({values})", quoted(table))
}

fn kept(table: &str, error: &rusqlite::Error) -> TableError {
    TableError::Kept { table: table.into(), what: error.to_string() }
}
