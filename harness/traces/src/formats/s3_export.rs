//! Lines of a DynamoDB export to S3; also what `get-item` returned.
use super::{item, object};
use crate::{
    Change, Fields, Row,
    clock::Told,
    definition::{Definition, Form, Json, Wrong},
    line::Raw,
};
use jiff::Timestamp;
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "s3-export",
    about: "DynamoDB S3 export",
    in_order: false,
    is_log: false,
    form: Form::Json(Json { is_record, row: Some(row), ..Json::of(|line, sink| read(line).map(sink)) }),
};

/// A whole item, or in an incremental export a change. Of what was deleted there may be no more than its keys.
fn row(line: &Value) -> Option<Row> {
    let image = |name: &str| line.get(name).map(item::plain);
    if let Some(item) = image("Item") {
        return Some(Row::of(item?));
    }
    let keys = image("Keys").flatten().unwrap_or_default();
    let names = keys.keys().cloned().collect();
    let (now, before) = (image("NewImage"), image("OldImage").flatten());
    let is_removed = now.is_none();
    let mut object = now.unwrap_or(Some(before.unwrap_or_default()))?;
    object.extend(keys);
    // It tells what changed in a span of time, and not whether a row was there at its beginning.
    Some(Row { change: Some(Change { keys: names, is_new: false, is_removed }), ..Row::of(object) })
}

/// In an incremental export, what was deleted has its keys, and perhaps what it was before.
fn is_record(value: &Value) -> bool {
    let has = |name: &str| value.get(name).is_some_and(item::is_typed);
    ["Item", "NewImage"].into_iter().any(has)
        || has("Keys") && (has("OldImage") || value.get("Metadata").is_some())
}

/// A line of an export: a whole item, or in an incremental export its images before and after.
fn read(line: Value) -> Result<Raw, Wrong> {
    let mut line = object(line, "a line of an S3 export: {\"Item\": …}")?;
    let written = line.get("Metadata").and_then(|metadata| metadata.get("WriteTimestampMicros"));
    let written = written.and_then(|typed| typed.get("N")).and_then(Value::as_str);
    let ingested = written
        .and_then(|micros| micros.parse().ok())
        .and_then(|micros: i64| Timestamp::from_microsecond(micros).ok())
        .map(Told::exact);
    let mut image = |name: &str| line.remove(name).map(item::fields).transpose();
    let (item, now, before, keys) = (image("Item")?, image("NewImage")?, image("OldImage")?, image("Keys")?);
    let is_keys_only = item.is_none() && now.is_none() && before.is_none();
    let (mut fields, before) = match (item.or(now), before) {
        (Some(now), before) => (now, before),
        // Rows expire, and are deleted; that one was there is what counts.
        (None, Some(before)) => (before, None),
        (None, None) if keys.is_some() => (Fields::default(), None),
        (None, None) => {
            return Err("expected a line of an S3 export: {\"Item\": …} or {\"NewImage\": …}".into());
        }
    };
    fields.extend(keys.unwrap_or_default());
    Ok(Raw { before, ingested, is_keys_only, ..Raw::of(fields) })
}
