//! What comes of it: data, of which text, JSON and exit code are made.
use anechoic_rows::{Found, When};
use anechoic_traces::Read;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// What is told of a promise. What is worse is greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum Verdict {
    /// It is kept in all that the input shows, which is all there is.
    #[serde(rename = "holds")]
    Holds,
    /// The input does not show enough.
    #[serde(rename = "cannot tell")]
    CannotTell,
    /// It is broken, by the rows that were found.
    #[serde(rename = "violated")]
    Violated,
}

/// What a witness says.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Testimony {
    /// The tables that promises name, and those that were declared.
    pub tables: Vec<Tabled>,
    /// Records that are of no table.
    pub strays: Vec<Stray>,
    /// What is remarkable about the promises and what they are asked of, and decides nothing by itself.
    pub notes: Vec<String>,
    /// The promises that were judged, in the order of their file.
    pub promises: Vec<Judged>,
    /// The promises of the kinds `sometimes` and `eventually`, which no trace can break.
    pub not_judged: Vec<String>,
    /// What was read, as other reports tell it.
    #[serde(skip)]
    pub files: Vec<(String, Read)>,
}

/// A table.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tabled {
    /// Its name.
    pub name: String,
    /// Whether the input has it, be it without a row.
    pub is_there: bool,
    /// How many records are its rows, changes of its rows, or lines that make its rows.
    pub records: u64,
    /// How many of them came more than once and count once.
    pub repeated: u64,
    /// The files that they come from.
    pub files: Vec<String>,
}

/// Records that are of no table.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Stray {
    /// How many.
    pub records: u64,
    /// Where the first of them is.
    pub first: String,
    /// What they are.
    pub what: String,
}

/// What is told of a promise.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Judged {
    /// Its name.
    pub name: String,
    /// What it says, in a sentence.
    pub about: Option<String>,
    /// `never` or `at_rest`.
    #[serde(serialize_with = "name_of")]
    #[schemars(with = "String")]
    pub when: When,
    /// What is told of it.
    pub verdict: Verdict,
    /// Why, in words.
    pub why: String,
    /// The last record before it was found broken, if that was on the way and not at the end.
    pub at: Option<String>,
    /// The rows that its query found; null if it found none, or lacks a table or a column that it names.
    #[schemars(with = "Option<Rows>")]
    pub found: Option<Found>,
    /// Whether it is violated if the files that do not say where they end are all there was.
    #[serde(skip)]
    pub is_so_far: bool,
}

/// The rows that a query found.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it describes what `Found` writes")]
struct Rows {
    /// The names of the columns.
    columns: Vec<String>,
    /// The first rows, sorted: a text, a number or null for each column.
    rows: Vec<Vec<serde_json::Value>>,
    /// How many more there are.
    more: u64,
}

fn name_of<S: Serializer>(when: &When, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(when.name())
}

impl Testimony {
    /// Whether a promise is violated if the files that do not say where they end are all there was.
    pub fn is_so_far(&self) -> bool {
        self.promises.iter().any(|judged| judged.is_so_far)
    }

    /// The worst of what is told; none, if nothing was judged.
    pub fn worst(&self) -> Option<Verdict> {
        self.promises.iter().map(|judged| judged.verdict).max()
    }
}
