//! Days and times as texts, whose order is that of time only if they are spelt alike: the year first, with all digits, and in one zone.
use jiff::Timestamp;
use std::borrow::Cow;

/// A day or a time, as it is spelt where the order of texts is that of time.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Moment {
    /// It is this one.
    Known(String),
    /// It is one of two days, depending on whether the day or the month comes first.
    Either(Either),
}

/// A day that is spelt with a slash or a dash, and its year last.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Either {
    pub(crate) first: u8,
    pub(crate) second: u8,
    year: u16,
    /// What stands behind it, such as the time of the day.
    rest: String,
}

impl Either {
    /// As it is meant.
    pub(crate) fn spelt(&self, month_first: bool) -> String {
        let Either { first, second, year, rest } = self;
        let (month, day) = if month_first { (first, second) } else { (second, first) };
        format!("{year:04}-{month:02}-{day:02}{rest}")
    }
}

/// What a text spells, if that is a day or a time, and it is spelt in another way than where the order of texts is that of time.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    padded(text)
        .map(Moment::Known)
        .or_else(|| day(text))
        .filter(|moment| *moment != Moment::Known(text.into()))
}

/// A day: `2026-5-4`, `4.5.2026`, `05/04/2026`.
fn day(text: &str) -> Option<Moment> {
    /// The longest, and no longer text is looked at.
    const LONGEST: usize = "2026-05-04T10:00:00.000000000+00:00".len();
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let end = text.find([' ', 'T']).unwrap_or(text.len());
    let (day, rest) = text.split_at(end);
    if !rest.is_empty() && !rest[1..].starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let sign = day.chars().find(|letter| !letter.is_ascii_digit())?;
    let parts: Vec<&str> = day.split(sign).collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let [first, second, third] = parts[..] else { return None };
    if !parts.iter().all(is_number) {
        return None;
    }
    let short = |part: &str| part.parse::<u8>().ok().filter(|_| part.len() <= 2);
    let year =
        |part: &str| part.parse::<u16>().ok().filter(|year| part.len() == 4 && (1900..2100).contains(year));
    let is_month = |month: u8| (1..=12).contains(&month);
    let is_day = |day: u8| (1..=31).contains(&day);
    if let (Some(year), '-' | '/') = (year(first), sign) {
        let (month, day) = (short(second)?, short(third)?);
        return (is_month(month) && is_day(day))
            .then(|| Moment::Known(format!("{year:04}-{month:02}-{day:02}{rest}")));
    }
    let either =
        Either { first: short(first)?, second: short(second)?, year: year(third)?, rest: rest.into() };
    let (first, second) = (either.first, either.second);
    let is_right = is_day(first) && is_day(second) && (is_month(first) || is_month(second));
    match sign {
        '.' if is_day(first) && is_month(second) => Some(Moment::Known(either.spelt(false))),
        '/' | '-' if is_right => Some(Moment::Either(either)),
        _ => None,
    }
}

/// The zone that a time is told in, as it is spelt; none, if it has none or is no time.
pub(crate) fn zone(text: &str) -> Option<Cow<'_, str>> {
    let rest = text.get(SECONDS.len()..)?;
    let at = rest.find(['Z', '+', '-'])?;
    Some(if matches!(&rest[at..], "+00:00" | "-00:00") { "Z".into() } else { rest[at..].into() })
}

/// A time of some zone as the same one of UTC, with all of its digits.
pub(crate) fn in_utc(text: &str) -> Option<String> {
    let time: Timestamp = text.parse().ok()?;
    Some(format!("{time:.9}"))
}

/// In what numbers count time since 1970: so many are a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unit(i64);

impl Unit {
    /// The unit of numbers of which this is one, if they are likely to count time: it is from September 2001 to 2080.
    pub(crate) fn of(number: f64) -> Option<Unit> {
        let is_likely = |unit: &i64| (1e9..3.5e9).contains(&(number / *unit as f64));
        [1, 1_000, 1_000_000, 1_000_000_000].into_iter().find(is_likely).map(Unit)
    }

    /// The number of a time; one that tells no zone is taken for one of UTC.
    pub(crate) fn count(self, time: &str) -> Option<i64> {
        let time: Timestamp = time.parse().or_else(|_| format!("{time}Z").parse()).ok()?;
        i64::try_from(time.as_nanosecond() * i128::from(self.0) / 1_000_000_000).ok()
    }
}

/// How long a time is up to its seconds.
const SECONDS: &str = "2026-05-04T10:00:00";

