//! What is kept of a line: no more than what a verdict needs.
use super::standing::Standing;
use anechoic_traces::{Moment, order};
use jiff::{Timestamp, civil::Weekday, tz::TimeZone};
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
    /// Whether it counts whole seconds.
    pub(super) in_seconds: bool,
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
    /// What it says of where its owner's name counts, as one number.
    pub(crate) within: Option<u64>,
}

impl<T> Sighting<T> {
    /// Which of two came first; nothing if that is not told.
    pub(crate) fn compare<U>(&self, other: &Sighting<U>) -> Option<Ordering> {
        let same_file = self.moment.file == other.moment.file;
        let in_zones = self.has_zone && other.has_zone;
        let is_local = !self.has_zone && !other.has_zone && same_file;
        let is_coarse = self.in_seconds != other.in_seconds;
        let is_told = |one: Timestamp, other: Timestamp| {
            one != other
                && (in_zones || is_local && !may_be_put_back(one, other))
                && !(is_coarse && one.as_second() == other.as_second())
        };
        let numbers = self.moment.order.as_deref().zip(other.moment.order.as_deref());
        match (self.moment.time, other.moment.time) {
            (Some(one), Some(other)) if is_told(one, other) => Some(one.cmp(&other)),
            _ if numbers.is_some_and(|(one, other)| one.0 == other.0) => {
                numbers.map(|(one, other)| one.1.cmp(&other.1))
            }
            _ if same_file && self.in_order && other.in_order => Some(self.read.cmp(&other.read)),
            _ => None,
        }
    }

    pub(crate) fn time(&self) -> Option<Timestamp> {
        self.moment.time
    }

    /// Tells what it was that was seen.
    pub(crate) fn of<U>(self, what: U) -> Sighting<U> {
        let Sighting { moment, read, in_order, has_zone, in_seconds, in_log, .. } = self;
        Sighting { moment, read, in_order, has_zone, in_seconds, in_log, what }
    }
}

/// Whether clocks without a zone may have been put back by an hour between two times, so that the later one looks earlier: nearly
/// everywhere that is done in a night from a Saturday to a Sunday.
fn may_be_put_back(one: Timestamp, other: Timestamp) -> bool {
    const HOUR: i64 = 3_600;
    let is_in_such_a_night = |time: Timestamp| {
        let local = time.to_zoned(TimeZone::UTC);
        match local.weekday() {
            Weekday::Saturday => local.hour() == 23,
            Weekday::Sunday => local.hour() < 4,
            _ => false,
        }
    };
    (one.as_second() - other.as_second()).abs() <= HOUR && is_in_such_a_night(one.min(other))
}

/// Puts what was read into the order in which it was. Tells whether that is known: where nobody's clock says which of two
/// came first, it matters not if they are the same.
pub(crate) fn settle<T: Clone>(sightings: &mut Vec<Sighting<T>>, same: impl Fn(&T, &T) -> bool) -> bool {
    if sightings.len() > 1 {
        let moments: Vec<Moment> = sightings.iter().map(|sighting| sighting.moment.clone()).collect();
        *sightings = order(&moments).into_iter().map(|at| sightings[at].clone()).collect();
    }
    // Where the order of the lines says the opposite of their clocks, neither is known to be right.
    let is_known = |pair: &[Sighting<T>]| {
        let is_before = pair[0].compare(&pair[1]).is_some_and(|order| order != Ordering::Greater);
        same(&pair[0].what, &pair[1].what) || is_before
    };
    sightings.windows(2).all(is_known)
}
