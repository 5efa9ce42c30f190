//! The history of a workflow of Temporal or Cadence.
use super::{decoded, object, payload, text};
use crate::{
    Fields, Sequence,
    clock::parse_time,
    definition::{Definition, Json, Wrong},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition::history(
    "temporal-history",
    "Temporal history",
    Json {
        follows: &["nextPageToken"],
        ..Json::of_history(is_record, begun_with, |event, sink| read(event).map(sink))
    },
);

/// An event of another system may have these names, too, but no attributes under such a one.
fn is_record(value: &Value) -> bool {
    let Some(event) = value.as_object() else { return false };
    let has_attributes = event.keys().any(|name| name.ends_with("EventAttributes"));
    event.contains_key("eventId") && event.contains_key("eventType") && has_attributes
}

/// One of the `events`.
fn read(event: Value) -> Result<Raw, Wrong> {
    let event = object(event, "an event of a Temporal history")?;
    let kind = text(&event, "eventType").ok_or("expected a history event with an `eventType`")?;
    let mut fields: Fields = [("history", kind)].into_iter().collect();
    for (_, attributes) in event.iter().filter(|(name, _)| name.ends_with("EventAttributes")) {
        let at = |path: &[&str]| path.iter().try_fold(attributes, |value, name| value.get(name));
        let of = |path| at(path).and_then(Value::as_str);
        if let Some(step) = of(&["activityType", "name"]).or(of(&["workflowType", "name"])) {
            fields.add("step", step);
        }
        if let Some(attempt) = at(&["attempt"]).filter(|attempt| attempt.is_number()) {
            fields.add("attempt", attempt.to_string());
        }
        if let Some(said) = of(&["failure", "message"]).or(of(&["reason"])) {
            fields.add("text", said);
        }
    }
    let number = text(&event, "eventId").and_then(|digits| Sequence::parse(&digits));
    let order = number.map(|number| ("".into(), number));
    let time = ["eventTime", "timestamp"].into_iter().find_map(|name| parse_time(&text(&event, name)?));
    Ok(Raw { order, time, ..Raw::of(fields) })
}

/// What the workflow was begun with says whose history it is.
fn begun_with(event: &Value) -> Option<Fields> {
    let attributes = event.get("workflowExecutionStartedEventAttributes")?;
    let mut fields = Fields::default();
    let input = attributes.get("input");
    let payloads = input.and_then(|input| input.get("payloads")).and_then(Value::as_array);
    for given in payloads.into_iter().flatten() {
        // It is what was given, or an envelope of it in base64.
        let data = given.get("data").and_then(Value::as_str).and_then(decoded);
        fields.extend(
            data.and_then(|data| payload(&data.into())).or_else(|| payload(given)).unwrap_or_default(),
        );
    }
    if let Some(text) = input.and_then(Value::as_str) {
        fields.extend(payload(&decoded(text).unwrap_or_else(|| text.into()).into()).unwrap_or_default());
    }
    let id = attributes.get("workflowId").or_else(|| attributes.get("workflow_id"));
    if let Some(id) = id.and_then(Value::as_str) {
        fields.add("workflow_id", id);
    }
    Some(fields)
}
