//! Spans of Zipkin: each span is a record, and so is each of its annotations.
use super::{object, text};
use crate::{
    Fields,
    clock::parse_time,
    definition::{Definition, Form, Json, Wrong},
    line::Raw,
    message,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "zipkin",
    about: "Zipkin JSON",
    in_order: true,
    is_log: true,
    form: Form::Json(Json { is_record, ..Json::of(read) }),
};

/// What else has an id and that of a trace has no end of a connection, nor annotations.
fn is_record(value: &Value) -> bool {
    let has = |name| value.get(name).is_some();
    let is_object = |name| value.get(name).is_some_and(Value::is_object);
    let has_times =
        || ["timestamp", "duration"].iter().all(|name| value.get(name).is_some_and(Value::is_number));
    let is_span = is_object("localEndpoint") || is_object("remoteEndpoint") || has("annotations");
    has("traceId") && has("id") && (is_span || is_object("tags") && has_times())
}

fn read(span: Value, sink: &mut dyn FnMut(Raw)) -> Result<(), Wrong> {
    let mut span = object(span, "a span of Zipkin")?;
    let time = |text: Option<String>| text.and_then(|microseconds| parse_time(&microseconds));
    let mut own = match span.remove("tags") {
        Some(Value::Object(tags)) => Fields::of_object(tags),
        _ => Fields::default(),
    };
    if let Some(name) = text(&span, "name") {
        own.add("step", name);
    }
    for annotation in span.get("annotations").and_then(Value::as_array).into_iter().flatten() {
        let annotation = annotation.as_object().ok_or("expected an annotation")?;
        let mut raw = Raw { time: time(text(annotation, "timestamp")), ..Raw::default() };
        let said = text(annotation, "value").unwrap_or_default();
        let mut fields: Fields = message::fields(&said, &mut raw.is_cut);
        // A word alone is the name of what happened.
        if !said.contains(|letter: char| letter.is_whitespace() || "{=".contains(letter)) {
            fields = [("span_event", said)].into_iter().collect();
        }
        fields.extend(own.clone());
        sink(Raw { fields, ..raw });
    }
    sink(Raw { time: time(text(&span, "timestamp")), ..Raw::of(own) });
    Ok(())
}
