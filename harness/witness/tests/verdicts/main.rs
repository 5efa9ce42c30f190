//! What is told of promises, and that what is only a part is no pass.
mod texts;

use Verdict::{CannotTell, Holds, Violated};
use anechoic_traces::Mapping;
use anechoic_witness::{Config, Source, Testimony, Verdict, Witness};

const ONCE: &str = "[promises.once]\nnever = 'select order_id, count(*) as n from payments group by order_id having count(*) > 1'\n";
const HEARD: &str = "[promises.heard]\nat_rest = 'select o.order_id from orders o left join outbox e using (order_id) where e.order_id is null'\n";
const KEYS: &str = "[tables.orders]\nkey = 'order_id'\n[tables.payments]\nkey = 'payment_id'\n[tables.outbox]\nkey = ['shard', 'n']\n";

/// What a file is called, and what is in it.
type File<'f> = (&'f str, &'f str);

fn judge(config: &str, files: &[File<'_>], calls: &[(&str, &str)]) -> Testimony {
    let mut witness = Witness::new(Config::read(config).expect(config), config).expect(config).whole(true);
    for (table, what) in calls {
        witness.call(table, what).expect(table);
    }
    for (name, text) in files {
        let source = Source { name, format: None, mapping: &Mapping::default() };
        if let Err(error) = witness.read(&source, &mut text.as_bytes()) {
            witness.lose(name, &error);
        }
    }
    witness.judge(&mut || true)
}

#[track_caller]
fn assert_told(config: &str, files: &[File<'_>], verdict: Verdict, why: &str) {
    let testimony = judge(config, files, &[]);
    let [judged] = &testimony.promises[..] else { panic!("one promise") };
    assert_eq!(judged.verdict, verdict, "{}", judged.why);
    assert!(judged.why.contains(why), "{}", judged.why);
}

/// What has all attributes that the rows of a table have may be the rest of it, whatever its file is called.
#[test]
fn a_second_file_of_rows_that_look_alike_leaves_a_table_open() {
    let payments = scan(&[payment("p1", "o1")]);
    let rest = scan(&[payment("p2", "o1")]);
    let orders = scan(&[r#"{"order_id":{"S":"o1"},"status":{"S":"PAID"}}"#.into()]);
    assert_told(
        ONCE,
        &[("payments.json", &payments), ("rest.json", &rest)],
        CannotTell,
        "1 record of rest.json",
    );
    assert_told(
        ONCE,
        &[("payments.json", &payments), ("orders.json", &orders)],
        Holds,
        "1 record of payments",
    );
}

#[test]
fn what_a_model_allows_is_a_table_that_is_always_there() {
    let config = "[constants.legal]\nrows = [{ state = 'NEW' }, { state = 'PAID' }]\n\
                  [promises.known]\nnever = 'select order_id, state from orders where state not in (select state from legal)'\n";
    let orders = |state: &str| scan(&[format!(r#"{{"order_id":{{"S":"o1"}},"state":{{"S":"{state}"}}}}"#)]);
    assert_told(config, &[("orders.json", &orders("PAID"))], Holds, "1 record of orders");
    assert_told(config, &[("orders.json", &orders("LOST"))], Violated, "state = 'LOST'");
    let wrong = config.replace("[{ state = 'NEW' }, { state = 'PAID' }]", "[]");
    let said = Witness::new(Config::read(&wrong).expect("a config"), &wrong).err().expect("an error");
    assert_eq!(said.to_string(), "2: the rows of `legal`: there is none; expected some");
}

fn payment(id: &str, order: &str) -> String {
    format!(r#"{{"payment_id":{{"S":"{id}"}},"order_id":{{"S":"{order}"}}}}"#)
}

fn scan(items: &[String]) -> String {
    let count = items.len();
    format!(r#"{{"Items":[{}],"Count":{count},"ScannedCount":{count}}}"#, items.join(","))
}

fn scan_of(payments: &[(&str, &str)]) -> String {
    scan(&payments.iter().map(|(id, order)| payment(id, order)).collect::<Vec<String>>())
}

#[test]
fn a_promise_holds_is_broken_or_cannot_be_told() {
    let good = scan_of(&[("p-1", "o-1"), ("p-2", "o-2")]);
    let bad = scan_of(&[("p-1", "o-1"), ("p-2", "o-1")]);
    assert_told(ONCE, &[("payments.json", &good)], Holds, "no row is found in 2 records of payments");
    assert_told(ONCE, &[("payments.json", &bad)], Violated, "order_id = 'o-1', n = 2");
    assert_told(ONCE, &[("payments.json", &scan(&[]))], CannotTell, "`payments` has no row");
    assert_told(ONCE, &[("payment.json", &bad)], CannotTell, "the input has no table `payments`");
    let told = "the input has no table `payments` (perhaps prod-payments, as in y/prod-payments.json; --table payments=y/prod-payments.json";
    assert_told(ONCE, &[("orders.json", "[]"), ("y/prod-payments.json", &bad)], CannotTell, told);
    let told =
        "(perhaps paymnets, as in paymnets.json; --table payments=paymnets.json says that it is this one)";
    assert_told(ONCE, &[("orders.json", "[]"), ("paymnets.json", &bad)], CannotTell, told);
    let other = r#"{"Items":[{"payment_id":{"S":"p-1"},"order":{"S":"o-1"}}],"Count":1}"#;
    assert_told(ONCE, &[("payments.json", other)], CannotTell, "no row of payments has a `order_id`");
}

#[test]
fn what_is_absent_counts_only_where_all_is_there() {
    let orders = r#"[{"order_id":"o-1"},{"order_id":"o-2"}]"#;
    let (heard, none) = (r#"[{"order_id":"o-1"},{"order_id":"o-2"}]"#, scan(&[]));
    assert_told(HEARD, &[("orders.json", orders), ("outbox.json", heard)], Holds, "2 records of orders and");
    assert_told(
        HEARD,
        &[("orders.json", orders), ("outbox.json", &none)],
        Violated,
        "order_id = 'o-1' (and 1 row more)",
    );
    assert_told(HEARD, &[("orders.json", orders)], CannotTell, "no table `outbox`");
    // What is found without a table shows only that.
    let testimony = judge(HEARD, &[("orders.json", orders)], &[]);
    assert!(testimony.promises[0].why.ends_with("; what it finds without that says nothing: 2 rows"));
    assert_eq!(testimony.promises[0].found, None);
    let paged = r#"{"Items":[{"order_id":{"S":"o-1"}}],"Count":1,"NextToken":"x"}"#;
    let files = [("orders.json", orders), ("outbox.json", paged)];
    assert_told(
        HEARD,
        &files,
        CannotTell,
        "outbox: outbox.json is not all there is, see above; and yet it finds order_id = 'o-2'",
    );
    // The same promise after every step says no more of a part.
    assert_told(&HEARD.replace("at_rest", "never"), &files, CannotTell, "outbox.json is not all there is");
    // What is there twice is there twice, whatever else there is.
    let paged =
        scan_of(&[("p-1", "o-1"), ("p-2", "o-1")]).replace("\"Count\"", "\"NextToken\":\"x\",\"Count\"");
    assert_told(ONCE, &[("payments.json", &paged)], Violated, "order_id = 'o-1', n = 2");
    assert_told(
        &ONCE.replace("never", "at_rest"),
        &[("payments.json", &paged)],
        CannotTell,
        "payments.json is not all there is, see above",
    );
}

#[test]
fn whose_a_row_is_is_told_by_the_caller_the_input_the_file_or_its_key() {
    let config = format!("{ONCE}{KEYS}");
    let bad = scan_of(&[("p-1", "o-1"), ("p-2", "o-1")]);
    let batch = format!(
        r#"{{"Responses":{{"prod-payments":[{},{}]}}}}"#,
        payment("p-1", "o-1"),
        payment("p-2", "o-1")
    );
    for (files, calls) in [
        ([("payments.json.gz", bad.as_str())], &[][..]),
        ([("scans/Payments.1.json", &bad)], &[]),
        ([("a.json", &bad)], &[("payments", "a.json")]),
        ([("a.json", &batch.replace("prod-", ""))], &[]),
        ([("a.json", &batch)], &[("payments", "prod-payments")]),
    ] {
        let testimony = judge(&config, &files, calls);
        assert_eq!(testimony.worst(), Some(Violated), "{files:?}: {:?}", testimony.promises);
        assert!(testimony.strays.is_empty());
    }
    let strays = |text: &str| {
        let testimony = judge(&config, &[("a.json", text)], &[]);
        assert_eq!(testimony.worst(), Some(CannotTell), "{:?}", testimony.promises);
        testimony
            .strays
            .into_iter()
            .map(|stray| format!("{} {}", stray.records, stray.what))
            .collect::<Vec<String>>()
            .join("; ")
    };
    assert!(
        strays(&bad).starts_with("2 may be of orders or payments, whose keys they have"),
        "{}",
        strays(&bad)
    );
    assert!(strays(&batch).starts_with("2 are of the table `prod-payments`, which no promise names"));
    assert!(strays(r#"[{"shard":1,"id":2}]"#).starts_with("1 are of no table that is known"));
    let testimony = judge(&config, &[("a.json", r#"[{"shard":1,"n":2},{"payment_id":"p-1"}]"#)], &[]);
    let of = |name: &str| testimony.tables.iter().find(|table| table.name == name).map(|table| table.records);
    assert_eq!((of("outbox"), of("payments"), of("orders")), (Some(1), Some(1), Some(0)));
}

#[test]
fn a_row_that_may_be_of_a_table_is_no_pass_for_it() {
    let good = scan_of(&[("p-1", "o-1")]);
    // Where a file is named like the table, others are not it, unless they are named after it.
    let files = [("payments.json", good.as_str()), ("rest.json", r#"[{"x":1}]"#)];
    assert_told(ONCE, &files, Holds, "1 record of payments");
    assert_eq!(judge(ONCE, &files, &[]).strays.len(), 1);
    let files = [("payments.json", good.as_str()), ("payments-2.json", r#"[{"x":1}]"#)];
    let told = "1 record of payments-2.json may be rows of it: --table payments=payments-2.json if they are, [tables.payments] key";
    assert_told(ONCE, &files, CannotTell, told);
    let batch = format!(r#"{{"Responses":{{"payments":[{}]}}}}"#, payment("p-1", "o-1"));
    let files = [("batch.json", batch.as_str()), ("rest.json", r#"[{"x":1}]"#)];
    assert_told(ONCE, &files, CannotTell, "1 record of rest.json may be rows of it");
    // A row without its key is none of it.
    let files = [("payments.json", good.as_str()), ("payments-2.json", r#"[{"x":1}]"#)];
    assert_told(&format!("{ONCE}{KEYS}"), &files, Holds, "1 record of payments");
    let files = [("payments.json", good.as_str()), ("rest.json", r#"[{"order_id":1,"payment_id":1}]"#)];
    assert_told(&format!("{ONCE}{KEYS}"), &files, CannotTell, "rest.json:1 may be a row of it");
}

#[test]
fn a_row_that_comes_twice_is_one_if_its_key_says_so_and_else_nobody_knows() {
    let (one, config) = (scan_of(&[("p-1", "o-1")]), format!("{ONCE}{KEYS}"));
    let files = [("payments.a.json", one.as_str()), ("payments.b.json", one.as_str())];
    assert_told(&config, &files, Holds, "2 records of payments");
    assert_eq!(judge(&config, &files, &[]).tables.iter().map(|table| table.repeated).sum::<u64>(), 1);
    let why = "payments.a.json:1 and payments.b.json:1 say the same, and may be one row; [tables.payments] key says";
    let testimony = judge(ONCE, &files, &[]);
    assert_eq!(testimony.promises[0].verdict, CannotTell, "{}", testimony.promises[0].why);
    assert!(testimony.promises[0].why.contains(why), "{}", testimony.promises[0].why);
    let other = scan_of(&[("p-1", "o-2")]);
    let files = [("payments.a.json", one.as_str()), ("payments.b.json", other.as_str())];
    assert_told(&config, &files, CannotTell, "have one key and differ, so one of them may be older");
    // A table of a file may have two rows alike; that these are two is what it shows.
    let twice = "order_id,cents\no-1,5\no-1,5\n";
    assert_told(ONCE, &[("payments.csv", twice)], Violated, "order_id = 'o-1', n = 2");
}

#[test]
fn what_is_declared_of_tables_in_vain_is_noted() {
    let notes = |declared: &str| {
        let good = scan_of(&[("p-1", "o-1")]);
        let testimony = judge(&format!("{ONCE}{declared}"), &[("payments.json", &good)], &[]);
        assert_eq!(testimony.worst(), Some(Holds), "{:?}", testimony.promises);
        testimony.notes.join("; ")
    };
    assert_eq!(notes("[tables.payments]\nkey = 'payment_id'\n"), "");
    let told =
        "[tables.paymnts] is of a table that neither a promise names nor the input has (perhaps payments)";
    assert_eq!(notes("[tables.paymnts]\nkey = 'payment_id'\n"), told);
    let told =
        "no row of payments has a `paymnt_id`, by which [tables.payments] knows it (perhaps payment_id)";
    assert_eq!(notes("[tables.payments]\nkey = 'paymnt_id'\n"), told);
}

#[test]
fn lines_of_logs_make_rows_of_the_tables_that_select_them() {
    let promise = |table: &str| {
        format!(
            "[promises.once]\nnever = 'select order_id from {table} group by order_id having count(*) > 1'\n"
        )
    };
    let log = [
        r#"{"level":"info","time":"2026-05-04T20:00:01Z","msg":"charged o-1","order_id":"o-1"}"#,
        r#"{"level":"info","time":"2026-05-04T20:00:02Z","msg":"shipped o-1","order_id":"o-1"}"#,
    ]
    .map(|line| format!("{line}\n"))
    .concat();
    let log = [("a.log", log.as_str())];
    assert_told(&promise("logs"), &log, Violated, "order_id = 'o-1'");
    let selected = |by: &str| format!("{}[logs.charges]\n{by}\n", promise("charges"));
    assert_told(&selected("where = { msg = 'charged o-1' }"), &log, Holds, "1 record of charges");
    assert_told(
        &selected("text = '(charged|shipped) (?<order_id>\\S+)'"),
        &log,
        Violated,
        "order_id = 'o-1'",
    );
    assert_told(&selected("where = { msg = 'refunded' }"), &log, CannotTell, "`charges` has no row");
    let testimony = judge(&selected("where = { msg = 'charged o-1' }"), &log, &[]);
    assert_eq!(testimony.strays[0].records, 1, "{:?}", testimony.strays);
    assert_eq!(testimony.strays[0].first, "a.log:2");
    // A log may be called like a table.
    assert_told(&format!("{}[tables.a]\n", promise("logs")), &log, Violated, "order_id = 'o-1'");
    let at = "[promises.late]\nnever = \"select * from logs where time > '2026-05-04T20:00:01Z'\"\n";
    assert_told(at, &log, Violated, "shipped");
}

#[test]
fn a_trace_that_breaks_a_promise_never_holds_when_it_is_cut() {
    let rows: Vec<String> =
        (1..=4).map(|n| payment(&format!("p-{n}"), if n == 4 { "o-1" } else { "o-2" })).collect();
    let rows = [&rows[..1], &rows[2..]].concat();
    let bad = scan_of(&[("p-1", "o-1"), ("p-2", "o-2"), ("p-3", "o-1")]);
    let lines = rows.iter().map(|row| format!(r#"{{"Item":{row}}}"#) + "\n").collect::<String>();
    let csv = "payment_id,order_id\np-1,o-1\np-2,o-2\np-3,o-1\n";
    let config = format!("{ONCE}{KEYS}");
    for text in [bad.as_str(), &lines, csv] {
        let mut told = [0, 0];
        assert_told(&config, &[("payments.json", text)], Violated, "");
        for end in 0..text.len() {
            let testimony = judge(&config, &[("payments.json", &text[..end])], &[]);
            let verdict = testimony.promises[0].verdict;
            let may_go_on = testimony.files.iter().any(|(_, read)| read.may_go_on);
            assert!(verdict != Holds || may_go_on, "{end} of {text}");
            // Lines that end between two lines are lines.
            let is_whole =
                text[..end].ends_with('\n') && end > 0 || text == lines && text[end..].starts_with('\n');
            assert!(verdict != Holds || is_whole && text != bad, "{end} of {text}");
            told[usize::from(verdict == Violated)] += 1;
        }
        assert!(told[0] > 10, "{told:?}");
    }
}

#[test]
fn a_query_that_is_wrong_is_told_at_its_line() {
    for (config, expected) in [
        (
            "[promises.x]\nabout = 'y'\nnever = 'selct 1'\n",
            "3: the query of `x`: near \"selct\": syntax error",
        ),
        ("[promises.x]\nnever = 'select 1'\n", "2: the query of `x`: it names no table"),
        ("[promises.x]\nnever = 'delete from t'\n", "2: the query of `x`: it changes something"),
        (
            "[promises.x]\nsometimes = 'select nope(a) from t'\n",
            "2: the query of `x`: no such function: nope",
        ),
        ("[tables.T]\n[tables.t]\n", "1: the tables `T` and `t` have one name"),
    ] {
        let error =
            Witness::new(Config::read(config).expect(config), config).err().expect(config).to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let mut witness = Witness::new(Config::read(ONCE).expect("a config"), ONCE).expect("a witness");
    let error = witness.call("payment", "a.json").expect_err("no such table");
    assert_eq!(error, "no promise names a table `payment` (perhaps payments); expected one of: payments");
}

#[test]
fn a_message_that_is_shown_twice_may_be_one() {
    const PAID: &str = "[promises.once]\nnever = \"select order_id from logs where type = 'paid' group by order_id having count(*) > 1\"\n";
    let body = r#"{\"type\": \"paid\", \"order_id\": \"o-1\"}"#;
    let queue = |ids: [&str; 2]| {
        let messages = ids.map(|id| format!(r#"{{"MessageId":"{id}","Body":"{body}"}}"#));
        format!(r#"{{"Messages":[{}]}}"#, messages.join(","))
    };
    let log = |ids: [&str; 2]| {
        let events =
            ids.map(|id| format!(r#"{{"eventId":"{id}","timestamp":1777924803000,"message":"{body}"}}"#));
        format!(r#"{{"events":[{}]}}"#, events.join(","))
    };
    for of in [&queue as &dyn Fn([&str; 2]) -> String, &log] {
        assert_told(PAID, &[("q.json", &of(["m-1", "m-2"]))], Violated, "order_id = 'o-1'");
        assert_told(PAID, &[("q.json", &of(["m-1", "m-1"]))], CannotTell, "have one id, m-1, and may be one");
    }
}

#[test]
fn an_export_has_as_many_items_as_its_manifest_says() {
    let data = |ids: &[&str]| {
        let lines = ids.iter().map(|id| format!("{{\"Item\":{}}}\n", payment(id, id)));
        lines.collect::<String>()
    };
    let summary = r#"{"exportArn":"arn:x","s3Bucket":"b","itemCount":2,"manifestFilesS3Key":"k"}"#;
    let files = "{\"itemCount\":1,\"dataFileS3Key\":\"a\"}\n{\"itemCount\":1,\"dataFileS3Key\":\"b\"}\n";
    for manifest in [summary, files] {
        let told = |ids: &[&str], verdict, why| {
            assert_told(ONCE, &[("manifest.json", manifest), ("payments.json", &data(ids))], verdict, why);
        };
        told(&["p-1", "p-2"], Holds, "no row is found in 2 records");
        told(&["p-1"], CannotTell, "manifest.json is not all there is, see above");
    }
}
