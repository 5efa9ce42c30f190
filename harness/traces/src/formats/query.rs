//! What a DynamoDB query or scan returned: items in a list.
use super::item;
use crate::{
    definition::{Definition, Form, Json, Object},
    line::Raw,
};

pub(super) const FORMAT: Definition = Definition {
    name: "query",
    about: "DynamoDB query or scan output",
    in_order: false,
    is_log: false,
    form: Form::Json(Json {
        list: Some("Items"),
        follows: &["LastEvaluatedKey"],
        lacks,
        ..Json::of(|value, _, sink| item::fields(value).map(Raw::of).map(sink))
    }),
};

/// What was returned may be less than what was read: a filter keeps rows back, which may be of the same tasks.
fn lacks(beside: &Object, records: u64) -> Option<String> {
    let number = |name: &str| beside.get(name)?.as_u64();
    let count = number("Count")?;
    if count != records {
        return Some(format!("it has a Count of {count}, but {records} of them are here"));
    }
    let scanned = number("ScannedCount").filter(|scanned| *scanned > count)?;
    Some(format!("a filter was applied: {count} of {scanned} rows that were read are here"))
}
