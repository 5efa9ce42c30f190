//! DynamoDB items: every value in an object that names its type.
use super::{Wrong, object};
use crate::{Fields, clock::parse_time, line::Raw};
use serde_json::Value;

const TYPES: [&str; 10] = ["S", "N", "BOOL", "NULL", "M", "L", "SS", "NS", "BS", "B"];

/// Whether this is an object whose values all name their types.
pub(crate) fn is_typed(value: &Value) -> bool {
    let typed = |value: &Value| {
        value
            .as_object()
            .is_some_and(|typed| typed.len() == 1 && typed.keys().all(|name| TYPES.contains(&name.as_str())))
    };
    value.as_object().is_some_and(|item| !item.is_empty() && item.values().all(typed))
}

/// The texts of an item.
pub(crate) fn fields(item: Value) -> Result<Fields, Wrong> {
    let item = object(item, "an item: an object of typed values")?;
    let mut fields = Vec::with_capacity(item.len());
    for (name, value) in item {
        untype(name, value, &mut fields)?;
    }
    Ok(fields.into_iter().collect())
}

fn untype(name: String, value: Value, fields: &mut Vec<(String, String)>) -> Result<(), Wrong> {
    let wrong = |name: &str| format!("`{name}` is no typed value; expected one such as {{\"S\": \"text\"}}");
    let Value::Object(typed) = value else { return Err(wrong(&name)) };
    let mut typed = typed.into_iter();
    let (Some((kind, value)), None) = (typed.next(), typed.next()) else { return Err(wrong(&name)) };
    match (kind.as_str(), value) {
        ("S" | "N", Value::String(text)) => fields.push((name, text)),
        ("BOOL", Value::Bool(truth)) => fields.push((name, truth.to_string())),
        ("M", Value::Object(members)) => {
            for (member, value) in members {
                untype(format!("{name}.{member}"), value, fields)?;
            }
        }
        ("NULL" | "L" | "SS" | "NS" | "BS" | "B", _) => {}
        _ => return Err(wrong(&name)),
    }
    Ok(())
}

/// A line of an export: a whole item, or in an incremental export its images before and after.
pub(crate) fn of_export(line: Value) -> Result<Raw, Wrong> {
    let mut line = object(line, "a line of an S3 export: {\"Item\": …}")?;
    let written = line.get("Metadata").and_then(|metadata| metadata.get("WriteTimestampMicros"));
    let written = written.and_then(|typed| typed.get("N")).and_then(Value::as_str);
    let ingested = written
        .and_then(|micros| micros.parse().ok())
        .and_then(|micros: i64| jiff::Timestamp::from_microsecond(micros).ok());
    let now = line.remove("Item").or_else(|| line.remove("NewImage"));
    let now = now.ok_or("expected a line of an S3 export: {\"Item\": …} or {\"NewImage\": …}")?;
    let before = line.remove("OldImage").map(fields).transpose()?;
    Ok(Raw { before, ingested, ..Raw::of(fields(now)?) })
}

/// Seconds since 1970, as streams have them.
pub(crate) fn seconds(object: &super::Object, name: &str) -> Option<jiff::Timestamp> {
    parse_time(&super::text(object, name)?)
}
