//! Lines of a DynamoDB export to S3; also what `get-item` returned.
use super::{item, object};
use crate::{
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
    form: Form::Json(Json { is_record, ..Json::of(|line, _, sink| read(line).map(sink)) }),
};

fn is_record(value: &Value) -> bool {
    ["Item", "NewImage"].iter().any(|name| value.get(name).is_some_and(item::is_typed))
}

/// A line of an export: a whole item, or in an incremental export its images before and after.
fn read(line: Value) -> Result<Raw, Wrong> {
    let mut line = object(line, "a line of an S3 export: {\"Item\": …}")?;
    let written = line.get("Metadata").and_then(|metadata| metadata.get("WriteTimestampMicros"));
    let written = written.and_then(|typed| typed.get("N")).and_then(Value::as_str);
    let ingested = written
        .and_then(|micros| micros.parse().ok())
        .and_then(|micros: i64| Timestamp::from_microsecond(micros).ok())
        .map(|time| Told { time, has_zone: true });
    let now = line.remove("Item").or_else(|| line.remove("NewImage"));
    let now = now.ok_or("expected a line of an S3 export: {\"Item\": …} or {\"NewImage\": …}")?;
    let before = line.remove("OldImage").map(item::fields).transpose()?;
    Ok(Raw { before, ingested, ..Raw::of(item::fields(now)?) })
}
