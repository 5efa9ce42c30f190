//! Queries: checked once, and asked again and again.
use crate::{
    AskError, Blank, Cell, Found, Query, QueryError, Rows,
    columns::Why,
    query::Checked,
    rows::add_column,
    schema::{Gets, Prepared, Trouble, quoted},
    sql::Sql,
};
use rusqlite::{Error, ErrorCode};
use std::{collections::BTreeSet, sync::atomic::Ordering};

impl Rows {
    /// Checks a query, so that it can be asked: one that only reads, and names a table of these and no other. It may name
    /// columns that no row has had yet.
    ///
    /// # Errors
    /// [`QueryError`], which says what is wrong with it and what was expected.
    pub fn query(&mut self, sql: &str) -> Result<Query, QueryError> {
        let mut checked = Checked::new(sql);
        self.check(&mut checked)?;
        self.queries.push(checked);
        Ok(Query(self.queries.len() - 1))
    }

    /// The tables that a query reads.
    pub fn tables_of(&self, query: Query) -> impl Iterator<Item = &str> {
        self.queries[query.0].tables.iter().map(|table| self.names[*table].as_str())
    }

    /// The columns that it reads, each with its table; all that there are now, if it reads `*`.
    pub fn columns_of(&mut self, query: Query) -> Vec<(String, String)> {
        if self.is_stale {
            self.check_again();
        }
        let reads = self.queries[query.0].reads.iter();
        reads.map(|(table, column)| (self.names[*table].clone(), column.clone())).collect()
    }

    /// Those of them that never had a row.
    pub fn unwritten(&self, query: Query) -> Vec<&str> {
        let tables = self.queries[query.0].tables.iter().filter(|table| !self.tables[**table].is_written);
        tables.map(|table| self.names[*table].as_str()).collect()
    }

    /// The columns of a table that a row ever had.
    pub fn columns_with_rows(&self, table: &str) -> Vec<&str> {
        let held = self.names.iter().position(|name| name == table).map(|at| &self.tables[at]);
        let columns = held.into_iter().flat_map(|held| held.columns.iter());
        columns.filter(|column| !column.spelt.is_empty()).map(|column| column.name.as_str()).collect()
    }

    /// The columns that a query names and that no row of their tables ever had, although these had rows: what it says of them
    /// it says of nothing.
    pub fn blanks(&self, query: Query) -> Vec<Blank> {
        let Checked { reads, quoted, .. } = &self.queries[query.0];
        let blank = |(table, name): &(usize, String)| {
            let column = self.tables[*table].columns.get(name).filter(|column| column.spelt.is_empty())?;
            let mut tables = match &column.why {
                Why::Guessed(tables) => tables.clone(),
                Why::Own | Why::Named => vec![*table],
            };
            tables.retain(|table| self.tables[*table].is_written);
            let tables: Vec<String> = tables.into_iter().map(|table| self.names[table].clone()).collect();
            (!tables.is_empty()).then(|| Blank {
                tables,
                column: column.name.clone(),
                is_quoted: quoted.contains(&column.name),
            })
        };
        let blanks: BTreeSet<Blank> = reads.iter().filter_map(blank).collect();
        blanks.into_iter().collect()
    }

    /// The names that a query looks for within JSON and that no row of its tables has there now: what it says of them it says of
    /// nothing.
    ///
    /// # Errors
    /// [`AskError`], if the tables cannot be read.
    pub fn absent_in_json(&self, query: Query) -> Result<Vec<String>, AskError> {
        let checked = &self.queries[query.0];
        let has = |name: &String, (table, column): &(usize, String)| {
            let (table, column) = (quoted(&self.names[*table]), quoted(column));
            let look = format!("select exists (select 1 from {table} where instr({column}, ?))");
            self.left.store(u64::MAX, Ordering::Relaxed);
            self.data.query_row(&look, [format!("\"{name}\"")], |row| row.get::<_, bool>(0))
        };
        let reads = || checked.reads.iter().filter(|(_, column)| !column.is_empty());
        let mut absent = Vec::new();
        for name in Sql::new(&checked.sql).names_in_json() {
            let mut is_there = false;
            for read in reads() {
                is_there |= has(&name, read).map_err(|error| AskError::Failed(error.to_string()))?;
            }
            if !is_there {
                absent.push(name);
            }
        }
        Ok(absent)
    }

