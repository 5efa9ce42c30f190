//! The result of a Logs Insights query, as JSON: from its API, or as its console saves it.
use super::insights_csv::{row, said_row};
use crate::{
    Row,
    definition::{Definition, Form, Json, Object, Wrong},
    line::Raw,
};
use serde_json::Value;
use std::borrow::Cow;

pub(super) const FORMAT: Definition = Definition {
    name: "insights-json",
    about: "Logs Insights JSON",
    in_order: true,
    is_log: true,
    form: Form::Json(Json {
        lists: &["results"],
        is_record,
        lacks,
        row: Some(|result| {
            let columns = cells(result).ok()?;
            let mut columns = columns.iter().map(|(name, text)| (*name, &**text));
            Some(Row::of_columns(said_row(&mut columns, &["@message"])))
        }),
        ..Json::of(|result, sink| read(result).map(sink))
    }),
};

/// A list of cells, or an object with the columns that are Insights' own.
fn is_record(value: &Value) -> bool {
    match value {
        Value::Array(cells) => {
            !cells.is_empty()
                && cells.iter().all(|cell| cell.get("field").is_some() && cell.get("value").is_some())
        }
        value => ["@message", "@ptr", "@logStream"].iter().any(|name| value.get(name).is_some()),
    }
}

/// A query may still run when its result is asked for, and may give no more than a part of what it matched.
fn lacks(beside: &Object, records: u64) -> Option<String> {
    // Others have a status, too, with words of their own.
    const NOT_YET: [&str; 6] = ["Scheduled", "Running", "Failed", "Cancelled", "Timeout", "Unknown"];
    let status = beside.get("status").and_then(Value::as_str);
    if let Some(status) = status.filter(|status| NOT_YET.contains(status)) {
        return Some(format!("the query is {status}, not Complete"));
    }
    let matched = beside.get("statistics").and_then(|statistics| statistics.get("recordsMatched"));
    let matched = matched.and_then(Value::as_f64).filter(|matched| *matched > records as f64);
    matched.map(|matched| format!("{records} of {matched:.0} matching records are here"))
}

fn read(result: Value) -> Result<Raw, Wrong> {
    let cells = cells(&result)?;
    Ok(row(&mut cells.iter().map(|(name, text)| (*name, &**text))))
}

/// The cells of a result: a list of `{"field": …, "value": …}`, or an object with a member for each column.
fn cells(result: &Value) -> Result<Vec<(&str, Cow<'_, str>)>, Wrong> {
    const EXPECTED: &str = "expected a result: a list of {\"field\": …, \"value\": …}";
    let of_column = |(name, value)| match value {
        &Value::Null => None,
        Value::String(text) => Some((name, Cow::Borrowed(text.as_str()))),
        value => Some((name, Cow::Owned(value.to_string()))),
    };
    fn part<'c>(cell: &'c Value, name: &str) -> Result<&'c str, Wrong> {
        cell.get(name).and_then(Value::as_str).ok_or_else(|| EXPECTED.into())
    }
    match result {
        Value::Object(columns) => {
            Ok(columns.iter().map(|(name, value)| (name.as_str(), value)).filter_map(of_column).collect())
        }
        Value::Array(cells) => {
            cells.iter().map(|cell| Ok((part(cell, "field")?, part(cell, "value")?.into()))).collect()
        }
        _ => Err(EXPECTED.into()),
    }
}
