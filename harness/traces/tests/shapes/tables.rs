//! What is exported of tables.
use super::shape::{Shape, all_lines, events, line, pretty, said, shape, with};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};

/// An object as an item.
fn item(event: &Value) -> Value {
    let members = event.as_object().expect("an object").iter();
    members.map(|(name, value)| (name.clone(), json!({ "S": value }))).collect::<Map<_, _>>().into()
}

fn items() -> [Value; 2] {
    events().map(|event| item(&event))
}

fn change(item: Value, number: usize) -> Value {
    json!({ "eventID": number.to_string(), "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": {
        "ApproximateCreationDateTime": 1_780_000_000 + number,
        "Keys": { "event_id": item["event_id"] }, "NewImage": item, "SequenceNumber": number.to_string(),
    } })
}

fn changes() -> Vec<Value> {
    items().into_iter().zip(1..).map(|(item, number)| change(item, number)).collect()
}

fn metadata(micros: &str) -> Value {
    json!({ "WriteTimestampMicros": { "N": micros } })
}

fn csv(by: char) -> Vec<u8> {
    let rows = ["task_id,event_type,event_id", "kiln-3,task_failed,n-1", "kiln-3,task_failed,n-2"];
    rows.map(|row| row.replace(',', &by.to_string()) + "\n").concat().into_bytes()
}

