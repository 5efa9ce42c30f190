//! Every format is told by its content and read; a small file of each is among the fixtures.
use anechoic_traces::{Format, Line, Mapping, Options, Read, Role, TraceError, Words, merge, read};
use std::{fs, path::Path};

const TASK: &str = "01KXEAQJDGTASK0000000000AA";

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/formats");
    fs::read(folder.join(name)).expect("a fixture")
}

fn lines(name: &str, mut bytes: &[u8], format: Option<Format>) -> Result<(Read, Vec<Line>), TraceError> {
    let (mapping, mut lines) = (Mapping::default(), Vec::new());
    let read = read(
        name,
        &mut bytes,
        &Options { format, mapping: &mapping, rows: None, after: None },
        &mut |line| lines.push(line),
    )?;
    Ok((read, lines))
}

/// The file, what it is, and of each of its records the line, the time (UTC, that day) and what was said.
type Sample = (&'static str, &'static str, &'static [(u64, &'static str, &'static str)]);

const SAMPLES: &[Sample] = &[
    ("item.json", "item", &[(1, "18:10:21.198", "task_failed")]),
    (
        "s3-export.json",
        "s3-export",
        &[(1, "18:10:21.198", "task_failed"), (2, "18:10:27.138", "task_failed")],
    ),
    (
        "s3-export.json.gz",
        "s3-export",
        &[(1, "18:10:21.198", "task_failed"), (2, "18:10:27.138", "task_failed")],
    ),
    ("query.json", "query", &[(1, "18:10:21.198", "task_failed")]),
    ("stream.json", "stream", &[(1, "18:10:21.198", "task_failed")]),
    ("filter-log-events.json", "log-events", &[(1, "18:10:27.101", "Failed to transition task to FAILED")]),
    ("logs-export.txt", "log-text", &[(1, "18:10:27.101", "Failed to transition task to FAILED")]),
    ("insights.csv", "insights-csv", &[(2, "18:10:27.101", "Failed to transition task to FAILED")]),
    ("insights.json", "insights-json", &[(1, "18:10:27.101", "Failed to transition task to FAILED")]),
    (
        "durable-history.json",
        "durable-history",
        &[(1, "18:10:20.866", "StepStarted"), (1, "18:10:21.301", "StepFailed")],
    ),
    ("otlp.json", "otlp", &[(1, "18:10:21.198", "task_failed"), (1, "18:10:21", "pre-flight")]),
    ("rows.json", "rows", &[(1, "18:10:21.198", "task_failed")]),
    ("json-log.json", "json-log", &[(1, "18:10:21.198", "task_failed")]),
    ("table.csv", "csv", &[(2, "18:10:21.198", "task_failed")]),
    ("log-events-viewer.csv", "log-csv", &[(2, "18:10:21.198", "task_failed")]),
    ("log-lines.txt", "log-lines", &[(1, "18:10:21.198", "task_failed")]),
    ("event-batch.json", "event-batch", &[(1, "18:10:21.198", "task_failed")]),
    (
        "step-functions.json",
        "step-functions",
        &[(1, "18:10:20.866", "ExecutionStarted"), (1, "18:10:21.301", "TaskStateEntered")],
    ),
    (
        "temporal.json",
        "temporal-history",
        &[
            (1, "18:10:20.866", "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED"),
            (1, "18:10:21.301", "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED"),
        ],
    ),
    ("otlp-logs.json", "otlp-logs", &[(1, "18:10:21.198", "task_failed")]),
    ("jaeger.json", "jaeger", &[(1, "18:10:21.198", "task_failed"), (1, "18:10:21", "pre-flight")]),
    ("zipkin.json", "zipkin", &[(1, "18:10:21.198", "task_failed"), (1, "18:10:21", "pre-flight")]),
    ("anechoic.jsonl", "jsonl", &[(1, "18:10:21.198", "task_failed"), (2, "18:10:27.138", "task_failed")]),
];

#[test]
fn every_format_is_told_by_its_content_and_read() {
    let mapping = Mapping::default();
    for (name, format, expected) in SAMPLES {
        // The name tells nothing.
        let (read, lines) =
            lines("a", &fixture(name), None).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(read.formats.keys().map(|format| format.name()).collect::<Vec<_>>(), [*format], "{name}");
        assert_eq!((read.skipped, read.truncated()), (0, None), "{name}: {:?}", read.first_skipped);
        let said = |line: &Line| {
            let of = |role| mapping.get(role, &line.fields);
            let said = of(Role::Event).or(of(Role::History)).or(of(Role::Text)).or(of(Role::Step));
            said.unwrap_or_default().to_string()
        };
        let time = |line: &Line| {
            line.time.map(|(time, _)| time.strftime("%H:%M:%S%.f").to_string()).unwrap_or_default()
        };
        let found: Vec<_> = lines.iter().map(|line| (line.place.line, time(line), said(line))).collect();
        let found: Vec<_> =
            found.iter().map(|(line, time, said)| (*line, time.as_str(), said.as_str())).collect();
        assert_eq!(found, *expected, "{name}");
    }
    for format in Format::all() {
        let has_sample = SAMPLES.iter().any(|(_, of, _)| *of == format.name());
        assert!(has_sample, "{format} has no file in fixtures/formats that is listed among the SAMPLES here");
    }
}

#[test]
fn a_format_that_is_asked_for_is_not_guessed() {
    let (read, lines) = lines("a", &fixture("item.json"), "stream".parse().ok()).expect("it can be read");
    assert!(lines.is_empty());
    assert_eq!(read.first_skipped[0].to_string(), "a:1: expected a stream record with `dynamodb`");
}

/// To take a record for something else of which less is read would be to lose an event without a word.
#[test]
fn what_only_looks_like_a_span_a_history_a_message_or_a_list_is_read_whole() {
    let mapping = Mapping::default();
    let event = r#""task_id":"t","event_type":"task_failed","event_id":"e""#;
    for beside in [
        r#""level":30,"traceId":"x","id":"y","duration":12,"annotations":[],"msg":"m""#,
        r#""id":1,"type":"order","timestamp":"2026-07-13T18:10:27Z""#,
        r#""eventId":"e","eventType":"task_failed","eventTime":"2026-07-13T18:10:27Z""#,
        r#""messageId":"m","body":"{\"a\":1}""#,
        r#""detail-type":"d","detail":{"a":1}"#,
        r#""data":[1,2]"#,
        r#""events":[{"message":"x","timestamp":1780000000000}]"#,
        r#""level":"info","msg":"m","Records":[{"dynamodb":{}}]"#,
    ] {
        for text in [
            format!("{{{event},{beside}}}\n"),
            format!("{{{event},\n{beside}}}\n"),
            format!("{{{beside},\n{event}}}\n"),
        ] {
            let (_, lines) =
                lines("a", text.as_bytes(), None).unwrap_or_else(|error| panic!("{text}: {error}"));
            let of = |line: &Line, role| mapping.get(role, &line.fields).map(str::to_string);
            let found = lines.iter().filter(|line| of(line, Role::Entity).as_deref() == Some("t"));
            let found: Vec<_> = found.filter_map(|line| of(line, Role::Key)).collect();
            assert_eq!(found, ["e"], "{text}: {lines:?}");
        }
    }
}

/// In Zipkin, all but the ids may be left out.
#[test]
fn spans_of_zipkin_are_read_alike_whether_they_have_annotations_or_not() {
    let mapping = Mapping::default();
    let span = |id: &str, more: &str| {
        format!(
            r#"{{"traceId":"aa","id":"{id}","name":"x",{more}"tags":{{"task_id":"m1","event_type":"task_failed","event_id":"n-{id}"}}}}"#
        )
    };
    let annotated = r#""timestamp":1780000000000000,"duration":5,"annotations":[{"timestamp":1780000000000001,"value":"retry"}],"#;
    let timed = r#""timestamp":1780000007000000,"#;
    let text = format!(
        "[{},{},{},{}]",
        span("b", annotated),
        span("c", timed),
        span("d", r#""kind":"CLIENT","#),
        span("e", "")
    );
    for text in [text.clone(), text.replace("},{", "},\n{")] {
        let (read, lines) = lines("a", text.as_bytes(), None).expect("spans");
        assert_eq!(read.formats.keys().map(|format| format.name()).collect::<Vec<_>>(), ["zipkin"]);
        let keys: Vec<_> = lines.iter().filter_map(|line| mapping.get(Role::Key, &line.fields)).collect();
        assert_eq!(keys, ["n-b", "n-b", "n-c", "n-d", "n-e"]);
    }
    for row in [
        r#"{"traceId":"aa","id":"b","timestamp":1780000000000000,"task_id":"m1"}"#,
        r#"{"traceId":"order-7","id":"o-7","timestamp":1780000000000000,"name":"x"}"#,
    ] {
        let (read, _) = lines("a", row.as_bytes(), None).expect("a row");
        assert_eq!(read.formats.keys().map(|format| format.name()).collect::<Vec<_>>(), ["rows"], "{row}");
    }
}

#[test]
fn a_document_is_read_alike_on_one_line_and_on_many() {
    for (name, ..) in SAMPLES.iter().filter(|(name, ..)| name.ends_with(".json")) {
        let text = String::from_utf8(fixture(name)).expect("text");
        let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) else { continue };
        let pretty = serde_json::to_string_pretty(&value).expect("JSON") + "\n\n" + &text;
        let (_, short) = lines("a", text.as_bytes(), None).expect("one line");
        let (read, long) = lines("a", pretty.as_bytes(), None).expect("many lines");
        assert_eq!(read.skipped, 0);
        let [short, long] =
            [&short, &long].map(|lines| lines.iter().map(|line| &line.fields).collect::<Vec<_>>());
        assert_eq!(long, [short.clone(), short].concat(), "{name}");
    }
}

#[test]
fn what_is_not_the_whole_story_says_so() {
    let cases = [
        (r#"{"Items":[],"LastEvaluatedKey":{"task_id":{"S":"t"}}}"#, "LastEvaluatedKey"),
        (r#"{"events":[],"nextToken":"abc"}"#, "nextToken"),
        (r#"{"Items":[],"Count":0,"ScannedCount":57}"#, "0 of 57 rows"),
        (r#"{"Items":[],"Count":2,"ScannedCount":2}"#, "a Count of 2, but 0"),
        (r#"{"Keys":{"task_id":{"S":"t"}},"Metadata":{}}"#, "only its keys"),
        (
            r#"{"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{"task_id":{"S":"t"}}}}]}"#,
            "only its keys",
        ),
        (r#"{"Events":[],"NextMarker":"abc"}"#, "NextMarker"),
        (r#"{"results":[],"status":"Running"}"#, "Running"),
        (r#"{"trace":{"resourceSpans":[{"scopeSpans":[]}]},"status":"PARTIAL"}"#, "PARTIAL"),
        (r#"{"results":[],"statistics":{"recordsMatched":10001},"status":"Complete"}"#, "0 of 10001"),
        (r#"{"data":[],"errors":[{"code":500,"msg":"a shard failed"}]}"#, "a shard failed"),
        (
            r#"{"events":[],"searchedLogStreams":[{"logStreamName":"a","searchedCompletely":false}]}"#,
            "the log stream a was not searched completely",
        ),
    ];
    for (text, said) in cases {
        let pretty = text.replace(",\"", ",\n\"");
        for text in [text, &pretty] {
            let (read, _) = lines("a", text.as_bytes(), None).expect("it can be read");
            let truncated = read.truncated().expect("it is truncated").to_string();
            assert!(truncated.contains(said), "{truncated}");
        }
    }
    let (read, _) = lines("a", br#"{"Items":[],"LastEvaluatedKey":null}"#, None).expect("it can be read");
    assert_eq!(read.truncated(), None);
}

/// A list under a name of the user's holds rows, unless it is a part of a row.
#[test]
fn a_list_under_any_name_is_taken_apart_and_the_parts_of_a_row_are_not() {
    let mapping = Mapping::default();
    let row = |key: &str| format!(r#"{{"task_id":"m1","event_type":"task_failed","event_id":"{key}"}}"#);
    let list = format!("[{},{}]", row("n1"), row("n2"));
    let part = r#"{"sku":"x"},{"sku":"y"}"#;
    for (text, records, keys) in [
        (format!(r#"{{"tasks":{list}}}"#), 2, 2),
        (format!(r#"{{"status":"ok","took":3,"tasks":{list}}}"#), 2, 2),
        (format!(r#"{{"data":{{"tasks":{list}}}}}"#), 2, 2),
        (format!(r#"{{"body":{{"Items":{list},"Count":2}}}}"#), 2, 2),
        (format!(r#"{{"data":{{"tasks":{list},"parts":[{part}],"others":{list}}},"errors":[]}}"#), 4, 4),
        (format!(r#"{{"data":{{"tasks":{list}}},"errors":[]}}"#), 2, 2),
        (format!(r#"{{"one":{{"at":1,"tasks":{list}}},"other":{{"at":2,"tasks":{list}}}}}"#), 4, 4),
        (format!(r#"{{"loaves":[{part}]}}"#), 2, 0),
        (format!(r#"{{"task_id":"m1","event_id":"n1","parts":[{part}]}}"#), 1, 1),
        (format!(r#"{{"order_no":"m1","parts":[{part}]}}"#), 1, 0),
        (format!(r#"{{"Item":{{"parts":[{part}]}}}}"#), 1, 0),
        (format!(r#"{{"order":{{"order_no":"m1","parts":[{part}]}}}}"#), 1, 0),
    ] {
        for text in [text.clone(), text.replace(":[", ":\n[")] {
            let (read, lines) = lines("a", text.as_bytes(), None).expect(&text);
            let found = lines.iter().filter(|line| mapping.get(Role::Key, &line.fields).is_some()).count();
            assert_eq!((lines.len(), found), (records, keys), "{text}");
            assert_eq!((read.skipped, read.truncated()), (0, None), "{text}");
        }
    }
}

#[test]
fn a_message_of_kafka_that_is_broken_loses_only_itself() {
    let record = |value: &str| {
        format!(r#"{{"timestampType":"CREATE_TIME","timestamp":1780000000000,"value":"{value}"}}"#)
    };
    let (broken, whole) = (record("!"), record("eyJ0YXNrX2lkIjoibTEifQ=="));
    let text = format!(r#"{{"eventSource":"aws:kafka","records":{{"t-0":[{broken},{whole}]}}}}"#);
    let (read, lines) = lines("a", text.as_bytes(), None).expect("a batch");
    assert_eq!((lines.len(), lines[0].fields.get("task_id"), read.skipped), (1, Some("m1"), 1));
    assert!(lines[0].time.is_some());
}

#[test]
fn documents_of_others_are_named_with_what_to_give_instead() {
    for (text, said) in [
        (r#"{"Count":57,"ScannedCount":57}"#, "an answer with a count and no items"),
        (r#"{"resource_metrics":[{"scope_metrics":[]}]}"#, "OTLP metrics"),
        (r#"{"resourceProfiles":[]}"#, "OTLP profiles"),
        (r#"{"logStreams":[{"logStreamName":"a"}]}"#, "a list of log streams"),
    ] {
        let (read, lines) = lines("a", text.as_bytes(), None).expect("it is told in words");
        assert_eq!((lines.len(), read.skipped), (0, 1), "{text}");
        assert!(read.first_skipped[0].what.contains(said), "{}", read.first_skipped[0]);
    }
}

#[test]
fn several_files_are_merged_by_time_and_by_number_where_there_is_one() {
    let one = "2026-01-01T00:00:03Z c\n2026-01-01T00:00:01Z a\n";
    let other = r#"{"Events":[
      {"EventType":"StepStarted","EventId":1,"EventTimestamp":"2026-01-01T00:00:02Z","Name":"b"},
      {"EventType":"StepFailed","EventId":3,"EventTimestamp":"2026-01-01T00:00:00Z","Name":"e"},
      {"EventType":"StepStarted","EventId":2,"EventTimestamp":"2026-01-01T00:00:05Z","Name":"d"}]}"#;
    let mut all = lines("one", one.as_bytes(), None).expect("text").1;
    all.extend(lines("other", other.as_bytes(), None).expect("a history").1);
    let name =
        |line: &Line| line.fields.get("text").or(line.fields.get("step")).unwrap_or_default().to_string();
    assert_eq!(merge(all).iter().map(name).collect::<Vec<_>>().concat(), "abcde");
}

const WORDS: Words<'static> =
    Words { events: &["task_failed", "task_created"], statuses: &["RUNNING", "FAILED"], ends: &["FAILED"] };

#[test]
fn a_mapping_names_the_fields_and_words_of_other_tables() {
    let words = WORDS;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("orders.toml");
    let text = "[fields]\nentity = [\"order_id\"]\nevent = [\"kind\"]\n[values.event]\nOrderFailed = \"task_failed\"\n";
    fs::write(&file, text).expect("written");
    let mapping = Mapping::load(&file, &words).expect("a mapping");
    let (_, lines) =
        lines("a", br#"{"order_id":{"S":"o-1"},"kind":{"S":"OrderFailed"}}"#, None).expect("an item");
    assert_eq!(mapping.get(Role::Entity, &lines[0].fields), Some("o-1"));
    assert_eq!(mapping.get(Role::Event, &lines[0].fields), Some("task_failed"));
    let refused = |text: &str| {
        fs::write(&file, text).expect("written");
        Mapping::load(&file, &words).expect_err("no mapping").to_string()
    };
    for (text, said) in [
        (
            "[fields]\nentitty = [\"x\"]\n",
            "orders.toml:2: `entitty` is no role (perhaps entity); expected entity, key,",
        ),
        (
            "\n[values.event]\nX = \"task_faild\"\n",
            "orders.toml:3: `task_faild` is no event (perhaps task_failed)",
        ),
        ("[values.status]\nX = \"kiln\"\n", "orders.toml:2: `kiln` is no status; expected RUNNING, FAILED"),
        ("[lifecycle]\nterminal = [\"OUT\"]\n", "orders.toml:2: `OUT` is no end; expected FAILED, or a word"),
        ("[lifecycle]\n", "orders.toml:1: expected in [lifecycle] either"),
        ("[field]\n", "orders.toml:1: unknown field `field`"),
    ] {
        let error = refused(text);
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_mapping_that_names_a_field_switches_the_usual_names_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("workflows.toml");
    fs::write(&file, "[fields]\nentity = [\"workflow\"]\nsession = []\n").expect("written");
    let mapping = Mapping::load(&file, &WORDS).expect("a mapping");
    let row = br#"{"task_id":{"S":"t"},"session_id":{"S":"s"},"status":{"S":"FAILED"}}"#;
    let (_, lines) = lines("a", row, None).expect("an item");
    let of = |role| mapping.get(role, &lines[0].fields);
    assert_eq!((of(Role::Entity), of(Role::Session), of(Role::Status)), (None, None, Some("FAILED")));
}

/// What is no time that is read is told once, with how many there are.
#[test]
fn a_time_that_is_not_read_is_named_and_that_of_an_access_log_is_read() {
    let row = |time: &str| format!("{{\"task_id\":\"t\",\"timestamp\":\"{time}\"}}\n");
    let text =
        row("04/May/2026:20:00:01 +0000") + &row("05/04/2026 08:00:01 PM") + &row("05/05/2026 08:00:01 PM");
    let (read, lines) = lines("a", text.as_bytes(), None).expect("rows");
    let times: Vec<_> = lines.iter().map(|line| line.time.map(|(time, _)| time.to_string())).collect();
    assert_eq!(times, [Some("2026-05-04T20:00:01Z".to_string()), None, None]);
    let (times, first) = read.unread_times.expect("they are told");
    assert_eq!(
        (times, first.to_string().as_str()),
        (
            2,
            "a:2: `05/04/2026 08:00:01 PM` is no time that is read; expected one such as 2026-07-13T18:10:27Z"
        )
    );
    assert_eq!(read.skipped, 0);
}

#[test]
fn the_ulid_of_an_event_is_the_better_clock_unless_it_was_made_from_its_task() {
    let row = |id: &str| {
        let text = format!(
            r#"{{"task_id":{{"S":"{TASK}"}},"event_id":{{"S":"{id}"}},"timestamp":{{"S":"2026-07-13T18:20:00Z"}}}}"#
        );
        let (read, lines) = lines("a", text.as_bytes(), None).expect("an item");
        (lines[0].time.expect("a time").1.to_string(), read.apart.map(|apart| apart.seconds.round()))
    };
    assert_eq!(row("01KXEARGWE3N4Z7V5M1C8T2W6A"), ("the time in the record's ULID".into(), Some(579.0)));
    assert_eq!(row("01KXEAQJDGZZZZZZZZZZZZZZZZ"), ("the record's own timestamp".into(), None));
}
