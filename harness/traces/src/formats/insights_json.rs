//! The result of a Logs Insights query, as JSON: from its API, or as its console saves it.
use super::insights_csv::row;
use crate::{
    definition::{Definition, Form, Json, Object, Wrong},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "insights-json",
    about: "Logs Insights JSON",
    in_order: true,
    is_log: true,
    form: Form::Json(Json {
        lists: &["results"],
        is_record,
        lacks,
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
    let status = beside.get("status").and_then(Value::as_str);
    if let Some(status) = status.filter(|status| *status != "Complete") {
        return Some(format!("the query is {status}, not Complete"));
    }
    let matched = beside.get("statistics").and_then(|statistics| statistics.get("recordsMatched"));
    let matched = matched.and_then(Value::as_f64).filter(|matched| *matched > records as f64);
    matched.map(|matched| format!("{records} of {matched:.0} matching records are here"))
}

/// A result: a list of `{"field": …, "value": …}`, or an object with a member for each column.
fn read(result: Value) -> Result<Raw, Wrong> {
    const EXPECTED: &str = "expected a result: a list of {\"field\": …, \"value\": …}";
    if let Value::Object(columns) = &result {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        let columns: Vec<(&str, String)> = columns
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.as_str(), text(value)))
            .collect();
        return Ok(row(&mut columns.iter().map(|(name, text)| (*name, text.as_str()))));
    }
    let Value::Array(cells) = result else { return Err(EXPECTED.into()) };
    let mut columns = Vec::with_capacity(cells.len());
    for cell in &cells {
        let part = |name| cell.get(name).and_then(Value::as_str).ok_or(EXPECTED);
        columns.push((part("field")?, part("value")?));
    }
    Ok(row(&mut columns.into_iter()))
}
