//! The history of an execution of AWS Step Functions.
use super::{object, payload, text};
use crate::{
    Fields, Sequence,
    clock::parse_time,
    definition::{Definition, Json, Wrong},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition::history(
    "step-functions",
    "Step Functions history",
    Json::of_history(is_record, begun_with, |event, sink| read(event).map(sink)),
);

/// What else has an id, a type and a time says nothing of the event before it, nor details of one.
fn is_record(value: &Value) -> bool {
    let Some(event) = value.as_object() else { return false };
    let has = |name| event.contains_key(name);
    let has_details = || event.keys().any(|name| name.ends_with("EventDetails"));
    let is_of_api = has("id") && has("timestamp") && (has("previousEventId") || has_details());
    has("type") && (is_of_api || has("execution_arn") && has("details"))
}

/// One of the `events`; as its log has it, the names of members are spelt otherwise.
fn read(event: Value) -> Result<Raw, Wrong> {
    let event = object(event, "an event of a Step Functions history")?;
    let kind = text(&event, "type").ok_or("expected a history event with a `type`")?;
    let mut fields: Fields = [("history", kind)].into_iter().collect();
    let details = event.iter().filter(|(name, _)| name.ends_with("EventDetails") || *name == "details");
    for (_, details) in details {
        let of = |name: &str| details.get(name).and_then(Value::as_str);
        if let Some(step) = of("name") {
            fields.add("step", step);
        }
        if let Some(said) = of("cause").or(of("error")) {
            fields.add("text", said);
        }
    }
    // Its log says of every event whose it is.
    let arn = text(&event, "execution_arn").unwrap_or_default();
    if !arn.is_empty() {
        fields.add("execution_arn", arn.clone());
    }
    let number = text(&event, "id").and_then(|digits| Sequence::parse(&digits));
    let order = number.map(|number| (arn.into(), number));
    let time = ["timestamp", "event_timestamp"].into_iter().find_map(|name| parse_time(&text(&event, name)?));
    Ok(Raw { order, time, ..Raw::of(fields) })
}

/// What the execution was begun with says whose history it is.
fn begun_with(event: &Value) -> Option<Fields> {
    let details = event.get("executionStartedEventDetails").or_else(|| {
        event.get("details").filter(|_| event.get("type").and_then(Value::as_str) == Some("ExecutionStarted"))
    });
    payload(details?.get("input")?)
}
