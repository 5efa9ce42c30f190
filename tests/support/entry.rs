use anechoic_traces::Fields;
use jiff::Timestamp;

/// One thing that happened, as a record of a trace would tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// The table that it is a row of.
    pub table: Table,
    /// What it says, under the names that are usual.
    pub fields: Fields,
    /// What the row said before.
    pub before: Option<Fields>,
}

/// Where an entry is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// Among the things themselves.
    Things,
    /// Among their events.
    Events,
    /// Among their owners' counters.
    Owners,
    /// In no table: only a log tells of it.
    Log,
}
