//! The functions of a serverless.yml.
use super::{
    Event, Found, Handler, Place,
    cloudformation::{names, of_template},
    way::way,
};
use crate::template::{declared, parse, text_of};
use serde_yaml_ng::Value;
use std::{collections::BTreeMap, path::Path};

/// What a serverless.yml says.
pub(crate) fn found(folder: &Path, file: &str, text: &str) -> Result<Found, String> {
    let service = parse(text)?;
    let provider = service.get("provider").ok_or("it has no `provider`; is it a serverless.yml?")?;
    let tables = declared(&service)?;
    let mut names = names(&service, &tables);
    variables(&service, "self:", &mut names.refs);
    // What depends on how it is deployed is taken as it is if nothing is said.
    names.refs.insert("sls:stage".into(), text_of(provider, "stage").unwrap_or("dev").into());
    let mut found = Found::default();
    if let Some(first) = tables.first() {
        found.template =
            Some((file.into(), Place::of_keys(file, text, &["resources", "Resources", &first.logical])));
    }
    found.tables = tables.into_iter().map(|table| of_template(table, file, text)).collect();
    let functions = service.get("functions").and_then(Value::as_mapping).into_iter().flatten();
    for (name, function) in functions {
        let Some(name) = name.as_str() else { continue };
        let runtime = text_of(function, "runtime").or(text_of(provider, "runtime")).unwrap_or("nodejs");
        let (way, program) = way(folder, "", runtime, text_of(function, "handler").unwrap_or_default(), &[]);
        let mut env: BTreeMap<String, Value> = BTreeMap::new();
        for part in [Some(provider), Some(function)].into_iter().flatten() {
            let variables = part.get("environment").and_then(Value::as_mapping).into_iter().flatten();
            env.extend(
                variables.filter_map(|(name, value)| Some((name.as_str()?.to_string(), value.clone()))),
            );
        }
        found.handlers.push(Handler {
            name: name.into(),
            at: Place::of_keys(file, text, &["functions", name]),
            way,
            folder: None,
            program,
            env: env.into_iter().map(|(name, value)| (name, names.text(&value))).collect(),
            durable: function.get("durableConfig").map(|durable| durable.get("executionTimeout")?.as_u64()),
            event: event(function),
            remarks: Vec::new(),
        });
    }
    Ok(found)
}

/// Each plain value of the file by the name with which the file itself refers to it: `self:custom.table`.
fn variables(value: &Value, name: &str, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Mapping(members) => {
            let separator = if name.ends_with(':') { "" } else { "." };
            for (member, value) in members {
                variables(value, &format!("{name}{separator}{}", member.as_str().unwrap_or_default()), into);
            }
        }
        Value::String(text) if !text.contains("${") => {
            into.insert(name.into(), text.clone());
        }
        Value::Number(number) => {
            into.insert(name.into(), number.to_string());
        }
        _ => {}
    }
}

/// What the first source of events of a function hands to it: `httpApi: POST /orders`, or its parts.
fn event(function: &Value) -> Event {
    let first = function.get("events").and_then(|events| events.as_sequence()?.first());
    let Some((kind, said)) = first.and_then(|event| match event {
        Value::String(kind) => Some((kind.as_str(), &Value::Null)),
        event => event.as_mapping()?.iter().next().and_then(|(kind, said)| Some((kind.as_str()?, said))),
    }) else {
        return Event::of("", "", "");
    };
    let parts = said.as_str().and_then(|said| said.split_once(' '));
    let (method, path) = parts.unwrap_or_else(|| {
        (text_of(said, "method").unwrap_or_default(), text_of(said, "path").unwrap_or_default())
    });
    Event::of(kind, &method.to_uppercase(), &format!("/{}", path.trim_start_matches('/')))
}
