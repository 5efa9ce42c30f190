//! Traces of every format, out of what a run shows.
use super::{Entry, Table};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// A table's name.
const fn name(table: Table) -> &'static str {
    match table {
        Table::Things => "Tasks",
        Table::Events => "TaskEvents",
        Table::Owners => "UserConcurrency",
        Table::Log => "",
    }
}

/// The attribute in which a table's rows have their time.
const fn clock(table: Table) -> &'static str {
    match table {
        Table::Events => "timestamp",
        Table::Things | Table::Owners | Table::Log => "updated_at",
    }
}

/// Writes a trace out of what a run shows.
type Writer = fn(&[Entry]) -> String;

/// What writes each format, by the format's name.
const WRITERS: &[(&str, Writer)] = &[
    ("item", |entries| lines(rows(entries).map(row))),
    ("query", |entries| {
        [Table::Things, Table::Events, Table::Owners].map(|table| query(entries, table)).concat()
    }),
    ("s3-export", |entries| lines(rows(entries).map(|entry| json!({ "Item": row(entry) })))),
    ("stream", |entries| {
        document("Records", rows(entries).zip(1..).map(|(entry, number)| change(entry, number)))
    }),
    ("log-events", |entries| document("events", entries.iter().map(log_event))),
    ("log-text", log_text),
    ("insights-csv", csv),
    ("insights-json", results),
    ("durable-history", |entries| {
        document("Events", steps(entries).zip(1..).map(|(entry, number)| history(entry, number)))
    }),
    ("step-functions", |entries| {
        document("events", steps(entries).zip(1..).map(|(entry, number)| state(entry, number)))
    }),
    ("temporal-history", |entries| {
        document("events", steps(entries).zip(1..).map(|(entry, number)| activity(entry, number)))
    }),
    ("otlp", otlp),
    ("otlp-logs", otlp_logs),
    ("jaeger", jaeger),
    ("zipkin", |entries| format!("{}\n", Value::Array(entries.iter().map(span).collect()))),
    ("rows", |entries| lines(rows(entries).map(plain_row))),
    ("json-log", |entries| lines(entries.iter().map(json_line))),
    ("log-lines", |entries| entries.iter().map(pairs).collect()),
    ("csv", rows_as_csv),
    ("log-csv", log_csv),
    ("event-batch", |entries| lines(entries.iter().map(sent))),
    ("jsonl", |entries| lines(entries.iter().map(own))),
];

/// Writes a trace in the format of this name. What the format cannot express is left out: tables show rows, a history
/// shows a workflow's steps.
///
/// # Panics
/// If nothing writes that format, with what is to be done about it.
pub fn write(format: &str, entries: &[Entry]) -> String {
    let writer = WRITERS.iter().find(|(name, _)| *name == format);
    let (_, writer) = writer.unwrap_or_else(|| {
        panic!(
            "nothing writes the format `{format}` for tests; add a row to WRITERS in tests/support/write.rs"
        )
    });
    writer(entries)
}

fn lines(values: impl Iterator<Item = Value>) -> String {
    values.map(|value| format!("{value}\n")).collect()
}

fn document(name: &str, records: impl Iterator<Item = Value>) -> String {
    format!("{}\n", json!({ name: records.collect::<Vec<Value>>() }))
}

fn rows(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    entries.iter().filter(|entry| entry.table != Table::Log)
}

fn steps(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    entries.iter().filter(|entry| entry.fields.get("history").is_some())
}

/// A time to the microsecond, as rows have it.
fn exact(at: Timestamp) -> String {
    format!("{at:.6}")
}

/// A time to the millisecond, as logs have it.
fn milliseconds(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// What an entry says where a change is told in one line: from where, too.
fn told(entry: &Entry) -> impl Iterator<Item = (&str, &str)> {
    let from = entry.before.as_ref().and_then(|before| before.get("status"));
    entry.fields.iter().chain(from.map(|from| ("from", from)))
}

fn object(entry: &Entry) -> Map<String, Value> {
    told(entry).map(|(name, text)| (name.into(), text.into())).collect()
}

/// The item with these texts. What reads as a whole number is written as one.
fn item<'f>(texts: impl Iterator<Item = (&'f str, &'f str)>) -> Value {
    let typed = |text: &str| match text.parse::<i64>() {
        Ok(number) if number.to_string() == text => json!({ "N": text }),
        _ if text == "true" || text == "false" => json!({ "BOOL": text == "true" }),
        _ => json!({ "S": text }),
    };
    Value::Object(texts.map(|(name, text)| (name.into(), typed(text))).collect())
}

fn row(entry: &Entry) -> Value {
    let time = exact(entry.at);
    item(entry.fields.iter().chain([(clock(entry.table), time.as_str())]))
}

fn query(entries: &[Entry], table: Table) -> String {
    let items: Vec<Value> = entries.iter().filter(|entry| entry.table == table).map(row).collect();
    let count = items.len();
    format!("{}\n", json!({ "Items": items, "Count": count, "ScannedCount": count }))
}

