//! What a file holds, by its first bytes.
use crate::{
    Format,
    definition::{Form, LineReader, RowReader},
};
use serde_json::Value;

/// How the records of a file are told apart.
pub(crate) enum Framing {
    /// Each line is a JSON value.
    Lines,
    /// JSON values that go over several lines.
    Documents,
    /// A table of this format, with a header.
    Csv(Format, RowReader),
    /// Each line is a text of this format.
    Text(Format, LineReader),
}

/// The framing of a format that is no JSON.
fn of_other(format: Format) -> Option<Framing> {
    match format.form() {
        Form::Json(_) => None,
        Form::Csv { read, .. } => Some(Framing::Csv(format, *read)),
        Form::Text { read, .. } => Some(Framing::Text(format, *read)),
    }
}

/// So much of a file is looked at.
pub(crate) const HEAD: usize = 64 << 10;

/// The framing of a file that begins like this; or what it begins with instead. `whole` if that is all of it.
pub(crate) fn framing(head: &[u8], whole: bool, forced: Option<Format>) -> Result<Framing, String> {
    if let Some(framing) = forced.and_then(of_other) {
        return Ok(framing);
    }
    let first = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let head = &head[first..];
    let end = head.iter().position(|byte| *byte == b'\n');
    let line = &head[..end.unwrap_or(head.len())];
    if matches!(line.first(), Some(b'{' | b'[')) {
        return Ok(of_json(line, end.is_some() || whole));
    }
    let line = String::from_utf8_lossy(line);
    if forced.is_some() {
        return Ok(Framing::Lines);
    }
    Format::of_first_line(&line).and_then(of_other).ok_or_else(|| {
        let shown: String = line.chars().take(40).flat_map(char::escape_default).collect();
        format!("it begins with `{shown}`")
    })
}

/// A line that is a whole value is one of many; one that ends in the middle of a value is part of a longer one.
fn of_json(line: &[u8], is_whole: bool) -> Framing {
    let parsed: Result<Value, _> = serde_json::from_slice(line);
    match parsed {
        _ if !is_whole => Framing::Documents,
        Err(error) if error.is_eof() => Framing::Documents,
        _ => Framing::Lines,
    }
}
