//! What a query names and the input has not.
use crate::{
    file::{is_named_after, stem},
    witness::Witness,
};
use anechoic_rows::{AskError, Blank, Query, nearest, perhaps};

impl Witness {
    /// The names that a query looks for within JSON, and no row has.
    pub(crate) fn absent_in_json(&self, query: Query) -> Result<Vec<String>, AskError> {
        let names: Vec<&str> =
            self.rows.tables_of(query).filter(|name| !self.rows.unwritten(query).contains(name)).collect();
        let absent = if names.is_empty() { Vec::new() } else { self.rows.absent_in_json(query)? };
        let told = |name: &String| format!("no row of {} has a `{name}` within its JSON", names.join(" or "));
        Ok(absent.iter().map(told).collect())
    }

    /// The tables and columns that a query names and the input has not.
    pub(crate) fn missing(&self, query: Query) -> Vec<String> {
        let is_there = |name: &str| match self.tables.get(name) {
            Some(held) => held.is_there,
            None => self.config.constants.names().any(|constant| constant == name),
        };
        let absent = self.rows.tables_of(query).filter(|name| !is_there(name));
        let absent = absent.map(|name| self.no_table(name));
        absent.chain(self.rows.blanks(query).iter().map(|blank| self.blank(blank))).collect()
    }

    /// What is said of a table that is not there: which file it may be, and how to say so.
    fn no_table(&self, name: &str) -> String {
        let said = format!("the input has no table `{name}`");
        if self.tables.get(name).is_some_and(|held| held.is_log) {
            return format!("{said} (no line of a log)");
        }
        let files = || self.read.iter().filter_map(|(file, _)| Some((stem(file)?, file)));
        let nearest = nearest(name, files().map(|(stem, _)| stem));
        let near = files().find(|(_, file)| is_named_after(file, name));
        match near.or_else(|| files().find(|(stem, _)| Some(*stem) == nearest)) {
            Some((stem, file)) => {
                format!(
                    "{said} (perhaps {stem}, as in {file}; --table {name}={file} says that it is this one)"
                )
            }
            None => format!(
                "{said} (--table {name}=FILE says which file, or which table of the input, is this one)"
            ),
        }
    }

    /// Notes what is declared of tables and means nothing: a table that is nowhere else, a key that no row has.
    pub(crate) fn note_what_is_vain(&mut self) {
        for (name, declared) in &self.config.tables {
            let Some(held) = self.tables.get(name) else { continue };
            if !held.is_there && !held.is_named {
                let others = self.tables.iter().filter(|(_, held)| held.is_there || held.is_named);
                let meant = perhaps(name, others.map(|(name, _)| name.as_str()));
                self.notes.insert(format!(
                    "[tables.{name}] is of a table that neither a promise names nor the input has{meant}"
                ));
            }
            let columns = self.rows.columns_with_rows(name);
            for column in declared.key.iter().flat_map(|key| key.iter()).filter(|_| !columns.is_empty()) {
                if !columns.contains(&column.as_str()) {
                    let meant = perhaps(column, columns.iter().copied());
                    self.notes.insert(format!(
                        "no row of {name} has a `{column}`, by which [tables.{name}] knows it{meant}"
                    ));
                }
            }
        }
    }

    /// What is said of a column that no row has: which one may be meant, and which there are.
    fn blank(&self, blank: &Blank) -> String {
        /// More columns than these are not listed.
        const LISTED: usize = 12;
        let mut columns: Vec<&str> =
            blank.tables.iter().flat_map(|table| self.rows.columns_with_rows(table)).collect();
        columns.sort_unstable();
        let (meant, more) = (perhaps(&blank.column, columns.iter().copied()), columns.len() > LISTED);
        let listed = columns[..columns.len().min(LISTED)].join(", ");
        format!("{blank}{meant}; its columns are {listed}{}", if more { ", …" } else { "" })
    }

    /// What has no row says nothing.
    pub(crate) fn without_a_row(&self, query: Query) -> Vec<String> {
        let is_there = |name: &&&str| self.tables.get(**name).is_some_and(|held| held.is_there);
        let unwritten = self.rows.unwritten(query);
        unwritten
            .iter()
            .filter(is_there)
            .map(|name| format!("`{name}` has no row, so it says nothing"))
            .collect()
    }
}
