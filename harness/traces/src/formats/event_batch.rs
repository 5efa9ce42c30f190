//! What Lambda and others are given of a queue, a topic, a stream or a bus. It wraps messages; a message may be a document
//! of another format.
use super::{decoded, json_log, text};
use crate::{
    clock::{Told, parse_time},
    definition::{Definition, Form, Inner, Json, Object, Wrong},
    line::Raw,
};
use serde_json::Value;

pub(super) const FORMAT: Definition = Definition {
    name: "event-batch",
    about: "messages of a queue, a topic, a stream, a bus or a store of logs",
    // Who sends again may do so after what came later.
    in_order: false,
    is_log: true,
    form: Form::Json(Json {
        // What a queue gives whoever asks it, and what Firehose gives a function to change.
        lists: &["Messages", "records"],
        sent: &["Messages", "records"],
        is_record: |value| {
            value.as_object().is_some_and(|value| wrapper(value).is_some() || is_of_kafka(value))
        },
        unwraps: Some(unwrap),
        row: Some(json_log::row),
        ..Json::of(|message, sink| json_log::read(message).map(|raw: Raw| sink(raw)))
    }),
};

/// Where a wrapper has what it wraps, how that is spelt, and where it tells when it was sent.
struct Wrapper {
    path: &'static [&'static str],
    is_base64: bool,
    sent: &'static [&'static str],
    /// What has this member, too, is one.
    mark: &'static [&'static str],
    /// What a queue, a stream or a bus calls a message, in all its parts: who sends again what it has, sends it with the same.
    id: &'static [&'static [&'static str]],
}

const fn plain(
    path: &'static [&'static str],
    sent: &'static [&'static str],
    mark: &'static [&'static str],
    id: &'static [&'static [&'static str]],
) -> Wrapper {
    Wrapper { path, is_base64: false, sent, mark, id }
}

const fn base64(
    path: &'static [&'static str],
    sent: &'static [&'static str],
    mark: &'static [&'static str],
    id: &'static [&'static [&'static str]],
) -> Wrapper {
    Wrapper { path, is_base64: true, sent, mark, id }
}

const WRAPPERS: &[Wrapper] = &[
    // SQS: as a function is given them, and as the API gives them.
    plain(&["body"], &["attributes", "SentTimestamp"], &["messageId"], &[&["messageId"]]),
    plain(&["Body"], &["Attributes", "SentTimestamp"], &["MessageId"], &[&["MessageId"]]),
    // SNS: as a function is given them, and as they are delivered elsewhere.
    plain(&["Sns", "Message"], &["Sns", "Timestamp"], &["Sns"], &[&["Sns", "MessageId"]]),
    plain(&["Message"], &["Timestamp"], &["TopicArn"], &[&["MessageId"]]),
    // Kinesis: as a function is given them, and as the API gives them.
    base64(&["kinesis", "data"], &["kinesis", "approximateArrivalTimestamp"], &["kinesis"], &[&["eventID"]]),
    base64(&["Data"], &["ApproximateArrivalTimestamp"], &["PartitionKey"], &[&["SequenceNumber"]]),
    // Firehose, for a function that changes its records.
    base64(&["data"], &["approximateArrivalTimestamp"], &["recordId"], &[&["recordId"]]),
    // Kafka, of a topic's partition.
    base64(&["value"], &["timestamp"], &["timestampType"], &[&["topic"], &["partition"], &["offset"]]),
    // A subscription to a log, as a function is given it.
    base64(&["awslogs", "data"], &[], &["awslogs"], &[]),
    // EventBridge.
    plain(&["detail"], &["time"], &["detail-type"], &[&["id"]]),
    plain(&["Detail"], &["Time"], &["DetailType"], &[]),
    // CloudEvents.
    plain(&["data"], &["time"], &["specversion"], &[&["source"], &["id"]]),
    base64(&["data_base64"], &["time"], &["specversion"], &[&["source"], &["id"]]),
    // Pub/Sub, pulled or pushed.
    base64(
        &["message", "data"],
        &["message", "publishTime"],
        &["message", "messageId"],
        &[&["message", "messageId"]],
    ),
    // Kafka, as kcat prints it, and RabbitMQ, as its management gives it.
    plain(&["payload"], &["ts"], &["offset"], &[&["topic"], &["partition"], &["offset"]]),
    plain(&["payload"], &[], &["routing_key"], &[]),
    // The journal of systemd, Loki as logcli prints it, Splunk and Datadog.
    plain(&["MESSAGE"], &["__REALTIME_TIMESTAMP"], &["__REALTIME_TIMESTAMP"], &[&["__CURSOR"]]),
    plain(&["line"], &["timestamp"], &["labels"], &[]),
    plain(
        &["result", "_raw"],
        &["result", "_time"],
        &["preview"],
        &[&["result", "_bkt"], &["result", "_cd"]],
    ),
    plain(&["attributes"], &["attributes", "timestamp"], &["attributes", "attributes"], &[&["id"]]),
];

