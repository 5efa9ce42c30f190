//! What a query finds if the texts of its tables mean something else than themselves.
use crate::{
    AskError, Cell, Found, Query, Rows,
    moment::Unit,
    query::Checked,
    reading::{FUNCTION, Manner, Manners},
    rows::PLACE,
    schema::quoted,
    sql::Sql,
    survey::{Survey, Surveyed},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::atomic::Ordering,
};

/// What a query finds by another reading of what its tables hold.
#[derive(Clone, Debug)]
pub struct Otherwise {
    /// The columns that are read otherwise. If it is by them that something is found or nothing, only these.
    pub columns: Vec<Reading>,
    /// What it finds then.
    pub found: Found,
}

/// How a column is read otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The column, as `table.column`.
    pub column: String,
    /// A text of it that may mean something else: the first of those on which the answer depends.
    pub text: String,
    /// What that one may mean.
    pub meaning: Cell,
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// So many characters of a text are shown.
        const MOST: usize = 40;
        let shown = |cell: &Cell| match cell {
            Cell::Text(_) => format!("'{}'", cell.shown(MOST).replace('\'', "''")),
            other => other.to_string(),
        };
        let (text, meaning) = (shown(&Cell::Text(self.text.clone())), shown(&self.meaning));
        write!(f, "`{}` holds texts such as {text}, which may mean {meaning}", self.column)
    }
}

/// A column that has another reading.
#[derive(Clone)]
struct Column {
    table: String,
    name: String,
    surveyed: Surveyed,
}

impl Column {
    /// Its value by the other reading. To be cast makes a whole column one of numbers, so that a text that it is compared with
    /// becomes a number, too.
    fn read(&self, manners: &Manners) -> String {
        let (name, manner) = (quoted(&self.name), manners.add(self.surveyed.manner.clone()));
        let read = format!("{FUNCTION}({name}, {manner}, {PLACE})");
        match self.surveyed.manner.are_numbers {
            true => format!("cast({read} as numeric) as {name}"),
            false => format!("{read} as {name}"),
        }
    }

    /// A text that means something else, and what: of the first kind that decides by itself; or of the last, numbers if there are any.
    fn example(&self, decides: impl Fn(&Column) -> bool) -> (String, Cell) {
        let mut left = self.surveyed.examples.iter().peekable();
        while let Some((kind, example)) = left.next() {
            let mut alone = self.clone();
            (alone.surveyed.manner.only, alone.surveyed.manner.are_numbers) = (Some(*kind), false);
            if left.peek().is_none() || decides(&alone) {
                return example.clone();
            }
        }
        (String::new(), Cell::Null)
    }
}

impl Rows {
    /// What a query finds if the texts in the columns that it reads are what they spell: numbers, money, truth, nothing, times; none,
    /// if no text spells such a thing. SQLite compares no text with a number: every text is greater, so `'-7.50' < 0` is false.
    /// A text that the query spells is left as it is, and so is a column of which it says that it holds texts.
    ///
    /// # Errors
    /// [`AskError`], if it has no answer.
    pub fn ask_otherwise(&mut self, query: Query) -> Result<Option<Otherwise>, AskError> {
        let is_nothing = self.ask(query)?.is_empty();
        let reads = self.columns_of(query);
        let text = self.queries[query.0].sql.clone();
        let sql = Sql::new(&text);
        let manner = Manner { may_wrap: !sql.looks_into_json(), named: sql.texts(), ..Manner::default() };
        let mut columns = Vec::new();
        for (table, name) in reads.iter().filter(|(_, name)| !name.is_empty() && !sql.says_text(name)) {
            if let Some(surveyed) = self.survey(table, name, &manner).map_err(failed)? {
                columns.push(Column { table: table.clone(), name: name.clone(), surveyed });
            }
        }
        if columns.is_empty() {
            return Ok(None);
        }
        self.count_times(&reads, &sql, &mut columns).map_err(failed)?;
        let zones: BTreeSet<String> =
            columns.iter().flat_map(|column| column.surveyed.zones.clone()).collect();
        if zones.len() > 1 {
            columns.iter_mut().for_each(|column| column.surveyed.manner.to_utc = true);
        }
        let all: Vec<&Column> = columns.iter().collect();
        let found = self.ask_with(query, &sql, &all)?;
        let decides = |column: &Column| {
            let found = self.ask_with(query, &sql, &[column]);
            found.is_ok_and(|found| found.is_empty() != is_nothing)
        };
        let mut told = all.clone();
        if found.is_empty() != is_nothing {
            told.retain(|column| decides(column));
        }
        let told = if told.is_empty() { all } else { told };
        let reading = |column: &&Column| {
            let (text, meaning) = match found.is_empty() == is_nothing {
                true => column.example(|_| false),
                false => column.example(decides),
            };
            Reading { column: format!("{}.{}", column.table, column.name), text, meaning }
        };
        Ok(Some(Otherwise { columns: told.iter().map(reading).collect(), found }))
    }

