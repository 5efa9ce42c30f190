//! What a line of a log says: JSON, pairs, or a text, perhaps with one of these in it.
use crate::{
    clock::{Told, parse_time},
    definition::Object,
    gather::Gather,
    pairs::pairs,
};
use serde_json::Value;

/// The members in which loggers write what they were given. Of the first, nothing else is made.
const SAID: [&str; 2] = ["message", "msg"];
/// These have other meanings elsewhere, and keep their names.
const ALSO_SAID: [&str; 8] = ["event", "log", "short_message", "@m", "@mt", "textPayload", "Message", "body"];
/// In these, loggers keep the fields that they were given beside it.
const BESIDE: [&str; 18] = [
    "extra",
    "context",
    "ctx",
    "meta",
    "metadata",
    "fields",
    "data",
    "attributes",
    "properties",
    "Properties",
    "contextMap",
    "mdc",
    "jsonPayload",
    "payload",
    "detail",
    "record",
    "event",
    "labels",
];
/// The members in which loggers write the time.
const TIMES: [&str; 9] =
    ["time", "timestamp", "@timestamp", "ts", "@t", "asctime", "datetime", "Timestamp", "date"];

/// The fields of a message. Its text is called `text`. If it ends in the middle of its JSON, `is_cut` gets to know.
pub(crate) fn fields<G: Gather>(message: &str, is_cut: &mut bool) -> G {
    let message = message.trim();
    let (before, object) = split(message, is_cut);
    let mut fields: G = object.map(|object| of_object(object, is_cut)).unwrap_or_default();
    let (pairs, has_more) = pairs(before);
    let has_pairs = !pairs.is_empty();
    for (name, value) in pairs {
        match SAID.contains(&name) {
            true => {
                fields.text("text", &value);
                fields.said(name, &value.as_str().into());
            }
            false => fields.text(name, &value),
        }
    }
    let said = before.rsplit('\t').map(str::trim).find(|part| !part.is_empty());
    if let Some(said) = said.filter(|_| has_more || !has_pairs) {
        fields.text("text", said);
    }
    fields
}

/// The fields of a line of JSON.
pub(crate) fn of_object<G: Gather>(mut object: Object, is_cut: &mut bool) -> G {
    // GELF marks the names of what was given with a `_`.
    if object.contains_key("short_message") {
        let plain = |(name, value): (String, Value)| {
            (name.strip_prefix('_').map(String::from).unwrap_or(name), value)
        };
        object = object.into_iter().map(plain).collect();
    }
    let mut fields = G::default();
    for name in SAID {
        let Some(said) = object.remove(name) else { continue };
        fields.said(name, &said);
        match said {
            // Loggers that write JSON wrap what they are given, even if that is JSON already.
            Value::String(said) => fields.join(self::fields(&said, is_cut)),
            Value::Object(said) => fields.join(of_object(said, is_cut)),
            _ => {}
        }
    }
    let mut beside = G::default();
    for name in ALSO_SAID {
        if let Some(Value::String(said)) = object.get(name) {
            beside.join(self::fields(said, is_cut));
        }
    }
    for (name, value) in &object {
        match value {
            Value::Object(inner) if BESIDE.contains(&name.as_str()) => {
                beside.join(of_object(inner.clone(), is_cut));
                // What is only quoted is no row.
                beside.text("text", name);
            }
            Value::String(text) if text.starts_with('{') => {
                if let Ok(inner) = serde_json::from_str::<Object>(text) {
                    beside.join(of_object(inner, is_cut));
                }
            }
            _ => {}
        }
    }
    fields.join(G::of_members(object));
    fields.join(beside);
    fields
}

/// When a line of JSON says that it was written.
pub(crate) fn time_of(object: &Object) -> Option<Told> {
    let time = |name: &&str| match object.get(*name)? {
        Value::String(text) => parse_time(text),
        Value::Number(number) => parse_time(&number.to_string()),
        _ => None,
    };
    TIMES.iter().find_map(time)
}

/// When a line of pairs says that it was written.
pub(crate) fn time_of_pairs(text: &str) -> Option<Told> {
    let of = |name: &str| ["t", "at"].contains(&name) || TIMES.contains(&name);
    pairs(text).0.into_iter().filter(|(name, _)| of(name)).find_map(|(_, value)| parse_time(&value))
}

/// What stands before the first object in a message, and the object. What follows it, such as a stack, says nothing.
pub(crate) fn split<'m>(message: &'m str, is_cut: &mut bool) -> (&'m str, Option<Object>) {
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
    use crate::Fields;

    fn whole(message: &str) -> Fields {
        let mut is_cut = false;
        let fields = fields(message, &mut is_cut);
        assert!(!is_cut, "{message}");
        fields
    }

    #[test]
    fn json_and_pairs_are_found_alone_wrapped_and_within_a_text() {
        let cases = [
            r#"{"level":"WARN","message":"it failed","task_id":"t"}"#,
            "2026-07-13T18:10:27.101Z\trequest-1\tWARN\tit failed {\"task_id\":\"t\"}\n",
            r#"{"timestamp":"2026-07-13T18:10:27.101Z","message":{"text":"it failed","task_id":"t"}}"#,
            r#"{"level":"WARN","message":"{\"text\":\"it failed\",\"task_id\":\"t\"}"}"#,
            r#"{"level":"WARN","msg":"it failed","extra":{"task_id":"t"}}"#,
            r#"{"level":"WARN","event":"it failed","task_id":"t"}"#,
            r#"{"version":"1.1","short_message":"it failed","_task_id":"t"}"#,
            r#"{"log.level":"warn","message":"it failed","labels":{"task_id":"t"}}"#,
            r#"{"level":30,"msg":"it failed","event":{"task_id":"t"}}"#,
            r#"{"log":"{\"msg\":\"it failed\",\"task_id\":\"t\"}\n","stream":"stdout"}"#,
            "level=warn msg=\"it failed\" task_id=t",
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
        fields::<Fields>("it failed {\"task_id\":\"t", &mut is_cut);
        assert!(is_cut);
    }
}
