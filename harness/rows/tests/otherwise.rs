//! What a query finds if texts mean something else than themselves.
use anechoic_rows::{Object, Otherwise, Query, Rows, Table};
use serde_json::{Value, json};

/// Whether a query finds something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    /// By either reading, or there is no other.
    Found,
    Nothing,
    /// It depends on the reading.
    Doubt,
}
use Told::{Doubt, Found, Nothing};

fn filled(tables: &[(&str, &str, &[Value])], sql: &str) -> (Rows, Query) {
    let mut rows = Rows::new(tables.iter().map(|(table, ..)| Table::new(*table))).expect("tables");
    let query = rows.query(sql).expect(sql);
    for (table, column, values) in tables {
        let object = |(at, value): (usize, &Value)| -> Object {
            json!({"n": at, *column: value}).as_object().expect("an object").clone()
        };
        let all: Vec<Object> = values.iter().enumerate().map(object).collect();
        rows.replace(table, &all).expect("rows");
    }
    (rows, query)
}

fn ask(rows: &mut Rows, query: Query) -> (bool, Option<Otherwise>) {
    let is_found = !rows.ask(query).expect("an answer").is_empty();
    let otherwise = rows.ask_otherwise(query).expect("an answer");
    // Not an answer that was kept.
    rows.put("t", 1_000, Some(&Object::new())).expect("a row");
    rows.put("t", 1_000, None).expect("no row");
    assert_eq!(!rows.ask(query).expect("an answer").is_empty(), is_found, "nothing is left of the other");
    (is_found, otherwise)
}

fn told_of(tables: &[(&str, &str, &[Value])], sql: &str) -> Told {
    let (mut rows, query) = filled(tables, sql);
    let (is_found, otherwise) = ask(&mut rows, query);
    match otherwise.is_some_and(|otherwise| otherwise.found.is_empty() == is_found) {
        true => Doubt,
        false if is_found => Found,
        false => Nothing,
    }
}

/// What is told of a table `t` whose column `x` has these values.
fn told(values: &[Value], condition: &str) -> Told {
    told_of(&[("t", "x", values)], &format!("select n, x from t where {condition}"))
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| json!(text)).collect()
}

#[test]
fn a_text_that_spells_a_number_may_be_one() {
    let one = texts(&["-7.50"]);
    assert_eq!(told(&texts(&["3.00", "-7.50"]), "x < 0"), Doubt);
    assert_eq!(told(&one, "x > 100"), Doubt);
    assert_eq!(told(&[json!("n/a"), json!(3), json!("-7.50")], "x < 0"), Doubt);
    assert_eq!(told(&texts(&["12", "n/a"]), "x < 13 and x > 11"), Doubt);
    assert_eq!(
        told(&texts(&["9", "n/a"]), "x < 10"),
        Doubt,
        "whole numbers are numbers beside other texts, too"
    );
    assert_eq!(told(&one, "cast(x as real) < 0"), Found);
    assert_eq!(told(&one, "x = '-7.50'"), Found);
    assert_eq!(told(&one, "n > 0"), Nothing);
    assert_eq!(told_of(&[("t", "x", &one)], "select a.x from t a join t b on a.x = b.x"), Found);
    for text in [
        "-$7.50",
        "-7,50",
        "-1.234,50",
        "EUR -7.50",
        "(7.50)",
        "−7.50",
        "7.50-",
        "-7 500",
        "-3",
        r#"{"$numberDecimal":"-7"}"#,
        r#"{"N":"-1"}"#,
        r#"{"S":"-1"}"#,
        " -7.50 ",
    ] {
        assert_eq!(told(&texts(&[text]), "x < 0"), Doubt, "{text}");
        assert_eq!(told(&texts(&[text, "n/a"]), "x < 0"), Doubt, "{text}");
    }
    for value in [json!(-7.5), json!("o-1"), json!("2026-11-27"), json!("1.2.3"), json!(""), json!(null)] {
        let (mut rows, query) = filled(&[("t", "x", &[value])], "select * from t where x < 0");
        assert!(ask(&mut rows, query).1.is_none(), "it has no other reading");
    }
    assert_eq!(told(&texts(&["-1234567890123456"]), "x < 0"), Nothing, "it might be rounded");
    assert_eq!(told(&texts(&["007", "A1"]), "x < 10"), Nothing, "they may be names");
    assert_eq!(told(&texts(&["-03", "A1"]), "x < 0"), Doubt, "no name begins with a minus");
    assert_eq!(told(&texts(&["007", "8"]), "x < 10"), Doubt);
}

