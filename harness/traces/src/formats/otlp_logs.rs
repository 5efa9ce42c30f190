//! OpenTelemetry logs in OTLP's JSON.
use super::{
    any_value, attributes, object,
    of_protobuf::renamed,
    otlp::{list, time},
};
use crate::{
    Fields,
    definition::{Definition, Form, Json, Wrong},
    line::Raw,
    message,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "otlp-logs",
    about: "OTLP JSON logs",
    in_order: true,
    is_log: true,
    form: Form::Json(Json {
        lists: &["resourceLogs", "resource_logs"],
        sent: &["resourceLogs", "resource_logs"],
        is_record: |value| SCOPES.iter().chain(&[OF_PROTOBUF]).any(|name| value.get(name).is_some()),
        ..Json::of(read)
    }),
};

const SCOPES: [&str; 2] = ["scopeLogs", "instrumentationLibraryLogs"];
/// The same with the names of protocol buffers.
const OF_PROTOBUF: &str = "scope_logs";
/// Today's name, and that of older versions.
const RECORDS: [&str; 2] = ["logRecords", "logs"];

/// One of the `resourceLogs`.
fn read(resource: Value, sink: &mut dyn FnMut(Raw)) -> Result<(), Wrong> {
    const EXPECTED: &str = "resource logs: an object with `scopeLogs`";
    let resource = if resource.get(OF_PROTOBUF).is_some() { renamed(resource) } else { resource };
    let mut resource = object(resource, EXPECTED)?;
    if !SCOPES.iter().chain(&["resource"]).any(|name| resource.contains_key(*name)) {
        return Err(format!("expected {EXPECTED}"));
    }
    let about = attributes(resource.get("resource").and_then(|resource| resource.get("attributes")));
    for scope in SCOPES.iter().flat_map(|name| list(&mut resource, name)).collect::<Vec<_>>() {
        let mut scope = object(scope, "scope logs: an object with `logRecords`")?;
        for record in RECORDS.iter().flat_map(|name| list(&mut scope, name)).collect::<Vec<_>>() {
            let record = object(record, "a log record")?;
            let mut raw = Raw::default();
            let mut fields = attributes(record.get("attributes"));
            match record.get("body").cloned().map(any_value) {
                Some(Value::String(said)) => fields.extend(message::fields(&said, &mut raw.is_cut)),
                Some(Value::Object(said)) => fields.extend(message::of_object(said, &mut raw.is_cut)),
                _ => {}
            }
            fields.extend(Fields::clone(&about));
            let at = time(&record, "timeUnixNano");
            sink(Raw { fields, time: at.or_else(|| time(&record, "observedTimeUnixNano")), ..raw });
        }
    }
    Ok(())
}
