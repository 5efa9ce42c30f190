//! What a file holds, by its first bytes.
use crate::{Format, clock::parse_time};
use serde_json::Value;

/// How the records of a file are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framing {
    /// Each line is a JSON value.
    Lines,
    /// JSON values that go over several lines.
    Documents,
    /// A table with a header.
    Csv,
    /// Each line is a time and a text.
    Text,
}

/// So much of a file is looked at.
pub(crate) const HEAD: usize = 64 << 10;

/// The framing of a file that begins like this; or what it begins with instead. `whole` if that is all of it.
pub(crate) fn framing(head: &[u8], whole: bool, forced: Option<Format>) -> Result<Framing, String> {
    match forced {
        Some(Format::InsightsCsv) => return Ok(Framing::Csv),
        Some(Format::LogText) => return Ok(Framing::Text),
        _ => {}
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
    if ["@timestamp", "@message", "@ptr"].iter().any(|column| line.contains(column)) && !line.contains('{') {
        return Ok(Framing::Csv);
    }
    if line.split(' ').next().and_then(parse_time).is_some() {
        return Ok(Framing::Text);
    }
    let shown: String = line.chars().take(40).flat_map(char::escape_default).collect();
    Err(format!("it begins with `{shown}`"))
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
