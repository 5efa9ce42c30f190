//! The formats, one in each file: how a JSON value of it looks, what is in it, and how it is written.
pub(crate) mod history;
pub(crate) mod insights;
pub(crate) mod item;
pub(crate) mod jsonl;
pub(crate) mod logs;
pub(crate) mod message;
pub(crate) mod otlp;
pub(crate) mod stream;

use crate::{Format, line::Raw};
use serde_json::{Map, Value};

/// A JSON object, as far as it was not taken apart.
pub(crate) type Object = Map<String, Value>;

/// What a reader says of something that is not as it should be.
pub(crate) type Wrong = String;

/// The format of documents that hold their records in a list of this name.
pub(crate) fn of_list(name: &str) -> Option<Format> {
    match name {
        "Items" => Some(Format::Query),
        "Records" => Some(Format::Stream),
        "events" => Some(Format::LogEvents),
        "results" => Some(Format::Insights),
        "Events" => Some(Format::DurableHistory),
        "resourceSpans" => Some(Format::Otlp),
        _ => None,
    }
}

/// The format of a value that stands for itself.
pub(crate) fn of_single(value: &Value) -> Option<Format> {
    let object = value.as_object()?;
    let has = |name: &str| object.get(name).is_some_and(Value::is_object);
    if object.contains_key("op") && (object.contains_key("ts") || object.contains_key("entity")) {
        Some(Format::Jsonl)
    } else if has("dynamodb") {
        Some(Format::Stream)
    } else if ["Item", "NewImage"].iter().any(|name| has(name) && item::is_typed(&object[*name])) {
        Some(Format::S3Export)
    } else if item::is_typed(value) {
        Some(Format::Item)
    } else {
        None
    }
}

/// Reads one record, which may turn out to be several.
pub(crate) fn read(
    format: Format,
    value: Value,
    state: &mut State,
    sink: &mut dyn FnMut(Raw),
) -> Result<(), Wrong> {
    match format {
        Format::Item | Format::Query => sink(Raw::of(item::fields(value)?)),
        Format::S3Export => sink(item::of_export(value)?),
        Format::Stream => sink(stream::read(value)?),
        Format::LogEvents => sink(logs::of_event(value)?),
        Format::Insights => sink(insights::of_result(value)?),
        Format::DurableHistory => sink(history::read(value, &mut state.payload)?),
        Format::Otlp => otlp::read(value, sink)?,
        Format::Jsonl => sink(jsonl::read(value)?),
        Format::LogText | Format::InsightsCsv => return Err(format!("expected {}", format.about())),
    }
    Ok(())
}

/// What a document's later records inherit from its earlier ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// What a durable execution was begun with.
    pub(crate) payload: crate::Fields,
}

/// Why a document is not the whole story, going by what stands beside its list of records.
pub(crate) fn truncation(beside: &Object, records: u64) -> Option<String> {
    for token in ["LastEvaluatedKey", "nextToken", "NextToken", "NextMarker"] {
        if beside.get(token).is_some_and(|value| !value.is_null() && value.as_str() != Some("")) {
            return Some(format!("it has a {token}: more follows that is not here"));
        }
    }
    let status = beside.get("status").and_then(Value::as_str);
    if let Some(status) = status.filter(|status| *status != "Complete") {
        return Some(format!("the query is {status}, not Complete"));
    }
    let matched = beside.get("statistics").and_then(|statistics| statistics.get("recordsMatched"));
    let matched = matched.and_then(Value::as_f64).filter(|matched| *matched > records as f64);
    matched.map(|matched| format!("{records} of {matched:.0} matching records are here"))
}

/// An object, or what was expected.
pub(crate) fn object(value: Value, expected: &str) -> Result<Object, Wrong> {
    match value {
        Value::Object(object) => Ok(object),
        _ => Err(format!("expected {expected}")),
    }
}

/// The text or number of this name, as text.
pub(crate) fn text(object: &Object, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
