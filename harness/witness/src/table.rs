//! A table that is being filled with what was observed.
use crate::{
    doubts::Doubts,
    kept::{Kept, Known, Pending},
};
use anechoic_rows::{Key, Object, Rows};
use anechoic_traces::{Line, Place, Row};
use serde_json::Value;
use std::{collections::BTreeSet, fmt::Write as _};
use xxhash_rust::xxh3::xxh3_128;

/// What is known of a table.
#[derive(Debug, Default)]
pub(crate) struct Held {
    /// Its number among the tables.
    number: usize,
    pub(crate) key: Option<Key>,
    /// Whether it is made of lines of logs.
    pub(crate) is_log: bool,
    /// Whether a query that is judged names it; of any other, only the records are counted.
    pub(crate) is_named: bool,
    /// Whether a file is named like it, or was said to be it: then records that lack what all of its own have are not taken for its.
    pub(crate) has_file: bool,
    /// The attributes that all of its records have; none before the first.
    pub(crate) shared: Option<BTreeSet<String>>,
    /// Whether the input has it, be it without a row.
    pub(crate) is_there: bool,
    /// How many records are its.
    pub(crate) records: u64,
    /// How many of them came more than once and count once.
    pub(crate) repeated: u64,
    /// The files that they come from.
    pub(crate) files: BTreeSet<String>,
    pub(crate) doubts: Doubts,
    /// Whose numbers order the changes of its rows; none, if nothing does. Empty, if there is no change.
    pub(crate) ordered_by: BTreeSet<Option<u32>>,
    /// The columns, in small letters, that matter to what is looked for after each change.
    pub(crate) matters: BTreeSet<String>,
    next: i64,
}

/// Where rows are put, and what is known of those that were: each by its key; if it has none, by all that it says.
pub(crate) struct Store<'s> {
    pub(crate) rows: &'s mut Rows,
    pub(crate) kept: &'s mut Kept,
}

impl Held {
    /// Nothing is in it yet.
    pub(crate) fn new(number: usize, key: Option<Key>, is_log: bool) -> Held {
        Held { number, key, is_log, ..Held::default() }
    }

    /// Takes into account which attributes a record of it has.
    pub(crate) fn meet(&mut self, record: &Object) {
        match &mut self.shared {
            None => self.shared = Some(record.keys().cloned().collect()),
            Some(shared) => shared.retain(|name| record.contains_key(name)),
        }
    }

    /// Puts a row that tells of no change.
    pub(crate) fn put(&mut self, store: &mut Store<'_>, name: &str, row: &Row, line: &Line) {
        let Row { object: row, id, .. } = row;
        let at = &line.place;
        if let Some(id) = id {
            self.meet_message(store, id, at);
        }
        let says = of_row(row);
        let of_key = self.key.as_ref().and_then(|key| of_key(row, key));
        let key = of_key.unwrap_or(says);
        let known = Known { place: self.next, says: Some(says), at: at.clone() };
        let is_first = store.kept.meet(self.number, key, &known);
        let before = is_first.and_then(|is_first| match is_first {
            true => Ok(None),
            false => store.kept.known(self.number, key),
        });
        let before = self.had(before, at);
        if let Some(before) = &before {
            let (first, again) = (&before.at, at);
            match of_key {
                Some(_) if before.says == Some(says) => {
                    self.repeated += 1;
                    return;
                }
                Some(_) => {
                    self.doubts.misleads.add(format!(
                        "{first} and {again} have one key and differ, so one of them may be older"
                    ));
                }
                // Within an answer they are two rows: who gives a row twice gives it in two files, or in two answers.
                None if first.file != again.file || line.lists_before > 0 && !self.is_log => {
                    let is_key = if self.is_log {
                        String::new()
                    } else {
                        format!("; [tables.{name}] key says which rows are one")
                    };
                    self.doubts
                        .misleads
                        .add(format!("{first} and {again} say the same, and may be one row{is_key}"));
                }
                None => {}
            }
            let known = store.kept.know(self.number, key, &known);
            self.had(known.map(Some), at);
        }
        self.write(store, name, known.place, Some(row), at);
        self.next += 1;
    }

