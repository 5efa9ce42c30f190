//! Whether a text is a table of CSV, by more than the names in its header.
use crate::{Format, Mapping, definition::Form, sniff::Framing};

/// What parts columns.
const PARTED_BY: [u8; 4] = *b",;\t|";

/// The cells of the first line, without the blanks around them.
fn columns(header: &str, by: u8) -> Vec<String> {
    let mut header =
        csv::ReaderBuilder::new().delimiter(by).has_headers(false).from_reader(header.as_bytes());
    let first = header.records().next();
    let columns = first.into_iter().flatten();
    columns.flat_map(|row| row.iter().map(|column| column.trim().to_string()).collect::<Vec<_>>()).collect()
}

/// A table whose header is made of names, by which its format is known.
pub(crate) fn of_header(header: &str) -> Option<Framing> {
    PARTED_BY.into_iter().find_map(|by| {
        let columns = columns(header, by);
        framing(Format::of_columns(&columns.iter().map(String::as_str).collect::<Vec<_>>())?, by)
    })
}

/// A table whose header may be anything, but each line below has as many cells; or whose only column a mapping names.
pub(crate) fn of_rows(head: &[u8], whole: bool, mapping: &Mapping) -> Option<Framing> {
    let format = Format::of_table();
    let by = PARTED_BY.into_iter().find(|by| are_rows(head, whole, *by));
    let is_named = || {
        let mut lines = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
        let header = lines.find(|line| !line.is_empty()).and_then(|line| std::str::from_utf8(line).ok());
        header.is_some_and(|header| mapping.names(header.trim_matches('"')))
    };
    framing(format, by.or_else(|| is_named().then_some(b','))?)
}

/// Whether each row has as many cells as the header, which are different and no values.
fn are_rows(head: &[u8], whole: bool, by: u8) -> bool {
    let mut table = csv::ReaderBuilder::new();
    let mut table = table.flexible(true).delimiter(by).has_headers(false).from_reader(head);
    let Ok(mut rows) = table.records().collect::<Result<Vec<_>, _>>() else { return false };
    // The last may go on behind what is looked at.
    if !whole {
        rows.pop();
    }
    let Some((header, rows)) = rows.split_first() else { return false };
    let is_name = |cell: &str| {
        let cell = cell.trim();
        cell.starts_with(|first: char| first.is_alphabetic() || "_#@".contains(first))
            && cell.len() <= LONGEST
            && !cell.contains(['{', '}', '=', '"'])
    };
    let mut names: Vec<&str> = header.iter().map(str::trim).collect();
    names.sort_unstable();
    names.dedup();
    names.len() == header.len()
        && header.len() > 1
        && header.iter().all(is_name)
        && !rows.is_empty()
        && rows
            .iter()
            .all(|row| row.len() == header.len() || by == b'|' && row.len() == 1 && is_ruler(&row[0]))
}

/// No column has a longer name, in bytes; a sentence may be longer.
const LONGEST: usize = 64;

fn framing(format: Format, by: u8) -> Option<Framing> {
    match format.form() {
        Form::Csv { read, .. } => Some(Framing::Csv(format, *read, by)),
        Form::Json(_) | Form::Text { .. } => None,
    }
}

/// Whether this stands below a header, or at the end, of what a database prints for people.
pub(crate) fn is_ruler(line: &str) -> bool {
    counted(line).is_some() || line.trim().chars().all(|letter| "-+=".contains(letter))
}

/// How many rows a database says that it has printed: `(7 rows)`.
pub(crate) fn counted(line: &str) -> Option<u64> {
    let count = line.trim().strip_prefix('(')?.strip_suffix(')')?;
    let number = count.strip_suffix(" rows").or_else(|| count.strip_suffix(" row"))?;
    number.parse().ok()
}

/// The name that two columns of a header have.
pub(crate) fn named_twice(header: &csv::StringRecord) -> Option<&str> {
    let mut names: Vec<&str> = header.iter().map(str::trim).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

/// By what the columns of a header are parted, if it is one.
pub(crate) fn parted_by(header: &str) -> u8 {
    PARTED_BY.into_iter().max_by_key(|by| (columns(header, *by).len(), *by == b',')).unwrap_or(b',')
}

/// Whether this may be a table, which only its user can tell: a line that is parted, or a name by itself above others.
pub(crate) fn may_be_one(header: &str, has_more: bool) -> bool {
    let header = header.trim();
    let is_name = || header.chars().all(|letter| letter.is_alphanumeric() || "_-\"".contains(letter));
    columns(header, parted_by(header)).len() > 1 || has_more && is_name()
}

/// How long the line is in which Excel is told by what columns are parted; nothing, if there is none.
pub(crate) fn separator(head: &[u8]) -> Option<usize> {
    let rest = head.strip_prefix(b"sep=")?;
    let line = rest.iter().position(|byte| *byte == b'\n')?;
    (rest[..line].trim_ascii_end().len() == 1 || rest[..line] == *b"\t").then_some(b"sep=".len() + line)
}