/// So many digits have the fractions of the finest clocks.
const FRACTION: usize = 9;

/// A time such as `2026-05-04T10:00:00.5Z`, with a fraction of nine digits: `…00Z` is behind `…00.5Z` in the order of texts, and before it
/// in time. None, if the text is no time with seconds, or is so already.
pub(crate) fn padded(text: &str) -> Option<String> {
    const PATTERN: &[u8] = b"dddd-dd-ddtdd:dd:dd";
    let (start, rest) = text.split_at_checked(PATTERN.len())?;
    let fits = |(letter, pattern): (u8, &u8)| match pattern {
        b'd' => letter.is_ascii_digit(),
        b't' => matches!(letter, b'T' | b' '),
        _ => letter == *pattern,
    };
    if !start.bytes().zip(PATTERN).all(fits) {
        return None;
    }
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
            rest.split_at_checked(end).filter(|(fraction, _)| !fraction.is_empty())?
        }
        None => ("", rest),
    };
    let is_right = fraction.len() < FRACTION && is_zone(zone);
    is_right.then(|| format!("{start}.{fraction:0<FRACTION$}{zone}"))
}

fn is_zone(text: &str) -> bool {
    match text.as_bytes() {
        [] | b"Z" => true,
        [b'+' | b'-', digits @ ..] => match digits {
            [a, b, b':', c, d] => [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, Unit, in_utc, moment, padded, zone};

    #[test]
    fn a_day_is_spelt_with_its_year_first() {
        let known = |text: &str, expected: &str| {
            assert_eq!(moment(text), Some(Moment::Known(expected.into())), "{text}")
        };
        known("2026-5-4", "2026-05-04");
        known("2026/05/04", "2026-05-04");
        known("4.5.2026", "2026-05-04");
        known("04.05.2026 10:00", "2026-05-04 10:00");
        let either = |text: &str| match moment(text) {
            Some(Moment::Either(either)) => [either.spelt(false), either.spelt(true)],
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(either("04/05/2026"), ["2026-05-04", "2026-04-05"]);
        assert_eq!(either("4-5-2026 8:00"), ["2026-05-04 8:00", "2026-04-05 8:00"]);
        for text in [
            "2026-05-04",
            "1.2.3",
            "40/50/2026",
            "12/34/5678",
            "4.13.2026",
            "04.05.26",
            "2026.5.4",
            "4.5.2026 Uhr",
            "é.5.2026",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn times_of_several_zones_are_told_in_one() {
        assert_eq!(zone("2026-05-04T10:00:00+02:00").as_deref(), Some("+02:00"));
        assert_eq!(zone("2026-05-04T10:00:00.5Z").as_deref(), Some("Z"));
        assert_eq!(zone("2026-05-04T10:00:00-00:00").as_deref(), Some("Z"));
        assert_eq!((zone("2026-05-04 10:00:00"), zone("2026-05-04")), (None, None));
        assert_eq!(in_utc("2026-05-04T10:00:00.5+02:00").as_deref(), Some("2026-05-04T08:00:00.500000000Z"));
        assert_eq!(in_utc("2026-05-04 10:00:00"), None);
        assert_eq!(
            Unit::of(1_778_000_000_000.0).and_then(|unit| unit.count("2026-05-04T20:00:00Z")),
            Some(1_777_924_800_000)
        );
        assert_eq!((Unit::of(7.0), Unit::of(2e10)), (None, None));
    }

    #[test]
    fn a_time_with_seconds_has_nine_digits_of_them() {
        let same = |text: &str, expected: &str| assert_eq!(padded(text).as_deref(), Some(expected));
        same("2026-05-04T10:00:00Z", "2026-05-04T10:00:00.000000000Z");
        same("2026-05-04 10:00:00.5", "2026-05-04 10:00:00.500000000");
        same("2026-05-04T10:00:00.12345678+02:00", "2026-05-04T10:00:00.123456780+02:00");
        for text in [
            "2026-05-04",
            "2026-05-04T10:00Z",
            "2026-05-04T10:00:00.Z",
            "2026-05-04T10:00:00.123456789Z",
            "2026-05-04T10:00:00.1234567890Z",
            "2026-05-04T10:00:00 Uhr",
            "2026-05-04T10:00:00+0200",
            "at 2026-05-04T10:00:00",
            "é026-05-04T10:00:00",
        ] {
            assert_eq!(padded(text), None, "{text}");
        }
    }
}
