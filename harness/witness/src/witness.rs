//! Reads traces and puts their records into tables.
use crate::{
    Config,
    file::{AtHand, OfFile, OfNobody, stem},
    kept::{Kept, Pending},
    table::{Held, Store, unusable},
    whose::Whose,
};
use anechoic_rows::{ConfigError, ConstantError, Key, Query, QueryError, Rows, Table, TableError, perhaps};
use anechoic_traces::{Format, Line, Mapping, Moment, Options, Place, Read, Row, Sequence, TraceError, read};
use indexmap::{IndexMap, IndexSet};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io,
    sync::Arc,
};

/// The table of all lines of logs.
const LOGS: &str = "logs";

/// Where a trace comes from.
#[derive(Clone, Copy, Debug)]
pub struct Source<'s> {
    /// The file, as its user named it.
    pub name: &'s str,
    /// What it holds; told by its content if `None`.
    pub format: Option<Format>,
    /// Which field says when a record was.
    pub mapping: &'s Mapping,
}

/// Has seen what was observed, and is asked whether promises were kept.
pub struct Witness {
    pub(crate) config: Config,
    pub(crate) rows: Rows,
    /// Of each promise.
    pub(crate) queries: Vec<Query>,
    pub(crate) tables: IndexMap<String, Held>,
    /// Which tables the input calls by other names.
    pub(crate) said: BTreeMap<String, String>,
    /// Which files are of one table.
    files: BTreeMap<String, String>,
    /// What was said to be of a table and was not met in the input yet.
    unmet: BTreeSet<String>,
    /// What the input calls the table of a file.
    pub(crate) named: BTreeMap<String, String>,
    /// The attributes by which rows are known.
    keys: BTreeSet<String>,
    pub(crate) read: Vec<(String, Read)>,
    /// Whether the files are all there was, as somebody says.
    pub(crate) is_whole: bool,
    /// What is known of each of them.
    pub(crate) of_files: Vec<AtHand>,
    /// What is of no table, by what is said of it: how much, and where the first is.
    pub(crate) strays: IndexMap<String, (u64, Place)>,
    /// The records of which nothing tells whose they are, by their file.
    pub(crate) of_nobody: IndexMap<String, OfNobody>,
    /// What is told beside the verdicts.
    pub(crate) notes: IndexSet<String>,
    /// Whose numbers order changes.
    sources: HashMap<Arc<str>, u32>,
    pub(crate) kept: Kept,
    /// When each change was that waits for its order.
    pub(crate) moments: Vec<Moment>,
}

impl Witness {
    /// Nothing is read yet. The text of the file is for the lines of errors.
    ///
    /// # Errors
    /// [`ConfigError`], if a query cannot be asked, or names of tables cannot be told apart.
    pub fn new(config: Config, text: &str) -> Result<Witness, ConfigError> {
        let no_table = |error: TableError| ConfigError::at(text, 0, error.to_string());
        let mut witness = Witness {
            rows: Rows::beyond_memory([]).map_err(no_table)?,
            kept: Kept::new().map_err(|error| ConfigError::at(text, 0, unusable(&error)))?,
            moments: Vec::new(),
            config: Config::default(),
            queries: Vec::new(),
            tables: IndexMap::new(),
            said: BTreeMap::new(),
            files: BTreeMap::new(),
            unmet: BTreeSet::new(),
            named: BTreeMap::new(),
            keys: config
                .tables
                .values()
                .filter_map(|table| table.key.as_deref())
                .flatten()
                .cloned()
                .collect(),
            read: Vec::new(),
            is_whole: false,
            of_files: Vec::new(),
            strays: IndexMap::new(),
            of_nobody: IndexMap::new(),
            notes: IndexSet::new(),
            sources: HashMap::new(),
        };
        for (name, table) in &config.tables {
            witness.add(name, table.key.clone(), false).map_err(no_table)?;
        }
        for name in config.logs.keys() {
            witness.add(name, None, true).map_err(no_table)?;
        }
        let wrong = |error: ConstantError| ConfigError::at(text, error.at.start, error.what);
        for (name, rows) in config.constants.rows().map_err(wrong)? {
            witness.rows.add(Table::new(name)).map_err(no_table)?;
            witness.rows.replace(name, &rows).map_err(no_table)?;
        }
        for promise in &config.promises {
            let wrong = |error: QueryError| {
                ConfigError::at(text, promise.at(), format!("the query of `{}`: {error}", promise.name))
            };
            let query = witness.query(promise.sql()).map_err(wrong)?;
            witness.queries.push(query);
        }
        witness.config = config;
        Ok(witness.only(|_| true))
    }