#[test]
fn whoever_reads_money_as_such_is_understood() {
    let dollars = texts(&["-$7.50", "$1.00"]);
    assert_eq!(told(&dollars, "cast(replace(x, '$', '') as real) < 0"), Found);
    assert_eq!(told(&dollars, "x = '$1.00'"), Found);
    let euros = texts(&["1.234,50"]);
    assert_eq!(told(&euros, "cast(replace(replace(x, '.', ''), ',', '.') as real) > 5000"), Nothing);
    assert_eq!(told(&euros, "cast(x as real) > 5000"), Nothing);
    assert_eq!(told(&euros, "cast(x as real) > 1000"), Doubt);
    assert_eq!(told(&texts(&["007", "8"]), "length(cast(x as text)) < 3"), Found);
}

#[test]
fn words_of_truth_may_be_truths() {
    let two = |paid: &str, other: &str| {
        let tables: [(&str, &str, &[Value]); 2] =
            [("t", "shipped", &texts(&[paid, other])), ("u", "paid", &texts(&[other, other]))];
        told_of(&tables, "select t.n from t join u using (n) where shipped and not paid")
    };
    assert_eq!(two("true", "false"), Doubt);
    assert_eq!(two("t", "f"), Doubt);
    assert_eq!(two("Y", "N"), Doubt);
    assert_eq!(two("yes", "NO"), Doubt);
    assert_eq!(two("true", "maybe"), Nothing);
    assert_eq!(told(&texts(&["Y", "N", ""]), "x"), Doubt);
    assert_eq!(told(&texts(&["Y", "N", "?"]), "x"), Nothing);
    for condition in ["x = 'Y'", "x <> 'Y'", "x in ('Y', 'N')", "not x = 'N'"] {
        assert_eq!(told(&texts(&["Y", "N"]), condition), Found, "{condition}");
    }
    assert_eq!(told(&texts(&["Y", "y"]), "lower(x) = 'y'"), Found);
}

#[test]
fn words_for_nothing_may_be_nothing() {
    for word in ["null", "None", "nil", "(null)", r#"{"NULL":true}"#] {
        assert_eq!(told(&texts(&["2026-05-04", word]), "x is null"), Doubt, "{word}");
    }
    assert_eq!(told(&texts(&["null"]), "nullif(x, 'null') is null"), Found);
    assert_eq!(told(&texts(&["none", "N/A"]), "x is null"), Nothing);
}

#[test]
fn blanks_around_may_be_there_for_a_width_alone() {
    assert_eq!(told(&texts(&["PAID   "]), "x = 'PAID'"), Doubt);
    assert_eq!(told(&texts(&["PAID   "]), "trim(x) = 'PAID'"), Found);
    assert_eq!(told(&texts(&["Y ", "N "]), "x = 'Y'"), Doubt);
}

