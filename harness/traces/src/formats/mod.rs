//! The formats. Each is one file, which holds everything about it, and one row of the [`TABLE`]: without its row it is
//! dead code, and the compiler says so.
mod durable_history;
mod insights_csv;
mod insights_json;
mod item;
mod jsonl;
mod log_events;
mod log_text;
mod otlp;
mod query;
mod s3_export;
mod stream;

use crate::definition::{Definition, Object, Wrong};
use serde_json::Value;

/// All of them, as they are listed. What looks like several of them is the last: what is told by more stands below what
/// is told by less.
pub(crate) static TABLE: &[Definition] = &[
    item::FORMAT,
    query::FORMAT,
    s3_export::FORMAT,
    stream::FORMAT,
    log_events::FORMAT,
    log_text::FORMAT,
    insights_csv::FORMAT,
    insights_json::FORMAT,
    durable_history::FORMAT,
    otlp::FORMAT,
    jsonl::FORMAT,
];

/// An object, or what was expected.
fn object(value: Value, expected: &str) -> Result<Object, Wrong> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(format!("expected {expected}")),
    }
}

/// The text or number of this name, as text.
fn text(object: &Object, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
