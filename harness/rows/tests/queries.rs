//! What may be asked, and what is said of the rest.
use anechoic_rows::{AskError, Object, Rows, Table};
use serde_json::{Value, json};

fn object(value: Value) -> Object {
    value.as_object().cloned().expect("an object")
}

/// Orders and charges with their keys, and events of which nothing is known.
fn shop() -> Rows {
    let keyed = |name: &str| Table::new(name).with_column("order_id");
    Rows::new([keyed("orders"), keyed("charges"), Table::new("events")]).expect("tables")
}

fn put(rows: &mut Rows, table: &str, values: &[Value]) {
    let values: Vec<Object> = values.iter().cloned().map(object).collect();
    rows.replace(table, &values).expect(table);
}

fn refused(sql: &str) -> String {
    shop().query(sql).expect_err(sql).to_string()
}

#[test]
fn a_query_only_reads_and_only_our_tables() {
    let cases = [
        ("", "it is no query"),
        ("-- nothing", "it is no query"),
        ("select 1", "it names no table"),
        ("values (1)", "it names no table"),
        (
            "select * from oders",
            "there is no table `oders` (perhaps orders); expected one of: orders, charges, events",
        ),
        ("select * from orders; select 1", "it is more than one statement"),
        ("select * from orders; drop table orders", "it changes something"),
        ("delete from orders", "it changes something"),
        ("insert into orders values (1) returning order_id", "it changes something"),
        ("create table t (x)", "it changes something"),
        ("pragma table_list", "it is a pragma"),
        ("attach 'x.db' as x", "it opens or leaves another database"),
        ("explain select * from orders", "it is no query"),
        ("select * from pragma_table_list, orders", "there is no table `pragma_table_list`"),
        ("select * from sqlite_schema", "there is no table `sqlite_master`"),
        ("select load_extension('x') from orders", "it calls load_extension()"),
        ("select random() from orders", "it calls random()"),
        ("select current_timestamp from orders", "it calls current_timestamp()"),
        ("select * from orders where order_id = ?", "it has a parameter"),
        ("select rowid from orders", "it reads orders.ROWID, SQLite's own number of a row"),
        ("selct * from orders", "near \"selct\": syntax error, at `selct * from orders`; expected a query"),
        ("select nothing_known(order_id) from orders", "no such function: nothing_known"),
        ("select x.status from orders", "no such column: x.status"),
    ];
    for (sql, expected) in cases {
        assert!(refused(sql).starts_with(expected), "{sql}: {}", refused(sql));
    }
}

#[test]
fn a_column_that_no_row_has_had_yet_is_null_and_remembered() {
    let mut rows = shop();
    let unpaid = rows.query("select order_id from orders o where o.status is null").expect("a query");
    let paid = rows
        .query("select order_id from orders where \"paid-at\" > 3 and status = \"PAID\"")
        .expect("a query");
    assert_eq!(rows.unwritten(unpaid), ["orders"]);
    assert_eq!(rows.blanks(unpaid), [], "a table without a row says nothing of its columns");
    put(&mut rows, "orders", &[json!({"order_id": "o-1"})]);
    assert_eq!(rows.ask(unpaid).expect("an answer").to_string(), "order_id = 'o-1'");
    assert!(rows.unwritten(unpaid).is_empty());
    let blanks =
        |rows: &Rows, query| rows.blanks(query).iter().map(ToString::to_string).collect::<Vec<String>>();
    assert_eq!(blanks(&rows, unpaid), ["no row of orders has a `status`"]);
    let (text, time) = ("(a text would be written 'PAID')", "(a text would be written 'paid-at')");
    assert_eq!(
        blanks(&rows, paid),
        [
            format!("no row of orders has a `PAID` {text}"),
            format!("no row of orders has a `paid-at` {time}"),
            "no row of orders has a `status`".into(),
        ]
    );
    put(&mut rows, "orders", &[json!({"order_id": "o-1", "status": "PAID"})]);
    assert!(rows.ask(unpaid).expect("an answer").is_empty());
    assert!(rows.blanks(unpaid).is_empty());
    put(&mut rows, "orders", &[]);
    assert!(rows.blanks(unpaid).is_empty() && rows.unwritten(unpaid).is_empty(), "what was once, was");
}

#[test]
fn what_tables_are_joined_by_is_what_the_query_reads() {
    for join in [
        "join events using (order_id)",
        "natural join events",
        "join (select * from EVENTS) using (order_id)",
    ] {
        let mut rows = shop();
        let joined = rows.query(&format!("select o.kept from orders o {join}")).expect(join);
        put(&mut rows, "orders", &[json!({"order_id": "o-1", "kept": 1})]);
        assert_eq!(rows.tables_of(joined).collect::<Vec<_>>(), ["orders", "events"], "{join}");
        assert_eq!(rows.unwritten(joined), ["events"], "{join}");
        assert!(rows.ask(joined).expect("an answer").is_empty(), "{join}");
        put(&mut rows, "events", &[json!({"order_id": "o-1"})]);
        assert_eq!(rows.ask(joined).expect("an answer").count(), 1, "it is computed again: {join}");
        assert!(rows.columns_of(joined).contains(&("events".into(), "order_id".into())), "{join}");
    }
    let mut rows = shop();
    let joined = rows.query("select o.order_id from orders o join events using (oder_id)").expect("a query");
    put(&mut rows, "orders", &[json!({"order_id": "o-1"})]);
    put(&mut rows, "events", &[json!({"order_id": "o-1"})]);
    assert!(rows.ask(joined).expect("an answer").is_empty());
    let blanks: Vec<String> = rows.blanks(joined).iter().map(ToString::to_string).collect();
    assert_eq!(blanks, ["no row of events has a `oder_id`", "no row of orders has a `oder_id`"]);
}

