//! Records of a DynamoDB stream: a changed row, before and after, with a sequence number.
use super::{item, object, text};
use crate::{
    Change, Fields, Row, Sequence,
    clock::parse_time,
    definition::{Definition, Form, Json, Wrong},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "stream",
    about: "DynamoDB stream records",
    in_order: true,
    is_log: false,
    form: Form::Json(Json {
        lists: &["Records"],
        sent: &["Records"],
        is_record: |value| value.get("dynamodb").is_some_and(Value::is_object),
        row: Some(row),
        ..Json::of(|record, sink| read(record).map(sink))
    }),
};

/// A change as a row of a table; none, if it does not say what the row is now.
fn row(record: &Value) -> Option<Row> {
    let change = record.get("dynamodb")?;
    let image = |name: &str| change.get(name).and_then(item::plain);
    let is = |name: &str| record.get("eventName").and_then(Value::as_str) == Some(name);
    let keys = image("Keys").unwrap_or_default();
    let names = keys.keys().cloned().collect();
    let before = image("OldImage");
    let is_new = is("INSERT");
    let mut object = match is("REMOVE") {
        true => before.unwrap_or_default(),
        false => image("NewImage")?,
    };
    object.extend(keys);
    let whose = |name: &str| record.get(name).and_then(Value::as_str);
    // arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-07-13T18:10:27.101
    let of_source = whose("eventSourceARN").and_then(|arn| arn.split(":table/").nth(1)?.split('/').next());
    let table = of_source.or_else(|| whose("tableName")).map(String::from);
    Some(Row {
        table,
        change: Some(Change { keys: names, is_new, is_removed: is("REMOVE") }),
        ..Row::of(object)
    })
}

fn read(record: Value) -> Result<Raw, Wrong> {
    let mut record = object(record, "a stream record")?;
    let change = record.remove("dynamodb").ok_or("expected a stream record with `dynamodb`")?;
    let mut change = object(change, "a stream record whose `dynamodb` is an object")?;
    let image = |image: Option<Value>| image.map(item::fields).transpose();
    let keys = image(change.remove("Keys"))?.unwrap_or_default();
    let before = image(change.remove("OldImage"))?;
    let removed = record.get("eventName").and_then(Value::as_str) == Some("REMOVE");
    let now = image(change.remove("NewImage"))?;
    // How much a stream shows of a row is a setting of its table.
    let is_keys_only = now.is_none() && before.is_none();
    let mut fields = match now {
        Some(now) => now,
        // Rows expire; that one was there is what counts.
        None if removed => before.clone().unwrap_or_default(),
        None => Fields::default(),
    };
    fields.extend(keys);
    // Two streams have nothing to do with each other.
    let source = text(&record, "eventSourceARN").or_else(|| text(&record, "tableName")).unwrap_or_default();
    let number = text(&change, "SequenceNumber").and_then(|digits| Sequence::parse(&digits));
    let order = number.map(|number| (source.into(), number));
    let time = text(&change, "ApproximateCreationDateTime").and_then(|seconds| parse_time(&seconds));
    Ok(Raw { fields, before: before.filter(|_| !removed), order, time, is_keys_only, ..Raw::default() })
}
