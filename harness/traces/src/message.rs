//! What a line of a log says: JSON, or a text, perhaps with JSON at its end.
use crate::Fields;
use serde_json::{Map, Value};

/// The fields of a message. Its text is called `text`.
pub(crate) fn fields(message: &str) -> Fields {
    let message = message.trim();
    let (before, object) = split(message);
    let mut fields = Fields::default();
    if let Some(mut object) = object {
        for name in ["message", "msg"] {
            match object.remove(name) {
                Some(Value::String(said)) => fields.add("text", said),
                // Loggers that write JSON wrap what they are given.
                Some(Value::Object(said)) => fields.extend(Fields::of_object(said)),
                _ => {}
            }
        }
        fields.extend(Fields::of_object(object));
    }
    let said = before.rsplit('\t').map(str::trim).find(|part| !part.is_empty());
    if let Some(said) = said {
        fields.add("text", said);
    }
    fields
}

fn split(message: &str) -> (&str, Option<Map<String, Value>>) {
    let Some(at) = message.find('{') else { return (message, None) };
    match serde_json::from_str(&message[at..]) {
        Ok(object) => (&message[..at], Some(object)),
        Err(_) => (message, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_found_alone_wrapped_and_at_the_end_of_a_text() {
        let cases = [
            r#"{"level":"WARN","message":"it failed","task_id":"t"}"#,
            "2026-07-13T18:10:27.101Z\trequest-1\tWARN\tit failed {\"task_id\":\"t\"}\n",
            r#"{"timestamp":"2026-07-13T18:10:27.101Z","message":{"text":"it failed","task_id":"t"}}"#,
        ];
        for case in cases {
            let fields = fields(case);
            assert_eq!((fields.get("text"), fields.get("task_id")), (Some("it failed"), Some("t")), "{case}");
        }
        assert_eq!(fields("plain {words").get("text"), Some("plain {words"));
    }
}
