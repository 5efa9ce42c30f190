//! Rows as plain JSON objects: items without their types, or the rows of any database.
use super::{item, object};
use crate::{
    Fields, Row,
    definition::{Definition, Form, Json},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "rows",
    about: "rows as plain JSON",
    // Nothing tells in which order a table gave them.
    in_order: false,
    is_log: false,
    form: Form::Json(Json {
        is_record,
        is_any: true,
        row: Some(|value| Some(Row::of(value.get("Item").unwrap_or(value).as_object()?.clone()))),
        ..Json::of(|value, sink| {
            let mut row = object(value, "a row: an object")?;
            // `get-item` wraps it, whatever its values are.
            if let Some(Value::Object(item)) = row.remove("Item") {
                row = item;
            }
            sink(Raw::of(Fields::of_object(row)));
            Ok(())
        })
    }),
};

/// Any object. But one that has a typed value is an item, and if it has others, too, it is a broken one.
fn is_record(value: &Value) -> bool {
    let is_typed = |value: &Value| item::is_type(value);
    value.as_object().is_some_and(|row| !row.is_empty() && !row.values().any(is_typed))
}