    /// What a query finds now. If none of its tables has changed since it was asked last, it is not computed again.
    ///
    /// # Errors
    /// [`AskError`], if it has no answer.
    pub fn ask(&mut self, query: Query) -> Result<&Found, AskError> {
        if self.is_stale {
            self.check_again();
        }
        let checked = &self.queries[query.0];
        let is_same = checked.answered.as_ref().is_some_and(|(versions, _)| {
            checked.tables.iter().map(|table| self.tables[*table].version).eq(versions.iter().copied())
        });
        if !is_same {
            let versions = checked.tables.iter().map(|table| self.tables[*table].version).collect();
            let answer = self.compute(checked);
            self.queries[query.0].answered = Some((versions, answer));
        }
        match &self.queries[query.0].answered {
            Some((_, Ok(found))) => Ok(found),
            Some((_, Err(error))) => Err(error.clone()),
            None => Err(AskError::Failed("it was not asked".into())),
        }
    }

    pub(crate) fn compute(&self, checked: &Checked) -> Result<Found, AskError> {
        let mut found = Found::new(checked.columns.clone()?);
        self.tell_twins(checked)?;
        self.left.store(self.most, Ordering::Relaxed);
        let mut compute = || {
            let mut statement = self.data.prepare_cached(&checked.sql)?;
            let width = statement.column_count();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                let cells = (0..width).map(|column| row.get_ref(column).map(Cell::of));
                found.add(cells.collect::<rusqlite::Result<_>>()?);
            }
            Ok(())
        };
        compute().map_err(|error: Error| match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => AskError::Endless(self.most),
            _ => AskError::Failed(error.to_string()),
        })?;
        found.settle();
        Ok(found)
    }

    /// A column that rows spell in two ways says neither.
    fn tell_twins(&self, checked: &Checked) -> Result<(), AskError> {
        for (table, name) in &checked.reads {
            if let Some([one, other, ..]) =
                self.tables[*table].columns.get(name).map(|column| &column.spelt[..])
            {
                let (table, one, other) = (self.names[*table].clone(), one.clone(), other.clone());
                return Err(AskError::Alike { table, one, other });
            }
        }
        Ok(())
    }

    /// Checks all queries with the columns that there are now. What is wrong with one is told when it is asked.
    fn check_again(&mut self) {
        // To check one may bring a column that is of no other query's table then.
        for _ in 0..=self.queries.len() {
            self.is_stale = false;
            for at in 0..self.queries.len() {
                let mut checked = Checked::new(&self.queries[at].sql);
                if let Err(error) = self.check(&mut checked) {
                    checked.columns = Err(error);
                }
                checked.quoted.extend(std::mem::take(&mut self.queries[at].quoted));
                self.queries[at] = checked;
            }
            if !self.is_stale {
                break;
            }
        }
        self.is_stale = false;
    }

    /// Tries a query, and gives the tables the columns that it names and they have not.
    fn check(&mut self, checked: &mut Checked) -> Result<(), QueryError> {
        /// No query names more columns than a table may have.
        const TRIED: usize = 1_000;
        for _ in 0..TRIED {
            let trouble = match self.schema.prepare(&checked.sql, &self.names) {
                Ok(Prepared { columns, reads }) => {
                    checked.columns = Ok(columns.into());
                    let at = |name: &String| self.names.iter().position(|known| known == name);
                    let reads = reads.into_iter().filter_map(|(table, column)| Some((at(&table)?, column)));
                    checked.reads = reads.collect();
                    checked.tables = checked.reads.iter().map(|(table, _)| *table).collect();
                    self.reads_what_joins(checked);
                    return self.reads_only_attributes(checked);
                }
                Err(Trouble::Other(error)) => return Err(error),
                Err(trouble) => trouble,
            };
            self.supply(checked, &trouble)?;
        }
        Err(QueryError::new(format!("it names more than {TRIED} columns that no row has")))
    }

    /// What tables are joined by is read, too, although SQLite does not say so of `using (…)` and `natural join`; nor of a table
    /// of which nothing else is read.
    fn reads_what_joins(&self, checked: &mut Checked) {
        let sql = Sql::new(&checked.sql);
        if !sql.has("using") && !sql.has("natural") {
            return;
        }
        for (at, name) in self.names.iter().enumerate().filter(|(_, name)| sql.has(name)) {
            if !checked.tables.contains(&at) && self.schema.needs(&checked.sql, name) {
                checked.tables.insert(at);
                checked.reads.insert((at, String::new()));
            }
        }
        let columns = |at: &usize| self.tables[*at].columns.iter().map(|column| &column.name);
        let has = |at: &usize, name: &str| self.tables[*at].columns.get(name).is_some();
        let is_shared = |name: &str| checked.tables.iter().filter(|at| has(at, name)).count() > 1;
        let used = sql.used();
        let joins = |name: &str| {
            used.iter().any(|used| used.eq_ignore_ascii_case(name)) || sql.has("natural") && is_shared(name)
        };
        let joined =
            |at: &usize| columns(at).filter(|name| joins(name)).map(|name| (*at, name.clone())).collect();
        let joined: Vec<Vec<(usize, String)>> = checked.tables.iter().map(joined).collect();
        checked.reads.extend(joined.into_iter().flatten());
    }

    /// SQLite numbers its rows; what these numbers are is no matter of what is observed.
    fn reads_only_attributes(&self, checked: &Checked) -> Result<(), QueryError> {
        let is_number = |(table, column): &&(usize, String)| {
            !column.is_empty() && self.tables[*table].columns.get(column).is_none()
        };
        match checked.reads.iter().find(is_number) {
            // Of a table that has no column yet, `*` names the one that stands for none.
            Some((table, _)) if self.tables[*table].columns.len() == 0 => Ok(()),
            Some((table, column)) => Err(QueryError::new(format!(
                "it reads {}.{column}, SQLite's own number of a row, which no row says of itself; expected an attribute",
                self.names[*table]
            ))),
            None => Ok(()),
        }
    }

    /// Adds the column that a query misses, to the table whose it must be.
    fn supply(&mut self, checked: &mut Checked, trouble: &Trouble) -> Result<(), QueryError> {
        let Trouble::Column { names, is_quoted, said, .. } = trouble else { return Ok(()) };
        for name in names {
            let lacking: Vec<usize> =
                (0..self.names.len()).filter(|at| self.tables[*at].columns.get(name).is_none()).collect();
            let gets = |tables: &[usize]| {
                let add = tables
                    .iter()
                    .map(|at| add_column(&self.names[*at], name))
                    .collect::<Vec<String>>()
                    .join("; ");
                self.schema.gets(&checked.sql, &self.names, trouble, &add)
            };
            let each: Vec<(usize, Gets)> = lacking.iter().map(|at| (*at, gets(&[*at]))).collect();
            let best = each.iter().map(|(_, gets)| *gets).max().unwrap_or(Gets::NoFurther);
            let helps = |gets: Gets| gets == best && gets > Gets::NoFurther;
            let candidates: Vec<usize> =
                each.into_iter().filter(|(_, gets)| helps(*gets)).map(|(at, _)| at).collect();
            let pair = || {
                let pairs = lacking.iter().flat_map(|one| lacking.iter().map(|other| [*one, *other]));
                pairs.filter(|[one, other]| one < other).find(|pair| gets(pair) > Gets::NoFurther)
            };
            let supplied: Vec<(usize, Why)> = match candidates[..] {
                [] => match pair() {
                    // Both sides of a join that names the column which they share.
                    Some(pair) => pair.map(|at| (at, Why::Named)).into(),
                    None => continue,
                },
                [at] => vec![(at, Why::Named)],
                [first, ..] => vec![(first, Why::Guessed(candidates.clone()))],
            };
            for (at, why) in supplied {
                self.add_column(at, name, why).map_err(|error| QueryError::new(error.to_string()))?;
            }
            if *is_quoted {
                checked.quoted.insert(name.clone());
            }
            return Ok(());
        }
        Err(QueryError::new(format!("{said}; expected columns of the tables that it names")))
    }
}
