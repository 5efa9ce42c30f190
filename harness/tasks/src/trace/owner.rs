//! An owner's counter, and what it should count: the slots of all of the owner's tasks, of which only sums are kept.
use super::{
    case::Case,
    note::{Counted, Sighting, Stood, settle},
};
use std::{
    cmp::Ordering,
    ops::{AddAssign, RangeInclusive},
};

/// What is known of an owner.
#[derive(Debug, Default)]
pub(crate) struct Owner {
    /// The counter as it was first seen, and as it was last seen.
    pub(crate) counter: Option<(Sighting<Counted>, Sighting<Counted>)>,
    /// Whether anything is shown to change, the counter or what it counts. Of what was looked at once, nothing is.
    pub(crate) shows_a_change: bool,
    /// How many slots are granted, as was said last.
    pub(crate) cap: Option<i64>,
    /// A value of the counter above what was granted then, and what that was.
    pub(crate) over_cap: Option<(i64, i64)>,
    /// Whether each record tells what the counter was before, and that is what the one before it told.
    pub(crate) shows_every_change: bool,
    /// Whether the order of what was seen of the counter is known.
    pub(crate) is_ordered: bool,
    /// Whether its sightings are all of one counter, as far as they say where the owner's name counts.
    pub(crate) is_one: bool,
    /// Whether one of the owner's tasks is shown to stand at a status of ours: it is its slot that the counter counts.
    pub(crate) counts_slots: bool,
    /// How many tasks are the owner's.
    pub(crate) tasks: u64,
    /// How many of them are not shown to stand anywhere.
    pub(crate) standless: u64,
    /// How many of them may have changed by more slots or by fewer.
    unclear: u64,
    /// What is known of the slots of all of them.
    pub(crate) slots: Slots,
}

/// What is known of slots.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Slots {
    /// By no fewer did their number change since the counter was first seen,
    pub(crate) least: i64,
    /// and by no more.
    pub(crate) most: i64,
    /// So many are held in the end, at least.
    pub(crate) now: i64,
}

impl Owner {
    /// An owner whose counter was seen so, as it was read.
    pub(crate) fn new(mut sightings: Vec<Sighting<Counted>>) -> Owner {
        let is_one = sightings.windows(2).all(|pair| pair[0].what.within == pair[1].what.within);
        let is_ordered = settle(&mut sightings, |one, other| one.value == other.value);
        let mut granted = None;
        let over_cap =
            sightings.iter().map(|sighting| sighting.what).find_map(|Counted { value, cap, .. }| {
                granted = cap.or(granted);
                Some((value, granted?)).filter(|(value, cap)| value > cap)
            });
        let follows = |pair: &[Sighting<Counted>]| pair[1].what.before == Some(pair[0].what.value);
        Owner {
            counter: sightings.first().cloned().zip(sightings.last().cloned()),
            shows_a_change: sightings.len() > 1 || sightings.iter().any(|only| only.what.before.is_some()),
            cap: granted,
            over_cap,
            is_ordered,
            is_one,
            shows_every_change: is_ordered && sightings.len() > 1 && sightings.windows(2).all(follows),
            ..Owner::default()
        }
    }

    /// Another task is the owner's.
    pub(crate) fn add(&mut self, case: &Case) {
        self.tasks += 1;
        self.shows_a_change |=
            case.stands.len() > 1 || case.stands.iter().any(|only| only.what.before.is_some());
        self.counts_slots |=
            case.ours.ways && case.stands.iter().any(|stands| stands.what.status.status().is_some());
        let Some((first, _)) = &self.counter else { return };
        match Slots::of(case, first) {
            Some(slots) => {
                self.slots += slots;
                self.unclear += u64::from(slots.least != slots.most);
            }
            None => self.standless += 1,
        }
    }

    /// By how much the slots of the other tasks changed; nothing, if that is not shown.
    pub(crate) fn changed_by_others(&self, case: &Case) -> Option<i64> {
        let own = Slots::of(case, &self.counter.as_ref()?.0)?;
        let others_are_clear = self.standless == 0 && self.unclear == u64::from(own.least != own.most);
        others_are_clear.then_some(self.slots.least - own.least)
    }
}

impl Slots {
    /// Those of one task; nothing, if nothing shows where it stands.
    fn of(case: &Case, first: &Sighting<Counted>) -> Option<Slots> {
        case.end().ok()?;
        let (before, after) = (held_at(case, first), held(&case.stands.last()?.what));
        Some(Slots {
            least: after.start() - before.end(),
            most: after.end() - before.start(),
            now: *after.start(),
        })
    }
}

impl AddAssign for Slots {
    fn add_assign(&mut self, other: Slots) {
        self.least += other.least;
        self.most += other.most;
        self.now += other.now;
    }
}

/// How many slots a task holds that stands like this.
pub(crate) fn held(stood: &Stood) -> RangeInclusive<i64> {
    let Some(status) = stood.status.status() else { return 0..=1 };
    match (status.must_hold_slot(), status.may_hold_slot(), stood.slot) {
        (true, ..) | (_, true, Some(true)) => 1..=1,
        (false, true, None) => 0..=1,
        (false, ..) => 0..=0,
    }
}

/// How many slots a task held when its owner's counter was first seen.
fn held_at(task: &Case, counted: &Sighting<Counted>) -> RangeInclusive<i64> {
    let compare = |stands: &&Sighting<Stood>| stands.compare(counted);
    let before = task.stands.iter().rev().find(|stands| compare(stands) == Some(Ordering::Less));
    let unclear = task.stands.iter().filter(|stands| compare(stands).is_none());
    if let Some(known) = before.or_else(|| unclear.clone().next()) {
        return unclear.fold(held(&known.what), |all, stands| {
            let other = held(&stands.what);
            *all.start().min(other.start())..=*all.end().max(other.end())
        });
    }
    // It was changed later, and says from where.
    let first = task.stands.first().map(|first| first.what);
    if let Some(before) = first.and_then(|first| first.before) {
        return held(&Stood { status: before, before: None, slot: None });
    }
    let is_younger = counted.time().zip(task.born).is_some_and(|(counted, born)| counted < born);
    if is_younger { 0..=0 } else { 0..=1 }
}
