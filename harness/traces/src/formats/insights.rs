//! Results of a Logs Insights query: named columns, of which those with an `@` are its own.
use super::{Wrong, message};
use crate::{Fields, clock::parse_time, line::Raw};
use serde_json::Value;

/// One of the `results`: a list of `{"field": …, "value": …}`.
pub(crate) fn of_result(result: Value) -> Result<Raw, Wrong> {
    const EXPECTED: &str = "expected a result: a list of {\"field\": …, \"value\": …}";
    let Value::Array(cells) = result else { return Err(EXPECTED.into()) };
    let mut columns = Vec::with_capacity(cells.len());
    for cell in &cells {
        let part = |name| cell.get(name).and_then(Value::as_str).ok_or(EXPECTED);
        columns.push((part("field")?, part("value")?));
    }
    Ok(of_columns(columns.into_iter()))
}

/// A row of named columns.
pub(crate) fn of_columns<'c>(columns: impl Iterator<Item = (&'c str, &'c str)>) -> Raw {
    let mut raw = Raw::default();
    let mut fields = Fields::default();
    for (name, text) in columns.filter(|(_, text)| !text.is_empty()) {
        match name {
            "@timestamp" => raw.time = parse_time(text),
            "@ingestionTime" => raw.ingested = parse_time(text),
            "@message" => fields.extend(message::fields(text)),
            "@logStream" => fields.add("log_stream", text),
            "@ptr" | "@log" => {}
            name => fields.add(name, text),
        }
    }
    Raw { fields, ..raw }
}