    /// Where times are compared with numbers that count time, both are to be numbers.
    fn count_times(
        &self,
        reads: &[(String, String)],
        sql: &Sql<'_>,
        columns: &mut [Column],
    ) -> rusqlite::Result<()> {
        let compared = sql.compared();
        for column in columns.iter_mut().filter(|column| column.surveyed.has_times) {
            let is = |name: &str, other: &str| name.eq_ignore_ascii_case(other);
            let is_compared = |name: &str| {
                let mut pairs = compared.iter();
                pairs.any(|(one, other)| {
                    is(one, &column.name) && is(other, name) || is(other, &column.name) && is(one, name)
                })
            };
            for (table, name) in reads.iter().filter(|(_, name)| !name.is_empty() && is_compared(name)) {
                column.surveyed.manner.counted = self.unit(table, name)?.or(column.surveyed.manner.counted);
            }
        }
        Ok(())
    }

    /// The unit of a column whose values are numbers that are likely to count time.
    fn unit(&self, table: &str, column: &str) -> rusqlite::Result<Option<Unit>> {
        self.left.store(u64::MAX, Ordering::Relaxed);
        let (table, column) = (quoted(table), quoted(column));
        let look = format!(
            "select min({column}), max({column}) from main.{table} where typeof({column}) in ('integer', 'real')"
        );
        let (least, most): (Option<f64>, Option<f64>) =
            self.data.query_row(&look, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let unit = |number: Option<f64>| number.and_then(Unit::of);
        Ok(unit(least).filter(|_| unit(least) == unit(most)))
    }

    /// What the texts of a column are.
    fn survey(&self, table: &str, column: &str, manner: &Manner) -> rusqlite::Result<Option<Surveyed>> {
        self.left.store(u64::MAX, Ordering::Relaxed);
        let (table, column) = (quoted(table), quoted(column));
        let mut statement = self
            .data
            .prepare(&format!("select {column} from main.{table} where typeof({column}) = 'text'"))?;
        let mut survey = Survey::new(manner.clone());
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            survey.see(&row.get_ref(0)?.as_bytes().map(String::from_utf8_lossy).unwrap_or_default());
        }
        Ok(survey.end())
    }

    /// What a query finds if these columns are read otherwise.
    fn ask_with(&self, query: Query, sql: &Sql<'_>, columns: &[&Column]) -> Result<Found, AskError> {
        let checked = &self.queries[query.0];
        let in_utc = columns.iter().any(|column| column.surveyed.manner.to_utc);
        let mut asked = Checked::new(&match columns.iter().any(|column| column.surveyed.has_times) {
            true => sql.with_long_times(in_utc),
            false => checked.sql.clone(),
        });
        (asked.columns, asked.reads) = (checked.columns.clone(), checked.reads.clone());
        let mut by_table: BTreeMap<&str, Vec<&Column>> = BTreeMap::new();
        for column in columns {
            by_table.entry(&column.table).or_default().push(column);
        }
        let copies = by_table.iter().map(|(table, columns)| self.copy(table, columns));
        let copies: String = copies.collect();
        let drop = by_table.keys().map(|table| format!("drop table if exists temp.{};", quoted(table)));
        let drop: String = drop.collect();
        self.left.store(u64::MAX, Ordering::Relaxed);
        let found = self.data.execute_batch(&copies).map_err(failed).and_then(|()| self.compute(&asked));
        self.left.store(u64::MAX, Ordering::Relaxed);
        self.manners.clear();
        self.data.execute_batch(&drop).map_err(failed)?;
        found
    }

    /// Copies a table, with these columns read otherwise. A temporary table comes before another of its name; a view would be
    /// computed anew for each pair of rows in a join.
    fn copy(&self, table: &str, columns: &[&Column]) -> String {
        let held = self.names.iter().position(|name| name == table).map(|at| &self.tables[at]);
        let value = |name: &str| {
            let read = columns.iter().find(|column| column.name.eq_ignore_ascii_case(name));
            read.map_or_else(|| quoted(name), |column| column.read(&self.manners))
        };
        let values: Vec<String> =
            held.into_iter().flat_map(|held| held.columns.iter()).map(|own| value(&own.name)).collect();
        let table = quoted(table);
        format!("create temp table {table} as select {} from main.{table};", values.join(", "))
    }
}

fn failed(error: rusqlite::Error) -> AskError {
    AskError::Failed(error.to_string())
}
