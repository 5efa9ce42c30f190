//! CloudWatch log events, from its API.
use super::{object, text};
use crate::{
    clock::parse_time,
    definition::{Definition, Form, Json, Wrong},
    line::Raw,
    message,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "log-events",
    about: "CloudWatch filter-log-events or get-log-events",
    in_order: true,
    is_log: true,
    form: Form::Json(Json {
        list: Some("events"),
        // The second is how the command line tool calls it where it stops before the end.
        follows: &["nextToken", "NextToken"],
        ..Json::of(|event, _, sink| read(event).map(sink))
    }),
};

/// One of the `events` of `filter-log-events` or `get-log-events`.
fn read(event: Value) -> Result<Raw, Wrong> {
    let event = object(event, "a log event: an object with `timestamp` and `message`")?;
    let said = event.get("message").and_then(Value::as_str).ok_or("expected a log event with a `message`")?;
    let mut is_cut = false;
    let mut fields = message::fields(said, &mut is_cut);
    if let Some(stream) = text(&event, "logStreamName") {
        fields.add("log_stream", stream);
    }
    let time = |name| text(&event, name).and_then(|number| parse_time(&number));
    Ok(Raw { time: time("timestamp"), ingested: time("ingestionTime"), is_cut, ..Raw::of(fields) })
}
