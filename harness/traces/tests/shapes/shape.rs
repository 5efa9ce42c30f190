//! One thing and its two events, in every shape of every format.
use super::{logs::LOGS, spans::SPANS, tables::TABLES};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::{io::Write as _, sync::LazyLock};

/// The thing.
pub(crate) const THING: &str = "kiln-3";

/// A shape of a format.
#[derive(Clone)]
pub(crate) struct Shape {
    /// The format's name.
    pub(crate) format: &'static str,
    /// What the shape is called in the docs.
    pub(crate) shape: &'static str,
    pub(crate) write: fn() -> Vec<u8>,
}

/// All of them.
pub(crate) static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| [TABLES, LOGS, SPANS].concat());

pub(crate) const fn shape(format: &'static str, shape: &'static str, write: fn() -> Vec<u8>) -> Shape {
    Shape { format, shape, write }
}

/// The events, as plain objects.
pub(crate) fn events() -> [Value; 2] {
    ["n-1", "n-2"].map(|key| json!({ "task_id": THING, "event_type": "task_failed", "event_id": key }))
}

/// The same, as they are logged.
pub(crate) fn said() -> [String; 2] {
    events().map(|event| event.to_string())
}

/// When they were, in milliseconds since 1970.
pub(crate) const TIMES: [u64; 2] = [1_780_000_000_000, 1_780_000_007_000];

/// The event as an object with these members besides.
pub(crate) fn with(event: Value, more: Value) -> Value {
    let (Value::Object(mut event), Value::Object(more)) = (event, more) else { panic!("objects") };
    event.extend(more);
    event.into()
}

/// JSON on a line.
pub(crate) fn line(value: &Value) -> Vec<u8> {
    format!("{value}\n").into_bytes()
}

/// JSON as the AWS CLI prints it.
pub(crate) fn pretty(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_vec_pretty(value).expect("JSON");
    text.push(b'\n');
    text
}

/// Each on a line.
pub(crate) fn all_lines(values: impl IntoIterator<Item = Value>) -> Vec<u8> {
    values.into_iter().flat_map(|value| line(&value)).collect()
}

/// Compressed.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 0).expect("in memory")
}
