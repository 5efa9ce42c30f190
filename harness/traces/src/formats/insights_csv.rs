//! The result of a Logs Insights query, as CSV: named columns, of which those with an `@` are its own.
use crate::{
    Fields,
    clock::{Told, parse_time},
    definition::{Definition, Form},
    line::Raw,
    message,
};

pub(super) const FORMAT: Definition = Definition {
    name: "insights-csv",
    about: "Logs Insights CSV",
    in_order: true,
    is_log: true,
    form: Form::Csv { begins, read: row },
};

/// A query that names other columns only cannot be told from any other table.
fn begins(line: &str) -> bool {
    ["@timestamp", "@message", "@ptr"].iter().any(|column| line.contains(column)) && !line.contains('{')
}

/// A row of named columns.
pub(super) fn row(columns: &mut dyn Iterator<Item = (&str, &str)>) -> Raw {
    let mut raw = Raw::default();
    let mut fields = Fields::default();
    for (name, text) in columns.filter(|(_, text)| !text.is_empty()) {
        match name {
            "@timestamp" => raw.time = parse_time(text).map(Told::utc),
            "@ingestionTime" => raw.ingested = parse_time(text).map(Told::utc),
            "@message" => fields.extend(message::fields(text, &mut raw.is_cut)),
            "@logStream" => fields.add("log_stream", text),
            "@ptr" | "@log" => {}
            name => fields.add(name, text),
        }
    }
    Raw { fields, ..raw }
}
