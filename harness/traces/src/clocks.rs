//! The clocks of a record: which one is believed, and how far another is from it.
use crate::{
    Clock, Mapping, Role,
    clock::{Told, parse_time},
    line::Raw,
};
use jiff::Timestamp;
use ulid::Ulid;

/// What the clocks of a record tell.
pub(crate) struct Clocks {
    /// The time of the best clock that the record has. One that tells no zone is believed only if no other does.
    pub(crate) best: Option<(Told, Clock)>,
    /// Another clock that disagrees, and by how many seconds.
    pub(crate) apart: Option<(Clock, f64)>,
    /// What stands where the record has its time, if that cannot be read.
    pub(crate) unread: Option<String>,
}

/// Clocks that are farther apart than this, in seconds, disagree: some sources count only whole seconds.
const DISAGREE: f64 = 2.0;

impl Clocks {
    pub(crate) fn of(raw: &Raw, mapping: &Mapping) -> Clocks {
        let spelt = mapping.get(Role::Time, &raw.fields).filter(|text| !text.trim().is_empty());
        let own = spelt.and_then(parse_time);
        let unread = spelt.filter(|_| own.is_none()).map(String::from);
        let clocks = [
            (ulid_time(raw, mapping), Clock::Ulid),
            (own, Clock::Attribute),
            (raw.time, Clock::Source),
            (raw.ingested, Clock::Ingestion),
        ];
        let clocks = || clocks.iter().filter_map(|(told, clock)| Some(((*told)?, *clock)));
        let mut zoned = clocks().filter(|(told, _)| told.has_zone);
        let Some(mut best) = zoned.next() else {
            return Clocks { best: clocks().next(), apart: None, unread };
        };
        let mut apart = None;
        // What is ingested late is not wrong.
        if let Some((other, clock)) = zoned.find(|(_, clock)| *clock != Clock::Ingestion) {
            let seconds = best.0.time.duration_since(other.time).as_secs_f64().abs();
            // A ULID counts milliseconds. Another clock may know better which part of one it was.
            if best.0.time.as_millisecond() == other.time.as_millisecond() {
                best.0.time = best.0.time.max(other.time);
            }
            apart = Some((clock, seconds)).filter(|(_, seconds)| *seconds > DISAGREE);
        }
        Clocks { best: Some(best), apart, unread }
    }
}

/// When the record's key was made. A key that was made from its thing's id carries that one's time instead.
fn ulid_time(raw: &Raw, mapping: &Mapping) -> Option<Told> {
    let key = Ulid::from_string(mapping.get(Role::Key, &raw.fields)?).ok()?;
    let thing = mapping.get(Role::Entity, &raw.fields).and_then(|id| Ulid::from_string(id).ok());
    if thing.is_some_and(|thing| thing.timestamp_ms() == key.timestamp_ms()) {
        return None;
    }
    let time = Timestamp::from_millisecond(key.timestamp_ms().try_into().ok()?).ok()?;
    Some(Told::exact(time))
}
