//! Values as the file spells them.
use crate::Problem;
use anechoic_orchestrator::{EventKind, NotAnId, Status};
use jiff::Timestamp;
use std::{fmt, str::FromStr};

/// A row of the file, for the words of an error.
#[derive(Clone, Copy)]
pub(crate) struct Place<'r> {
    /// What kind of row it is.
    pub(crate) kind: &'static str,
    /// Which one.
    pub(crate) key: &'r dyn fmt::Display,
}

impl Place<'_> {
    pub(crate) fn status(self, column: &'static str, found: &str) -> Result<Status, Problem> {
        Status::named(found).ok_or_else(|| self.wrong(column, found, &one_of(&Status::ALL.map(Status::name))))
    }

    pub(crate) fn event_kind(self, found: &str) -> Result<EventKind, Problem> {
        let names = EventKind::ALL.map(EventKind::name);
        EventKind::named(found).ok_or_else(|| self.wrong("event_type", found, &one_of(&names)))
    }

    pub(crate) fn time(self, column: &'static str, found: &str) -> Result<Timestamp, Problem> {
        found.parse().map_err(|_| self.wrong(column, found, "a time such as 2026-05-04T20:00:02.000000000Z"))
    }

    pub(crate) fn id<T: FromStr<Err = NotAnId>>(
        self,
        column: &'static str,
        found: &str,
    ) -> Result<T, Problem> {
        found.parse().map_err(|_| self.wrong(column, found, "a ULID, 26 letters and digits"))
    }

    pub(crate) fn wrong(self, column: &'static str, found: &str, expected: &str) -> Problem {
        let row = format!("{} {}", self.kind, self.key);
        Problem::Value { row, column, found: found.into(), expected: expected.into() }
    }
}

fn one_of(names: &[&str]) -> String {
    format!("one of {}", names.join(", "))
}

/// A time, such that text sorts as times do.
pub(crate) fn spelt(time: Timestamp) -> String {
    format!("{time:.9}")
}
