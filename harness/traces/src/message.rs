//! What a line of a log says: JSON, or a text, perhaps with JSON in it.
use crate::Fields;
use serde_json::{Map, Value};

/// The fields of a message. Its text is called `text`. If it ends in the middle of its JSON, `is_cut` gets to know.
pub(crate) fn fields(message: &str, is_cut: &mut bool) -> Fields {
    let message = message.trim();
    let (before, object) = split(message, is_cut);
    let mut fields = Fields::default();
    if let Some(mut object) = object {
        for name in ["message", "msg"] {
            match object.remove(name) {
                // Loggers that write JSON wrap what they are given, even if that is JSON already.
                Some(Value::String(said)) => fields.extend(self::fields(&said, is_cut)),
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

/// What stands before the first object in a message, and the object. What follows it, such as a stack, says nothing.
fn split<'m>(message: &'m str, is_cut: &mut bool) -> (&'m str, Option<Map<String, Value>>) {
    /// Whoever writes more braces than these writes no JSON, and to try all of them takes long.
    const TRIED: usize = 8;
    for (at, _) in message.match_indices('{').take(TRIED) {
        let rest = &message[at..];
        match serde_json::Deserializer::from_str(rest).into_iter().next() {
            Some(Ok(object)) => return (&message[..at], Some(object)),
            Some(Err(error)) if error.is_eof() && rest[1..].trim_start().starts_with('"') => *is_cut = true,
            _ => {}
        }
    }
    (message, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(message: &str) -> Fields {
        let mut is_cut = false;
        let fields = fields(message, &mut is_cut);
        assert!(!is_cut, "{message}");
        fields
    }

    #[test]
    fn json_is_found_alone_wrapped_and_within_a_text() {
        let cases = [
            r#"{"level":"WARN","message":"it failed","task_id":"t"}"#,
            "2026-07-13T18:10:27.101Z\trequest-1\tWARN\tit failed {\"task_id\":\"t\"}\n",
            r#"{"timestamp":"2026-07-13T18:10:27.101Z","message":{"text":"it failed","task_id":"t"}}"#,
            r#"{"level":"WARN","message":"{\"text\":\"it failed\",\"task_id\":\"t\"}"}"#,
            "it failed {\"task_id\":\"t\"}\n  at {closure} (index.js:7)",
        ];
        for case in cases {
            let fields = whole(case);
            assert_eq!((fields.get("text"), fields.get("task_id")), (Some("it failed"), Some("t")), "{case}");
        }
        assert_eq!(whole("plain {words").get("text"), Some("plain {words"));
        assert_eq!(whole("{").get("text"), Some("{"));
    }

    #[test]
    fn json_that_ends_in_the_middle_is_cut() {
        let mut is_cut = false;
        fields("it failed {\"task_id\":\"t", &mut is_cut);
        assert!(is_cut);
    }
}