#[test]
fn times_may_be_in_the_order_of_time() {
    let mixed = texts(&["2026-05-04T10:00:00Z", "2026-05-04T10:00:00.500Z"]);
    let later = "select a.x from t a join t b on b.n = a.n + 1 where a.x > b.x";
    assert_eq!(told_of(&[("t", "x", &mixed)], later), Doubt);
    assert_eq!(told(&mixed, "x > '2026-05-04T10:00:00Z'"), Doubt);
    assert_eq!(told(&mixed, "x = '2026-05-04T10:00:00Z'"), Found);
    assert_eq!(told(&mixed, "x >= '2026-05-05'"), Nothing);
    assert_eq!(told(&mixed, "x >= '2026-05-04' and substr(x, 1, 10) = '2026-05-04'"), Found);
    assert_eq!(told(&mixed, "substr(x, 12, 8) <> '10:00:00'"), Nothing);
    assert_eq!(told(&mixed, "julianday(x) < julianday('2026-05-04 10:00:00')"), Nothing);
    assert_eq!(told(&mixed, "x not like '2026-05-04T%'"), Nothing);
}

#[test]
fn days_and_times_are_in_the_order_of_time_however_they_are_spelt() {
    let two = |one: &str, other: &str| {
        let later = "select a.x from t a join t b on b.n = a.n + 1 where a.x > b.x";
        told_of(&[("t", "x", &texts(&[one, other]))], later)
    };
    assert_eq!(two("28/04/2026", "01/05/2026"), Doubt);
    assert_eq!(two("04/28/2026", "05/01/2026"), Nothing, "the month comes first");
    assert_eq!(two("28.04.2026", "01.05.2026"), Doubt);
    assert_eq!(two("2026-5-9", "2026-5-10"), Doubt);
    assert_eq!(two("2026-05-04T22:00:00+02:00", "2026-05-04T20:30:00Z"), Doubt);
    assert_eq!(two("2026-05-04T22:00:00+02:00", "2026-05-04T22:30:00+02:00"), Nothing);
    let zone = texts(&["2026-05-04T01:00:00+02:00", "2026-05-05T01:00:00+02:00"]);
    assert_eq!(told(&zone, "substr(x, 1, 10) = '2026-05-04'"), Found, "all are of one zone");
    assert_eq!(told(&texts(&["04.05.2026"]), "julianday(x) > julianday('2026-05-03')"), Doubt);
}

#[test]
fn a_time_that_is_compared_with_a_number_may_be_one() {
    let after = |at: Value| {
        let tables: [(&str, &str, &[Value]); 2] =
            [("t", "issued", &texts(&["2026-05-04T20:00:00Z"])), ("u", "paid", &[at])];
        told_of(&tables, "select n from t join u using (n) where u.paid < t.issued")
    };
    assert_eq!(after(json!(1_778_000_000)), Doubt, "every number is less than a text");
    assert_eq!(after(json!(1_777_000_000_000_i64)), Found);
    assert_eq!(after(json!(7)), Found, "it is no time");
}

#[test]
fn what_a_spreadsheet_has_rounded_may_have_been_several() {
    let ids = texts(&["1,23E+12", "1,23E+12"]);
    assert_eq!(told_of(&[("t", "x", &ids)], "select x from t group by x having count(*) > 1"), Doubt);
    assert_eq!(told(&texts(&["1,23E+12"]), "x is null"), Nothing);
}

