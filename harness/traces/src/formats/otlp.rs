//! OpenTelemetry spans in OTLP's JSON: each span is a record, and so is each of its events.
use super::{attributes, object, of_protobuf::renamed, text};
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
        // The last is how Tempo calls them.
        lists: &["resourceSpans", "resource_spans", "batches"],
        sent: &["resourceSpans", "resource_spans", "batches"],
        is_record,
        lacks: |beside, _| {
            let is_partial = beside.get("status").and_then(Value::as_str) == Some("PARTIAL");
            is_partial.then(|| "the answer of Tempo is PARTIAL".into())
        },
        ..Json::of(read)
    }),
};

/// Under which name a resource's spans are: today's, and those of versions before 0.15.
const SCOPES: [&str; 3] = ["scopeSpans", "instrumentationLibrarySpans", "ilSpans"];

/// The same with the names of protocol buffers.
const OF_PROTOBUF: &str = "scope_spans";

fn is_record(value: &Value) -> bool {
    let has = |name: &str| value.get(name).is_some();
    SCOPES.into_iter().any(has)
        || has(OF_PROTOBUF)
        || has("startTimeUnixNano")
        || value.as_object().is_some_and(is_of_console)
}

/// One of the `resourceSpans`, or a span by itself.
fn read(resource: Value, sink: &mut dyn FnMut(Raw)) -> Result<(), Wrong> {
    const EXPECTED: &str = "resource spans: an object with `scopeSpans`";
    let resource = if resource.get(OF_PROTOBUF).is_some() { renamed(resource) } else { resource };
    let mut resource = object(resource, EXPECTED)?;
    if resource.contains_key("startTimeUnixNano") {
        return read_span(resource.into(), &Fields::default(), sink);
    }
    if is_of_console(&resource) {
        return read_of_console(&resource, sink);
    }
    if !SCOPES.iter().chain(&["resource"]).any(|name| resource.contains_key(*name)) {
        return Err(format!("expected {EXPECTED}"));
    }
    let about = attributes(resource.get("resource").and_then(|resource| resource.get("attributes")));
    for scope in SCOPES.iter().flat_map(|name| list(&mut resource, name)).collect::<Vec<_>>() {
        let mut scope = object(scope, "scope spans: an object with `spans`")?;
        for span in list(&mut scope, "spans") {
            read_span(span, &about, sink)?;
        }
    }
    Ok(())
}

/// Whether this is a span as the console exporter of the SDK for Python prints it.
fn is_of_console(span: &Object) -> bool {
    let has_trace = span.get("context").is_some_and(|context| context.get("trace_id").is_some());
    has_trace && span.contains_key("start_time")
}

fn read_of_console(span: &Object, sink: &mut dyn FnMut(Raw)) -> Result<(), Wrong> {
    let named = |object: &Object, name: &str| match object.get(name) {
        Some(Value::Object(attributes)) => Fields::of_object(attributes.clone()),
        _ => Fields::default(),
    };
    let mut own = named(span, "attributes");
    if let Some(name) = text(span, "name") {
        own.add("step", name);
    }
    for event in span.get("events").and_then(Value::as_array).into_iter().flatten() {
        let event = event.as_object().ok_or("expected an event of a span")?;
        let mut fields = named(event, "attributes");
        if let Some(name) = text(event, "name") {
            fields.add("span_event", name);
        }
        fields.extend(own.clone());
        sink(Raw { time: time(event, "timestamp"), ..Raw::of(fields) });
    }
    sink(Raw { time: time(span, "start_time"), ..Raw::of(own) });
    Ok(())
}

fn read_span(span: Value, about: &Fields, sink: &mut dyn FnMut(Raw)) -> Result<(), Wrong> {
    let mut span = object(span, "a span")?;
    let events = list(&mut span, "events");
    let mut own = attributes(span.get("attributes"));
    if let Some(name) = text(&span, "name") {
        own.add("step", name.strip_prefix("step ").unwrap_or(&name));
    }
    own.extend(about.clone());
    for event in events {
        let event = object(event, "an event of a span")?;
        let mut fields = attributes(event.get("attributes"));
        // What an attribute says of what it is comes first: of two names, that one was chosen for its readers.
        if let Some(name) = text(&event, "name") {
            fields.add("span_event", name);
        }
        fields.extend(own.clone());
        sink(Raw { time: time(&event, "timeUnixNano"), ..Raw::of(fields) });
    }
    sink(Raw { time: time(&span, "startTimeUnixNano"), ..Raw::of(own) });
    Ok(())
}

pub(super) fn list(object: &mut Object, name: &str) -> Vec<Value> {
    match object.remove(name) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

pub(super) fn time(object: &Object, name: &str) -> Option<Told> {
    text(object, name)
        .filter(|nanoseconds| nanoseconds != "0")
        .and_then(|nanoseconds| parse_time(&nanoseconds))
}
