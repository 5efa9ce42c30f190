//! A CloudWatch log exported to S3: a time and a message on each line.
use crate::{
    clock::{Told, parse_time},
    definition::{Definition, Form, Wrong},
    line::Raw,
    message,
};

pub(super) const FORMAT: Definition = Definition {
    name: "log-text",
    about: "CloudWatch Logs export",
    in_order: true,
    is_log: true,
    form: Form::Text { begins: |line| split(line).is_some(), read },
};

/// A time, a blank, a message.
fn read(line: &str) -> Result<Raw, Wrong> {
    let (time, said) =
        split(line).ok_or("expected a line that begins with its time, such as 2026-07-13T18:10:27Z")?;
    let mut is_cut = false;
    let fields = message::fields(said, &mut is_cut);
    Ok(Raw { time: Some(time), is_cut, ..Raw::of(fields) })
}

/// The time at the beginning of a line, in which itself there may be a blank, and what follows.
fn split(line: &str) -> Option<(Told, &str)> {
    let mut blanks = line.match_indices([' ', '\t', '\n']).map(|(at, _)| at);
    let first = blanks.next().unwrap_or(line.len());
    let second = blanks.next().unwrap_or(line.len());
    let at = |end: usize| Some((parse_time(&line[..end])?, line[end..].trim_start()));
    at(first).or_else(|| at(second))
}
