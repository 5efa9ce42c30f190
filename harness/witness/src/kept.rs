//! What is known of rows, and changes that wait for their order, however many there are.
use anechoic_rows::Object;
use anechoic_traces::Place;
use indexmap::IndexSet;
use rusqlite::{Connection, Error, OptionalExtension as _, Result, Row, named_params, types::Type};
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// A database that SQLite keeps in a temporary file as soon as its cache is full, and removes.
pub(crate) struct Kept {
    file: Connection,
    /// The files of all places, by number.
    files: IndexSet<Arc<str>>,
}

/// A row that is there, or was.
#[derive(Debug, PartialEq)]
pub(crate) struct Known {
    /// Where it is in its table.
    pub(crate) place: i64,
    /// All that it says; if a change put it, of that what matters. None, if it is gone.
    pub(crate) says: Option<u128>,
    /// Where it was read.
    pub(crate) at: Place,
}

/// A change that waits for those that came before it.
#[derive(Debug, PartialEq)]
pub(crate) struct Pending {
    /// Of which table, by number.
    pub(crate) table: usize,
    pub(crate) at: Place,
    pub(crate) object: Object,
    pub(crate) keys: Vec<String>,
    pub(crate) is_new: bool,
    pub(crate) is_removed: bool,
}

impl Kept {
    pub(crate) fn new() -> Result<Kept> {
        let file = Connection::open("")?;
        // Nothing outlives this process, so nothing has to be safe. The cache is in KiB.
        file.execute_batch(
            "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536;
             pragma locking_mode = exclusive;
             create table known (whose integer, key blob, place integer, says blob, file integer, line integer,
                                 primary key (whose, key)) without rowid;
             create table changes (number integer primary key, whose integer, object text, keys text,
                                   is_new integer, is_removed integer, file integer, line integer);
             begin",
        )?;
        Ok(Kept { file, files: IndexSet::new() })
    }

    /// What is known of a row of a table, whose key this is.
    pub(crate) fn known(&self, table: usize, key: u128) -> Result<Option<Known>> {
        let mut select = self
            .file
            .prepare_cached("select place, says, file, line from known where whose = ? and key = ?")?;
        let known = |row: &Row<'_>| {
            let says: Option<[u8; 16]> = row.get(1)?;
            Ok(Known { place: row.get(0)?, says: says.map(u128::from_be_bytes), at: self.place(row, 2)? })
        };
        select.query_row((table as i64, key.to_be_bytes()), known).optional()
    }

    /// Lets a row be known by this key. If one is already, it stays, and this says so.
    pub(crate) fn meet(&mut self, table: usize, key: u128, known: &Known) -> Result<bool> {
        Ok(self.write("insert or ignore", table, key, known)? > 0)
    }

    /// Lets a row be known by this key, instead of the one that is.
    pub(crate) fn know(&mut self, table: usize, key: u128, known: &Known) -> Result<()> {
        self.write("insert or replace", table, key, known).map(|_| ())
    }

    fn write(&mut self, how: &str, table: usize, key: u128, known: &Known) -> Result<usize> {
        let (file, line) = self.number(&known.at);
        let mut insert = self.file.prepare_cached(&format!("{how} into known values (?, ?, ?, ?, ?, ?)"))?;
        let says = known.says.map(u128::to_be_bytes);
        insert.execute((table as i64, key.to_be_bytes(), known.place, says, file, line))
    }

    /// Keeps the change of this number.
    pub(crate) fn keep(&mut self, number: usize, change: &Pending) -> Result<()> {
        let (file, line) = self.number(&change.at);
        let mut insert = self.file.prepare_cached(
            "insert into changes values (:number, :whose, :object, :keys, :is_new, :is_removed, :file, :line)",
        )?;
        insert.execute(named_params! {
            ":number": number as i64,
            ":whose": change.table as i64,
            ":object": spelt(&change.object)?,
            ":keys": spelt(&change.keys)?,
            ":is_new": change.is_new,
            ":is_removed": change.is_removed,
            ":file": file,
            ":line": line,
        })?;
        Ok(())
    }

    /// The change of this number.
    pub(crate) fn change(&self, number: usize) -> Result<Pending> {
        let mut select = self.file.prepare_cached(
            "select whose, object, keys, is_new, is_removed, file, line from changes where number = ?",
        )?;
        select.query_row([number as i64], |row| {
            Ok(Pending {
                table: row.get::<_, i64>(0)? as usize,
                object: read(row, 1)?,
                keys: read(row, 2)?,
                is_new: row.get(3)?,
                is_removed: row.get(4)?,
                at: self.place(row, 5)?,
            })
        })
    }

    fn number(&mut self, at: &Place) -> (i64, i64) {
        let file = match self.files.get_index_of(&at.file) {
            Some(file) => file,
            None => self.files.insert_full(at.file.clone()).0,
        };
        (file as i64, at.line as i64)
    }

    fn place(&self, row: &Row<'_>, column: usize) -> Result<Place> {
        let (file, line) = (row.get::<_, i64>(column)?, row.get::<_, i64>(column + 1)?);
        Ok(Place { file: self.files[file as usize].clone(), line: line as u64 })
    }
}

fn spelt(what: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(what).map_err(|error| Error::ToSqlConversionFailure(error.into()))
}

fn read<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    let read = serde_json::from_str(row.get_ref(column)?.as_str()?);
    read.map_err(|error| Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_kept_is_had_again_as_it_was() -> Result<()> {
        let mut kept = Kept::new()?;
        let object = json!({"n": u64::MAX, "half": 0.1, "list": [null, true, "\u{0}\n"]});
        let change = |number: u64| Pending {
            table: number as usize % 3,
            at: Place { file: format!("{}.json", number % 7).into(), line: number },
            object: object.as_object().cloned().unwrap_or_default(),
            keys: vec!["a".into(), "b".into()],
            is_new: number.is_multiple_of(2),
            is_removed: number.is_multiple_of(5),
        };
        for number in 0..1_000 {
            kept.keep(number, &change(number as u64))?;
        }
        for number in (0..1_000).rev() {
            assert_eq!(kept.change(number)?, change(number as u64));
        }
        let known = |place, says| Known { place, says, at: change(place as u64).at };
        for says in [None, Some(u128::MAX), Some(0)] {
            assert!(kept.meet(1, says.unwrap_or(7), &known(1, says))?);
            assert!(!kept.meet(1, says.unwrap_or(7), &known(2, says))?, "the first one stays");
            assert_eq!(kept.known(1, says.unwrap_or(7))?, Some(known(1, says)));
            kept.know(1, says.unwrap_or(7), &known(3, None))?;
            assert_eq!(kept.known(1, says.unwrap_or(7))?, Some(known(3, None)));
        }
        assert_eq!(kept.known(2, 0)?, None, "it is another table's");
        Ok(())
    }
}