    /// A message that is shown twice is one.
    fn meet_message(&mut self, store: &mut Store<'_>, id: &str, at: &Place) {
        let key = of_message(id);
        let known = Known { place: 0, says: None, at: at.clone() };
        let is_first = store.kept.meet(self.number, key, &known);
        if self.had(is_first.map(Some), at) == Some(false) {
            let known = store.kept.known(self.number, key);
            let first = self.had(known, at).map_or_else(String::new, |known| format!("{} and ", known.at));
            self.doubts
                .misleads
                .add(format!("{first}{at} have one id, {id}, and may be one message shown twice"));
        }
    }

    /// Puts what a row is after a change. Whether it was there before.
    pub(crate) fn change(&mut self, store: &mut Store<'_>, name: &str, change: &Pending) -> bool {
        let (key, view) = self.view(change);
        let before = store.kept.known(self.number, key);
        let before = self.had(before, &change.at);
        let place = before.as_ref().map_or(self.next, |known| known.place);
        self.next = self.next.max(place + 1);
        let now = (!change.is_removed).then_some(&change.object);
        self.write(store, name, place, now, &change.at);
        // A row that is gone keeps its place for when it comes again.
        let known = Known { place, says: now.map(|_| view), at: change.at.clone() };
        let known = store.kept.know(self.number, key, &known);
        self.had(known.map(Some), &change.at);
        before.is_some()
    }

    /// Which row a change is about, and what matters of what it then says.
    pub(crate) fn view(&self, change: &Pending) -> (u128, u128) {
        let key = of_key(&change.object, &change.keys).unwrap_or_else(|| of_row(&change.object));
        let matters = |name: &str| self.matters.contains(&name.to_ascii_lowercase());
        (key, of_members(change.object.iter().filter(|(name, _)| matters(name))))
    }

    /// Whether a row is there of which all that matters is this.
    pub(crate) fn shows(&self, kept: &Kept, (key, view): (u128, u128)) -> bool {
        // What cannot be had is put once more, which finds no less.
        kept.known(self.number, key).is_ok_and(|known| known.is_some_and(|known| known.says == Some(view)))
    }

    /// Whether it has rows of which nothing tells when they were so.
    pub(crate) fn has_rows(&self) -> bool {
        self.next > 0
    }

    fn write(&mut self, store: &mut Store<'_>, name: &str, place: i64, row: Option<&Object>, at: &Place) {
        if let Err(error) = store.rows.put(name, place, row) {
            self.doubts.lacks.add(format!("{at}: {error}"));
        }
    }

    /// Whoever does not know a row again may take two for one, and one for two.
    fn had<T>(&mut self, known: rusqlite::Result<Option<T>>, at: &Place) -> Option<T> {
        known.unwrap_or_else(|error| {
            self.doubts.misleads.add(format!("{at}: {}", unusable(&error)));
            None
        })
    }
}

/// Why what is kept in a temporary file cannot be had.
pub(crate) fn unusable(error: &rusqlite::Error) -> String {
    format!("what is known of rows is kept in a temporary file, which cannot be used: {error}")
}

/// What tells a row from others of its table; none, if it lacks one of these attributes.
fn of_key(row: &Object, key: &[String]) -> Option<u128> {
    let mut text = String::new();
    for name in key {
        let value = row.get(name).filter(|value| !value.is_null())?;
        // Infallible for a text.
        let _ = write!(text, "{value}\0");
    }
    (!key.is_empty()).then(|| xxh3_128(text.as_bytes()))
}

/// All that a row says, in whatever order it says it.
fn of_message(id: &str) -> u128 {
    xxh3_128(format!("message\0{id}").as_bytes())
}

fn of_row(row: &Object) -> u128 {
    of_members(row.iter())
}

fn of_members<'r>(members: impl Iterator<Item = (&'r String, &'r Value)>) -> u128 {
    let mut members: Vec<_> = members.collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    let mut text = String::new();
    for (name, value) in members {
        let _ = write!(text, "{name}\0{value}\0");
    }
    xxh3_128(text.as_bytes())
}
