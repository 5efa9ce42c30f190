//! The time that a handler is told where the gate owns its clock; and where it does not, what is made of its own.
use crate::{comparable::time, event::Event};
use jiff::{Timestamp, civil::DateTime};
use std::time::{SystemTime, UNIX_EPOCH};

/// When every delivery begins, in milliseconds since 1970: 2026-01-01T00:00:00Z.
pub(crate) const BEGINNING: u64 = 1_767_225_600_000;

/// What a process that has just begun says at one time, it says at another within so many seconds.
const GRID: i64 = 10;
/// What is further from now, in seconds, is no time that a clock told.
const FAR: i64 = 400 * 86_400;

/// The clock of a process that has its own. What it reads from it is told as if it had begun when every delivery begins; what
/// takes less than ten seconds takes no time.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// By itself, and by that of the gate, in seconds since 1970.
    began: i64,
    beginning: i64,
    /// Times that it was told, as it was told them, and what they are here: it may say them again.
    told: Vec<(String, String)>,
}

impl Clock {
    /// One that begins now, when it is told of this.
    pub(crate) fn begin(event: &Event) -> Clock {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let beginning = ((BEGINNING + event.at) / 1000) as i64;
        let mut clock = Clock { began: now.as_secs() as i64, beginning, told: Vec::new() };
        if !event.is_of_the_runtime {
            each(&event.text, |time, _| {
                clock.told.push((time.into(), time.into()));
                None
            });
        }
        clock
    }

    /// The text of its event: times that the runtime puts into it are told by its own clock.
    pub(crate) fn told_of(&mut self, event: &Event) -> String {
        if event.is_of_the_runtime { self.said(&event.text) } else { event.text.to_string() }
    }

    /// What it says, by the clock of the gate.
    pub(crate) fn heard(&self, text: &str) -> String {
        each(text, |time, seconds| {
            if let Some((_, here)) = self.told.iter().find(|(told, _)| told == time) {
                return Some(here.clone());
            }
            let since = seconds - self.began;
            (since.abs() < FAR).then(|| written(time, self.beginning + since.div_euclid(GRID) * GRID))?
        })
    }

    /// What it is told, by its own clock.
    pub(crate) fn said(&mut self, text: &str) -> String {
        let (began, beginning, told) = (self.began, self.beginning, &mut self.told);
        each(text, |time, seconds| {
            let since = seconds - beginning;
            let own = (since.abs() < FAR).then(|| written(time, began + since))??;
            told.push((own.clone(), time.into()));
            Some(own)
        })
    }
}

/// The same text with other times in the places of those for which there are some, of which each is given with its seconds since
/// 1970.
fn each(text: &str, mut other: impl FnMut(&str, i64) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match time(rest) {
            0 => rest.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(rest.len()),
            length => length,
        };
        let (word, after) = rest.split_at(length.max(first.len_utf8()));
        let new = seconds(word).and_then(|seconds| other(word, seconds));
        out += new.as_deref().unwrap_or(word);
        rest = after;
    }
    out
}

/// In how many parts of a second a number counts, by how many digits it has.
const UNITS: [(usize, i64); 4] = [(10, 1), (13, 1_000), (16, 1_000_000), (19, 1_000_000_000)];

fn unit(word: &str) -> Option<i64> {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    UNITS.into_iter().find(|(digits, _)| is_number && word.len() == *digits).map(|(_, unit)| unit)
}

/// A time's seconds since 1970. One without a zone is taken for UTC, which only shifts it.
fn seconds(word: &str) -> Option<i64> {
    if let Some(unit) = unit(word) {
        return Some(word.parse::<i64>().ok()? / unit);
    }
    (time(word) == word.len() && !word.is_empty()).then_some(())?;
    word.parse::<Timestamp>().map_or_else(|_| seconds_on_its_clock(word), |time| Some(time.as_second()))
}

/// A time as another is written, without parts of a second.
fn written(like: &str, seconds: i64) -> Option<String> {
    if let Some(unit) = unit(like) {
        return Some(seconds.checked_mul(unit)?.to_string());
    }
    const PLACE_OF_T: usize = 10;
    // By the same clock as the other: that of its zone, if it names one.
    let shift = seconds_on_its_clock(like)? - self::seconds(like)?;
    let time = Timestamp::from_second(seconds + shift).ok()?.to_string();
    let zone = like.find(['Z', '+']).or_else(|| like.get(LENGTH..)?.find('-').map(|at| at + LENGTH));
    let mut out = time.get(..LENGTH)?.to_string();
    out.replace_range(PLACE_OF_T..=PLACE_OF_T, &like[PLACE_OF_T..=PLACE_OF_T]);
    Some(out + zone.map_or("", |at| &like[at..]))
}

/// How long a time is to its seconds.
const LENGTH: usize = 19;

/// What the clock shows that a time is of, as seconds.
fn seconds_on_its_clock(time: &str) -> Option<i64> {
    let shown: DateTime = time.get(..LENGTH)?.parse().ok()?;
    Some(shown.duration_since(DateTime::constant(1970, 1, 1, 0, 0, 0, 0)).as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_clock_shows_is_told_by_another() {
        let beginning = (BEGINNING / 1000) as i64;
        let mut clock = Clock { began: 1_790_000_000, beginning, told: Vec::new() };
        for (own, here) in [
            ("1790000000", "1767225600"),
            ("1790000002345", "1767225600000"),
            ("1790000031", "1767225630"),
            ("1789999701999", "1767225300000"),
            ("2026-09-21T14:13:22.123456Z", "2026-01-01T00:00:00Z"),
            ("2026-09-21 16:13:22+02:00", "2026-01-01 02:00:00+02:00"),
            ("2026-09-21T14:14:23", "2026-01-01T00:01:00"),
        ] {
            assert_eq!(clock.heard(&format!("{{\"at\":\"{own}\"}}")), format!("{{\"at\":\"{here}\"}}"));
        }
        let own = clock.said("until 2026-01-01T00:00:30Z");
        assert_eq!(own, "until 2026-09-21T14:13:50Z");
        assert_eq!(clock.heard(&own), "until 2026-01-01T00:00:30Z", "what it was told, it may say again");
    }

    #[test]
    fn what_it_was_told_and_what_is_no_time_stays() {
        let clock = Clock::begin(&Event {
            text: "{\"due\":\"2026-12-01T08:00:00Z\",\"n\":1767225601}".into(),
            at: 0,
            is_of_the_runtime: false,
        });
        for text in [
            "due 2026-12-01T08:00:00Z",
            "1767225601",
            "12345",
            "",
            "1234567890123",
            "a1790000000",
            "2026-01-01",
        ] {
            assert_eq!(clock.heard(text), text);
        }
    }
}
