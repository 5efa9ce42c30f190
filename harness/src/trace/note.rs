//! What is kept of a line: no more than what a verdict needs.
use super::code;
use anechoic_model::{Answer, Input, Status};
use anechoic_traces::{Moment, order};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Ordering,
    hash::{DefaultHasher, Hash, Hasher},
};

/// What is kept of a line about a task.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) owner: Option<Box<str>>,
    /// A fingerprint of the id of its agent session. A task's row tells it, too.
    pub(crate) session: Option<u64>,
    /// And of an edit that tells its failure.
    pub(crate) edit: Option<u64>,
    pub(crate) said: Sighting<Said>,
}

/// What the line says of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Said {
    Stands(Stood),
    /// There is a terminal event.
    Ended(Told),
    /// There is one without a durable key, which cannot be counted.
    EndedWithoutKey,
    /// There is an event that announces no end.
    Event,
    Asked(Box<str>, #[serde(with = "code")] Input),
    Answered(Box<str>, #[serde(with = "code")] Answer),
    Settled(Box<str>),
    Nothing,
}

/// Something that was seen, and when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Sighting<T> {
    pub(super) moment: Moment,
    /// As which of all records it was read.
    pub(super) read: u64,
    /// Whether what was read earlier of the same file also was earlier. Tables have another order.
    pub(super) in_order: bool,
    pub(crate) what: T,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Stood {
    #[serde(with = "code")]
    pub(crate) status: Status,
    #[serde(with = "code")]
    pub(crate) before: Option<Status>,
    pub(crate) slot: Option<bool>,
}

/// A terminal event.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Told {
    /// A fingerprint of its key.
    pub(crate) key: u64,
    #[serde(with = "code")]
    pub(crate) end: Status,
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
        match (self.moment.time, other.moment.time) {
            (Some(one), Some(other)) if one != other => Some(one.cmp(&other)),
            _ if same_file && self.in_order && other.in_order => Some(self.read.cmp(&other.read)),
            _ => None,
        }
    }

    pub(crate) fn time(&self) -> Option<jiff::Timestamp> {
        self.moment.time
    }

    /// Something else that was seen then.
    pub(crate) fn of<U>(&self, what: U) -> Sighting<U> {
        Sighting { moment: self.moment.clone(), read: self.read, in_order: self.in_order, what }
    }
}

/// Puts what was read into the order in which it was.
pub(crate) fn settle<T: Clone>(sightings: &mut Vec<Sighting<T>>) {
    if sightings.len() > 1 {
        let moments: Vec<Moment> = sightings.iter().map(|sighting| sighting.moment.clone()).collect();
        *sightings = order(&moments).into_iter().map(|at| sightings[at].clone()).collect();
    }
}

pub(crate) fn fingerprint(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
