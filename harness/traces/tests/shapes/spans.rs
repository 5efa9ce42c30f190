//! What is saved of spans and of histories.
use super::shape::{Shape, THING, all_lines, line, pretty, shape};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

fn otlp_span(value: fn(&str) -> Value) -> Value {
    let attribute = |name: &str, text: &str| json!({ "key": name, "value": value(text) });
    let event = |key: &str| json!({ "timeUnixNano": "1780000000000000000", "name": "task_failed", "attributes": [attribute("event_id", key)] });
    json!({ "traceId": "c0ffee", "spanId": "01", "name": "bake", "startTimeUnixNano": "1780000000000000000",
        "attributes": [attribute("task_id", THING)], "events": [event("n-1"), event("n-2")] })
}

fn string(text: &str) -> Value {
    json!({ "stringValue": text })
}

fn durable(numbers: [u64; 2]) -> [Value; 2] {
    numbers.map(|number| match number {
        1 => json!({ "EventType": "ExecutionStarted", "EventId": 1, "EventTimestamp": "2026-05-28T20:26:40Z",
            "ExecutionStartedDetails": { "Input": { "Payload": json!({ "task_id": THING }).to_string() } } }),
        _ => json!({ "EventType": "StepStarted", "EventId": number, "EventTimestamp": "2026-05-28T20:26:41Z", "Name": "bake" }),
    })
}

fn states(numbers: [u64; 2]) -> [Value; 2] {
    numbers.map(|number| match number {
        1 => json!({ "type": "ExecutionStarted", "id": 1, "timestamp": "2026-05-28T20:26:40Z",
            "executionStartedEventDetails": { "input": json!({ "task_id": THING }).to_string() } }),
        _ => json!({ "type": "TaskStateEntered", "id": number, "timestamp": 1_780_000_001.5, "stateEnteredEventDetails": { "name": "bake" } }),
    })
}

fn temporal(given: &Value) -> [Value; 2] {
    [
        json!({ "eventId": "1", "eventTime": "2026-05-28T20:26:40Z", "eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED",
            "workflowExecutionStartedEventAttributes": { "input": { "payloads": [given] } } }),
        json!({ "eventId": "2", "eventTime": "2026-05-28T20:26:41Z", "eventType": "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED",
            "activityTaskScheduledEventAttributes": { "activityType": { "name": "bake" } } }),
    ]
}

fn encoded() -> Value {
    json!({ "metadata": { "encoding": "anNvbi9wbGFpbg==" }, "data": BASE64_STANDARD.encode(json!({ "task_id": THING }).to_string()) })
}

pub(crate) const SPANS: &[Shape] = &[
    shape("otlp", "`resourceSpans`", || {
        pretty(
            &json!({ "resourceSpans": [{ "resource": {}, "scopeSpans": [{ "spans": [otlp_span(string)] }] }] }),
        )
    }),
    shape("otlp", "on each line, as the file exporter of the Collector writes it", || {
        line(&json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [otlp_span(string)] }] }] }))
    }),
    shape("otlp", "older versions: `instrumentationLibrarySpans`", || {
        pretty(
            &json!({ "resourceSpans": [{ "instrumentationLibrarySpans": [{ "spans": [otlp_span(string)] }] }] }),
        )
    }),
    shape("otlp", "Tempo: `batches`", || {
        pretty(&json!({ "batches": [{ "scopeSpans": [{ "spans": [otlp_span(string)] }] }] }))
    }),
    shape("otlp", "Tempo: `{\"trace\": {\"resourceSpans\": …}}`", || {
        let trace = json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [otlp_span(string)] }] }] });
        pretty(&json!({ "trace": trace, "status": "COMPLETE" }))
    }),
    shape("otlp", "with the names of protocol buffers: `resource_spans`", || {
        let attribute = |name: &str, text: &str| json!({ "key": name, "value": { "string_value": text } });
        let event = |key: &str| json!({ "time_unix_nano": "1780000000000000000", "name": "task_failed", "attributes": [attribute("event_id", key)] });
        let span = json!({ "trace_id": "c0ffee", "span_id": "01", "name": "bake", "start_time_unix_nano": "1780000000000000000",
            "attributes": [attribute("task_id", THING)], "events": [event("n-1"), event("n-2")] });
        pretty(&json!({ "resource_spans": [{ "scope_spans": [{ "spans": [span] }] }] }))
    }),
    shape("otlp", "as the console exporter for Python prints it", || {
        // In its own order, as it is read as a stream.
        br#"{
    "name": "bake",
    "context": { "trace_id": "0x1", "span_id": "0x2", "trace_state": "[]" },
    "start_time": "2026-05-28T20:26:40Z",
    "attributes": { "task_id": "kiln-3" },
    "events": [
        { "name": "task_failed", "timestamp": "2026-05-28T20:26:40Z", "attributes": { "event_id": "n-1" } },
        { "name": "task_failed", "timestamp": "2026-05-28T20:26:41Z", "attributes": { "event_id": "n-2" } }
    ]
}
"#
        .to_vec()
    }),
    shape("jaeger", "as its interface saves it", || {
        let tag = |name: &str, text: &str| json!({ "key": name, "type": "string", "value": text });
        let log = |key: &str| json!({ "timestamp": 1_780_000_000_000_000_u64, "fields": [tag("event", "task_failed"), tag("event_id", key)] });
        let span = json!({ "traceID": "1", "spanID": "1", "operationName": "bake", "startTime": 1_780_000_000_000_000_u64, "tags": [tag("task_id", THING)], "logs": [log("n-1"), log("n-2")], "processID": "p1" });
        pretty(
            &json!({ "data": [{ "traceID": "1", "spans": [span], "processes": { "p1": { "serviceName": "s", "tags": [] } } }] }),
        )
    }),
    shape("zipkin", "a list of spans", || {
        let said = |key: &str| json!({ "timestamp": 1_780_000_000_000_000_u64, "value": format!("task_failed event_type=task_failed event_id={key}") });
        pretty(
            &json!([{ "traceId": "1", "id": "1", "name": "bake", "timestamp": 1_780_000_000_000_000_u64, "duration": 5, "tags": { "task_id": THING }, "annotations": [said("n-1"), said("n-2")] }]),
        )
    }),
    shape("durable-history", "`get-durable-execution-history`", || {
        pretty(&json!({ "Events": durable([1, 2]) }))
    }),
    shape("durable-history", "a list, as an SDK keeps it", || pretty(&json!(durable([1, 2])))),
    shape("durable-history", "the last event first", || pretty(&json!({ "Events": durable([2, 1]) }))),
    shape("durable-history", "pages, one after another", || {
        let [one, other] = durable([1, 2]);
        [json!({ "Events": [one], "NextMarker": "2" }), json!({ "Events": [other] })]
            .iter()
            .flat_map(pretty)
            .collect()
    }),
    shape("step-functions", "`get-execution-history`", || pretty(&json!({ "events": states([1, 2]) }))),
    shape("step-functions", "a list: `--query 'events[]'`", || pretty(&json!(states([1, 2])))),
    shape("step-functions", "the last event first: `--reverse-order`", || {
        pretty(&json!({ "events": states([2, 1]) }))
    }),
    shape("step-functions", "an event on each line", || all_lines(states([1, 2]))),
    shape("temporal-history", "`temporal workflow show --output json`", || {
        pretty(&json!({ "events": temporal(&encoded()) }))
    }),
    shape("temporal-history", "with what was given as it is", || {
        pretty(&json!({ "events": temporal(&json!({ "task_id": THING })) }))
    }),
];
