//! OTLP as it is written with the names of protocol buffers: `resource_spans` instead of `resourceSpans`. All members are of these
//! names; what an application calls something is a value.
use serde_json::Value;

/// The same with the names of JSON.
pub(super) fn renamed(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (camel(&name), renamed(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(renamed).collect(),
        value => value,
    }
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut renamed = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let mut letters = part.chars();
        renamed.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        renamed.push_str(letters.as_str());
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::renamed;
    use serde_json::json;

    #[test]
    fn members_are_renamed_and_what_they_hold_is_not() {
        let of_protobuf = json!({"scope_spans": [{"key": "task_id", "value": {"string_value": "a_b"}}]});
        let of_json = json!({"scopeSpans": [{"key": "task_id", "value": {"stringValue": "a_b"}}]});
        assert_eq!(renamed(of_protobuf), of_json);
    }
}
