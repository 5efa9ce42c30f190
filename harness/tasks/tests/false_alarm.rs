//! Tables and logs of others, with names close to ours and another meaning, are never said to break a promise of ours.
use anechoic_task_cases::trace::{Reading, Tally, Verdict};
use anechoic_traces::Mapping;
use serde_json::{Map, Value, json};

/// What the ids of things are called: as ours, and otherwise.
const ENTITIES: [&str; 3] = ["task_id", "order_id", "entityId"];

/// A member of a record, and what three records of one thing say in it.
fn members() -> Vec<(&'static str, [Value; 3])> {
    vec![
        ("status", [json!(200), json!(404), json!(200)]),
        ("status", [json!("open"), json!("closed"), json!("reopened")]),
        ("status", [json!("DONE"), json!("RUNNING"), json!("FAILED")]),
        ("state", [json!("FAILED"), json!("RUNNING"), json!("FAILED")]),
        ("session_id", [json!("s-1"), json!("s-2"), json!("s-3")]),
        ("sessionId", [json!(1), json!(2), json!(3)]),
        ("events", [json!(1), json!(2), json!(7)]),
        ("event", [json!("task_failed"), json!("task_failed"), json!("task_completed")]),
        ("event_type", [json!("page_view"), json!("click"), json!("click")]),
        ("eventType", [json!("ORDER_FAILED"), json!("ORDER_FAILED"), json!("ORDER_PAID")]),
        ("type", [json!("task_failed"), json!("task_failed"), json!("task_failed")]),
        ("edits", [json!(1), json!(2), json!(3)]),
        ("attempt", [json!(1), json!(2), json!(3)]),
        ("step", [json!("begin-session"), json!("begin-session"), json!("pay")]),
        ("user_id", [json!("u-1"), json!("u-2"), json!("u-1")]),
        ("active", [json!(5), json!(4), json!(9)]),
        ("limit", [json!(3), json!(3), json!(3)]),
        ("from", [json!("a@example.org"), json!("b@example.org"), json!("c@example.org")]),
    ]
}

type Record = Map<String, Value>;

/// Three records that have these members, in the order of their times.
fn records(entity: &str, members: [&(&str, [Value; 3]); 2]) -> Vec<Record> {
    let record = |at: usize| {
        let mut record = Record::new();
        record.insert(entity.into(), json!("x-1"));
        record.insert("event_id".into(), json!(format!("e-{at}")));
        record.insert("timestamp".into(), json!(format!("2026-05-04T20:00:0{at}Z")));
        for (name, said) in members {
            record.insert((*name).into(), said[at].clone());
        }
        record
    };
    (0..3).map(record).collect()
}

fn typed(record: &Record) -> Value {
    let value = |value: &Value| match value {
        Value::String(text) => json!({ "S": text }),
        other => json!({ "N": other.to_string() }),
    };
    record.iter().map(|(name, said)| (name.clone(), value(said))).collect::<Map<_, _>>().into()
}

/// The records as a scan, as plain rows, as changes of a stream, and as lines of a log.
fn shapes(records: &[Record]) -> [String; 4] {
    let scan: Vec<Value> = records.iter().map(typed).collect();
    let lines = |line: &dyn Fn((usize, &Record)) -> Value| -> String {
        records.iter().enumerate().map(|record| line(record).to_string() + "\n").collect()
    };
    [
        json!({ "Items": scan, "Count": 3, "ScannedCount": 3 }).to_string(),
        lines(&|(_, record)| record.clone().into()),
        lines(&|(at, record)| {
            let change = json!({ "NewImage": typed(record), "SequenceNumber": (at + 1).to_string() });
            json!({ "eventName": if at == 0 { "INSERT" } else { "MODIFY" }, "dynamodb": change })
        }),
        lines(&|(_, record)| {
            let mut line = record.clone();
            line.insert("level".into(), json!("info"));
            line.insert("msg".into(), json!("it was seen"));
            line.into()
        }),
    ]
}

#[test]
fn names_close_to_ours_with_another_meaning_break_no_promise() {
    let (mapping, members) = (Mapping::default(), members());
    let mut tried = 0;
    for entity in ENTITIES {
        for (at, one) in members.iter().enumerate() {
            for other in members[at..].iter().filter(|other| other.0 != one.0 || std::ptr::eq(*other, one)) {
                for text in shapes(&records(entity, [one, other])) {
                    let mut reading = Reading::new(&mapping, None).whole(true);
                    reading.add("a", &mut text.as_bytes(), &mut |_, _| {}).expect("it can be read");
                    let mut tally = Tally::new(Vec::new(), 1);
                    reading.examine(&mut |task| tally.count(&task)).expect("it fits into memory");
                    let broken = tally
                        .asked()
                        .into_iter()
                        .filter(|promise| tally.worst(*promise) == Some(Verdict::Violated));
                    assert_eq!(broken.collect::<Vec<_>>(), [], "{text}");
                    tried += 1;
                }
            }
        }
    }
    // 18 by themselves; of their 153 pairs all but the three of one name.
    assert_eq!(tried, ENTITIES.len() * 4 * (18 + 153 - 3));
}
