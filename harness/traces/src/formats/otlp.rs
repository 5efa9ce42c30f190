//! OpenTelemetry spans in OTLP's JSON: each span is a record, and so is each of its events.
use super::{object, text};
use crate::{
    Fields,
    clock::{Told, parse_time},
    definition::{Definition, Form, Json, Object, Wrong},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "otlp",
    about: "OTLP JSON spans",
    in_order: true,
    is_log: true,
    form: Form::Json(Json {
        list: Some("resourceSpans"),
        ..Json::of(|resource, _, sink| read(resource, sink))
    }),
};

/// One of the `resourceSpans`.
fn read(resource: Value, sink: &mut dyn FnMut(Raw)) -> Result<(), Wrong> {
    const EXPECTED: &str = "resource spans: an object with `scopeSpans`";
    let mut resource = object(resource, EXPECTED)?;
    if !["resource", "scopeSpans"].iter().any(|name| resource.contains_key(*name)) {
        return Err(format!("expected {EXPECTED}"));
    }
    let about = resource.get("resource").map(attributes).unwrap_or_default();
    for scope in list(&mut resource, "scopeSpans") {
        let mut scope = object(scope, "scope spans: an object with `spans`")?;
        for span in list(&mut scope, "spans") {
            let mut span = object(span, "a span")?;
            let events = list(&mut span, "events");
            let mut own = attributes_of(&span);
            if let Some(name) = text(&span, "name") {
                own.add("step", name.strip_prefix("step ").unwrap_or(&name));
            }
            own.extend(about.clone());
            for event in events {
                let event = object(event, "an event of a span")?;
                let mut fields = attributes_of(&event);
                // What an attribute says of what it is comes first: of two names, that one was chosen for its readers.
                if let Some(name) = text(&event, "name") {
                    fields.add("span_event", name);
                }
                fields.extend(own.clone());
                sink(Raw { time: time(&event, "timeUnixNano"), ..Raw::of(fields) });
            }
            sink(Raw { time: time(&span, "startTimeUnixNano"), ..Raw::of(own) });
        }
    }
    Ok(())
}

fn list(object: &mut Object, name: &str) -> Vec<Value> {
    match object.remove(name) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

fn time(object: &Object, name: &str) -> Option<Told> {
    text(object, name).and_then(|nanoseconds| parse_time(&nanoseconds))
}

fn attributes_of(object: &Object) -> Fields {
    object.get("attributes").map(listed).unwrap_or_default()
}

fn attributes(resource: &Value) -> Fields {
    resource.get("attributes").map(listed).unwrap_or_default()
}

fn listed(attributes: &Value) -> Fields {
    let attribute = |attribute: &Value| {
        let name = attribute.get("key")?.as_str()?.to_string();
        let value = attribute.get("value")?.as_object()?.values().next()?;
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return None,
        };
        Some((name, text))
    };
    attributes.as_array().into_iter().flatten().filter_map(attribute).collect()
}
