//! Our own format: who did what to whom, and when.
use super::object;
use crate::{
    Fields,
    clock::parse_time,
    definition::{Definition, Form, Json, Wrong},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "jsonl",
    about: "Anechoic JSON Lines",
    in_order: true,
    is_log: false,
    form: Form::Json(Json { is_record, ..Json::of(|line, sink| read(line).map(sink)) }),
};

fn is_record(value: &Value) -> bool {
    let has = |name| value.get(name).is_some();
    has("op") && (has("ts") || has("entity"))
}

fn read(line: Value) -> Result<Raw, Wrong> {
    let mut line = object(line, "one of our lines: {\"ts\": …, \"op\": …, \"entity\": …}")?;
    let mut take = |name: &str| match line.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let spelt = take("ts").ok_or("expected a `ts`: the time, such as 2026-07-13T18:10:27Z")?;
    let time = parse_time(&spelt)
        .ok_or_else(|| format!("`ts` is `{spelt}`; expected a time such as 2026-07-13T18:10:27Z"))?;
    take("op").ok_or("expected an `op`: what was done")?;
    let mut fields = Fields::default();
    if let Some(entity) = take("entity") {
        match entity.split_once(':') {
            Some((kind, id)) => fields.add(format!("{kind}_id"), id),
            None => fields.add("entity", entity),
        }
    }
    if let Some(actor) = take("actor") {
        match actor.rsplit_once('#') {
            Some((step, attempt)) => {
                fields.add("step", step);
                fields.add("attempt", attempt);
            }
            None => fields.add("step", actor),
        }
    }
    if let Some(event) = take("event") {
        fields.add("event_type", event);
    }
    fields.extend(Fields::of_object(line));
    Ok(Raw { time: Some(time), ..Raw::of(fields) })
}
