//! What is kept of a line: no more than what a verdict needs.
use super::standing::Standing;
use anechoic_traces::{Moment, order};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Something that was seen, and when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sighting<T> {
    pub(super) moment: Moment,
    /// As which of all records it was read.
    pub(super) read: u64,
    /// Whether what was read earlier of the same file also was earlier. Tables have another order.
    pub(super) in_order: bool,
    /// Whether its time says in which zone it is meant. If not, it tells nothing against the times of other files.
    pub(super) has_zone: bool,
    /// Whether it was told in passing, by a log.
    pub(super) in_log: bool,
    pub(crate) what: T,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stood {
    pub(crate) status: Standing,
    pub(crate) before: Option<Standing>,
    pub(crate) slot: Option<bool>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
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
        let same_clock = self.has_zone && other.has_zone || !self.has_zone && !other.has_zone && same_file;
        let numbers = self.moment.order.as_deref().zip(other.moment.order.as_deref());
        match (self.moment.time, other.moment.time) {
            (Some(one), Some(other)) if same_clock && one != other => Some(one.cmp(&other)),
            _ if numbers.is_some_and(|(one, other)| one.0 == other.0) => {
                numbers.map(|(one, other)| one.1.cmp(&other.1))
            }
            _ if same_file && self.in_order && other.in_order => Some(self.read.cmp(&other.read)),
            _ => None,
        }
    }

    pub(crate) fn time(&self) -> Option<jiff::Timestamp> {
        self.moment.time
    }

    /// Tells what it was that was seen.
    pub(crate) fn of<U>(self, what: U) -> Sighting<U> {
        let Sighting { moment, read, in_order, has_zone, in_log, .. } = self;
        Sighting { moment, read, in_order, has_zone, in_log, what }
    }
}

/// Puts what was read into the order in which it was. Tells whether that is known: where nobody's clock says which of two
/// came first, it matters not if they are the same.
pub(crate) fn settle<T: Clone>(sightings: &mut Vec<Sighting<T>>, same: impl Fn(&T, &T) -> bool) -> bool {
    if sightings.len() > 1 {
        let moments: Vec<Moment> = sightings.iter().map(|sighting| sighting.moment.clone()).collect();
        *sightings = order(&moments).into_iter().map(|at| sightings[at].clone()).collect();
    }
    let is_known =
        |pair: &[Sighting<T>]| same(&pair[0].what, &pair[1].what) || pair[0].compare(&pair[1]).is_some();
    sightings.windows(2).all(is_known)
}
