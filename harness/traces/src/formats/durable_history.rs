//! The history of a durable execution: which step was begun, failed and retried, and when.
use super::{object, text};
use crate::{
    Fields, Sequence,
    clock::parse_time,
    definition::{Definition, Form, Json, Object, Wrong},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "durable-history",
    about: "durable execution history",
    in_order: true,
    is_log: true,
    form: Form::Json(Json {
        list: Some("Events"),
        follows: &["NextMarker"],
        ..Json::of(|event, payload, sink| read(event, payload).map(sink))
    }),
};

/// One of the `Events`. What the execution was begun with says whose history it is, and is kept for the later ones.
fn read(event: Value, payload: &mut Fields) -> Result<Raw, Wrong> {
    let event = object(event, "an event of a durable execution's history")?;
    let kind = text(&event, "EventType").ok_or("expected a history event with an `EventType`")?;
    if let Some(input) = begun_with(&event) {
        *payload = input;
    }
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
    fields.extend(payload.clone());
    let number = text(&event, "EventId").and_then(|digits| Sequence::parse(&digits));
    // A history does not say whose it is. So it is its file's: two have nothing to do with each other.
    let order = number.map(|number| ("".into(), number));
    let time = text(&event, "EventTimestamp").and_then(|time| parse_time(&time));
    Ok(Raw { order, time, ..Raw::of(fields) })
}

fn begun_with(event: &Object) -> Option<Fields> {
    let payload = event.get("ExecutionStartedDetails")?.get("Input")?.get("Payload")?;
    let payload: Object = match payload {
        Value::String(text) => serde_json::from_str(text).ok()?,
        Value::Object(object) => object.clone(),
        _ => return None,
    };
    Some(Fields::of_object(payload))
}
