//! What says when something happened. Some clocks are better than others.
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{fmt, ops::Range};

/// What told the time of a record, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clock {
    /// The time inside a ULID that was made for the record.
    Ulid,
    /// An attribute of the record.
    Attribute,
    /// The time that a log, a span or a history gives it.
    Source,
    /// When it came to where it is kept.
    Ingestion,
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Clock::Ulid => "the time in the record's ULID",
            Clock::Attribute => "the record's own timestamp",
            Clock::Source => "the time of the log, span or history",
            Clock::Ingestion => "the time of ingestion",
        })
    }
}

/// A place in an order that its source guarantees: a sequence number of a stream, an event id of a history.
///
/// Sequence numbers have up to 40 digits, so one number is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sequence(u128, u128);

impl Sequence {
    /// Reads a sequence number.
    pub fn parse(digits: &str) -> Option<Sequence> {
        const LOW: usize = 30;
        if digits.is_empty() || digits.len() > 2 * LOW || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let (high, low) = digits.split_at(digits.len().saturating_sub(LOW));
        let high = if high.is_empty() { 0 } else { high.parse().ok()? };
        Some(Sequence(high, low.parse().ok()?))
    }

    /// A small number.
    pub(crate) const fn of(number: u64) -> Sequence {
        Sequence(0, number as u128)
    }

    /// The number after this one.
    pub(crate) fn next(self) -> Option<Sequence> {
        Some(Sequence(self.0, self.1.checked_add(1)?))
    }

    /// The number before this one.
    pub(crate) fn previous(self) -> Option<Sequence> {
        Some(Sequence(self.0, self.1.checked_sub(1)?))
    }

    /// Whether it is the next after another.
    pub(crate) fn follows(self, other: Sequence) -> bool {
        other.next() == Some(self)
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => write!(f, "{}", self.1),
            high => write!(f, "{high}{:030}", self.1),
        }
    }
}

/// A time that was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) time: Timestamp,
    /// Whether it says in which zone it is meant. If not, it is taken for UTC, and only comes before or after what was
    /// told in the same way.
    pub(crate) has_zone: bool,
    /// Whether it counts whole seconds, so that it may have been any moment of its second.
    pub(crate) in_seconds: bool,
}

impl Told {
    /// A time in a zone that is known, and with all of its fraction.
    pub(crate) const fn exact(time: Timestamp) -> Told {
        Told { time, has_zone: true, in_seconds: false }
    }

    /// A time whose source documents that it is UTC.
    pub(crate) fn utc(self) -> Told {
        Told { has_zone: true, ..self }
    }
}

/// A time as any of our sources spells it: RFC 3339, the same with a space, with slashes, with a comma or without a zone, as an access log has it, or
/// a number since 1970: of seconds, perhaps with a fraction, of milliseconds, of microseconds, or of nanoseconds.
pub(crate) fn parse_time(text: &str) -> Option<Told> {
    let text = text.trim();
    let in_seconds = is_in_seconds(text);
    let zoned = |time| Told { time, has_zone: true, in_seconds };
    if text.bytes().next()?.is_ascii_digit() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return of_number(text).map(zoned);
    }
    let mut with_point = text.replacen(',', ".", 1);
    if let (Some("/"), Some("/")) = (text.get(4..5), text.get(7..8)) {
        with_point = with_point.replacen('/', "-", 2);
    }
    if let Some(utc) = with_point.strip_suffix(" UTC") {
        with_point = format!("{utc}Z");
    }
    if let Ok(time) = with_point.parse() {
        return Some(zoned(time));
    }
    // As web servers write it.
    if let Ok(time) = jiff::Timestamp::strptime("%d/%b/%Y:%H:%M:%S %z", text) {
        return Some(zoned(time));
    }
    let local: jiff::civil::DateTime = with_point.parse().ok()?;
    // A day alone is no time.
    let time = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    text.contains(':').then_some(Told { time, has_zone: false, in_seconds })
}

/// Whether a time is spelt without a fraction of its second.
fn is_in_seconds(text: &str) -> bool {
    const SECONDS: usize = 11;
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.len() <= SECONDS } else { !text.contains(['.', ',']) }
}

/// A number of which it is likely that it counts from 1970. Others look alike and do not: the day of a spreadsheet, the digits of a date,
/// a count from another year.
fn of_number(text: &str) -> Option<Timestamp> {
    /// From September 2001, since when seconds have ten digits, to 2080.
    const LIKELY: Range<i64> = 1_000_000_000..3_500_000_000;
    let time = match text.contains('.') {
        true => {
            let seconds: f64 = text.parse().ok()?;
            Timestamp::from_nanosecond((seconds * 1e6).round() as i128 * 1000)
        }
        false => {
            let number: i64 = text.parse().ok()?;
            match text.len() {
                ..=11 => Timestamp::from_second(number),
                12..=14 => Timestamp::from_millisecond(number),
                15..=17 => Timestamp::from_microsecond(number),
                _ => Timestamp::from_nanosecond(i128::from(number)),
            }
        }
    };
    time.ok().filter(|time| LIKELY.contains(&time.as_second()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_has_one_time_however_it_is_spelt() {
        let spelt = ["2026-07-13T18:10:27Z", "2026-07-13 18:10:27.000", "1783966227", "1783966227.0"];
        let spelt =
            spelt.iter().chain(&["1783966227000", "1783966227000000000", "2026-07-13T20:10:27+02:00"]);
        let spelt = spelt.chain(&["1783966227000000", "2026-07-13 18:10:27,000", "2026/07/13 18:10:27"]);
        let spelt = spelt.chain(&[
            "2026-07-13 18:10:27,000+0000",
            "2026-07-13 18:10:27+00",
            "2026-07-13 18:10:27 UTC",
            "13/Jul/2026:18:10:27 +0000",
            "13/Jul/2026:20:10:27 +0200",
        ]);
        for text in spelt {
            assert_eq!(parse_time(text).map(|told| told.time.as_second()), Some(1_783_966_227), "{text}");
        }
        for (text, has_zone) in [("2026-07-13 18:10:27", false), ("2026-07-13 18:10:27Z", true)] {
            assert_eq!(parse_time(text).map(|told| told.has_zone), Some(has_zone), "{text}");
        }
        for text in [
            "",
            "soon",
            "18:10",
            "2026-07-13",
            "2026-13-01T00:00:00Z",
            "99999999999999999999",
            ".",
            "05/04/2026 08:00:01 PM",
            // The digits of a date, the day of a spreadsheet, counts from the years 1, 1601 and 2001.
            "20260504200001",
            "46146.83336",
            "639135936030000000",
            "134224560030000000",
            "799617602.5",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_without_a_fraction_may_be_any_moment_of_its_second() {
        for (text, in_seconds) in [
            ("2026-07-13T18:10:27Z", true),
            ("2026-07-13T18:10:27.000Z", false),
            ("2026-07-13 18:10:27,000", false),
            ("1783966227", true),
            ("1783966227.0", false),
            ("1783966227000", false),
        ] {
            assert_eq!(parse_time(text).map(|told| told.in_seconds), Some(in_seconds), "{text}");
        }
    }

    #[test]
    fn sequence_numbers_are_compared_as_numbers_whatever_their_length() {
        let parse = |digits: &str| Sequence::parse(digits).expect("digits");
        assert!(parse("9") < parse("10"));
        assert!(parse("9999999999999999999999999999999999999999") > parse("4421584500000000017450439091"));
        assert!(parse("1000000000000000000000000000000") > parse("999999999999999999999999999999"));
        assert_eq!(Sequence::parse("12a"), None);
    }
}