#[test]
fn names_within_json_that_no_row_has_are_told() {
    let rows = [json!(r#"[{"sku":"a","quantity":-1}]"#)];
    let absent = |sql: &str| {
        let (rows, query) = filled(&[("t", "x", &rows)], sql);
        rows.absent_in_json(query).expect("an answer")
    };
    let look =
        |path: &str| format!("select n from t, json_each(t.x) l where json_extract(l.value, '{path}') < 0");
    assert_eq!(absent(&look("$.qty")), ["qty"]);
    assert_eq!(absent(&look("$.quantity")), Vec::<String>::new());
    assert_eq!(absent("select n from t where x ->> 'Sku' = 'a'"), ["Sku"]);
    assert_eq!(absent("select n from t where x = '$.qty'"), Vec::<String>::new());
}

#[test]
fn what_is_a_text_is_no_matter_of_doubt() {
    let status = texts(&["Y", "PAID", "None of these"]);
    assert_eq!(told(&status, "x = 'Y'"), Found);
    assert_eq!(told(&status, "x <> 'none'"), Found);
    let ids = texts(&["o-1", "1001"]);
    assert_eq!(told(&ids, "x = '1001'"), Found);
    assert_eq!(told(&ids, "x not in ('1001', 'o-1')"), Nothing);
    let joined = |sql: &str, others: &[&str]| told_of(&[("t", "x", &ids), ("u", "y", &texts(others))], sql);
    let missing = "select x from t left join u on x = y where y is null";
    assert_eq!(joined(missing, &["1001", "o-1"]), Nothing);
    assert_eq!(joined("select x from t join u on x = y", &["1001"]), Found);
    let shared: [(&str, &str, &[Value]); 2] = [("t", "id", &ids), ("u", "id", &[json!(1001), json!("o-1")])];
    assert_eq!(
        told_of(&shared, "select id from t join u using (id) group by id having count(*) > 1"),
        Nothing
    );
    assert_eq!(told_of(&shared, "select id from t join u using (id) where id <> 'o-1'"), Doubt);
    assert_eq!(joined("select x from t where x not in (select y from u)", &["1001", "o-1", "o-2"]), Nothing);
    let telephones = texts(&["+4915112345678", "030/1234567", "+49 151 123 456"]);
    for condition in ["x not like '+%' and x not like '0%'", "x is null", "x < '+'", "x = ''"] {
        assert_eq!(told(&telephones, condition), Nothing, "{condition}");
    }
    let dates = texts(&["2026-05-04", "04.05.2026", "2026-05-04 10:00"]);
    assert_eq!(told(&dates, "x < 2027"), Nothing);
    assert_eq!(told(&dates, "x >= '2026-05-04'"), Found);
    let json = texts(&[r#"{"$numberDecimal":"-7"}"#]);
    assert_eq!(told(&json, "json_extract(x, '$.\"$numberDecimal\"') = '-7'"), Found);
    assert_eq!(told(&json, "x ->> '$.\"$numberDecimal\"' = '-7'"), Found);
}

#[test]
fn only_the_columns_that_make_the_difference_are_named() {
    let prices: &[Value] = &texts(&["3", "-$7.50"]);
    let flags: &[Value] = &texts(&["true", "false"]);
    let (mut rows, query) =
        filled(&[("t", "x", prices), ("u", "y", flags)], "select x, y from t join u using (n) where x < 0");
    let columns = ask(&mut rows, query).1.expect("another reading").columns;
    let told: Vec<String> = columns.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["`t.x` holds texts such as '3', which may mean 3"]);
    let (mut rows, query) = filled(
        &[("t", "x", prices), ("u", "y", flags)],
        "select x from t join u using (n) where x < 0 and not y",
    );
    let columns = ask(&mut rows, query).1.expect("another reading").columns;
    assert_eq!(columns.len(), 1, "all texts are no truths, so that `not y` finds them: {columns:?}");
}

#[test]
fn the_example_is_a_text_on_which_the_answer_depends() {
    let values: &[Value] = &texts(&["PAID ", "7", "null", "-8", "2026-05-04T10:00:00Z"]);
    let example = |condition: &str| {
        let (mut rows, query) = filled(&[("t", "x", values)], &format!("select n from t where {condition}"));
        ask(&mut rows, query).1.expect("another reading").columns[0].text.clone()
    };
    assert_eq!(example("x is null"), "null");
    assert_eq!(example("x = 'PAID'"), "PAID ");
    assert_eq!(example("x < 0"), "7", "it is one of the numbers");
}

#[test]
fn a_join_is_as_quick_as_before() {
    let many: Vec<Value> = (0..20_000).map(|n| json!(format!("{n}.50"))).collect();
    let sql = "select a.x from t a join t b on a.x = b.x where a.n <> b.n";
    assert_eq!(told_of(&[("t", "x", &many)], sql), Nothing);
}
