//! The result of a Logs Insights query, as JSON.
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
        list: Some("results"),
        lacks,
        ..Json::of(|result, _, sink| read(result).map(sink))
    }),
};

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

/// One of the `results`: a list of `{"field": …, "value": …}`.
fn read(result: Value) -> Result<Raw, Wrong> {
    const EXPECTED: &str = "expected a result: a list of {\"field\": …, \"value\": …}";
    let Value::Array(cells) = result else { return Err(EXPECTED.into()) };
    let mut columns = Vec::with_capacity(cells.len());
    for cell in &cells {
        let part = |name| cell.get(name).and_then(Value::as_str).ok_or(EXPECTED);
        columns.push((part("field")?, part("value")?));
    }
    Ok(row(&mut columns.into_iter()))
}
