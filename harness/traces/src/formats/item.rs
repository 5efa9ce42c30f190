//! DynamoDB items: every value in an object that names its type.
use super::object;
use crate::{
    Fields, Row,
    definition::{Definition, Form, Json, Object, Wrong},
    line::Raw,
    row::number,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "item",
    about: "DynamoDB items",
    // A table gives its rows in the order of their keys' hashes.
    in_order: false,
    is_log: false,
    form: Form::Json(Json {
        is_record: is_typed,
        row: Some(row),
        ..Json::of(|value, sink| fields(value).map(Raw::of).map(sink))
    }),
};

const TYPES: [&str; 10] = ["S", "N", "BOOL", "NULL", "M", "L", "SS", "NS", "BS", "B"];

/// Whether this is an object whose values all name their types.
pub(super) fn is_typed(value: &Value) -> bool {
    value.as_object().is_some_and(|item| !item.is_empty() && item.values().all(is_type))
}

/// Whether this is a value that names its type.
pub(super) fn is_type(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|typed| typed.len() == 1 && typed.keys().all(|name| TYPES.contains(&name.as_str())))
}

/// An item as a row of a table.
pub(super) fn row(item: &Value) -> Option<Row> {
    plain(item).map(Row::of)
}

/// An item without its types; none, if it is broken.
pub(super) fn plain(item: &Value) -> Option<Object> {
    let members = item.as_object()?.iter();
    members.map(|(name, value)| Some((name.clone(), value_of(value)?))).collect()
}

/// What a text spells without types; none, if it spells no list or map of values that name their types.
pub(crate) fn untyped(text: &str) -> Option<Value> {
    match serde_json::from_str(text).ok()? {
        Value::Array(list) if !list.is_empty() => list.iter().map(value_of).collect::<Option<_>>(),
        map @ Value::Object(_) if is_typed(&map) => plain(&map).map(Value::Object),
        _ => None,
    }
}

fn value_of(typed: &Value) -> Option<Value> {
    let mut typed = typed.as_object()?.iter();
    let (Some((kind, value)), None) = (typed.next(), typed.next()) else { return None };
    Some(match (kind.as_str(), value) {
        ("N", Value::String(spelt)) => number(spelt),
        ("NS", Value::Array(set)) => {
            set.iter().map(|spelt| spelt.as_str().map(number)).collect::<Option<_>>()?
        }
        ("M", map) => plain(map)?.into(),
        ("L", Value::Array(list)) => list.iter().map(value_of).collect::<Option<_>>()?,
        ("NULL", _) => Value::Null,
        ("S" | "BOOL" | "SS" | "B" | "BS", value) => value.clone(),
        _ => return None,
    })
}

/// The texts of an item.
pub(super) fn fields(item: Value) -> Result<Fields, Wrong> {
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