fn change(entry: &Entry, number: u64) -> Value {
    let before = entry.before.as_ref().map(|before| item(before.iter()));
    let mut change = json!({
        "ApproximateCreationDateTime": entry.at.as_millisecond() as f64 / 1e3,
        "NewImage": row(entry),
        "SequenceNumber": format!("{}", 4_421_584_500_000_000_017_450_439_000_u128 + u128::from(number)),
    });
    let kind = if before.is_some() { "MODIFY" } else { "INSERT" };
    if let Some(before) = before {
        change["OldImage"] = before;
    }
    let arn = format!("arn:aws:dynamodb:us-east-1:123456789012:table/{}/stream/1", name(entry.table));
    json!({ "eventID": format!("{number:032x}"), "eventName": kind, "eventSourceARN": arn, "dynamodb": change })
}

fn message(entry: &Entry) -> String {
    let mut said = object(entry);
    if let Some(text) = said.remove("text") {
        said.insert("message".into(), text);
    }
    Value::Object(said).to_string()
}

fn log_event(entry: &Entry) -> Value {
    let time = entry.at.as_millisecond();
    json!({ "timestamp": time, "message": message(entry) + "\n", "ingestionTime": time + 900 })
}

fn log_text(entries: &[Entry]) -> String {
    entries.iter().map(|entry| format!("{} {}\n", milliseconds(entry.at), message(entry))).collect()
}

