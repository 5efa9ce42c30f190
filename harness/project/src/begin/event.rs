//! What is delivered to a handler: a file that has it, what somebody says when asked, or an example to fill in.
use super::{Event, Handler, project::pattern, tree};
use regex::Regex;
use serde_json::{Map, Value, json};
use std::{fs, path::Path, sync::LazyLock};

/// A member of an event that a source reads: `event["order"]`, `event.get("order")`, `event.order`.
static MEMBER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\bevent(?:\[['"]|\.get\(\s*['"]|\??\.)([A-Za-z_]\w*)(\()?"#));
/// Several at once: `const { order, cents } = event`.
static MEMBERS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\{([\w\s,]+)\}\s*=\s*event\b"));
/// What a source calls a number: `cents: number`.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(\w+)\??\s*:\s*(?:number|int|float)\b"));

/// Who reads one of these is told of something by a service, and what it is like is not seen in its source.
const ENVELOPES: [&str; 10] = [
    "Records",
    "body",
    "detail",
    "headers",
    "httpMethod",
    "path",
    "pathParameters",
    "queryStringParameters",
    "rawPath",
    "requestContext",
];

impl Event {
    /// What a source of events of this kind, by its name in SAM or serverless.yml, hands to a function.
    pub(crate) fn of(kind: &str, method: &str, path: &str) -> Event {
        let path = if path.is_empty() { "/" } else { path };
        let method = if method.is_empty() || method == "ANY" || method == "*" { "POST" } else { method };
        let body = r#"{"order":"o1"}"#;
        let (like, example, is_whole) = match kind.to_lowercase().as_str() {
            "httpapi" => (
                format!("a request {method} {path} of an HTTP API"),
                json!({"rawPath": path, "requestContext": {"http": {"method": method, "path": path}}, "body": body}),
                false,
            ),
            "api" | "http" => (
                format!("a request {method} {path} of a REST API"),
                json!({"httpMethod": method, "path": path, "body": body}),
                false,
            ),
            "sqs" => (
                "messages of SQS".into(),
                json!({"Records": [{"messageId": "m1", "eventSource": "aws:sqs", "body": body}]}),
                false,
            ),
            "sns" => (
                "messages of SNS".into(),
                json!({"Records": [{"Sns": {"MessageId": "m1", "Message": body}}]}),
                false,
            ),
            "dynamodb" | "stream" => (
                "changes of a table".into(),
                json!({"Records": [{"eventID": "1", "eventName": "INSERT", "dynamodb": {"NewImage": {"id": {"S": "o1"}}}}]}),
                false,
            ),
            "s3" => (
                "a file that was put into S3".into(),
                json!({"Records": [{"s3": {"bucket": {"name": "bucket"}, "object": {"key": "o1.json"}}}]}),
                false,
            ),
            "eventbridgerule" | "cloudwatchevent" | "eventbridge" => (
                "an event of EventBridge".into(),
                json!({"id": "e1", "source": "orders", "detail-type": "OrderPaid", "detail": {"order": "o1"}}),
                false,
            ),
            "schedule" | "schedulev2" => {
                ("a timer".into(), json!({"id": "e1", "detail-type": "Scheduled Event"}), true)
            }
            _ => ("whatever it is invoked with".into(), json!({"order": "o1"}), false),
        };
        Event { like, example, is_whole, file: None }
    }

    /// An example with what a source reads of its event.
    pub(crate) fn read_in(text: &str) -> Event {
        let usual = Event::of("", "", "");
        let one = MEMBER.captures_iter(text).filter(|member| member.get(2).is_none());
        let one = one.map(|member| (member.get(1).expect("a name").start(), member[1].to_string()));
        let several = MEMBERS.captures_iter(text).flat_map(|members| {
            let at = members.get(0).expect("all that was found").start();
            members[1].split(',').map(|name| (at, name.trim().to_string())).collect::<Vec<_>>()
        });
        let mut names: Vec<(usize, String)> =
            one.chain(several).filter(|(_, name)| !name.is_empty()).collect();
        names.sort_by_key(|(at, _)| *at);
        if names.is_empty() || names.iter().any(|(_, name)| ENVELOPES.contains(&name.as_str())) {
            return usual;
        }
        let is_number = |name: &str| NUMBER.captures_iter(text).any(|number| number[1] == *name);
        let value = |name: &str| if is_number(name) { json!(1) } else { json!("o1") };
        let members: Map<String, Value> =
            names.into_iter().map(|(_, name)| (name.clone(), value(&name))).collect();
        Event { example: Value::Object(members), ..usual }
    }

    /// What a request of HTTP brings.
    pub(crate) fn body() -> Event {
        Event {
            like: "the body of its request".into(),
            example: json!({"order": "o1"}),
            is_whole: false,
            file: None,
        }
    }
}

/// Looks for a file with an event for a handler, as `sam init` and others leave them in `events`; else asks for one.
pub(crate) fn complete(folder: &Path, handler: &mut Handler, ask: &mut dyn FnMut(&str) -> Option<String>) {
    if handler.event.is_whole {
        return;
    }
    handler.event.file = file(folder, &handler.name);
    if handler.event.file.is_some() {
        return;
    }
    let question = format!(
        "what is delivered to {} ({})? JSON, or a file with it; nothing to fill it in later: ",
        handler.name, handler.event.like
    );
    while let Some(answer) =
        ask(&question).map(|answer| answer.trim().to_string()).filter(|answer| !answer.is_empty())
    {
        if folder.join(&answer).is_file() {
            handler.event.file = Some(answer);
            return;
        }
        // TOML has no null.
        let event =
            serde_json::from_str::<Value>(&answer).ok().filter(|event| toml::Value::try_from(event).is_ok());
        if let Some(event) = event {
            handler.event.example = event;
            handler.event.is_whole = true;
            return;
        }
    }
}

/// The file in `events` that is named after the handler, or the only one.
fn file(folder: &Path, handler: &str) -> Option<String> {
    let mut files = Vec::new();
    for below in ["events", "event.json"] {
        let path = folder.join(below);
        if path.is_file() {
            files.push(below.to_string());
        }
        let names = fs::read_dir(path).into_iter().flatten().flatten();
        let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
        files.extend(names.filter(|name| name.ends_with(".json")).map(|name| format!("{below}/{name}")));
    }
    files.sort();
    let plain = |text: &str| -> String {
        let text: String = text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        text.trim_end_matches("function").to_string()
    };
    let stem = |file: &str| plain(tree::stem(file));
    let named = files.iter().find(|file| stem(file) == plain(handler));
    let only = files.first().filter(|file| files.len() == 1 && stem(file) == "event");
    named
        .or(only)
        .filter(|file| {
            fs::read_to_string(folder.join(file))
                .is_ok_and(|text| serde_json::from_str::<Value>(&text).is_ok())
        })
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_what_the_source_reads_of_it() {
        for (text, expected) in [
            ("room, night = event[\"room\"], event.get('night')", json!({"room": "o1", "night": "o1"})),
            (
                "async (event: { orderId: string; cents: number }) => pay(event.orderId, event?.cents)",
                json!({"orderId": "o1", "cents": 1}),
            ),
            ("const { order, cents } = event;", json!({"order": "o1", "cents": "o1"})),
            ("event.Records.map(pay)", json!({"order": "o1"})),
            ("JSON.parse(event.body)", json!({"order": "o1"})),
            ("event.forEach(pay)", json!({"order": "o1"})),
        ] {
            assert_eq!(Event::read_in(text).example, expected, "{text}");
        }
    }
}
