//! Tables and logs of others, with names close to ours and another meaning, are never said to break a promise of ours.
use anechoic_model::Promise;
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
fn records(entity: &str, members: &[&(&str, [Value; 3])]) -> Vec<Record> {
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

/// The promises of ours that are said to be broken.
fn broken(text: &str, mapping: &Mapping) -> Vec<Promise> {
    let mut reading = Reading::new(mapping, None).whole(true);
    reading.add("a", &mut text.as_bytes(), &mut |_, _| {}).expect("it can be read");
    let mut tally = Tally::new(Vec::new(), 1);
    reading.examine(&mut |task| tally.count(&task)).expect("it fits into memory");
    let is_broken = |promise: &Promise| tally.worst(*promise) == Some(Verdict::Violated);
    tally.asked().into_iter().filter(is_broken).collect()
}

#[test]
fn names_close_to_ours_with_another_meaning_break_no_promise() {
    let (mapping, members) = (Mapping::default(), members());
    let mut tried = 0;
    for entity in ENTITIES {
        for (at, one) in members.iter().enumerate() {
            for other in members[at..].iter().filter(|other| other.0 != one.0 || std::ptr::eq(*other, one)) {
                for text in shapes(&records(entity, &[one, other])) {
                    assert_eq!(broken(&text, &mapping), [], "{text}");
                    tried += 1;
                }
            }
        }
    }
    // 18 by themselves; of their 153 pairs all but the three of one name.
    assert_eq!(tried, ENTITIES.len() * 4 * (18 + 153 - 3));
}

/// What breaks a promise of ours, in words of ours.
fn broken_members() -> Vec<(&'static str, [Value; 3])> {
    vec![
        ("event_type", [json!("task_failed"), json!("task_failed"), json!("task_failed")]),
        ("status", [json!("HYDRATING"), json!("FAILED"), json!("HYDRATING")]),
    ]
}

/// What says that the records are of several things with one id. The first value alone, three times, says nothing.
fn scopes() -> Vec<(&'static str, [Value; 3])> {
    let scope = |name, [one, other, third]: [&str; 3]| (name, [json!(one), json!(other), json!(third)]);
    vec![
        scope("tenant", ["a", "b", "c"]),
        scope("tenantId", ["a", "b", "a"]),
        scope("env", ["staging", "prod", "prod"]),
        scope("account_id", ["1", "2", "2"]),
        scope("region", ["eu", "us", "eu"]),
        scope("run_id", ["r1", "r2", "r3"]),
        scope("subtask", ["s1", "s2", "s3"]),
        scope("user_id", ["u-1", "u-2", "u-3"]),
    ]
}

#[test]
fn records_of_several_things_with_one_id_break_no_promise() {
    let mapping = Mapping::default();
    for ours in broken_members() {
        for scope in scopes() {
            let one = (scope.0, [0, 0, 0].map(|at: usize| scope.1[at].clone()));
            let alone = shapes(&records("task_id", &[&ours, &one]));
            for (text, alone) in shapes(&records("task_id", &[&ours, &scope])).iter().zip(alone) {
                assert_eq!(broken(text, &mapping), [], "{text}");
                // A log may quote where a task stands.
                let is_quoted = ours.0 == "status" && alone.contains("it was seen");
                assert!(is_quoted || !broken(&alone, &mapping).is_empty(), "{alone}");
            }
        }
    }
}

#[test]
fn events_whose_status_is_somebody_elses_break_no_promise() {
    let mapping = Mapping::default();
    let approved = ("status", [json!("Approved"), json!("Approved"), json!("Rejected")]);
    for text in shapes(&records("task_id", &[&broken_members()[0], &approved])).iter().take(3) {
        assert_eq!(broken(text, &mapping), [], "{text}");
    }
}

/// A task that ended, and two readings of its owner's counter, between which that lost more than one slot.
fn counted(also: [&Value; 2]) -> String {
    let task = |status: &str, slot: bool, second: u8| {
        json!({"task_id": "t-1", "user_id": "u-1", "status": status,
        "slot": slot, "updated_at": format!("2026-05-04T20:00:0{second}.5Z")})
    };
    let counter = |count: u8, second: u8, also: &Value| {
        let mut row = json!({"user_id": "u-1", "active_count": count, "updated_at": format!("2026-05-04T20:00:0{second}.5Z")});
        let (row_of, also) = (row.as_object_mut().expect("an object"), also.as_object().expect("an object"));
        row_of.extend(also.clone());
        row
    };
    let [one, other] = also;
    let rows =
        [task("HYDRATING", true, 1), counter(8, 2, one), task("FAILED", false, 3), counter(2, 4, other)];
    json!(rows).to_string()
}

#[test]
fn a_counter_of_something_else_breaks_no_promise() {
    let (mapping, none) = (Mapping::default(), json!({}));
    assert_eq!(broken(&counted([&none, &none]), &mapping), [Promise::CounterDoesNotDrift]);
    for [one, other] in [
        [json!({"metric": "ws_connections"}), json!({"metric": "ws_connections"})],
        [json!({"gauge_name": "tabs"}), json!({"gauge_name": "tabs"})],
        [json!({"region": "eu"}), json!({"region": "us"})],
        [json!({"tenant_id": 1}), json!({"tenant_id": 2})],
    ] {
        let text = counted([&one, &other]);
        assert_eq!(broken(&text, &mapping), [], "{text}");
    }
}

/// A task that stands at two places, in the order in which the rows are given.
fn stands(one: &Value, other: &Value) -> String {
    let row = |status: &str, at: &Value| json!({"task_id": "t-1", "status": status, "updated_at": at});
    let event = json!({"task_id": "t-1", "event_id": "e-1", "event_type": "task_failed"});
    json!([row("HYDRATING", other), row("FAILED", one), event]).to_string()
}

#[test]
fn times_that_do_not_say_which_came_first_break_no_promise() {
    let mapping = Mapping::default();
    let (early, late) = (json!("2026-05-04T20:00:01.000Z"), json!("2026-05-04T20:00:03.000Z"));
    assert!(!broken(&stands(&early, &late), &mapping).is_empty());
    for [one, other] in [
        // Whole seconds beside parts of one.
        [json!("2026-05-04T20:00:03Z"), json!("2026-05-04T20:00:03.500Z")],
        [json!(1_777_924_803), json!("2026-05-04T20:00:03.500Z")],
        // The night in which clocks are put back.
        [json!("2026-10-25 02:00:03"), json!("2026-10-25 02:59:58")],
        [json!("2026-11-01 01:10:00"), json!("2026-11-01 01:50:00")],
        // Numbers that do not count from 1970.
        [json!("2026-05-04T20:00:01Z"), json!(20_260_504_200_001_i64)],
        [json!("46146.83336"), json!("2026-05-04T20:00:01Z")],
        [json!(639_135_936_030_000_000_i64), json!("2026-05-04T20:00:01Z")],
        [json!(799_617_602.5), json!("2026-05-04T20:00:01Z")],
    ] {
        let text = stands(&one, &other);
        assert_eq!(broken(&text, &mapping), [], "{text}");
    }
}

/// Ids of which a spreadsheet has left the first digits, and events that are told in a list within the task.
#[test]
fn what_was_lost_or_is_not_read_breaks_no_promise() {
    let mapping = Mapping::default();
    let rounded = "task_id;event_type;event_id\n4,21E+17;task_failed;e1\n4,21E+17;task_failed;e2\n";
    let nested = json!([
        {"task_id": "t-1", "status": "FAILED", "updated_at": "2026-05-04T20:00:05Z",
         "events": [{"task_id": "t-1", "event_id": "e-1", "event_type": "task_failed"}]},
        {"task_id": "t-1", "event_id": "e-0", "event_type": "task_created"}
    ]);
    for text in [rounded.to_string(), nested.to_string()] {
        assert_eq!(broken(&text, &mapping), [], "{text}");
    }
}
