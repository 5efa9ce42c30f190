//! How the records of a text are told apart, by its first bytes.
use crate::{
    Format, Mapping,
    binary::{NOT_UTF_8, is_not_utf_8},
    definition::{Form, LineReader, RowReader},
    table, unread,
};
use serde_json::Value;

/// How the records of a file are told apart.
pub(crate) enum Framing {
    /// Each line is a JSON value, or several.
    Lines,
    /// JSON values that go over several lines.
    Documents,
    /// A table of this format, with a header, whose columns are parted by this.
    Csv(Format, RowReader, u8),
    /// Each line is a text of this format.
    Text(Format, LineReader),
    /// A page in whose fences the records are.
    Fenced,
    /// Something else, up to this byte.
    After(usize),
}

/// So much of a file is looked at.
pub(crate) const HEAD: usize = 64 << 10;

/// The framing of a text that begins like this; or what it begins with instead. `whole` if that is all of it.
pub(crate) fn framing(
    head: &[u8],
    whole: bool,
    forced: Option<Format>,
    mapping: &Mapping,
) -> Result<Framing, String> {
    let text = String::from_utf8_lossy(first_line(head).0);
    if let Some(format) = forced {
        return Ok(match format.form() {
            Form::Csv { read, .. } => Framing::Csv(format, *read, table::parted_by(&text)),
            Form::Text { read, .. } => Framing::Text(format, *read),
            Form::Json(_) => of_json(head, whole).unwrap_or(Framing::Lines),
        });
    }
    if let Some(framing) = of_json(head, whole) {
        return Ok(framing);
    }
    let of_text = Format::of_first_line(&text).and_then(|format| match format.form() {
        Form::Text { read, .. } => Some(Framing::Text(format, *read)),
        Form::Json(_) | Form::Csv { .. } => None,
    });
    // What a mapping has patterns for may look like anything.
    let of_text = of_text.or_else(|| mapping.is_like(text.trim_end()).then(of_plain_text));
    if let Some(framing) = of_text.or_else(|| table::of_header(&text)) {
        return Ok(framing);
    }
    if super::fenced::has_fence(head) {
        return Ok(Framing::Fenced);
    }
    if is_like(head, mapping) {
        return Ok(of_plain_text());
    }
    // A prompt and its command, or a word of whoever pasted it.
    let after = after_something_else(head).map(Framing::After);
    after.or_else(|| table::of_rows(head, whole, mapping)).ok_or_else(|| beginning(head, &text))
}

/// What is said of a text of which nothing can be read.
fn beginning(head: &[u8], line: &str) -> String {
    if let Some(named) = unread::of_line(line) {
        return named.to_string();
    }
    let shown: String = line.chars().take(40).flat_map(char::escape_default).collect();
    let has_more = head.trim_ascii().contains(&b'\n');
    match is_not_utf_8(head) {
        true => format!("{NOT_UTF_8}; it begins with `{shown}`"),
        false if table::may_be_one(line, has_more) => {
            format!("it begins with `{shown}`; if that is the header of a table, say --format csv")
        }
        false => format!("it begins with `{shown}`"),
    }
}

/// Whether a mapping has a pattern for a line of it.
pub(crate) fn is_like(head: &[u8], mapping: &Mapping) -> bool {
    let is_like = || String::from_utf8_lossy(head).lines().any(|line| mapping.is_like(line.trim_end()));
    !mapping.patterns.is_empty() && is_like()
}

/// The first line that is not blank, and whether it has its end.
fn first_line(head: &[u8]) -> (&[u8], bool) {
    let first = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let head = &head[first..];
    let end = head.iter().position(|byte| *byte == b'\n');
    (&head[..end.unwrap_or(head.len())], end.is_some())
}

/// A line that is a whole value is one of many; one that ends in the middle of a value is part of a longer one. A line of
/// another text may begin with a bracket, too.
fn of_json(head: &[u8], whole: bool) -> Option<Framing> {
    let (line, has_end) = first_line(head);
    if !matches!(line.first(), Some(b'{' | b'[' | b'"')) {
        return None;
    }
    if !has_end && !whole {
        return Some(Framing::Documents);
    }
    let mut values = serde_json::Deserializer::from_slice(line).into_iter::<Value>();
    let first = values.next();
    match values.chain(first).find_map(Result::err) {
        None => Some(Framing::Lines),
        // The header of a table may be quoted.
        Some(_) if line[0] == b'"' => None,
        Some(error) if error.is_eof() => Some(Framing::Documents),
        Some(_) if line[0] == b'{' => Some(Framing::Lines),
        Some(_) => match Format::of_first_line(&String::from_utf8_lossy(line)) {
            Some(_) => None,
            None => Some(Framing::Lines),
        },
    }
}

/// Lines of which nothing is known but what patterns find in them.
fn of_plain_text() -> Framing {
    let (format, read) = Format::of_plain_text();
    Framing::Text(format, read)
}

/// Where the first line is that begins like a document, and is more than a bracket of something else.
fn after_something_else(head: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        let is_json = || {
            let mut values = serde_json::Deserializer::from_slice(line).into_iter::<Value>();
            match values.next() {
                Some(Ok(Value::Object(_) | Value::Array(_))) => true,
                Some(Err(error)) => error.is_eof(),
                _ => false,
            }
        };
        if at > 0 && matches!(line.first(), Some(b'{' | b'[')) && is_json() {
            return Some(at);
        }
        at += line.len();
    }
    None
}
