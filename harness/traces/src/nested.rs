//! Lists within a record that tell of things by themselves. A record is read for what it says itself, so what they tell is lost.
use crate::definition::Object;
use serde_json::Value;

/// The name of such a list in one of these members, going by which names say what an object is about.
pub(crate) fn list_of_things<'v>(
    object: &'v Object,
    names_a_thing: &dyn Fn(&str) -> bool,
) -> Option<&'v str> {
    object.iter().find_map(|(name, value)| within(name, value, names_a_thing))
}

fn within<'v>(name: &'v str, value: &'v Value, names_a_thing: &dyn Fn(&str) -> bool) -> Option<&'v str> {
    match value {
        Value::Array(list) => {
            let is_thing = |value: &Value| tells(value, names_a_thing);
            let inner = || list.iter().find_map(|value| within(name, value, names_a_thing));
            if list.iter().any(is_thing) { Some(name) } else { inner() }
        }
        Value::Object(object) => object.iter().find_map(|(inner, value)| {
            // How an item of DynamoDB says that something is a list or a map is no name.
            let name = if ["L", "M"].contains(&inner.as_str()) { name } else { inner };
            within(name, value, names_a_thing)
        }),
        _ => None,
    }
}

/// Whether a value, perhaps one that names its type, is an object with such a name.
fn tells(value: &Value, names_a_thing: &dyn Fn(&str) -> bool) -> bool {
    let object = value.as_object().map(|object| object.get("M").and_then(Value::as_object).unwrap_or(object));
    object.is_some_and(|object| object.keys().any(|name| names_a_thing(name)))
}

#[cfg(test)]
mod tests {
    use super::list_of_things;
    use serde_json::json;

    #[test]
    fn a_list_of_things_is_found_however_deep_it_is() {
        for (value, name) in [
            (json!({"children": [{"x": 1}, {"task_id": "t"}]}), Some("children")),
            (json!({"a": {"b": {"older": [{"task_id": "t"}]}}}), Some("older")),
            (json!({"children": {"L": [{"M": {"task_id": {"S": "t"}}}]}}), Some("children")),
            (json!({"pages": [{"events": [{"task_id": "t"}]}]}), Some("events")),
            (
                json!({"task_id": "t", "tags": ["task_id"], "lines": [{"sku": "a"}], "o": {"task_id": "t"}}),
                None,
            ),
        ] {
            let object = value.as_object().expect("an object");
            assert_eq!(list_of_things(object, &|name| name == "task_id"), name, "{value}");
        }
    }
}
