//! What is kept of a line: no more than what a verdict needs.
use anechoic_model::Status;
use anechoic_traces::{Moment, order};
use std::cmp::Ordering;

/// Something that was seen, and when.
#[derive(Clone, Debug)]
pub(crate) struct Sighting<T> {
    pub(super) moment: Moment,
    /// As which of all records it was read.
    pub(super) read: u64,
    /// Whether what was read earlier of the same file also was earlier. Tables have another order.
    pub(super) in_order: bool,
    pub(crate) what: T,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Stood {
    pub(crate) status: Status,
    pub(crate) before: Option<Status>,
    pub(crate) slot: Option<bool>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) value: i64,
    pub(crate) before: Option<i64>,
    /// How many it may count.
    pub(crate) cap: Option<i64>,
}

impl<T> Sighting<T> {
    /// Which of two came first; nothing if that is not told.
    pub(crate) fn compare<U>(&self, other: &Sighting<U>) -> Option<Ordering> {
        let same_file = self.moment.file == other.moment.file;
        match (self.moment.time, other.moment.time) {
            (Some(one), Some(other)) if one != other => Some(one.cmp(&other)),
            _ if same_file && self.in_order && other.in_order => Some(self.read.cmp(&other.read)),
            _ => None,
        }
    }

    pub(crate) fn time(&self) -> Option<jiff::Timestamp> {
        self.moment.time
    }

    /// Tells what it was that was seen.
    pub(crate) fn of<U>(self, what: U) -> Sighting<U> {
        Sighting { moment: self.moment, read: self.read, in_order: self.in_order, what }
    }
}

/// Puts what was read into the order in which it was.
pub(crate) fn settle<T: Clone>(sightings: &mut Vec<Sighting<T>>) {
    if sightings.len() > 1 {
        let moments: Vec<Moment> = sightings.iter().map(|sighting| sighting.moment.clone()).collect();
        *sightings = order(&moments).into_iter().map(|at| sightings[at].clone()).collect();
    }
}
