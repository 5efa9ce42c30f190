//! What there is to say of a format. Each is one [`Definition`], in a file of its own among the [`formats`](crate::formats).
use crate::{Fields, line::Raw};
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

/// What the records of a format are made of.
pub(crate) enum Form {
    /// JSON values: one on each line, or in lists within documents.
    Json(Json),
    /// Rows of a table as CSV, with a header.
    Csv {
        /// Whether a file whose first line is this, and no JSON, is one.
        begins: fn(&str) -> bool,
        /// Reads a row.
        read: RowReader,
    },
    /// Lines of text.
    Text {
        /// Whether a file whose first line is this, and no JSON, is one.
        begins: fn(&str) -> bool,
        /// Reads a line.
        read: LineReader,
    },
}

/// Reads a row, given as the names of its columns and what stands there.
pub(crate) type RowReader = fn(&mut dyn Iterator<Item = (&str, &str)>) -> Raw;

/// Reads a line.
pub(crate) type LineReader = fn(&str) -> Result<Raw, Wrong>;

/// Reads a value, which may turn out to be several records. The fields are what the later records of a document inherit
/// from its earlier ones; at its beginning there are none.
pub(crate) type ValueReader = fn(Value, &mut Fields, &mut dyn FnMut(Raw)) -> Result<(), Wrong>;

/// A format whose records are JSON.
pub(crate) struct Json {
    /// Documents that hold their records in a list of this name are of it. No other format has that name.
    pub(crate) list: Option<&'static str>,
    /// Whether a value that stands for itself is one of its records.
    pub(crate) is_record: fn(&Value) -> bool,
    /// What stands beside a list if more of it follows elsewhere.
    pub(crate) follows: &'static [&'static str],
    /// What else says that a document is not the whole story, going by what stands beside its list and by how many
    /// records are in it.
    pub(crate) lacks: fn(&Object, u64) -> Option<String>,
    /// Reads a value.
    pub(crate) read: ValueReader,
}

impl Json {
    /// What is read like this, and is nothing that can be told by its content yet.
    pub(crate) const fn of(read: ValueReader) -> Json {
        Json { list: None, is_record: |_| false, follows: &[], lacks: |_, _| None, read }
    }
}
