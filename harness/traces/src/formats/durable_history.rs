//! The history of a durable execution: which step was begun, failed and retried, and when.
use super::{object, payload, text};
use crate::{
    Fields, Sequence,
    clock::parse_time,
    definition::{Definition, Json, Wrong},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition::history(
    "durable-history",
    "durable execution history",
    Json {
        lists: &["Events"],
        follows: &["NextMarker"],
        ..Json::of_history(is_record, begun_with, |event, sink| read(event).map(sink))
    },
);

fn is_record(value: &Value) -> bool {
    let has = |name| value.get(name).is_some();
    has("EventType") && has("EventTimestamp") && value.get("EventId").is_some_and(Value::is_number)
}

/// One of the `Events`.
fn read(event: Value) -> Result<Raw, Wrong> {
    let event = object(event, "an event of a durable execution's history")?;
    let kind = text(&event, "EventType").ok_or("expected a history event with an `EventType`")?;
    let mut fields: Fields = [("history", kind.clone())].into_iter().collect();
    let details = event.get(&format!("{kind}Details"));
    let at = |path: &[&str]| path.iter().try_fold(details?, |value, name| value.get(name));
    if let Some(step) = text(&event, "Name") {
        fields.add("step", step);
    }
    if let Some(attempt) = at(&["RetryDetails", "CurrentAttempt"]) {
        fields.add("attempt", attempt.to_string());
    }
    if let Some(delay) = at(&["RetryDetails", "NextAttemptDelaySeconds"]) {
        fields.add("delay", delay.to_string());
    }
    if let Some(said) = at(&["Error", "Payload", "ErrorMessage"]).and_then(Value::as_str) {
        fields.add("text", said);
    }
    let number = text(&event, "EventId").and_then(|digits| Sequence::parse(&digits));
    // A history does not say whose it is. So it is its file's: two have nothing to do with each other.
    let order = number.map(|number| ("".into(), number));
    let time = text(&event, "EventTimestamp").and_then(|time| parse_time(&time));
    Ok(Raw { order, time, ..Raw::of(fields) })
}

/// What the execution was begun with says whose history it is.
fn begun_with(event: &Value) -> Option<Fields> {
    payload(event.get("ExecutionStartedDetails")?.get("Input")?.get("Payload")?)
}