    /// Only these promises are judged. The tables of the others are known all the same: whose a row is does not depend on what is
    /// asked.
    #[must_use]
    pub fn only(mut self, is_asked: impl Fn(&str) -> bool) -> Witness {
        let mut promises = self.config.promises.iter();
        self.queries.retain(|_| promises.next().is_some_and(|promise| is_asked(&promise.name)));
        self.config.promises.retain(|promise| is_asked(&promise.name));
        // What is not judged needs no rows.
        self.tables.values_mut().for_each(|held| held.is_named = false);
        for (promise, query) in self.config.promises.iter().zip(&self.queries) {
            for table in self.rows.tables_of(*query).filter(|_| promise.when.is_of_traces()) {
                if let Some(held) = self.tables.get_mut(table) {
                    held.is_named = true;
                }
            }
        }
        self
    }

    fn add(&mut self, name: &str, key: Option<Key>, is_log: bool) -> Result<(), TableError> {
        let table = Table::new(name);
        self.rows.add(match &key {
            Some(key) => table.with_key(key),
            None => table,
        })?;
        self.tables.insert(name.into(), Held::new(self.tables.len(), key, is_log));
        Ok(())
    }

    /// Checks a query. A table that it names need not be declared: whether the input has it is another question.
    fn query(&mut self, sql: &str) -> Result<Query, QueryError> {
        loop {
            let error = match self.rows.query(sql) {
                Ok(query) => return Ok(query),
                Err(error) => error,
            };
            let Some(name) = error.unknown_table.clone().filter(|name| !self.tables.contains_key(name))
            else {
                return Err(error);
            };
            self.add(&name, None, name == LOGS).map_err(|_| error)?;
        }
    }

    /// Says that a file is of a table, or that the input calls it by this name: whichever of the two there is.
    ///
    /// # Errors
    /// A sentence, if there is no such table.
    pub fn call(&mut self, table: &str, file_or_name: &str) -> Result<(), String> {
        if !self.tables.contains_key(table) {
            let known = || self.tables.keys().map(String::as_str);
            let (meant, known) = (perhaps(table, known()), known().collect::<Vec<&str>>().join(", "));
            return Err(format!("no promise names a table `{table}`{meant}; expected one of: {known}"));
        }
        self.files.insert(file_or_name.into(), table.into());
        self.said.insert(file_or_name.into(), table.into());
        self.unmet.insert(file_or_name.into());
        Ok(())
    }

    /// What was said to be of a table, and is neither a file that was read nor what the input calls a table.
    pub fn unmet(&self) -> impl Iterator<Item = &str> {
        self.unmet.iter().map(String::as_str)
    }

    /// Says that the rows of a file, which does not name their table, are of the table that the input calls so.
    pub fn is_of(&mut self, file: &str, name: &str) {
        self.named.insert(file.into(), name.into());
    }

    /// Reads a trace.
    ///
    /// # Errors
    /// [`TraceError`], if it is none, or if nothing of it can be read.
    pub fn read(&mut self, source: &Source<'_>, input: &mut dyn io::Read) -> Result<(), TraceError> {
        self.unmet.remove(source.name);
        let keys = self.keys.clone();
        let before = self.read.last().map(|(_, read)| read.clone());
        let patterns = self.config.logs.values().filter_map(|selected| selected.text.as_ref());
        let mapping = source.mapping.clone().with_patterns(patterns);
        let options =
            Options { format: source.format, mapping: &mapping, rows: Some(&keys), after: before.as_ref() };
        let mut at_hand = AtHand { table: self.table_of(source.name), ..AtHand::default() };
        let read = read(source.name, input, &options, &mut |line| self.take(&mut at_hand, line))?;
        self.over(source.name, at_hand, read);
        Ok(())
    }

    /// A file of which nothing could be read. What it might have shown is not told by the others.
    pub fn lose(&mut self, name: &str, error: &TraceError) {
        self.unmet.remove(name);
        let at_hand = AtHand { table: self.table_of(name), has: (false, true), member: None };
        self.over(name, at_hand, Read::lost(error));
    }

    /// The table whose all of a file is: by what was said of it, or by its name.
    fn table_of(&self, name: &str) -> Option<OfFile> {
        let named = || {
            let table = self.named.get(name)?;
            Some(self.said.get(table).unwrap_or(table).as_str())
        };
        let said = self.files.get(name).map(String::as_str).or_else(named).and_then(|table| self.find(table));
        if let Some(table) = said {
            return Some(OfFile { table, is_said: true });
        }
        let table = self.find(stem(name)?).filter(|at| !self.tables[*at].is_log)?;
        Some(OfFile { table, is_said: false })
    }

    /// The files are all there was, if this says so: no row follows in one that does not say where it ends.
    #[must_use]
    pub fn whole(self, is_whole: bool) -> Witness {
        Witness { is_whole, ..self }
    }

