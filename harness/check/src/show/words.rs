//! Numbers and verdicts in words.
use crate::report::{Found, Remedy};
use anechoic_evidence::harmless;

/// So many of a thing.
pub fn plural(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

/// So many retries.
pub fn retries(number: u32) -> String {
    if number == 1 { "1 retry".into() } else { format!("{number} retries") }
}

/// A number that can be read: 1234567 as 1,234,567.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into_owned());
    groups.collect::<Vec<String>>().join(",")
}

/// Where a run takes place, and how much has to happen.
pub(super) fn size(found: &Found) -> String {
    let size = found.size;
    let replay = &found.replay;
    let place = match replay.scenario == replay.variant {
        true => String::new(),
        false => format!("in {}, ", replay.scenario),
    };
    format!(
        "{place}with {}, {} and {}{}",
        plural(size.actors as u64, "actor"),
        plural(u64::from(size.faults), "fault"),
        plural(u64::from(size.steps), "step"),
        if found.is_smallest { "" } else { " (a smaller one may exist)" },
    )
}

/// Whether the promise would hold.
pub(super) fn remedied(remedy: &Remedy) -> String {
    let runs = plural(remedy.executions, "run");
    match (remedy.holds, remedy.others.is_empty()) {
        (Some(true), true) => format!("✓ it holds, and so does all else: {runs}"),
        (Some(true), false) => format!("✗ it holds, but {} does not: {runs}", remedy.others.join(", ")),
        (Some(false), _) => format!("✗ it is broken all the same: {runs}"),
        (None, _) if remedy.executions == 0 => "? not searched: the budget ended before".into(),
        (None, _) => format!("? not broken in {runs}, which are not all, or cannot be judged"),
    }
}

/// A word of a command line, in quotes if the shell would not take it as it is.
pub fn word(text: &str) -> String {
    let text = harmless(text, usize::MAX);
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:#@+,=".contains(letter);
    if text.chars().all(is_plain) { text.into() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1000, 1_234_567].map(super::count), ["0", "999", "1,000", "1,234,567"]);
    }
}
