//! CloudWatch log events, from its API and from its export to S3.
use super::{Wrong, message, object, text};
use crate::{clock::parse_time, line::Raw};
use serde_json::Value;

/// One of the `events` of `filter-log-events` or `get-log-events`.
pub(crate) fn of_event(event: Value) -> Result<Raw, Wrong> {
    let event = object(event, "a log event: an object with `timestamp` and `message`")?;
    let said = event.get("message").and_then(Value::as_str).ok_or("expected a log event with a `message`")?;
    let mut fields = message::fields(said);
    if let Some(stream) = text(&event, "logStreamName") {
        fields.add("log_stream", stream);
    }
    let time = |name| text(&event, name).and_then(|number| parse_time(&number));
    Ok(Raw { time: time("timestamp"), ingested: time("ingestionTime"), ..Raw::of(fields) })
}

/// A line of an export: a time, a blank, a message.
pub(crate) fn of_line(line: &str) -> Result<Raw, Wrong> {
    let (time, said) = line.split_once(' ').unwrap_or((line, ""));
    let time =
        parse_time(time).ok_or("expected a line that begins with its time, such as 2026-07-13T18:10:27Z")?;
    Ok(Raw { time: Some(time), ..Raw::of(message::fields(said)) })
}
