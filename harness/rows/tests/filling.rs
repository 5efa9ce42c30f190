//! What becomes of rows.
use anechoic_rows::{Cell, Object, Query, Rows, Table};
use serde_json::{Value, json};

fn object(value: Value) -> Object {
    value.as_object().cloned().expect("an object")
}

fn one_table(sql: &str) -> (Rows, Query) {
    let mut rows = Rows::new([Table::new("t")]).expect("a table");
    let query = rows.query(sql).expect(sql);
    (rows, query)
}

fn column(rows: &mut Rows, query: Query) -> Vec<String> {
    rows.ask(query).expect("an answer").rows().iter().map(|row| row[0].to_string()).collect()
}

#[test]
fn every_kind_of_value_is_what_sql_makes_of_it() {
    let (mut rows, query) = one_table("select v, typeof(v) from t");
    let big = u64::MAX;
    let values = [
        json!(null),
        json!(true),
        json!(-3),
        json!(big),
        json!(0.5),
        json!("x"),
        json!([1, {"a": null}]),
        json!({}),
    ];
    let values: Vec<Object> = values.iter().map(|value| object(json!({"v": value}))).collect();
    rows.replace("t", &values).expect("rows");
    let found: Vec<String> = rows
        .ask(query)
        .expect("an answer")
        .rows()
        .iter()
        .map(|row| format!("{} {}", row[0], row[1].shown(20)))
        .collect();
    let expected = [
        "NULL null".to_string(),
        "-3 integer".into(),
        "0.5 real".into(),
        "1 integer".into(),
        format!("'{big}' text"),
        r#"'[1,{"a":null}]' text"#.into(),
        "'x' text".into(),
        "'{}' text".into(),
    ];
    assert_eq!(found, expected);
}

#[test]
fn rows_that_are_given_anew_take_the_place_of_those_that_were_there() {
    let (mut rows, query) = one_table("select v from t");
    let list = |values: &[i64]| values.iter().map(|v| object(json!({"v": v}))).collect::<Vec<Object>>();
    for values in [&[1, 2, 3][..], &[1, 4], &[], &[5, 6, 7, 8], &[5, 6, 7, 8], &[6, 7]] {
        rows.replace("t", &list(values)).expect("rows");
        let expected: Vec<String> = values.iter().map(ToString::to_string).collect();
        assert_eq!(column(&mut rows, query), expected);
    }
    rows.put("t", 1, None).expect("taken away");
    rows.put("t", 40, Some(&object(json!({"v": 9})))).expect("put");
    assert_eq!(column(&mut rows, query), ["6", "9"]);
    rows.put("t", 40, Some(&object(json!({"w": 9})))).expect("put");
    assert_eq!(column(&mut rows, query), ["NULL", "6"], "nothing of the row before is left");
    rows.replace("t", &list(&[1])).expect("rows");
    assert_eq!(column(&mut rows, query), ["1"]);
    assert!(
        rows.replace("u", &[]).expect_err("no such table").to_string().starts_with("there is no table `u`")
    );
}

#[test]
fn names_of_every_kind_are_names() {
    let odd = ["select", "a b", "x\"y", "a.b", "ключ", "rowid", "1", "'"];
    let mut rows = Rows::new(odd.map(Table::new)).expect("tables");
    for name in odd {
        let quoted = name.replace('"', "\"\"");
        let query = rows.query(&format!("select \"{quoted}\" from \"{quoted}\"")).expect(name);
        // Names that no query can have are kept nowhere.
        rows.replace(name, &[object(json!({name: 7, "": 1, "\u{0}": 2, "_ROWID_": 3}))]).expect(name);
        assert_eq!(rows.ask(query).expect(name).rows(), [[Cell::Integer(7)]]);
    }
    for name in ["", "sqlite_x", "a\u{0}"] {
        assert!(Rows::new([Table::new(name)]).is_err(), "{name}");
    }
}

#[test]
fn a_table_of_any_row_keeps_what_a_query_names() {
    let (mut rows, query) = one_table("select last from t");
    let mut many: Object = (0..3_000).map(|n| (format!("n{n}"), json!(n))).collect();
    many.insert("last".into(), json!("here"));
    rows.replace("t", &[many]).expect("a row");
    assert_eq!(column(&mut rows, query), ["'here'"]);
    let late = rows.query("select n2999 from t").expect_err("too late").to_string();
    assert!(late.contains("at most 1000 columns"), "{late}");
}

#[test]
fn an_answer_is_computed_again_only_if_a_table_of_its_query_changed() {
    let mut rows = Rows::new(["t", "u"].map(Table::new)).expect("tables");
    // It fails each time that it is computed with so few instructions.
    let query = rows.query("select count(*) from t, t as b, t as c").expect("a query");
    let some: Vec<Object> = (0..30).map(|n| object(json!({"n": n}))).collect();
    rows.replace("t", &some).expect("rows");
    rows.replace("u", &some).expect("rows");
    assert!(rows.ask(query).is_ok());
    rows.limit(0);
    rows.replace("u", &some[..1]).expect("rows");
    rows.replace("t", &some).expect("the same rows");
    assert!(rows.ask(query).is_ok());
    rows.put("t", 99, Some(&some[0])).expect("a row");
    assert!(rows.ask(query).is_err());
}

#[test]
fn rows_go_to_other_threads() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&Rows::new([]).expect("no table"));
}
