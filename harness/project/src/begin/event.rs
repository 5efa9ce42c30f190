//! What is delivered to a handler: a file that has it, what somebody says when asked, or an example to fill in.
use super::{Event, Handler, tree};
use serde_json::{Value, json};
use std::{fs, path::Path};

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
