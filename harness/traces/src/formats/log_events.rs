//! CloudWatch log events: from its API, or as a subscription delivers them.
use super::text;
use crate::{
    Fields, Row,
    clock::{Told, parse_time},
    definition::{Definition, Form, Json, Object, Wrong},
    line::Raw,
    message,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "log-events",
    about: "CloudWatch log events",
    in_order: true,
    is_log: true,
    form: Form::Json(Json {
        // The second is what a subscription delivers, to a function or through Firehose to S3.
        lists: &["events", "logEvents"],
        sent: &["logEvents"],
        is_record,
        // The second is how the command line tool calls it where it stops before the end.
        follows: &["nextToken", "NextToken"],
        // `get-log-events` has these, which lead to both ends of the log.
        repeats: &["nextForwardToken", "nextBackwardToken"],
        lacks: |beside, _| {
            let streams = beside.get("searchedLogStreams").and_then(Value::as_array)?;
            let is_cut = |stream: &&Value| stream.get("searchedCompletely") == Some(&Value::Bool(false));
            let name = streams.iter().find(is_cut)?.get("logStreamName").and_then(Value::as_str);
            Some(format!(
                "the log stream {} was not searched completely",
                name.unwrap_or("that is not named")
            ))
        },
        row: Some(row),
        ..Json::of(|event, sink| read(event).map(sink))
    }),
};

const MEMBERS: [&str; 7] =
    ["timestamp", "message", "ingestionTime", "eventId", "logStreamName", "id", "extractedFields"];

/// An event, or only the values of its time and its message, as `--query 'events[].[timestamp, message]'` gives them.
fn is_record(value: &Value) -> bool {
    match value {
        Value::Array(values) => of_values(values).is_some(),
        value => value.as_object().is_some_and(|event| {
            event.get("timestamp").is_some_and(Value::is_number)
                && event.get("message").is_some_and(Value::is_string)
                && event.keys().all(|name| MEMBERS.contains(&name.as_str()))
        }),
    }
}

/// The time and the message among some values. A number alone may be anything, but a time that is told to the second.
fn of_values(values: &[Value]) -> Option<(Told, &str)> {
    const SECONDS: usize = 10;
    let time = |value: &Value| match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => Some(text.clone()),
        _ => None,
    };
    let time =
        |value: &Value| time(value).filter(|text| text.len() >= SECONDS).and_then(|text| parse_time(&text));
    let at = values.iter().position(|value| time(value).is_some())?;
    let said =
        values.iter().enumerate().filter(|(other, _)| *other != at).find_map(|(_, value)| value.as_str());
    Some((time(&values[at])?, said?))
}

fn read(event: Value) -> Result<Raw, Wrong> {
    match event {
        Value::Object(event) => of_object(&event),
        Value::Array(values) => {
            let (time, said) = of_values(&values).ok_or("expected a time and a message")?;
            let (fields, is_cut) = of_message(said);
            Ok(Raw { time: Some(time), is_cut, ..Raw::of(fields) })
        }
        _ => Err("expected a log event: an object with `timestamp` and `message`".into()),
    }
}

fn of_object(event: &Object) -> Result<Raw, Wrong> {
    let said = event.get("message").and_then(Value::as_str).ok_or("expected a log event with a `message`")?;
    let (mut fields, is_cut) = of_message(said);
    if let Some(stream) = text(event, "logStreamName") {
        fields.add("log_stream", stream);
    }
    let time = |name| text(event, name).and_then(|number| parse_time(&number));
    Ok(Raw { time: time("timestamp"), ingested: time("ingestionTime"), is_cut, ..Raw::of(fields) })
}

/// What an event says, as a row of a table.
fn row(event: &Value) -> Option<Row> {
    let said = match event {
        Value::Array(values) => of_values(values)?.1,
        event => event.get("message")?.as_str()?,
    };
    let mut row: Object = message::fields(said, &mut false);
    row.entry("message").or_insert(said.into());
    if let Some(stream) = event.get("logStreamName") {
        row.entry("log_stream").or_insert(stream.clone());
    }
    let id = event.get("eventId").and_then(Value::as_str).map(String::from);
    Some(Row { id, ..Row::of(row) })
}

fn of_message(said: &str) -> (Fields, bool) {
    let mut is_cut = false;
    (message::fields(said, &mut is_cut), is_cut)
}
