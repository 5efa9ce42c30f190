//! Whose row a record is.
use crate::{table::Held, witness::Witness};
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
    /// What was said of the file comes first, then what the input says, then what the record has.
    pub(crate) fn whose(&self, of_file: Option<usize>, line: &Line, row: &Row) -> Whose {
        if let Some(table) = of_file {
            return Whose::Table(table);
        }
        // What is in order and tells of no change tells of things in passing.
        if line.format.is_log() || line.format.in_order() && row.change.is_none() {
            return Whose::Log;
        }
        if let Some(said) = row.table.as_ref().or_else(|| self.named.get(&*line.place.file)) {
            let name = self.said.get(said).unwrap_or(said);
            return self.tables.get_index_of(name).map_or_else(|| Whose::Other(said.clone()), Whose::Table);
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