fn wrapper(value: &Object) -> Option<&'static Wrapper> {
    WRAPPERS.iter().find(|wrapper| {
        at(value, wrapper.mark).is_some()
            && at(value, wrapper.path).is_some_and(|inner| inner.is_string() || inner.is_object())
    })
}

/// Whether this is what a function is given of Kafka: a list for each partition of a topic.
fn is_of_kafka(value: &Object) -> bool {
    let is_source = |source: &str| ["aws:kafka", "SelfManagedKafka"].contains(&source);
    value.get("eventSource").and_then(Value::as_str).is_some_and(is_source)
        && value.get("records").is_some_and(Value::is_object)
}

fn at<'v>(value: &'v Object, path: &[&str]) -> Option<&'v Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(value.get(*first)?, |value, name| value.get(name))
}

fn unwrap(value: Value) -> Result<Vec<Inner>, Wrong> {
    const EXPECTED: &str =
        "expected a message, such as one of SQS, SNS, Kinesis, Firehose, Kafka or EventBridge";
    let value = value.as_object().ok_or(EXPECTED)?;
    if is_of_kafka(value) {
        let partitions = value["records"].as_object().ok_or(EXPECTED)?.values();
        let messages = partitions.filter_map(Value::as_array).flatten();
        return Ok(messages.map(|message| Inner { value: message.clone(), sent: None, id: None }).collect());
    }
    let wrapper = wrapper(value).ok_or(EXPECTED)?;
    let inner = at(value, wrapper.path).ok_or(EXPECTED)?;
    let sent = at(value, wrapper.sent).and_then(time);
    let id = id(value, wrapper);
    let Some(encoded) = inner.as_str().filter(|_| wrapper.is_base64) else {
        return Ok(vec![Inner { value: inner.clone(), sent, id }]);
    };
    let text =
        decoded(encoded).ok_or("its data cannot be decoded; expected base64 of a text, perhaps with gzip")?;
    // A producer may have put several documents into one record.
    let documents: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&text).into_iter().collect();
    let values = documents.unwrap_or_else(|_| vec![text.into()]);
    // Of several in one record, each is its part.
    let id = |part: usize| id.as_ref().map(|id| format!("{id} {part}"));
    Ok(values.into_iter().enumerate().map(|(part, value)| Inner { value, sent, id: id(part) }).collect())
}

/// What a message is called; none, if a part of that is not there.
fn id(value: &Object, wrapper: &Wrapper) -> Option<String> {
    let part = |path: &&[&str]| match at(value, path)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let parts: Vec<String> = wrapper.id.iter().map(part).collect::<Option<_>>()?;
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn time(value: &Value) -> Option<Told> {
    let object: Object = [("time".to_string(), value.clone())].into_iter().collect();
    parse_time(&text(&object, "time")?)
}
