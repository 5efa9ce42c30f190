//! Tasks of which more is shown than memory is to hold: what was kept of each, in a temporary file.
use super::{
    case::Case,
    note::{Counted, Sighting},
};
use rusqlite::{Connection, Row, params, types::Type};
use serde::de::DeserializeOwned;

/// Why what was kept cannot be had again.
#[derive(Debug, thiserror::Error)]
#[error("what was read is more than memory is to hold, and its temporary file cannot be used: {0}")]
pub struct KeptError(#[from] rusqlite::Error);

/// A database that SQLite keeps in a temporary file as soon as its cache is full, and removes.
pub(super) struct Kept(Connection);

impl Kept {
    pub(super) fn new() -> Result<Kept, KeptError> {
        let file = Connection::open("")?;
        // Nothing outlives this process, so nothing has to be safe. The cache is in KiB. What is sorted goes to a file, too.
        file.execute_batch(
            "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -32768; pragma temp_store = file;
             pragma locking_mode = exclusive;
             create table parts (task text, part text);
             create table counted (owner integer, sighting text);
             begin",
        )?;
        Ok(Kept(file))
    }

    /// Keeps what was shown of a task since it was kept last.
    pub(super) fn add(&self, task: &str, part: &Case) -> Result<(), KeptError> {
        let part = spelt(&part.to_part())?;
        self.0.prepare_cached("insert into parts values (?, ?)")?.execute(params![task, part])?;
        Ok(())
    }

    /// Keeps how an owner's counter was seen.
    pub(super) fn count(&self, owner: usize, sighting: &Sighting<Counted>) -> Result<(), KeptError> {
        let sighting = spelt(sighting)?;
        self.0
            .prepare_cached("insert into counted values (?, ?)")?
            .execute(params![owner as i64, sighting])?;
        Ok(())
    }

    /// All is kept.
    pub(super) fn sort(&self) -> Result<(), KeptError> {
        self.0.execute_batch(
            "create index of_task on parts (task); create index of_owner on counted (owner)",
        )?;
        Ok(())
    }

    /// Every task, with all that was shown of it, and how often what counts once came again.
    pub(super) fn tasks(&self, sink: &mut dyn FnMut(&str, &mut Case, u64)) -> Result<(), KeptError> {
        let mut all = self.0.prepare("select task, part from parts order by task, rowid")?;
        let mut rows = all.query([])?;
        let mut at_hand: Option<(String, Case, u64)> = None;
        while let Some(row) = rows.next()? {
            let task = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
            let part = Case::of_part(task, read(row, 1)?);
            match &mut at_hand {
                Some((name, case, again)) if name == task => *again += case.join(part),
                _ => {
                    if let Some((name, mut case, again)) = at_hand.replace((task.into(), part, 0)) {
                        sink(&name, &mut case, again);
                    }
                }
            }
        }
        if let Some((name, mut case, again)) = at_hand {
            sink(&name, &mut case, again);
        }
        Ok(())
    }

    /// How the counter of each owner was seen, given the number of owners.
    pub(super) fn counters(
        &self,
        owners: usize,
        sink: &mut dyn FnMut(Vec<Sighting<Counted>>),
    ) -> Result<(), KeptError> {
        let mut of_owner = self.0.prepare("select sighting from counted where owner = ? order by rowid")?;
        for owner in 0..owners {
            let mut rows = of_owner.query([owner as i64])?;
            let mut sightings = Vec::new();
            while let Some(row) = rows.next()? {
                sightings.push(read(row, 0)?);
            }
            sink(sightings);
        }
        Ok(())
    }
}

/// What is kept is written and read by this program alone, so that it can be.
fn spelt(what: &impl serde::Serialize) -> Result<String, KeptError> {
    serde_json::to_string(what).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()).into())
}

fn read<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T, KeptError> {
    let text = row.get_ref(column)?.as_str().map_err(rusqlite::Error::from)?;
    let read = serde_json::from_str(text);
    read.map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()).into())
}
