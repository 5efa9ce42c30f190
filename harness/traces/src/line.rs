use crate::{Clock, Fields, Format, Place, Row, Sequence, clock::Told};
use jiff::Timestamp;
use std::sync::Arc;

/// One thing that was observed: a row, a change of a row, a line of a log, an event of a span or of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it was read.
    pub place: Place,
    /// What it was read from.
    pub format: Format,
    /// What it says.
    pub fields: Fields,
    /// What a changed row said before.
    pub before: Option<Fields>,
    /// In which order it came, and whose order that is.
    pub order: Option<(Arc<str>, Sequence)>,
    /// When it happened, by the best of the clocks that its source shows.
    pub time: Option<(Timestamp, Clock)>,
    /// Whether that time says in which zone it is meant.
    pub has_zone: bool,
    /// Whether it counts whole seconds, so that it may have been any moment of its second.
    pub in_seconds: bool,
    /// How many lists of records ended before it. Of lists that were given one after another, two may have the same row.
    pub lists_before: u64,
    /// The same as a row of a table, if that was asked for: none, if it says no more of a row than its keys.
    pub row: Option<Row>,
}

/// A record as its format's reader sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Raw {
    pub(crate) fields: Fields,
    pub(crate) before: Option<Fields>,
    /// Its number, and whose; the file's if it is nobody's.
    pub(crate) order: Option<(Arc<str>, Sequence)>,
    pub(crate) time: Option<Told>,
    pub(crate) ingested: Option<Told>,
    /// Whether it ends in the middle.
    pub(crate) is_cut: bool,
    /// Whether it tells only which row it is about, and not what that says.
    pub(crate) is_keys_only: bool,
    /// The same as a row of a table, if that was asked for and is more than the fields.
    pub(crate) row: Option<Row>,
}

impl Raw {
    pub(crate) fn of(fields: Fields) -> Raw {
        Raw { fields, ..Raw::default() }
    }
}
