//! What a DynamoDB query or scan returned: items in a list.
use super::item;
use crate::{
    definition::{Definition, Form, Json, Object},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "query",
    about: "DynamoDB query or scan output",
    in_order: false,
    is_log: false,
    form: Form::Json(Json {
        lists: &["Items", "Responses"],
        // Alone it is an item, which is told by itself.
        is_record: item::is_typed,
        follows: &["LastEvaluatedKey"],
        lacks,
        row: Some(item::row),
        ..Json::of(|value, sink| item::fields(value).map(Raw::of).map(sink))
    }),
};

/// What was returned may be less than what was read: a filter keeps rows back, which may be of the same tasks.
fn lacks(beside: &Object, records: u64) -> Option<String> {
    let is_left = |left: &Value| left.as_object().is_some_and(|tables| !tables.is_empty());
    if beside.get("UnprocessedKeys").is_some_and(is_left) {
        return Some("it has UnprocessedKeys: what was asked for is not all here".into());
    }
    let number = |name: &str| beside.get(name)?.as_u64();
    let count = number("Count")?;
    if count != records {
        return Some(format!("it has a Count of {count}, but {records} of them are here"));
    }
    let scanned = number("ScannedCount").filter(|scanned| *scanned > count)?;
    Some(format!("a filter was applied: {count} of {scanned} rows that were read are here"))
}
