use crate::{
    Fields, Row, answer,
    definition::{Definition, Form, Json, LineReader, Object, Opener, Wrong},
    formats::{CSV, PLAIN, TABLE},
    line::Raw,
    pages::Mark,
};
use serde_json::Value;
use std::{fmt, str::FromStr};

/// What a file may hold: a row of the table of formats.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Format(usize);

/// The members in which loggers write how grave it is.
const LEVELS: [&str; 7] = ["level", "severity", "lvl", "levelname", "loglevel", "logLevel", "msg"];

/// Whether a logger wrote this: it adds its level to whatever it is given.
fn is_logged(value: &Value) -> bool {
    value.as_object().is_some_and(|object| LEVELS.iter().any(|level| object.contains_key(*level)))
}

impl Format {
    /// All of them.
    pub fn all() -> impl DoubleEndedIterator<Item = Format> + ExactSizeIterator {
        (0..TABLE.len()).map(Format)
    }

    fn definition(self) -> &'static Definition {
        &TABLE[self.0]
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        self.definition().name
    }

    /// What it is, in a few words.
    pub fn about(self) -> &'static str {
        self.definition().about
    }

    /// Whether its records stand in the order in which they were written. The rows of a table do not.
    pub fn in_order(self) -> bool {
        self.definition().in_order
    }

    /// Whether its records tell of things in passing. The rows of a table are the things themselves.
    pub fn is_log(self) -> bool {
        self.definition().is_log
    }

    /// What its records are made of.
    pub(crate) fn form(self) -> &'static Form {
        &self.definition().form
    }

    fn json(self) -> Option<&'static Json> {
        match self.form() {
            Form::Json(json) => Some(json),
            Form::Csv { .. } | Form::Text { .. } => None,
        }
    }

    /// The format of documents that hold their records in a list of this name.
    pub(crate) fn of_list(name: &str) -> Option<Format> {
        Format::all().find(|format| format.json().is_some_and(|json| json.lists.contains(&name)))
    }

    /// Whether documents with a list of this name follow one another, as they are sent.
    pub(crate) fn is_sent(list: &str) -> bool {
        Format::all().filter_map(Format::json).any(|json| json.sent.contains(&list))
    }

    /// Whether a value is one of its records.
    pub(crate) fn takes(self, value: &Value) -> bool {
        self.json().is_some_and(|json| (json.is_record)(value))
    }

    /// Whether any object may be one of its records.
    pub(crate) fn is_any(self) -> bool {
        self.json().is_some_and(|json| json.is_any)
    }

    /// What opens its records, if they only wrap others.
    pub(crate) fn unwraps(self) -> Option<Opener> {
        self.json()?.unwraps
    }

    /// Whether its records are events of a history; and what this one says of all of them, if it does.
    pub(crate) fn told_about(self, value: &Value) -> Option<Option<Fields>> {
        self.json()?.about.map(|about| about(value))
    }

    /// The format of a value that stands for itself.
    pub(crate) fn of_record(value: &Value) -> Option<Format> {
        let is_logged = is_logged(value);
        Format::all().rfind(|format| format.takes(value) && (!is_logged || format.is_any()))
    }

    /// Whether a value that stands for itself is one of its records, as far as another of its file was.
    pub(crate) fn is_taken(self, value: &Value) -> bool {
        self.takes(value) && !is_logged(value)
    }

    /// The format of an object that stands for itself.
    pub(crate) fn of_object(object: &Object) -> Option<Format> {
        Format::of_record(&Value::Object(object.clone()))
    }

    /// The format of a value that is of no other.
    pub(crate) fn of_any(value: &Value) -> Option<Format> {
        Format::all().rfind(|format| format.is_any() && format.takes(value))
    }

    /// Whether a value is a record, or holds a list of them, by more than being an object.
    pub(crate) fn is_own_document(value: &Value) -> bool {
        let holds = |(name, value): (&String, &Value)| Format::of_list(name).is_some() && value.is_array();
        value.as_object().is_some_and(|object| object.iter().any(holds))
            || Format::of_record(value).is_some_and(|format| !format.is_any())
    }

    /// The format of a file whose first line is this, and no JSON nor the header of a table.
    pub(crate) fn of_first_line(line: &str) -> Option<Format> {
        Format::all().rfind(|format| match format.form() {
            Form::Text { begins, .. } => begins(line),
            Form::Json(_) | Form::Csv { .. } => false,
        })
    }

    /// How its lines are read, if it has lines of text.
    pub(crate) fn line_reader(self) -> Option<(Format, LineReader)> {
        match self.form() {
            Form::Text { read, .. } => Some((self, *read)),
            Form::Json(_) | Form::Csv { .. } => None,
        }
    }

    /// The format of lines that are read as they stand, and how they are.
    pub(crate) fn of_plain_text() -> (Format, LineReader) {
        let (name, read) = PLAIN;
        (Format(TABLE.iter().position(|format| format.name == name).unwrap_or_default()), read)
    }

    /// The format of any table.
    pub(crate) fn of_table() -> Format {
        Format(TABLE.iter().position(|format| format.name == CSV).unwrap_or_default())
    }

    /// The format of a table with these columns.
    pub(crate) fn of_columns(columns: &[&str]) -> Option<Format> {
        Format::all().rfind(|format| match format.form() {
            Form::Csv { begins, .. } => begins(columns),
            Form::Json(_) | Form::Text { .. } => false,
        })
    }

    /// Whether it is data of an export to S3, which has a manifest beside it.
    pub(crate) fn is_exported(self) -> bool {
        self.name() == "s3-export"
    }

    /// Reads a JSON value, which may turn out to be several records.
    pub(crate) fn read(self, value: Value, sink: &mut dyn FnMut(Raw)) -> Result<(), Wrong> {
        let json = self.json().ok_or_else(|| format!("expected {}", self.definition().about))?;
        (json.read)(value, sink)
    }

    /// A JSON value as a row of a table.
    pub(crate) fn row(self, value: &Value) -> Option<Row> {
        self.json().and_then(|json| json.row).and_then(|row| row(value))
    }

    /// Whether its records as rows of a table are no more than their fields.
    pub(crate) fn has_only_fields(self) -> bool {
        self.json().is_some_and(|json| json.row.is_none())
    }

    /// A line as a row of a table.
    pub(crate) fn row_of_line(self, line: &str) -> Option<Row> {
        match self.form() {
            Form::Text { row, .. } => Some(Row::of(row(line))),
            Form::Json(_) | Form::Csv { .. } => None,
        }
    }

    /// A row of columns as a row of a table.
    pub(crate) fn row_of_columns(self, columns: &mut dyn Iterator<Item = (&str, &str)>) -> Option<Row> {
        match self.form() {
            Form::Csv { row, .. } => Some(Row::of_columns(row(columns))),
            Form::Json(_) | Form::Text { .. } => None,
        }
    }

    /// What stands beside a list of records and asks for other pages. It is looked for beside any list: whoever pages through
    /// one leaves the same marks, whatever is in it.
    pub(crate) fn mark(beside: &Object, records: u64) -> Mark {
        let all = || Format::all().filter_map(Format::json);
        let is_there = |value: &&Value| !value.is_null() && value.as_str() != Some("");
        let there = |name: &str| beside.get(name).filter(is_there);
        if let Some(name) = all().flat_map(|json| json.follows).find(|name| there(name).is_some()) {
            return Mark::Follows(name);
        }
        let token = |name: &&'static str| Some((*name, there(name)?.to_string()));
        let tokens: Vec<_> = all().flat_map(|json| json.repeats).filter_map(token).collect();
        match tokens.is_empty() {
            true => Mark::Nothing,
            false => Mark::Tokens { all: tokens, is_empty: records == 0 },
        }
    }

    /// What else says that a document is not the whole story.
    pub(crate) fn lacks(beside: &Object, records: u64) -> Option<String> {
        let all = || Format::all().filter_map(Format::json);
        let is_known =
            |name: &str| all().any(|json| json.follows.contains(&name) || json.repeats.contains(&name));
        all()
            .find_map(|json| (json.lacks)(beside, records))
            .or_else(|| answer::lacks(beside, records, is_known))
    }
}

/// No format goes by this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no format `{0}`")]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Format, UnknownFormat> {
        Format::all().find(|format| format.name() == name).ok_or_else(|| UnknownFormat(name.into()))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Format;
    use std::collections::HashSet;

    /// Of two formats with one name, or with lists of one name, the second would never be met.
    #[test]
    fn no_two_formats_share_a_name_or_the_name_of_a_list() {
        let (mut names, mut lists) = (HashSet::new(), HashSet::new());
        for format in Format::all() {
            assert!(names.insert(format.name()), "{format}");
            let own = format.json().map_or(&[][..], |json| json.lists);
            assert!(own.iter().all(|list| lists.insert(*list)), "{format}");
        }
    }
}
