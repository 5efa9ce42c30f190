//! The result of a Logs Insights query, as CSV: named columns, of which those with an `@` are its own.
use crate::{
    Fields,
    clock::{Told, parse_time},
    definition::{Definition, Form, Object},
    gather::Gather,
    line::Raw,
    message,
};

pub(super) const FORMAT: Definition = Definition {
    name: "insights-csv",
    about: "Logs Insights CSV",
    in_order: true,
    is_log: true,
    form: Form::Csv { begins, read: row, row: |columns| said_row(columns, &["@message"]) },
};

/// A query that names other columns only cannot be told from any other table.
fn begins(columns: &[&str]) -> bool {
    columns.iter().any(|column| ["@timestamp", "@message", "@ptr", "@logStream"].contains(column))
}

/// A row of named columns.
pub(super) fn row(columns: &mut dyn Iterator<Item = (&str, &str)>) -> Raw {
    let raw = log_row(columns, &["@timestamp"], &["@message"]);
    Raw { time: raw.time.map(Told::utc), ..raw }
}

/// A row of a log as a row of a table: its columns by their names, and what is said in some of them.
pub(super) fn said_row(columns: &mut dyn Iterator<Item = (&str, &str)>, said: &[&str]) -> Object {
    let mut row = Object::new();
    for (name, text) in columns.filter(|(_, text)| !text.is_empty()) {
        match said.contains(&name) {
            true => {
                row.join(message::fields(text, &mut false));
                row.text(name, text);
            }
            false => row.text(name, text),
        }
    }
    row
}

/// A row of a log, of which some columns tell the time and some what was said.
pub(super) fn log_row(columns: &mut dyn Iterator<Item = (&str, &str)>, times: &[&str], said: &[&str]) -> Raw {
    let mut raw = Raw::default();
    let mut fields = Fields::default();
    for (name, text) in columns.filter(|(_, text)| !text.is_empty()) {
        match name {
            name if times.contains(&name) => raw.time = parse_time(text),
            "@ingestionTime" | "ingestionTime" => raw.ingested = parse_time(text).map(Told::utc),
            name if said.contains(&name) => fields.join(message::fields(text, &mut raw.is_cut)),
            "@logStream" | "logStreamName" => fields.add("log_stream", text),
            "@ptr" | "@log" => {}
            name => fields.add(name, text),
        }
    }
    Raw { fields, ..raw }
}
