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

/// All that a span may have. Only what is in all of them is required, so what has others is none unless it has what no row has.
const MEMBERS: [&str; 14] = [
    "traceId",
    "parentId",
    "id",
    "kind",
    "name",
    "timestamp",
    "duration",
    "debug",
    "shared",
    "localEndpoint",
    "remoteEndpoint",
    "annotations",
    "binaryAnnotations",
    "tags",
];

/// What else has an id and that of a trace has no end of a connection, nor annotations.
fn is_record(value: &Value) -> bool {
    let Some(span) = value.as_object() else { return false };
    let is_object = |name| span.get(name).is_some_and(Value::is_object);
    let is_number = |name| span.get(name).is_some_and(Value::is_number);
    let has_ends = || is_object("localEndpoint") || is_object("remoteEndpoint");
    let is_span = || has_ends() || span.contains_key("annotations");
    let has_nothing_else = || span.keys().all(|name| MEMBERS.contains(&name.as_str()));
    let is_hex = |name| span.get(name).and_then(Value::as_str).is_some_and(is_hex);
    let is_bare = || {
        let says = is_number("timestamp") || is_object("tags") || span.contains_key("kind");
        says && is_hex("traceId") && is_hex("id") && has_nothing_else()
    };
    let has_times = || is_number("timestamp") && is_number("duration");
    let has_ids = span.contains_key("traceId") && span.contains_key("id");
    has_ids && (is_span() || is_object("tags") && has_times() || is_bare())
}

/// Ids of spans are numbers of up to 128 bits.
fn is_hex(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit())
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