    /// A table by its name, in whatever case: SQL does not tell it.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.tables.keys().position(|known| known.eq_ignore_ascii_case(name))
    }

    fn over(&mut self, name: &str, at_hand: AtHand, read: Read) {
        if let Some(OfFile { table, .. }) = at_hand.table {
            self.tables[table].is_there = true;
            self.tables[table].has_file = true;
            self.tables[table].files.insert(name.into());
        }
        // A log without a line is a log.
        if at_hand.has.0 {
            self.tables.values_mut().filter(|held| held.is_log).for_each(|held| held.is_there = true);
        }
        self.read.push((name.into(), read));
        self.of_files.push(at_hand);
    }

    fn take(&mut self, at_hand: &mut AtHand, line: Line) {
        let Some(row) = &line.row else {
            let any: Vec<usize> = (0..self.tables.len()).collect();
            return self.stray("tell of a row, and not what it is".into(), &line, &any);
        };
        let member = at_hand.member.take().filter(|(name, _)| *name == line.place.file);
        let member = member.unwrap_or_else(|| (line.place.file.clone(), self.table_of(&line.place.file)));
        if !self.unmet.is_empty() {
            let called = row.table.as_ref().or_else(|| self.named.get(&*line.place.file));
            for met in called.map(String::as_str).into_iter().chain([&*line.place.file]) {
                self.unmet.remove(met);
            }
        }
        if let Some(OfFile { table, .. }) = member.1 {
            self.tables[table].has_file = true;
        }
        let whose = self.whose(at_hand.table.or(member.1), &line, row);
        at_hand.member = Some(member);
        at_hand.has.0 |= whose == Whose::Log;
        at_hand.has.1 |= whose != Whose::Log;
        match whose {
            Whose::Table(table) => self.put(table, &line, row),
            Whose::Log => self.log(&line, row),
            Whose::Other(table) => {
                let what = format!(
                    "are of the table `{table}`, which no promise names (--table NAME={table} says whose they are)"
                );
                self.stray(what, &line, &[]);
            }
            Whose::Several(tables) => {
                let names = tables.iter().filter_map(|table| self.tables.get_index(*table));
                let names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
                let what = format!(
                    "may be of {}, whose keys they have (--table NAME=FILE says whose they are)",
                    names.join(" or ")
                );
                self.stray(what, &line, &tables);
            }
            Whose::Nobody => {
                let what = "are of no table that is known (--table NAME=FILE says whose they are)";
                self.stray(what.into(), &line, &[]);
                self.of_nobody.entry(line.place.file.to_string()).or_default().add(&row.object);
            }
        }
    }

    /// Counts what is of no table, and may be of one of these.
    fn stray(&mut self, what: String, line: &Line, may_be_of: &[usize]) {
        for table in may_be_of {
            self.tables[*table].doubts.lacks.add(format!("{} may be a row of it", line.place));
        }
        self.strays.entry(what).or_insert_with(|| (0, line.place.clone())).0 += 1;
    }

    fn put(&mut self, table: usize, line: &Line, row: &Row) {
        let order: Option<Box<(u32, Sequence)>> = line.order.as_ref().map(|(whose, number)| {
            let next = self.sources.len() as u32;
            Box::new((*self.sources.entry(whose.clone()).or_insert(next), *number))
        });
        let Some((name, held)) = self.tables.get_index_mut(table) else { return };
        held.records += 1;
        held.meet(&row.object);
        held.is_there = true;
        if !held.files.contains(&*line.place.file) {
            held.files.insert(line.place.file.to_string());
        }
        if !held.is_named {
            return;
        }
        let Some(change) = &row.change else {
            let mut store = Store { rows: &mut self.rows, kept: &mut self.kept };
            return held.put(&mut store, name, row, line);
        };
        let pending = Pending {
            table,
            at: line.place.clone(),
            object: row.object.clone(),
            keys: change.keys.clone(),
            is_new: change.is_new,
            is_removed: change.is_removed,
        };
        if let Err(error) = self.kept.keep(self.moments.len(), &pending) {
            return held.doubts.misleads.add(format!("{}: {}", line.place, unusable(&error)));
        }
        held.ordered_by.insert(order.as_ref().map(|order| order.0));
        let time = line.time.map(|(time, _)| time);
        self.moments.push(Moment { file: self.read.len() as u32, time, order });
    }

    fn log(&mut self, line: &Line, row: &Row) {
        let mut row = row.clone();
        if let Some((time, _)) = line.time {
            row.object.entry("time").or_insert_with(|| time.to_string().into());
        }
        let mut is_taken = false;
        for table in 0..self.tables.len() {
            let Some((name, _)) = self.tables.get_index(table).filter(|(_, held)| held.is_log) else {
                continue;
            };
            let selected = match self.config.logs.get(name) {
                Some(selected) => selected.row(&row.object),
                None => Some(row.object.clone()),
            };
            is_taken |= selected.is_some();
            if let Some(object) = selected {
                self.put(table, line, &Row { object, table: None, change: None, id: row.id.clone() });
            }
        }
        if !is_taken {
            let what = "are lines of logs that make no row of a table (all are rows of `logs`, for a promise that names it)";
            self.stray(what.into(), line, &[]);
        }
    }
}

/// So many records, with a comma between thousands.
pub(crate) fn records(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown + if count == 1 { " record" } else { " records" }
}
