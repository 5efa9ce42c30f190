//! The shapes in which people have traces, and what the command ends with. Each is small, and there for one thing.
use super::{anechoic, anechoic_told, assert_exit, folder, stderr, stdout};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::{fs, io::Write as _};

/// The end of a loaf, announced under this key, as an event of a log.
fn burnt(key: &str) -> String {
    json!({ "msg": "burnt", "task_id": "loaf-4", "event_type": "task_failed", "event_id": key }).to_string()
}

fn event(second: u32, message: &str) -> Value {
    json!({ "timestamp": 1_780_000_000_000_u64 + u64::from(second) * 1000, "message": message, "ingestionTime": 1_780_000_009_000_u64 })
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("into memory");
    encoder.finish().expect("into memory")
}

fn item(key: &str) -> Value {
    json!({ "task_id": { "S": "loaf-4" }, "event_id": { "S": key }, "event_type": { "S": "task_failed" } })
}

fn scan(items: &[Value]) -> String {
    json!({ "Items": items, "Count": items.len(), "ScannedCount": items.len() }).to_string()
}

const TWO: &str = "2 terminal events for one task, expected 1";

/// What is in which files, what is asked besides, the exit code, and what must be said.
struct Case {
    files: Vec<(&'static str, Vec<u8>)>,
    asked: &'static [&'static str],
    code: i32,
    said: &'static [&'static str],
}

