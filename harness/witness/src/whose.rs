//! Whose row a record is.
use crate::{file::OfFile, table::Held, witness::Witness};
use anechoic_rows::Object;
use anechoic_traces::{Line, Row};

/// Whose row a record is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    /// This table's.
    Table(usize),
    /// It is a line of a log, which may make rows of several tables.
    Log,
    /// Of a table that the input names and no promise does.
    Other(String),
    /// Of one of these: it has the key of each.
    Several(Vec<usize>),
    /// Nothing tells.
    Nobody,
}

impl Witness {
    /// What was said of the file comes first, then what it is called, what the input says, and what the record has.
    pub(crate) fn whose(&self, of_file: Option<OfFile>, line: &Line, row: &Row) -> Whose {
        // What is in order and tells of no change tells of things in passing.
        let is_logged = line.format.is_log() || line.format.in_order() && row.change.is_none();
        match of_file {
            Some(OfFile { table, is_said }) if is_said || !is_logged => return Whose::Table(table),
            _ if is_logged => return Whose::Log,
            _ => {}
        }
        if let Some(said) = row.table.as_ref().or_else(|| self.named.get(&*line.place.file)) {
            let name = self.said.get(said).unwrap_or(said);
            return self.find(name).map_or_else(|| Whose::Other(said.clone()), Whose::Table);
        }
        let fits = |held: &Held| held.key.as_ref().is_some_and(|key| has(&row.object, key));
        let fitting: Vec<usize> = (0..self.tables.len()).filter(|at| fits(&self.tables[*at])).collect();
        match fitting[..] {
            [] => Whose::Nobody,
            [table] => Whose::Table(table),
            _ => Whose::Several(fitting),
        }
    }
}

fn has(row: &Object, key: &[String]) -> bool {
    key.iter().all(|name| row.get(name).is_some_and(|value| !value.is_null()))
}
