//! Values of arguments, and what was expected instead.
use anechoic_evidence::harmless;
use std::{ops::RangeInclusive, path::PathBuf, time::Duration};

/// A time with its unit.
///
/// # Errors
/// What was expected.
pub fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text)
        .map_err(|_| "expected a time with its unit, such as 60s, 5m or 1h30m".into())
}

/// A path that can be shown in a line.
///
/// # Errors
/// What was expected.
pub fn place(text: &str) -> Result<PathBuf, String> {
    match harmless(text, usize::MAX) == text {
        true => Ok(text.into()),
        false => Err("expected a path without control characters".into()),
    }
}

/// A whole number in a range.
pub fn number(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<u64, String> + Clone + Send + Sync {
    move |text| {
        let expected = match *range.end() {
            u64::MAX => format!("expected a whole number from {}", range.start()),
            end => format!("expected a whole number from {} to {end}", range.start()),
        };
        text.parse().ok().filter(|number| range.contains(number)).ok_or(expected)
    }
}

/// One of several equal parts.
pub(super) fn shard(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    let valid = parts.filter(|(number, of)| (1..=*of).contains(number) && *of <= 1000);
    valid.ok_or_else(|| "expected K/N with K from 1 to N, such as 1/4".to_string())
}

/// A name with its value.
pub(super) fn given(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let pair = pair.ok_or_else(|| "expected NAME=VALUE, such as client-attempts=3".to_string())?;
    Ok((pair.0.into(), pair.1.into()))
}