fn case(name: &'static str, text: impl Into<Vec<u8>>, code: i32, said: &'static [&'static str]) -> Case {
    Case { files: vec![(name, text.into())], asked: &[], code, said }
}

fn logs() -> Vec<Case> {
    let wrapped = |key| json!({ "level": "INFO", "message": burnt(key), "requestId": "r" }).to_string();
    let events =
        |said: fn(&str) -> String| json!({ "events": [event(1, &said("n-1")), event(8, &said("n-2"))] });
    let delivered = |key: &str, second| {
        json!({ "messageType": "DATA_MESSAGE", "logGroup": "g", "logStream": "s", "owner": "1", "subscriptionFilters": ["f"],
            "logEvents": [{ "id": key, "timestamp": 1_780_000_000_000_u64 + second, "message": burnt(key) }] })
        .to_string()
    };
    let result = |key: &str| {
        let message = burnt(key);
        json!({ "@timestamp": "2026-05-28 20:26:41.000", "@message": message, "@ptr": key })
    };
    let bare = json!([event(1, &burnt("n-1")), event(8, &burnt("n-2"))]);
    vec![
        case(
            "wrapped.json",
            events(|key| json!({ "level": "INFO", "message": burnt(key) }).to_string()).to_string(),
            1,
            &[TWO],
        ),
        case("wrapped.jsonl", [wrapped("n-1"), wrapped("n-2")].join("\n") + "\n", 1, &[TWO]),
        case("stack.json", events(|key| burnt(key) + "\n    at bake (oven.js:7)").to_string(), 1, &[TWO]),
        case("bare.json", bare.to_string(), 1, &[TWO]),
        case(
            "tab.txt",
            format!("1780000001000\t{}\n1780000008000\t{}\n", burnt("n-1"), burnt("n-2")),
            1,
            &[TWO],
        ),
        case("insights.json", json!([result("n-1"), result("n-2")]).to_string(), 1, &[TWO]),
        case("firehose.json.gz", gzip(&(delivered("n-1", 1) + &delivered("n-2", 8))), 1, &[TWO]),
        case(
            "viewer.csv",
            format!(
                "timestamp,message\n1780000001000,\"{}\"\n1780000008000,\"{}\"\n",
                burnt("n-1").replace('"', "\"\""),
                burnt("n-2").replace('"', "\"\"")
            ),
            1,
            &[TWO],
        ),
        case(
            "answers.json",
            json!({ "events": [event(1, "{\"msg\":\"GET /oven\",\"task_id\":\"loaf-4\",\"status\":404}")] })
                .to_string(),
            3,
            &["? exactly_one_event cannot be told"],
        ),
    ]
}

fn tables() -> Vec<Case> {
    let two = scan(&[item("n-1"), item("n-2")]);
    let change = |key: &str| {
        json!({ "Metadata": { "WriteTimestampMicros": { "N": "1780000001000000" } },
        "Keys": { "event_id": { "S": key } }, "OldImage": item(key) })
        .to_string()
    };
    let utf16 =
        [0xff, 0xfe].into_iter().chain(two.encode_utf16().flat_map(u16::to_le_bytes)).collect::<Vec<u8>>();
    let partition = gzip(
        &(json!({ "Item": item("n-1") }).to_string()
            + "\n"
            + &json!({ "Item": item("n-2") }).to_string()
            + "\n"),
    );
    vec![
        Case {
            files: vec![("part-1.json.gz", gzip("")), ("part-2.json.gz", partition)],
            asked: &[],
            code: 1,
            said: &[TWO],
        },
        case("deleted.json", change("n-1") + "\n" + &change("n-2") + "\n", 1, &[TWO]),
        case("powershell.json", utf16, 1, &[TWO]),
        case("ticket.md", format!("It is burnt, see below.\n\n```json\n{two}\n```\n"), 1, &[TWO]),
        case(
            "half.json",
            &two.as_bytes()[..two.len() / 2],
            4,
            &["expected a whole JSON document", "? not all of the input can be read"],
        ),
        Case {
            files: vec![("scan.json", two.into())],
            asked: &["--format", "otlp"],
            code: 4,
            said: &["expected resource spans"],
        },
    ]
}

fn others() -> Vec<Case> {
    let begun = json!({ "EventType": "ExecutionStarted", "EventId": 1, "EventTimestamp": "2026-05-28T20:26:40Z",
        "ExecutionStartedDetails": { "Input": { "Payload": "{\"task_id\":\"loaf-4\"}" } } });
    let step = json!({ "EventType": "StepStarted", "EventId": 2, "EventTimestamp": "2026-05-28T20:26:41Z", "Name": "bake" });
    let message = |body: &str| {
        json!({ "Records": [{ "messageId": "m", "eventSource": "aws:sqs", "body": body,
        "attributes": { "SentTimestamp": "1780000001000" } }] })
        .to_string()
    };
    let mut whose = case(
        "other.json",
        json!({ "events": [event(1, &burnt("n-1")), event(8, &burnt("n-2"))] }).to_string(),
        3,
        &["nothing in this input is about a task"],
    );
    whose.files.push(("mapping.toml", b"[fields]\nentity = ['loaf']\n".to_vec()));
    whose.asked = &["--mapping", "mapping.toml"];
    vec![
        case(
            "history.json",
            json!([begun, step]).to_string(),
            3,
            &["durable execution history, 2 records", "Verdict on task loaf-4"],
        ),
        case("queue.json", message(&burnt("n-1")), 3, &["Verdict on task loaf-4"]),
        case("photo.json", *b"\x89PNG\r\n\x1a\n", 4, &["it is a PNG image, which is not read"]),
        whose,
    ]
}

#[test]
fn what_people_have_comes_to_the_right_exit_code() {
    for Case { files, asked, code, said } in [logs(), tables(), others()].into_iter().flatten() {
        let folder = folder();
        for (name, bytes) in &files {
            fs::write(folder.path().join(name), bytes).expect("written");
        }
        let names: Vec<&str> =
            files.iter().map(|(name, _)| *name).filter(|name| *name != "mapping.toml").collect();
        let output = anechoic(folder.path(), &[&["trace", "--explain", "0"], &names[..], asked].concat());
        let both = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(output.status.code(), Some(code), "{names:?}\n{both}");
        for said in said {
            assert!(both.contains(said), "{names:?} should say {said:?}:\n{both}");
        }
    }
}

#[test]
fn a_promise_may_stand_before_the_file_and_the_file_may_come_through_a_pipe() {
    let folder = folder();
    let two = scan(&[item("n-1"), item("n-2")]);
    fs::write(folder.path().join("scan.json"), &two).expect("written");
    let asked = ["trace", "--promise", "exactly_one_event", "--explain", "0"];
    let told = |file| anechoic_told(folder.path(), &[&asked[..], &[file]].concat(), &two);
    let by_name = anechoic(folder.path(), &[&asked[..], &["scan.json"]].concat());
    for output in [by_name, told("-"), told("/dev/stdin")] {
        assert_exit(&output, 1);
        assert!(stdout(&output).contains(TWO), "{}", stdout(&output));
    }
}
