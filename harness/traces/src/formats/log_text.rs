//! A log in which each line begins with its time, such as a CloudWatch log exported to S3.
use crate::{
    clock::{Told, parse_time},
    definition::{Definition, Form, Object, Wrong},
    line::Raw,
    message,
};

pub(super) const FORMAT: Definition = Definition {
    name: "log-text",
    about: "CloudWatch Logs export",
    in_order: true,
    is_log: true,
    form: Form::Text { begins: |line| read(line).is_ok(), read, row },
};

/// What Lambda's runtime says of itself stands among what its function says, and has no time.
const RUNTIME: [&str; 4] = ["INIT_START ", "START RequestId: ", "END RequestId: ", "REPORT RequestId: "];

/// A time, a blank, a message.
fn read(line: &str) -> Result<Raw, Wrong> {
    if RUNTIME.iter().any(|begins| line.starts_with(begins)) {
        return Ok(Raw::of([("text", line)].into_iter().collect()));
    }
    let (time, said) =
        split(line).ok_or("expected a line that begins with its time, such as 2026-07-13T18:10:27Z")?;
    let mut is_cut = false;
    let fields = message::fields(said, &mut is_cut);
    Ok(Raw { time: Some(time), is_cut, ..Raw::of(fields) })
}

/// What a line says behind its time, as a row of a table.
fn row(line: &str) -> Object {
    message::fields(split(line).map_or(line, |(_, said)| said), &mut false)
}

/// The time near the beginning of a line, and what follows. In the time itself there may be a blank, and before it a word or
/// two, such as a level or the name of a stream.
fn split(line: &str) -> Option<(Told, &str)> {
    const BEFORE: usize = 3;
    let head = line.split('\n').next().unwrap_or_default();
    let words = words(head);
    for (at, (begins, ends)) in words.iter().enumerate().take(BEFORE) {
        if head[..*begins].contains(['{', '=']) {
            return None;
        }
        let next = words.get(at + 1).map_or(*ends, |(_, ends)| *ends);
        for ends in [*ends, next] {
            if let Some(told) = time(&head[*begins..ends]) {
                return Some((told, line[ends..].trim_start()));
            }
        }
    }
    None
}

/// A time in brackets or without. A small number is none, but some number.
fn time(text: &str) -> Option<Told> {
    const SECONDS: usize = 10;
    let text = text.trim_start_matches(['[', '(']).trim_end_matches([']', ')', ':', ',']);
    let is_small = text.len() < SECONDS || !text.starts_with(|first: char| first.is_ascii_digit());
    if is_small { None } else { parse_time(text) }
}

/// Where the first words of a line begin and end.
fn words(line: &str) -> Vec<(usize, usize)> {
    const ENOUGH: usize = 5;
    let word = |word: &str| {
        let begins = word.as_ptr() as usize - line.as_ptr() as usize;
        (begins, begins + word.len())
    };
    line.split_ascii_whitespace().take(ENOUGH).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_time_stands_at_the_beginning_or_behind_a_word() {
        for line in [
            "2026-07-13T18:10:27Z it failed",
            "2026-07-13 18:10:27,000 it failed",
            "[2026-07-13 18:10:27] it failed",
            "ERROR 2026-07-13T18:10:27Z it failed",
            "2026/07/13/[$LATEST]4f 2026-07-13T18:10:27.000Z it failed",
            "app-1 | 2026-07-13 18:10:27 it failed",
            "1783966227000\tit failed",
        ] {
            let (told, said) = split(line).expect(line);
            assert_eq!((told.time.as_second(), said), (1_783_966_227, "it failed"), "{line}");
        }
        for line in
            ["  File \"a.py\", line 3", "3 of 7", "at 2026-07-13", "{\"ts\": 2026-07-13T18:10:27Z }", ""]
        {
            assert!(split(line).is_none(), "{line}");
        }
    }
}