pub(crate) const TABLES: &[Shape] = &[
    shape("item", "an item on each line", || all_lines(items())),
    shape("item", "a list: `--query 'Items[]'`", || pretty(&json!(items()))),
    shape("item", "a list under a name of one's own: `--query '{loaves: Items}'`", || {
        pretty(&json!({ "loaves": items() }))
    }),
    shape("item", "a list for each table: `batch-get-item`", || {
        pretty(
            &json!({ "Responses": { "Tasks": [items()[0]], "Events": [items()[1]] }, "UnprocessedKeys": {} }),
        )
    }),
    shape("query", "`query`, `scan` and `execute-statement`", || {
        pretty(&json!({ "Items": items(), "Count": 2, "ScannedCount": 2, "ConsumedCapacity": null }))
    }),
    shape("query", "answers, one after another", || {
        let page = |item: &Value| pretty(&json!({ "Items": [item], "Count": 1, "ScannedCount": 1 }));
        items().iter().flat_map(page).collect()
    }),
    shape("rows", "items without their types, as an SDK gives them", || {
        pretty(&json!({ "Items": events(), "Count": 2, "ScannedCount": 2 }))
    }),
    shape("rows", "a list: `--query 'Items[].{task_id: task_id.S, …}'`", || pretty(&json!(events()))),
    shape("rows", "a list under a name of one's own, perhaps within another object", || {
        pretty(&json!({ "data": { "loaves": events() } }))
    }),
    shape("rows", "a row on each line", || all_lines(events())),
    shape("s3-export", "a full export", || all_lines(items().map(|item| json!({ "Item": item })))),
    shape("s3-export", "`get-item`, one after another", || {
        items().iter().flat_map(|item| pretty(&json!({ "Item": item }))).collect()
    }),
    shape("s3-export", "`transact-get-items`", || {
        pretty(&json!({ "Responses": items().map(|item| json!({ "Item": item })) }))
    }),
    shape("s3-export", "an incremental export, with what was deleted", || {
        let [one, other] = items();
        let keys = |item: &Value| json!({ "event_id": item["event_id"] });
        all_lines([
            json!({ "Metadata": metadata("1780000000000000"), "Keys": keys(&one), "NewImage": one }),
            json!({ "Metadata": metadata("1780000007000000"), "Keys": keys(&other), "OldImage": other }),
        ])
    }),
    shape("stream", "what Lambda is given, or `get-records`", || pretty(&json!({ "Records": changes() }))),
    shape("stream", "a list: `--query 'Records[]'`, or a pipe of EventBridge", || pretty(&json!(changes()))),
    shape("stream", "a change on each line", || all_lines(changes())),
    shape("stream", "within records of Kinesis", || {
        let record =
            |change: Value| json!({ "kinesis": { "data": BASE64_STANDARD.encode(change.to_string()) } });
        line(&json!({ "Records": changes().into_iter().map(record).collect::<Vec<Value>>() }))
    }),
    shape("csv", "with commas", || csv(',')),
    shape("csv", "with semicolons, tabs or bars", || csv('\t')),
    shape("csv", "as psql prints it", || {
        b" task_id | event_type  | event_id \n---------+-------------+----------\n kiln-3  | task_failed | n-1\n kiln-3  | task_failed | n-2\n(2 rows)\n".to_vec()
    }),
    shape("csv", "with any names of columns, such as `Order ID`", || {
        b"task_id,event_type,event_id,Burnt at?,count(*)\nkiln-3,task_failed,n-1,,1\nkiln-3,task_failed,n-2,,1\n".to_vec()
    }),
    shape("csv", "as Excel saves it: `sep=;`", || [b"sep=;\r\n".to_vec(), csv(';')].concat()),
    shape("csv", "quoted, with a byte order mark", || {
        "\u{feff}\"task_id\",\"event_type\",\"event_id\"\r\n\"kiln-3\",\"task_failed\",\"n-1\"\r\n\"kiln-3\",\"task_failed\",\"n-2\"\r\n".into()
    }),
    shape("event-batch", "SQS, as Lambda is given it", || {
        let record = |said: String| json!({ "messageId": "m", "body": said, "attributes": { "SentTimestamp": "1780000000000" }, "eventSource": "aws:sqs" });
        pretty(&json!({ "Records": said().map(record) }))
    }),
    shape("event-batch", "SQS: `receive-message`", || {
        pretty(
            &json!({ "Messages": said().map(|said| json!({ "MessageId": "m", "ReceiptHandle": "r", "Body": said })) }),
        )
    }),
    shape("event-batch", "SNS, by itself or through SQS", || {
        let of_topic = |said: &str| json!({ "Type": "Notification", "MessageId": "m", "TopicArn": "t", "Message": said, "Timestamp": "2026-05-28T20:26:40Z" });
        let [one, other] = said();
        let direct = json!({ "EventSource": "aws:sns", "Sns": { "Message": one, "Timestamp": "2026-05-28T20:26:40Z" } });
        let through =
            json!({ "messageId": "m", "body": of_topic(&other).to_string(), "eventSource": "aws:sqs" });
        pretty(&json!({ "Records": [direct, through] }))
    }),
    shape("event-batch", "Kinesis, as Lambda is given it", || {
        let record = |said: String| json!({ "kinesis": { "data": BASE64_STANDARD.encode(said), "approximateArrivalTimestamp": 1_780_000_000.5, "sequenceNumber": "1" }, "eventSource": "aws:kinesis" });
        pretty(&json!({ "Records": said().map(record) }))
    }),
    shape("event-batch", "Kinesis: `get-records`", || {
        let record = |said: String| json!({ "Data": BASE64_STANDARD.encode(said), "PartitionKey": "p", "SequenceNumber": "1" });
        pretty(&json!({ "Records": said().map(record), "MillisBehindLatest": 0 }))
    }),
    shape("event-batch", "Firehose, for a function that changes its records", || {
        let record = |said: String| json!({ "recordId": "r", "approximateArrivalTimestamp": 1_780_000_000_000_u64, "data": BASE64_STANDARD.encode(said) });
        pretty(&json!({ "invocationId": "i", "records": said().map(record) }))
    }),
    shape("event-batch", "Kafka, as Lambda is given it", || {
        let record = |said: String| json!({ "topic": "t", "partition": 0, "offset": 1, "timestamp": 1_780_000_000_000_u64, "timestampType": "CREATE_TIME", "value": BASE64_STANDARD.encode(said), "headers": [] });
        let [one, other] = said().map(record);
        pretty(&json!({ "eventSource": "aws:kafka", "records": { "t-0": [one], "t-1": [other] } }))
    }),
    shape("event-batch", "EventBridge, an event on each line", || {
        let event = |detail: Value| json!({ "version": "0", "id": "e", "detail-type": "told", "source": "s", "time": "2026-05-28T20:26:40Z", "resources": [], "detail": detail });
        all_lines(events().map(event))
    }),
    shape("event-batch", "EventBridge through SQS", || {
        let event = |detail: Value| json!({ "detail-type": "told", "time": "2026-05-28T20:26:40Z", "detail": detail });
        let record =
            |event: Value| json!({ "messageId": "m", "body": event.to_string(), "eventSource": "aws:sqs" });
        pretty(&json!({ "Records": events().map(event).map(record) }))
    }),
    shape("jsonl", "a line each", || {
        let ts = |event: Value| with(event, json!({ "ts": "2026-05-28T20:26:40Z", "op": "emit" }));
        all_lines(events().map(ts))
    }),
];
