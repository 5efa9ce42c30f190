//! What a file is of, by its name and by what was read of it.
use std::{path::Path, sync::Arc};

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

/// The name of a file up to its first dot.
pub(crate) fn stem(file: &str) -> Option<&str> {
    Path::new(file).file_name()?.to_str()?.split('.').next()
}

/// Whether the name of a table is a part of that of a file.
pub(crate) fn is_named_after(file: &str, table: &str) -> bool {
    stem(file).is_some_and(|stem| stem.to_lowercase().contains(&table.to_lowercase()))
}
