//! A log of JSON lines, as pino, winston, zap, structlog and Powertools write it.
use crate::{
    Row,
    definition::{Definition, Form, Json, Object, Wrong},
    line::Raw,
    message,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "json-log",
    about: "log of JSON lines",
    in_order: true,
    is_log: true,
    form: Form::Json(Json {
        is_record,
        is_any: true,
        row: Some(row),
        ..Json::of(|line, sink| read(line).map(sink))
    }),
};

/// What only a logger writes. A row may have any other name.
const MARKS: [&str; 19] = [
    "level",
    "severity",
    "lvl",
    "loglevel",
    "logLevel",
    "levelname",
    "log.level",
    "@l",
    "severityText",
    "msg",
    "message",
    "short_message",
    "@m",
    "@mt",
    "logger",
    "log",
    "textPayload",
    "jsonPayload",
    "@timestamp",
];

fn is_record(value: &Value) -> bool {
    match value {
        // One for each message, as `--query 'events[].message'` gives them.
        Value::String(_) => true,
        value => MARKS.iter().any(|mark| value.get(mark).is_some()),
    }
}

/// A line as a row of a table: its members as they are, and what else is said in them.
pub(super) fn row(line: &Value) -> Option<Row> {
    let mut is_cut = false;
    match line {
        Value::Object(object) => {
            let mut row: Object = message::of_object(object.clone(), &mut is_cut);
            row.extend(object.clone());
            let id = object.get("insertId").and_then(Value::as_str).map(String::from);
            Some(Row { id, ..Row::of(row) })
        }
        Value::String(said) => Some(Row::of(message::fields(said, &mut is_cut))),
        _ => None,
    }
}

/// An object, or the text of a message alone.
pub(super) fn read(line: Value) -> Result<Raw, Wrong> {
    let mut is_cut = false;
    match line {
        Value::Object(object) => {
            let time = message::time_of(&object);
            let fields = message::of_object(object, &mut is_cut);
            Ok(Raw { time, is_cut, ..Raw::of(fields) })
        }
        Value::String(said) => {
            let fields = message::fields(&said, &mut is_cut);
            Ok(Raw { is_cut, ..Raw::of(fields) })
        }
        _ => Err("expected a line of a log: an object".into()),
    }
}