#[test]
fn a_column_that_may_be_of_several_tables_is_of_the_one_whose_rows_have_it() {
    let mut rows = shop();
    let sql =
        "select o.order_id from orders o join events on events.order_id = o.order_id where status = 'SENT'";
    let sent = rows.query(sql).expect("a query");
    put(&mut rows, "orders", &[json!({"order_id": "o-1"})]);
    put(&mut rows, "events", &[json!({"order_id": "o-1"})]);
    assert!(rows.ask(sent).expect("an answer").is_empty());
    assert_eq!(rows.blanks(sent)[0].to_string(), "no row of orders or events has a `status`");
    // Whichever of the two it was taken for, it is the other's.
    for (table, other) in [("events", "orders"), ("orders", "events")] {
        let mut rows = shop();
        let sent = rows.query(sql).expect("a query");
        put(&mut rows, other, &[json!({"order_id": "o-1"})]);
        put(&mut rows, table, &[json!({"order_id": "o-1", "status": "SENT"})]);
        assert_eq!(rows.ask(sent).expect("an answer").count(), 1, "{table}");
        assert!(rows.blanks(sent).is_empty());
        put(&mut rows, other, &[json!({"order_id": "o-1", "status": "SENT"})]);
        let error = rows.ask(sent).expect_err("both have it").to_string();
        assert!(
            error.starts_with("with the columns that its tables have now, ambiguous column name: status"),
            "{error}"
        );
    }
}

#[test]
fn another_query_that_says_whose_a_column_is_is_believed_in_either_order() {
    let plain = "select 1 from orders, events where status = 'SENT'";
    let told = "select 1 from events e where e.status = 'SENT'";
    for order in [[plain, told], [told, plain]] {
        let mut rows = shop();
        let queries = order.map(|sql| rows.query(sql).expect(sql));
        put(&mut rows, "orders", &[json!({"order_id": "o-1"})]);
        put(&mut rows, "events", &[json!({"id": 1})]);
        for query in queries {
            assert!(rows.ask(query).expect("an answer").is_empty());
            assert_eq!(rows.blanks(query)[0].to_string(), "no row of events has a `status`");
        }
    }
}

#[test]
fn a_join_may_name_a_column_that_neither_side_has_yet() {
    let mut rows = Rows::new([Table::new("a"), Table::new("b")]).expect("tables");
    let both = rows.query("select * from a join b using (id)").expect("a query");
    put(&mut rows, "a", &[json!({"id": 1}), json!({"id": 2})]);
    put(&mut rows, "b", &[json!({"id": 2, "what": "x"})]);
    assert_eq!(rows.ask(both).expect("an answer").to_string(), "id = 2, what = 'x'");
    let names_with_dots = rows.query("select b.\"a.b\" from b where b.\"a.b\" = 1").expect("a query");
    put(&mut rows, "b", &[json!({"a.b": 1})]);
    assert_eq!(rows.ask(names_with_dots).expect("an answer").to_string(), "a.b = 1");
}

#[test]
fn attributes_that_differ_by_letter_case_alone_are_an_error_where_they_are_named() {
    let mut rows = shop();
    let named = rows.query("select order_id from orders where status = 'PAID'").expect("a query");
    let other = rows.query("select order_id from orders").expect("a query");
    put(&mut rows, "orders", &[json!({"order_id": "o-1", "Status": "PAID"})]);
    assert_eq!(rows.ask(named).expect("one spelling is the column").count(), 1);
    put(&mut rows, "orders", &[json!({"order_id": "o-1", "Status": "PAID", "status": "NEW"})]);
    assert_eq!(rows.ask(other).expect("an answer").count(), 1);
    let error = rows.ask(named).expect_err("two spellings");
    assert!(matches!(error, AskError::Alike { .. }), "{error}");
    assert!(Rows::new([Table::new("Orders"), Table::new("orders")]).is_err());
}

#[test]
fn an_endless_query_is_an_error_and_the_next_one_is_asked() {
    let mut rows = shop();
    rows.limit(100_000);
    let forever = "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n, orders";
    let forever = rows.query(forever).expect("a query");
    let other = rows.query("select * from orders").expect("a query");
    put(&mut rows, "orders", &[json!({"order_id": "o-1"})]);
    assert_eq!(rows.ask(forever).map(|found| found.count()), Err(AskError::Endless(100_000)));
    assert_eq!(rows.ask(other).expect("an answer").count(), 1);
}

#[test]
fn what_cannot_be_computed_is_an_error() {
    let mut rows = shop();
    let json = rows.query("select json_extract(items, '$[0]') from orders").expect("a query");
    put(&mut rows, "orders", &[json!({"items": "no list"})]);
    assert!(matches!(rows.ask(json), Err(AskError::Failed(_))));
    put(&mut rows, "orders", &[json!({"items": [{"sku": "a"}]})]);
    assert_eq!(rows.ask(json).expect("an answer").rows()[0][0].to_string(), r#"'{"sku":"a"}'"#);
}

#[test]
fn a_column_that_no_row_has_is_that_of_the_table_within_which_it_can_be_added_up() {
    let mut rows = Rows::new([Table::new("orders"), Table::new("payments")]).expect("tables");
    for sql in [
        "select o.id from orders o where (select sum(cents) from payments p where p.id = o.id) <> o.total",
        "select id from orders where total > (select max(cents) from payments)",
        "select id from orders where total > (select count(cents) from payments)",
    ] {
        let query = rows.query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let reads = rows.columns_of(query);
        assert!(reads.contains(&("payments".into(), "cents".into())), "{sql}: {reads:?}");
    }
    let error = rows.query("select id from orders where sum(weight) > 1").expect_err("it adds up in vain");
    assert!(error.to_string().contains("misuse of aggregate"), "{error}");
}
