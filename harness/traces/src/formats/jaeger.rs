//! Spans as Jaeger's interface saves them: each span is a record, and so is each of its logs.
use super::{attributes, object, text};
use crate::{
    Fields,
    clock::{Told, parse_time},
    definition::{Definition, Form, Json, Object, Wrong},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "jaeger",
    about: "Jaeger JSON",
    in_order: true,
    is_log: true,
    form: Form::Json(Json {
        lists: &["data"],
        is_record: |value| value.get("traceID").is_some() && value.get("spans").is_some(),
        lacks: |beside, _| {
            let errors =
                beside.get("errors").and_then(Value::as_array).filter(|errors| !errors.is_empty())?;
            let first = errors[0].get("msg").and_then(Value::as_str).unwrap_or("it does not say which");
            Some(format!("the answer has errors, the first of them: {first}"))
        },
        ..Json::of(read)
    }),
};

/// A trace: spans, and the processes that made them.
fn read(trace: Value, sink: &mut dyn FnMut(Raw)) -> Result<(), Wrong> {
    let trace = object(trace, "a trace of Jaeger: an object with `spans`")?;
    let processes = trace.get("processes");
    for span in
        trace.get("spans").and_then(Value::as_array).ok_or("expected a trace of Jaeger with `spans`")?
    {
        let span = span.as_object().ok_or("expected a span")?;
        let mut own = attributes(span.get("tags"));
        if let Some(name) = text(span, "operationName") {
            own.add("step", name);
        }
        let process = text(span, "processID").and_then(|id| processes?.get(&id).cloned());
        own.extend(attributes(process.as_ref().and_then(|process| process.get("tags"))));
        for log in span.get("logs").and_then(Value::as_array).into_iter().flatten() {
            let mut fields = attributes(log.get("fields"));
            // OpenTelemetry's name of an event comes under this one.
            if let Some(name) = fields.get("event").map(str::to_string) {
                fields.add("span_event", name);
            }
            fields.extend(Fields::clone(&own));
            let time = log.as_object().and_then(|log| time(log, "timestamp"));
            sink(Raw { time, ..Raw::of(fields) });
        }
        sink(Raw { time: time(span, "startTime"), ..Raw::of(own) });
    }
    Ok(())
}

/// Microseconds since 1970.
fn time(object: &Object, name: &str) -> Option<Told> {
    parse_time(&text(object, name)?)
}
