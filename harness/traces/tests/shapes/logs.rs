//! What is saved of logs.
use super::shape::{Shape, TIMES, all_lines, events, gzip, line, pretty, said, shape, with};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

fn log_events() -> Vec<Value> {
    let event = |(said, time): (String, u64)| json!({ "timestamp": time, "message": said, "ingestionTime": time + 900 });
    said().into_iter().zip(TIMES).map(event).collect()
}

/// What a subscription delivers, of one event.
fn delivered(event: &Value) -> Value {
    json!({ "messageType": "DATA_MESSAGE", "owner": "0", "logGroup": "g", "logStream": "s",
        "subscriptionFilters": ["f"], "logEvents": [event] })
}

/// Each event, logged as this says.
fn logged(log: fn(Value) -> Value) -> Vec<u8> {
    all_lines(events().map(log))
}

fn texts(line: fn(&str) -> String) -> Vec<u8> {
    said().map(|said| line(&said) + "\n").concat().into_bytes()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn pairs(key: &str) -> String {
    format!("task_id=kiln-3 event_type=task_failed event_id={key}")
}

pub(crate) const LOGS: &[Shape] = &[
    shape("log-events", "`filter-log-events` or `get-log-events`", || {
        pretty(&json!({ "events": log_events(), "searchedLogStreams": [] }))
    }),
    shape("log-events", "a list: `--query 'events[]'`", || pretty(&json!(log_events()))),
    shape("log-events", "values: `--query 'events[].[timestamp, message]'`", || {
        let values: Vec<Value> =
            log_events().iter().map(|event| json!([event["timestamp"], event["message"]])).collect();
        pretty(&json!(values))
    }),
    shape("log-events", "what a subscription delivers, one after another, as Firehose writes it", || {
        log_events().iter().flat_map(|event| delivered(event).to_string().into_bytes()).collect()
    }),
    shape("log-events", "what a subscription gives Lambda", || {
        let of = |event: &Value| {
            let data = BASE64_STANDARD.encode(gzip(delivered(event).to_string().as_bytes()));
            json!({ "awslogs": { "data": data } })
        };
        all_lines(log_events().iter().map(of))
    }),
    shape("log-events", "what a subscription gives Kinesis", || {
        let record = |event: &Value| json!({ "kinesis": { "data": BASE64_STANDARD.encode(gzip(delivered(event).to_string().as_bytes())) } });
        line(&json!({ "Records": log_events().iter().map(record).collect::<Vec<Value>>() }))
    }),
    shape("log-text", "a CloudWatch log exported to S3", || {
        texts(|said| format!("2026-05-28T20:26:40.000Z {said}"))
    }),
    shape("log-text", "`aws logs tail`", || {
        texts(|said| {
            format!("2026-05-28T20:26:40.000000+00:00 2026/05/28/[$LATEST]4f ERROR it failed {said}")
        })
    }),
    shape("log-text", "a time in brackets, or behind a level or a name", || {
        texts(|said| format!("ERROR [2026-05-28 20:26:40,000] it failed {said} (attempt 1)"))
    }),
    shape("log-text", "syslog of RFC 5424", || {
        texts(|said| format!("<34>1 2026-05-28T20:26:40Z host bakery 7 - - it failed {said}"))
    }),
    shape("log-text", "with lines of Lambda's runtime among them", || {
        let [one, other] = said();
        format!("START RequestId: r Version: 1\n2026-05-28T20:26:40Z\tr\tERROR\t{one}\nEND RequestId: r\n2026-05-28T20:26:41Z\tr\tERROR\t{other}\n").into_bytes()
    }),
    shape("log-text", "pairs behind a time", || {
        ["n-1", "n-2"]
            .map(|key| format!("2026-05-28T20:26:40Z it failed {}\n", pairs(key)))
            .concat()
            .into_bytes()
    }),
    shape("log-text", "`--output text`", || texts(|said| format!("1780000000000\t{said}"))),
    shape("log-lines", "logfmt", || {
        ["n-1", "n-2"]
            .map(|key| format!("time=2026-05-28T20:26:40Z level=error msg=\"it failed\" {}\n", pairs(key)))
            .concat()
            .into_bytes()
    }),
    shape("log-lines", "JSON behind a prefix", || texts(|said| format!("app-1  | {said}"))),
    shape("insights-csv", "`@timestamp` and `@message`", || {
        ("@timestamp,@message\n".to_string()
            + &said().map(|said| format!("2026-05-28 20:26:40.000,{}\n", quoted(&said))).concat())
            .into_bytes()
    }),
    shape("insights-csv", "columns that the query names", || {
        b"@timestamp,task_id,event_type,event_id\n2026-05-28 20:26:40.000,kiln-3,task_failed,n-1\n2026-05-28 20:26:40.000,kiln-3,task_failed,n-2\n".to_vec()
    }),
    shape("insights-json", "`get-query-results`", || {
        let row = |said: String| json!([{ "field": "@timestamp", "value": "2026-05-28 20:26:40.000" }, { "field": "@message", "value": said }]);
        pretty(
            &json!({ "results": said().map(row), "statistics": { "recordsMatched": 2.0 }, "status": "Complete" }),
        )
    }),
    shape("insights-json", "a list: `--query 'results[]'`", || {
        let row = |said: String| json!([{ "field": "@timestamp", "value": "2026-05-28 20:26:40.000" }, { "field": "@message", "value": said }]);
        pretty(&json!(said().map(row)))
    }),
    shape("insights-json", "as the console saves it", || {
        let row =
            |event: Value| json!({ "@timestamp": "2026-05-28 20:26:40.000", "@message": event, "@ptr": "0" });
        pretty(&json!(events().map(row)))
    }),
    shape("log-csv", "as the viewer of CloudWatch saves it", || {
        ("timestamp,message\n".to_string()
            + &said().map(|said| format!("1780000000000,{}\n", quoted(&(said + "\n")))).concat())
            .into_bytes()
    }),
    shape("json-log", "pino", || {
        logged(|event| {
            with(
                event,
                json!({ "level": 50, "time": 1_780_000_000_000_u64, "pid": 7, "hostname": "w", "msg": "it failed" }),
            )
        })
    }),
    shape("json-log", "winston", || {
        logged(
            |event| json!({ "level": "error", "message": "it failed", "timestamp": "2026-05-28T20:26:40Z", "metadata": event }),
        )
    }),
    shape("json-log", "Powertools", || {
        logged(|event| {
            with(
                event,
                json!({ "level": "ERROR", "location": "f:1", "message": "it failed", "timestamp": "2026-05-28 20:26:40,000+0000", "service": "s" }),
            )
        })
    }),
    shape("json-log", "zap", || {
        logged(|event| {
            with(
                event,
                json!({ "level": "error", "ts": 1_780_000_000.5, "caller": "a.go:1", "msg": "it failed" }),
            )
        })
    }),
    shape("json-log", "structlog", || {
        logged(|event| {
            with(
                event,
                json!({ "event": "it failed", "level": "error", "timestamp": "2026-05-28T20:26:40Z" }),
            )
        })
    }),
    shape("json-log", "JSON within a message, or within its text", || {
        logged(|event| json!({ "level": "ERROR", "message": format!("it failed {event} (attempt 1)") }))
    }),
    shape("json-log", "Docker, Kubernetes", || {
        logged(
            |event| json!({ "log": format!("{event}\n"), "stream": "stdout", "time": "2026-05-28T20:26:40Z" }),
        )
    }),
    shape("json-log", "with lines that are no JSON among them", || {
        [
            b"{\"level\":30,\"msg\":\"begun\"}\nServer listens\n".to_vec(),
            logged(|event| with(event, json!({ "level": 50 }))),
        ]
        .concat()
    }),
    shape("json-log", "messages alone: `--query 'events[].message'`", || pretty(&json!(said()))),
    shape("otlp-logs", "`resourceLogs`", || otlp_logs("scopeLogs", "logRecords")),
    shape("otlp-logs", "older versions", || otlp_logs("instrumentationLibraryLogs", "logs")),
    shape("otlp-logs", "with the names of protocol buffers: `resource_logs`", || {
        let record = |said: String| json!({ "time_unix_nano": "1780000000000000000", "body": { "string_value": said } });
        pretty(
            &json!({ "resource_logs": [{ "resource": {}, "scope_logs": [{ "log_records": said().map(record) }] }] }),
        )
    }),
    shape("event-batch", "CloudEvents", || {
        let event = |event: Value| {
            json!({ "specversion": "1.0", "type": "burnt", "source": "/oven", "id": event["event_id"],
            "time": "2026-05-28T20:26:40Z", "data": event })
        };
        all_lines(events().map(event))
    }),
    shape("event-batch", "Pub/Sub, pulled", || {
        let message = |said: &String| {
            json!({ "ackId": "a", "message": { "data": BASE64_STANDARD.encode(said),
            "messageId": said.len().to_string(), "publishTime": "2026-05-28T20:26:40Z" } })
        };
        pretty(&json!(said().iter().map(message).collect::<Vec<Value>>()))
    }),
    shape("event-batch", "Pub/Sub, pushed", || {
        let message = |said: &String| json!({ "message": { "data": BASE64_STANDARD.encode(said), "messageId": "1" }, "subscription": "s" });
        all_lines(said().iter().map(message))
    }),
    shape("event-batch", "Kafka, as `kcat -J` prints it", || {
        let message = |(said, at): (String, u64)| json!({ "topic": "loaves", "partition": 0, "offset": at, "ts": at, "key": null, "payload": said });
        all_lines(said().into_iter().zip(TIMES).map(message))
    }),
    shape("event-batch", "RabbitMQ, as its management gives it", || {
        let message = |said: &String| json!({ "payload_bytes": said.len(), "exchange": "x", "routing_key": "k", "payload": said });
        pretty(&json!(said().iter().map(message).collect::<Vec<Value>>()))
    }),
    shape("event-batch", "the journal of systemd: `journalctl -o json`", || {
        let line = |(said, at): (String, u64)| json!({ "__CURSOR": format!("s={at}"), "__REALTIME_TIMESTAMP": format!("{at}000"), "MESSAGE": said });
        all_lines(said().into_iter().zip(TIMES).map(line))
    }),
    shape("event-batch", "Loki: `logcli query -o jsonl`", || {
        let line = |said: &String| json!({ "labels": { "app": "oven" }, "line": said, "timestamp": "2026-05-28T20:26:40Z" });
        all_lines(said().iter().map(line))
    }),
    shape("event-batch", "Splunk, exported as JSON", || {
        let line = |said: &String| json!({ "preview": false, "result": { "_raw": said, "_time": "2026-05-28T20:26:40Z" } });
        all_lines(said().iter().map(line))
    }),
    shape("event-batch", "Datadog, as its API gives it", || {
        let event = |event: Value| {
            json!({ "id": event["event_id"], "type": "log", "attributes": {
            "timestamp": "2026-05-28T20:26:40Z", "message": "burnt", "attributes": event } })
        };
        pretty(&json!({ "data": events().map(event) }))
    }),
    shape("json-log", "GELF", || {
        logged(|event| {
            let given = event.as_object().expect("an object").iter();
            let marked = given
                .map(|(name, value)| (format!("_{name}"), value.clone()))
                .collect::<serde_json::Map<_, _>>();
            with(
                marked.into(),
                json!({ "version": "1.1", "host": "oven", "short_message": "burnt", "timestamp": 1_780_000_000.5 }),
            )
        })
    }),
    shape("json-log", "Bunyan, with an event in a member", || {
        logged(
            |event| json!({ "name": "oven", "level": 30, "msg": "put", "time": "2026-05-28T20:26:40Z", "v": 0, "event": event }),
        )
    }),
    shape("json-log", "ECS, with labels", || {
        logged(
            |event| json!({ "@timestamp": "2026-05-28T20:26:40Z", "log.level": "info", "message": "burnt", "labels": event }),
        )
    }),
    shape("log-csv", "as Splunk or Grafana saves it", || {
        let row = |said: &String| format!("{},2026-05-28T20:26:40.000Z\n", quoted(said));
        format!("_raw,_time\n{}", said().iter().map(row).collect::<String>()).into_bytes()
    }),
    shape("log-text", "in colours", || {
        texts(|said| {
            format!("\u{1b}[90m2026-05-28T20:26:40.000Z\u{1b}[0m \u{1b}[32mINF\u{1b}[0m burnt {said}")
        })
    }),
];

fn otlp_logs(scopes: &str, records: &str) -> Vec<u8> {
    let record =
        |said: String| json!({ "timeUnixNano": "1780000000000000000", "body": { "stringValue": said } });
    pretty(&json!({ "resourceLogs": [{ "resource": {}, scopes: [{ records: said().map(record) }] }] }))
}
