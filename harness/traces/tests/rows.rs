//! Records as rows of tables: with the types and the lists of their source, and the name of their table where it is said.
use anechoic_traces::{Change, Mapping, Options, Row, read};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn rows(text: &str) -> Vec<Row> {
    let (mapping, keys) = (Mapping::default(), BTreeSet::from(["order_id".to_string()]));
    let options = Options { format: None, mapping: &mapping, rows: Some(&keys), after: None };
    let mut rows = Vec::new();
    let read = read("a.json", &mut text.as_bytes(), &options, &mut |line| rows.extend(line.row)).expect(text);
    assert_eq!(read.skipped, 0, "{:?}", read.first_skipped);
    rows
}

/// What the records of a text say, without more.
fn objects(text: &str) -> Vec<Value> {
    rows(text).into_iter().map(|row| Value::Object(row.object)).collect()
}

/// What the one record of a text says.
fn one(text: &str) -> Value {
    let [one] = <[Value; 1]>::try_from(objects(text)).expect(text);
    one
}

#[test]
fn an_item_keeps_its_types_its_lists_and_its_maps() {
    let item = r#"{"order_id":{"S":"o-1"},"cents":{"N":"1999"},"rate":{"N":"0.5"},"big":{"N":"12345678901234567890"},
        "paid":{"BOOL":true},"gone":{"NULL":true},"tags":{"SS":["a"]},"sizes":{"NS":["1","2"]},
        "lines":{"L":[{"M":{"sku":{"S":"x"},"n":{"N":"2"}}}]},"to":{"M":{"city":{"S":"Oslo"}}}}"#
        .replace('\n', "");
    let plain = json!({"order_id": "o-1", "cents": 1999, "rate": 0.5, "big": "12345678901234567890", "paid": true,
        "gone": null, "tags": ["a"], "sizes": [1, 2], "lines": [{"sku": "x", "n": 2}], "to": {"city": "Oslo"}});
    assert_eq!(one(&item), plain, "an item");
    assert_eq!(one(&format!(r#"{{"Item":{item}}}"#)), plain, "a line of an export");
    let scan = format!(r#"{{"Items":[{item}],"Count":1,"ScannedCount":1}}"#);
    assert_eq!(one(&scan), plain, "a scan");
    assert_eq!(one(&plain.to_string()), plain, "a plain row, whose list is a part of it");
    assert_eq!(
        objects(&format!("[{plain},{plain}]")),
        [plain.clone(), plain.clone()],
        "a list of plain rows"
    );
    let batch =
        rows(&format!(r#"{{"Responses":{{"orders":[{item}],"sold":[{item}]}},"UnprocessedKeys":{{}}}}"#));
    let tables: Vec<_> = batch.iter().map(|row| row.table.as_deref()).collect();
    assert_eq!(tables, [Some("orders"), Some("sold")]);
}

#[test]
fn a_change_says_of_which_table_and_row_it_is_and_what_the_row_is_then() {
    let change = |name: &str, images: &str| {
        let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-07-13T18:10:27.101";
        format!(
            r#"{{"eventName":"{name}","eventSourceARN":"{arn}","dynamodb":{{"Keys":{{"order_id":{{"S":"o-1"}}}},{images}"SequenceNumber":"1"}}}}"#
        )
    };
    let image = |name: &str, status: &str| {
        format!(r#""{name}":{{"order_id":{{"S":"o-1"}},"status":{{"S":"{status}"}}}},"#)
    };
    let (old, new) = (image("OldImage", "NEW"), image("NewImage", "PAID"));
    let keys = vec!["order_id".to_string()];
    let row = |status: &str, is_new, is_removed| Row {
        table: Some("orders".into()),
        object: json!({"order_id": "o-1", "status": status}).as_object().cloned().expect("an object"),
        change: Some(Change { keys: keys.clone(), is_new, is_removed }),
        id: None,
    };
    assert_eq!(rows(&change("INSERT", &new)), [row("PAID", true, false)]);
    assert_eq!(rows(&change("MODIFY", &format!("{old}{new}"))), [row("PAID", false, false)]);
    assert_eq!(rows(&change("REMOVE", &old)), [row("NEW", false, true)]);
    let removed = rows(&change("REMOVE", ""));
    assert!(removed[0].change.as_ref().is_some_and(|change| change.is_removed));
    assert_eq!(rows(&change("MODIFY", "")), [], "only its keys");
    assert_eq!(rows(&change("MODIFY", &old)), [], "only what it was");

    let incremental = format!(
        r#"{{"Metadata":{{"WriteTimestampMicros":{{"N":"1783966227000000"}}}},"Keys":{{"order_id":{{"S":"o-1"}}}},{}"x":1}}"#,
        new
    );
    assert_eq!(objects(&incremental), [json!({"order_id": "o-1", "status": "PAID"})]);
}

#[test]
fn a_line_of_a_log_keeps_its_members_and_what_is_said_in_them() {
    let said = json!({"level": "info", "msg": "charged", "text": "charged", "order_id": "o-1", "cents": 5, "to": {"city": "Oslo"}});
    let line = r#"{"level":"info","msg":"charged","order_id":"o-1","cents":5,"to":{"city":"Oslo"}}"#;
    assert_eq!(objects(line), [said]);
    let within = r#"{"level":"info","message":"{\"order_id\":\"o-1\",\"cents\":5}"}"#;
    let row = &objects(within)[0];
    assert_eq!((&row["order_id"], &row["cents"]), (&json!("o-1"), &json!(5)));
    let event =
        json!({"events": [{"timestamp": 1_783_966_227_000_u64, "message": line, "logStreamName": "s"}]})
            .to_string();
    assert_eq!((&objects(&event)[0]["cents"], &objects(&event)[0]["log_stream"]), (&json!(5), &json!("s")));
    for text in [
        "2026-07-13T18:10:27Z charged order_id=o-1 cents=5\n".to_string(),
        "level=info msg=charged order_id=o-1 cents=5\n".into(),
        format!("@timestamp,@message\n2026-07-13 18:10:27.000,\"{}\"\n", line.replace('"', "\"\"")),
        json!({"results": [[{"field": "@message", "value": line}]], "status": "Complete"}).to_string(),
        "order_id,cents,zip\no-1,5,007\n".into(),
    ] {
        let row = &objects(&text)[0];
        assert_eq!((&row["order_id"], &row["cents"]), (&json!("o-1"), &json!(5)), "{text}");
        assert!(row.get("zip").is_none_or(|zip| zip == "007"), "{text}");
    }
}

#[test]
fn what_a_line_says_is_the_same_row_whatever_it_is_wrapped_in() {
    let line = r#"{"level":"info","msg":"charged","order_id":"o-1"}"#;
    let spelt = Value::from(line).to_string();
    for wrapped in [
        format!(r#"{{"events":[{{"timestamp":1777924803000,"message":{spelt},"eventId":"1"}}]}}"#),
        format!("2026-05-04T20:00:01Z {line}\n"),
        format!(r#"{{"log":{spelt},"stream":"stdout","time":"2026-05-04T20:00:01Z"}}"#),
        format!("@timestamp,@message\n2026-05-04 20:00:01,\"{}\"\n", line.replace('"', "\"\"")),
        "time=2026-05-04T20:00:01Z level=info msg=charged order_id=o-1\n".into(),
    ] {
        let row = one(&wrapped);
        let said = ["level", "msg", "text", "order_id"].map(|name| row.get(name).and_then(Value::as_str));
        assert_eq!(said, [Some("info"), Some("charged"), Some("charged"), Some("o-1")], "{wrapped}");
    }
}

#[test]
fn an_answer_of_an_api_is_its_list_whatever_it_says_of_itself() {
    let list = r#"[{"payment_id":"p-1"},{"payment_id":"p-2"}]"#;
    for answer in [
        format!(r#"{{"rows":{list},"total":2}}"#),
        format!(r#"{{"total":2,"rows":{list},"offset":0,"limit":10}}"#),
        format!(r#"{{"@odata.context":"x","value":{list}}}"#),
        format!(r#"{{"success":true,"error":null,"data":{{"items":{list},"total":2}}}}"#),
    ] {
        assert_eq!(
            objects(&answer),
            [json!({"payment_id": "p-1"}), json!({"payment_id": "p-2"})],
            "{answer}"
        );
    }
    let order = format!(r#"{{"order":"o-1","total":2,"lines":{list}}}"#);
    assert_eq!(objects(&order).len(), 1, "it has parts");
}

#[test]
fn a_record_of_a_format_without_rows_is_its_fields() {
    let line = r#"{"ts":"2026-07-13T18:10:27Z","op":"emit","entity":"order:o-1","cents":5}"#;
    assert_eq!(objects(line), [json!({"order_id": "o-1", "cents": 5})]);
}
