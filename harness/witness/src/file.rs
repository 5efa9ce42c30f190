//! What a file is of, by its name and by what was read of it.
use anechoic_rows::Object;
use std::{collections::BTreeSet, path::Path, sync::Arc};

/// The table that a file is of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OfFile {
    pub(crate) table: usize,
    /// Whether it was said so: a file may be called like a table and be a log.
    pub(crate) is_said: bool,
}

/// What is known of a file.
#[derive(Default)]
pub(crate) struct AtHand {
    /// All of it is of this table.
    pub(crate) table: Option<OfFile>,
    /// Whether it has lines of logs, and whether it has anything else.
    pub(crate) has: (bool, bool),
    /// The member of an archive that is being read, and the table whose all of it is.
    pub(crate) member: Option<(Arc<str>, Option<OfFile>)>,
}

impl AtHand {
    /// Whether what the file lacks may be of a table, which may be made of logs.
    pub(crate) fn may_be_of(&self, table: usize, is_log: bool) -> bool {
        match self.table {
            Some(of_file) => of_file.table == table || is_log && self.has.0,
            None => !matches!((self.has, is_log), ((true, false), false) | ((false, true), true)),
        }
    }
}

/// The records of a file of which nothing tells whose they are.
#[derive(Default)]
pub(crate) struct OfNobody {
    pub(crate) count: u64,
    /// Which attributes they have, each set of them once.
    shapes: Vec<BTreeSet<String>>,
    /// Whether there are more such sets than are kept.
    is_motley: bool,
}

impl OfNobody {
    pub(crate) fn add(&mut self, record: &Object) {
        /// More sets of attributes are not kept.
        const KEPT: usize = 64;
        self.count += 1;
        let is_of = |shape: &BTreeSet<String>| {
            shape.len() == record.len() && record.keys().all(|name| shape.contains(name))
        };
        if self.shapes.iter().any(is_of) {
            return;
        }
        match self.shapes.len() < KEPT {
            true => self.shapes.push(record.keys().cloned().collect()),
            false => self.is_motley = true,
        }
    }

    /// Whether one of them may have all of these attributes, which each record of a table has; so may any, where the table has none.
    pub(crate) fn may_have(&self, shared: Option<&BTreeSet<String>>) -> bool {
        self.is_motley
            || shared.is_none_or(|shared| self.shapes.iter().any(|shape| shape.is_superset(shared)))
    }
}

/// The name of a file up to its first dot.
pub(crate) fn stem(file: &str) -> Option<&str> {
    Path::new(file).file_name()?.to_str()?.split('.').next()
}

/// Whether the name of a table is a part of that of a file.
pub(crate) fn is_named_after(file: &str, table: &str) -> bool {
    stem(file).is_some_and(|stem| stem.to_lowercase().contains(&table.to_lowercase()))
}