fn insights(entry: &Entry) -> [(&'static str, String); 2] {
    let time = entry.at.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string();
    [("@timestamp", time), ("@message", message(entry))]
}

fn csv(entries: &[Entry]) -> String {
    let line = |entry: &Entry| {
        let [(_, time), (_, message)] = insights(entry);
        format!("{time},{}\n", quoted(&message))
    };
    "@timestamp,@message\n".to_string() + &entries.iter().map(line).collect::<String>()
}

fn results(entries: &[Entry]) -> String {
    let cell = |(field, value)| json!({ "field": field, "value": value });
    let results: Vec<Value> = entries.iter().map(|entry| json!(insights(entry).map(cell))).collect();
    let matched = results.len() as f64;
    let statistics = json!({ "recordsMatched": matched });
    format!("{}\n", json!({ "results": results, "statistics": statistics, "status": "Complete" }))
}

fn history(entry: &Entry, number: u64) -> Value {
    let kind = entry.fields.get("history").unwrap_or_default();
    let mut event = json!({ "EventType": kind, "EventId": number, "EventTimestamp": milliseconds(entry.at) });
    if let Some(step) = entry.fields.get("step") {
        event["Name"] = step.into();
    }
    let mut details = json!({});
    if let Some(attempt) = entry.fields.get("attempt").and_then(|attempt| attempt.parse::<u32>().ok()) {
        details["RetryDetails"] = json!({ "CurrentAttempt": attempt });
    }
    if kind == "ExecutionStarted" {
        let payload = json!({ "task_id": entry.fields.get("task_id") }).to_string();
        details["Input"] = json!({ "Payload": payload });
    }
    event[format!("{kind}Details")] = details;
    event
}

fn otlp(entries: &[Entry]) -> String {
    let nanoseconds = |entry: &Entry| entry.at.as_nanosecond().to_string();
    let attribute = |(name, text): (&str, &str)| json!({ "key": name, "value": { "stringValue": text } });
    let event = |entry: &Entry| {
        let attributes: Vec<Value> = told(entry).map(attribute).collect();
        json!({ "timeUnixNano": nanoseconds(entry), "name": name(entry.table), "attributes": attributes })
    };
    let ends = [entries.first(), entries.last()].map(|entry| entry.map(nanoseconds));
    let events: Vec<Value> = entries.iter().map(event).collect();
    let span = json!({ "startTimeUnixNano": ends[0], "endTimeUnixNano": ends[1], "events": events });
    format!("{}\n", json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": [span] }] }] }))
}

fn own(entry: &Entry) -> Value {
    let mut line = object(entry);
    let mut take = |name: &str| match line.remove(name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    let (event, step, attempt) = (take("event_type"), take("step"), take("attempt"));
    let (thing, owner) = (take("task_id"), take("user_id"));
    let op = match entry.table {
        Table::Things => "status",
        Table::Events => "emit",
        Table::Owners => "count",
        Table::Log if line.contains_key("ask") => "ask",
        Table::Log if line.contains_key("answer") => "answer",
        Table::Log => "log",
    };
    let mut own = json!({ "ts": exact(entry.at), "op": op });
    let mut put = |name: &str, text: Option<String>| {
        if let Some(text) = text {
            own[name] = text.into();
        }
    };
    put("actor", step.map(|step| attempt.map(|attempt| format!("{step}#{attempt}")).unwrap_or(step)));
    match (thing, owner) {
        (Some(thing), owner) => {
            put("entity", Some(format!("task:{thing}")));
            put("user_id", owner);
        }
        (None, owner) => put("entity", owner.map(|owner| format!("user:{owner}"))),
    }
    put("event", event);
    if let Value::Object(own) = &mut own {
        own.extend(line);
    }
    own
}

fn state(entry: &Entry, number: u64) -> Value {
    let mut event =
        json!({ "type": entry.fields.get("history"), "id": number, "timestamp": milliseconds(entry.at) });
    if let Some(step) = entry.fields.get("step") {
        event["stateEnteredEventDetails"] = json!({ "name": step });
    }
    if number == 1 {
        let input = json!({ "task_id": entry.fields.get("task_id") }).to_string();
        event["executionStartedEventDetails"] = json!({ "input": input });
    }
    event
}

fn activity(entry: &Entry, number: u64) -> Value {
    let kind = entry.fields.get("history");
    let mut event =
        json!({ "eventType": kind, "eventId": number.to_string(), "eventTime": milliseconds(entry.at) });
    if let Some(step) = entry.fields.get("step") {
        event["activityTaskScheduledEventAttributes"] = json!({ "activityType": { "name": step } });
    }
    if number == 1 {
        let given = json!({ "payloads": [{ "task_id": entry.fields.get("task_id") }] });
        event["workflowExecutionStartedEventAttributes"] = json!({ "input": given });
    }
    event
}

fn otlp_logs(entries: &[Entry]) -> String {
    let attribute = |(name, text): (&str, &str)| json!({ "key": name, "value": { "stringValue": text } });
    let record = |entry: &Entry| {
        let attributes: Vec<Value> = told(entry).filter(|(name, _)| *name != "text").map(attribute).collect();
        let mut record =
            json!({ "timeUnixNano": entry.at.as_nanosecond().to_string(), "attributes": attributes });
        if let Some(text) = entry.fields.get("text") {
            record["body"] = json!({ "stringValue": text });
        }
        record
    };
    let records: Vec<Value> = entries.iter().map(record).collect();
    format!("{}\n", json!({ "resourceLogs": [{ "scopeLogs": [{ "logRecords": records }] }] }))
}

fn jaeger(entries: &[Entry]) -> String {
    let tag = |(name, text): (&str, &str)| json!({ "key": name, "type": "string", "value": text });
    let log = |entry: &Entry| {
        let fields: Vec<Value> = told(entry).map(tag).collect();
        json!({ "timestamp": entry.at.as_microsecond(), "fields": fields })
    };
    let logs: Vec<Value> = entries.iter().map(log).collect();
    let start = entries.first().map(|entry| entry.at.as_microsecond());
    let span = json!({ "traceID": "1", "spanID": "1", "startTime": start, "logs": logs });
    format!("{}\n", json!({ "data": [{ "traceID": "1", "spans": [span], "processes": {} }] }))
}

fn span(entry: &Entry) -> Value {
    let tags = Value::Object(object(entry));
    json!({ "traceId": "1", "id": "1", "timestamp": entry.at.as_microsecond(), "duration": 1, "tags": tags })
}

fn plain_row(entry: &Entry) -> Value {
    let mut row: Map<String, Value> =
        entry.fields.iter().map(|(name, text)| (name.to_string(), text.into())).collect();
    row.insert(clock(entry.table).into(), exact(entry.at).into());
    row.into()
}

fn json_line(entry: &Entry) -> Value {
    let mut line = object(entry);
    if let Some(text) = line.remove("text") {
        line.insert("msg".into(), text);
    }
    line.insert("level".into(), "info".into());
    line.insert("time".into(), entry.at.as_millisecond().into());
    line.into()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn pairs(entry: &Entry) -> String {
    let pair = |(name, text): (&str, &str)| {
        let name = if name == "text" { "msg" } else { name };
        format!(" {name}={}", Value::from(text))
    };
    format!("time={} level=info{}\n", milliseconds(entry.at), told(entry).map(pair).collect::<String>())
}

/// The rows of all tables in one, with the columns of each.
fn rows_as_csv(entries: &[Entry]) -> String {
    let rows: Vec<Map<String, Value>> =
        rows(entries).filter_map(|entry| plain_row(entry).as_object().cloned()).collect();
    let mut columns: Vec<&String> = rows.iter().flat_map(Map::keys).collect();
    columns.sort();
    columns.dedup();
    let cell = |row: &Map<String, Value>, column: &String| {
        quoted(row.get(column).and_then(Value::as_str).unwrap_or_default())
    };
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let head = line(columns.iter().map(ToString::to_string).collect());
    let rows = rows.iter().map(|row| line(columns.iter().map(|column| cell(row, column)).collect()));
    head + &rows.collect::<String>()
}

fn log_csv(entries: &[Entry]) -> String {
    let line = |entry: &Entry| format!("{},{}\n", entry.at.as_millisecond(), quoted(&message(entry)));
    "timestamp,message\n".to_string() + &entries.iter().map(line).collect::<String>()
}

fn sent(entry: &Entry) -> Value {
    let detail: Value = serde_json::from_str(&message(entry)).expect("a message is JSON");
    json!({ "version": "0", "id": "1", "detail-type": "told", "source": "tasks", "time": exact(entry.at), "detail": detail })
}
