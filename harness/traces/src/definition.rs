//! What there is to say of a format. Each is one [`Definition`], in a file of its own among the [`formats`](crate::formats).
use crate::{Fields, Row, clock::Told, line::Raw};
use serde_json::{Map, Value};

/// A JSON object, as far as it was not taken apart.
pub(crate) type Object = Map<String, Value>;

/// What a reader says of something that is not as it should be.
pub(crate) type Wrong = String;

/// All that is known of a format.
pub(crate) struct Definition {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What it is, in a few words.
    pub(crate) about: &'static str,
    /// Whether its records stand in the order in which they were written. The rows of a table do not.
    pub(crate) in_order: bool,
    /// Whether its records tell of things in passing. The rows of a table are the things themselves.
    pub(crate) is_log: bool,
    /// How its records are told apart, known and read.
    pub(crate) form: Form,
}

impl Definition {
    /// A history: its events stand in order, and tell of things in passing.
    pub(crate) const fn history(name: &'static str, about: &'static str, events: Json) -> Definition {
        Definition { name, about, in_order: true, is_log: true, form: Form::Json(events) }
    }
}

/// What the records of a format are made of.
pub(crate) enum Form {
    /// JSON values: one on each line, or in lists within documents.
    Json(Json),
    /// Rows of a table as CSV, with a header.
    Csv {
        /// Whether a table with these columns is one.
        begins: fn(&[&str]) -> bool,
        /// Reads a row.
        read: RowReader,
        /// The same as a row of a table.
        row: fn(&mut dyn Iterator<Item = (&str, &str)>) -> Object,
    },
    /// Lines of text.
    Text {
        /// Whether a file whose first line is this, and no JSON, is one.
        begins: fn(&str) -> bool,
        /// Reads a line.
        read: LineReader,
        /// The same as a row of a table.
        row: fn(&str) -> Object,
    },
}

/// Reads a row, given as the names of its columns and what stands there.
pub(crate) type RowReader = fn(&mut dyn Iterator<Item = (&str, &str)>) -> Raw;

/// Reads a line.
pub(crate) type LineReader = fn(&str) -> Result<Raw, Wrong>;

/// Reads a value, which may turn out to be several records.
pub(crate) type ValueReader = fn(Value, &mut dyn FnMut(Raw)) -> Result<(), Wrong>;

/// Opens a value that wraps others.
pub(crate) type Opener = fn(Value) -> Result<Vec<Inner>, Wrong>;

/// What was in a wrapper.
pub(crate) struct Inner {
    /// A text if it was one there; it may spell JSON.
    pub(crate) value: Value,
    /// When it was sent.
    pub(crate) sent: Option<Told>,
    /// What the wrapper calls it.
    pub(crate) id: Option<String>,
}

impl Inner {
    /// The value, or what its text spells.
    pub(crate) fn parsed(self) -> Value {
        match self.value {
            Value::String(text) => match serde_json::from_str(&text) {
                Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
                _ => Value::String(text),
            },
            value => value,
        }
    }
}

/// A format whose records are JSON.
pub(crate) struct Json {
    /// Documents that hold their records in a list of one of these names are of it, as far as their records are. No other
    /// format has these names.
    pub(crate) lists: &'static [&'static str],
    /// Those of these lists that are sent as they come, so that one document follows another: the end of one is not that of all.
    pub(crate) sent: &'static [&'static str],
    /// Whether a value is one of its records.
    pub(crate) is_record: fn(&Value) -> bool,
    /// Whether any object may be one, so that every other format comes first.
    pub(crate) is_any: bool,
    /// What stands beside a list if more of it follows elsewhere.
    pub(crate) follows: &'static [&'static str],
    /// What stands beside every list, and is repeated beside one without a record where nothing follows.
    pub(crate) repeats: &'static [&'static str],
    /// What else says that a document is not the whole story, going by what stands beside its list and by how many
    /// records are in it.
    pub(crate) lacks: fn(&Object, u64) -> Option<String>,
    /// Opens a record that only wraps others, which are of any format.
    pub(crate) unwraps: Option<Opener>,
    /// Of a history: what a record says that all of the history is about.
    pub(crate) about: Option<fn(&Value) -> Option<Fields>>,
    /// Reads a value.
    pub(crate) read: ValueReader,
    /// The value as a row of a table, if its records say more than their fields do.
    pub(crate) row: Option<fn(&Value) -> Option<Row>>,
}

impl Json {
    /// The events of a history, one of which may say what all of it is about.
    pub(crate) const fn of_history(
        is_record: fn(&Value) -> bool,
        about: fn(&Value) -> Option<Fields>,
        read: ValueReader,
    ) -> Json {
        Json { is_record, about: Some(about), ..Json::of(read) }
    }

    /// What is read like this, and is nothing that can be told by its content yet.
    pub(crate) const fn of(read: ValueReader) -> Json {
        Json {
            lists: &[],
            sent: &[],
            is_record: |_| false,
            is_any: false,
            follows: &[],
            repeats: &[],
            lacks: |_, _| None,
            unwraps: None,
            about: None,
            read,
            row: None,
        }
    }
}
