//! The formats. Each is one file, which holds everything about it, and one row of the [`TABLE`]: without its row it is
//! dead code, and the compiler says so.
mod durable_history;
mod event_batch;
mod insights_csv;
mod insights_json;
mod item;
mod jaeger;
mod json_log;
mod jsonl;
mod log_csv;
mod log_events;
mod log_lines;
mod log_text;
mod of_protobuf;
mod otlp;
mod otlp_logs;
mod query;
mod rows;
mod s3_export;
mod step_functions;
mod stream;
mod table_csv;
mod temporal;
mod zipkin;

use crate::{
    Fields,
    bounded::LONGEST,
    definition::{Definition, LineReader, Object, Wrong},
};
use base64::{Engine, prelude::BASE64_STANDARD as STANDARD};
use flate2::read::MultiGzDecoder;
use serde_json::Value;
use std::io::Read as _;

pub(crate) use item::untyped;

/// All of them, as they are listed. What looks like several of them is the last: what is told by more stands below what
/// is told by less.
pub(crate) static TABLE: &[Definition] = &[
    rows::FORMAT,
    json_log::FORMAT,
    query::FORMAT,
    item::FORMAT,
    s3_export::FORMAT,
    stream::FORMAT,
    table_csv::FORMAT,
    log_csv::FORMAT,
    log_lines::FORMAT,
    log_events::FORMAT,
    log_text::FORMAT,
    insights_csv::FORMAT,
    insights_json::FORMAT,
    event_batch::FORMAT,
    durable_history::FORMAT,
    step_functions::FORMAT,
    temporal::FORMAT,
    otlp::FORMAT,
    otlp_logs::FORMAT,
    jaeger::FORMAT,
    zipkin::FORMAT,
    jsonl::FORMAT,
];

/// The format of tables of CSV whose columns may be any.
pub(crate) const CSV: &str = table_csv::FORMAT.name;

/// The format of lines of plain text, in which only patterns find something, and how each is read.
pub(crate) const PLAIN: (&str, LineReader) = (log_lines::FORMAT.name, log_lines::read_plain);

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

/// The fields of what an execution was begun with: an object, or a text that spells one.
fn payload(value: &Value) -> Option<Fields> {
    let object: Object = match value {
        Value::String(text) => serde_json::from_str(text).ok()?,
        Value::Object(object) => object.clone(),
        _ => return None,
    };
    Some(Fields::of_object(object))
}

/// What a bus, a queue or a stream carries as a text of base64: a text, perhaps compressed.
fn decoded(text: &str) -> Option<String> {
    let bytes = STANDARD.decode(text).ok()?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return String::from_utf8(bytes).ok();
    }
    let mut unpacked = String::new();
    let read = MultiGzDecoder::new(&*bytes).take(LONGEST).read_to_string(&mut unpacked);
    read.is_ok_and(|read| (read as u64) < LONGEST).then_some(unpacked)
}

/// The attributes of a span, its process or its resource, as OpenTelemetry and Jaeger list them.
fn attributes(list: Option<&Value>) -> Fields {
    let mut fields = Fields::default();
    for attribute in list.and_then(Value::as_array).into_iter().flatten() {
        let (Some(name), Some(value)) =
            (attribute.get("key").and_then(Value::as_str), attribute.get("value"))
        else {
            continue;
        };
        fields.nest(name.into(), any_value(value.clone()));
    }
    fields
}

/// A value that may name its type, such as `{"stringValue": "text"}`.
fn any_value(value: Value) -> Value {
    let Value::Object(typed) = value else { return value };
    match typed.into_iter().next() {
        Some((kind, Value::Object(list))) if kind == "kvlistValue" => {
            let members = list.get("values").and_then(Value::as_array).into_iter().flatten();
            let member = |member: &Value| {
                Some((member.get("key")?.as_str()?.to_string(), any_value(member.get("value")?.clone())))
            };
            Value::Object(members.filter_map(member).collect())
        }
        Some((_, value)) => value,
        None => Value::Null,
    }
}
