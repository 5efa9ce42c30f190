//! Somebody's own tables and logs, judged by their own promises.
use super::{anechoic, assert_exit, folder, says, stderr, stdout};
use serde_json::Value;
use std::{fs, path::Path, process::Output};

const PAGE: &str = include_str!("../../docs/formats/anechoic-toml.md");

pub(crate) fn shop() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/shop"))
}

fn in_shop(arguments: &str) -> Output {
    let arguments: Vec<&str> = ["trace"].into_iter().chain(arguments.split_whitespace()).collect();
    anechoic(shop(), &arguments)
}

/// The arguments, the exit code, and what must be said.
type Case = (&'static str, i32, &'static [&'static str]);

const GOOD: &str = "good/orders.json good/payments.json good/outbox.json good/checkout.log --whole";

const CASES: &[Case] = &[
    (
        GOOD,
        0,
        &[
            "with   anechoic.toml   3 promises",
            "rows   orders   5 records of good/orders.json",
            "rows   charges   3 records of good/checkout.log",
            "rows   receipts   3 records of good/checkout.log",
            "note   3 records, the first at good/checkout.log:1, are lines of logs that make no row of a table",
            "note   some-order-is-paid is not judged",
            "note   at_rest is judged as if nothing was under way",
            "✓ charged-once holds: no row is found in 3 records of payments",
        ],
    ),
    (
        "good/orders.json duplicate/payments.json good/outbox.json duplicate/checkout.log",
        1,
        &[
            "✗ charged-once violated: order_id = 'o-2', payments = 2\n    an order is paid for once\n",
            "    order_id  payments\n    o-2       2\n",
            "✓ every-paid-order-is-announced holds",
            "✗ the-log-tells-of-one-charge violated: order_id = 'o-2', charges = 2",
        ],
    ),
    (
        "good/orders.json good/payments.json cut/outbox.json good/checkout.log",
        3,
        &[
            "✓ charged-once holds",
            "? every-paid-order-is-announced cannot be told, which is no pass: outbox: cut/outbox.json is not all there is, see above; and yet it finds order_id = 'o-2'",
            "--no-paginate lists all; nothing holds in a part",
        ],
    ),
    (
        "good/orders.json good/payments.json",
        3,
        &["the input has no table `outbox`", "no table `charges` (no line"],
    ),
    (
        "good/payments.json --promise charged-once",
        0,
        &["with   anechoic.toml   1 promise\n", "✓ charged-once holds"],
    ),
    (
        "duplicate/payments.json --table orders=duplicate/payments.json --promise charged-once",
        3,
        &["rows   orders   4 records of duplicate/payments.json", "the input has no table `payments`"],
    ),
    ("changes/payments.good.jsonl --promise charged-once --whole", 0, &["✓ charged-once holds"]),
    (
        "changes/payments.good.jsonl --promise charged-once",
        3,
        &["✓ charged-once holds", "? changes/payments.good.jsonl does not say where it ends, so what holds"],
    ),
    (
        "changes/payments.duplicate.jsonl --promise charged-once",
        1,
        &[
            "✗ charged-once violated: after changes/payments.duplicate.jsonl:3: order_id = 'o-2', payments = 2",
        ],
    ),
    (
        "changes/payments.middle.jsonl --promise charged-once",
        3,
        &[
            "? charged-once cannot be told",
            "its changes begin in the middle: changes/payments.middle.jsonl:2",
        ],
    ),
    (
        "changes/orders.jsonl changes/outbox.jsonl --promise every-paid-order-is-announced --whole",
        0,
        &["✓ every-paid-order-is-announced holds"],
    ),
    ("changes/orders.jsonl --promise some-order-is-paid", 3, &["? no promise is one that a trace can break"]),
    ("good/payments.json --promise charged-twice", 2, &["no promise `charged-twice`"]),
    (
        "good/payments.json --config anechoic.toml --promise charged-onc",
        2,
        &["there is no promise `charged-onc` (perhaps charged-once)"],
    ),
    (
        "good/payments.json --table payment=good/payments.json",
        2,
        &[
            "no promise names a table `payment` (perhaps payments); expected one of: orders, outbox, payments, charges",
        ],
    ),
    (
        "good/payments.json --table payments=payment.json",
        2,
        &["--table payments=payment.json: no input has this name (perhaps good/payments.json)"],
    ),
    (
        "good/payments.json --table payments=./good/../good/payments.json --promise charged-once",
        0,
        &["✓ charged-once holds"],
    ),
    ("good/payments.json --table payments", 2, &["expected NAME=FILE, such as orders=scan-1.json"]),
    ("good/payments.json --config none.toml", 4, &["none.toml: there is nothing of this name"]),
    // Whoever asks for what only tasks have is judged by the promises of tasks.
    ("good/orders.json --promise exactly_one_event", 3, &["nothing in this input is about a task"]),
];

#[test]
fn a_shop_is_judged_by_its_own_promises() {
    for (arguments, code, parts) in CASES {
        let output = in_shop(arguments);
        assert_exit(&output, *code);
        let said = stdout(&output).to_string() + stderr(&output);
        for part in *parts {
            let is_said = stdout(&output).contains(part) || says(&output, part);
            assert!(is_said, "{arguments}: {part:?} is missing from\n{said}");
        }
        assert!(*code == 0 || *code == 1 || !said.contains("\n✗"), "{said}");
    }
}

#[test]
fn the_json_says_what_the_text_says_and_follows_its_schema() {
    let schema = anechoic(shop(), &["schema", "trace"]);
    let schema: Value = serde_json::from_str(stdout(&schema)).expect("JSON");
    for (arguments, code, _) in CASES.iter().filter(|(_, code, _)| [0, 1, 3].contains(code)) {
        let output = in_shop(&format!("{arguments} --json"));
        assert_exit(&output, *code);
        let report: Value = serde_json::from_str(stdout(&output)).expect("JSON");
        jsonschema::validate(&schema, &report).expect("it follows its schema");
        assert_eq!(report["exit"], *code);
        let Some(promises) = report["promised"]["promises"].as_array() else { continue };
        let worst = promises.iter().map(|promise| promise["verdict"].as_str().expect("a verdict")).max();
        let expected = ["holds", "violated", "", "cannot tell"][*code as usize];
        assert!(worst == Some(expected) || promises.is_empty() || *code == 3, "{report:#}");
    }
    let output = in_shop("duplicate/payments.json --promise charged-once --json");
    let report: Value = serde_json::from_str(stdout(&output)).expect("JSON");
    let found = serde_json::json!({"columns": ["order_id", "payments"], "rows": [["o-2", 2]], "more": 0});
    assert_eq!(report["promised"]["promises"][0]["found"], found);
}

#[test]
fn what_is_promised_of_traces_alone_is_listed() {
    let output = anechoic(shop(), &["list"]);
    assert_exit(&output, 0);
    let promises = stdout(&output).split("promises\n").nth(1).expect("a part");
    assert!(
        promises.starts_with("  charged-once                an order is paid for once\n"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn what_is_no_trace_is_told_with_what_to_do_instead() {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("anechoic.toml", "[promises.x]\nnever = 'select 1 from payments'\n");
    write("payments.yaml", "payments:\n  - payment_id: p-1\n");
    write("notes.txt", "hello world\n");
    write("app.log", "{\"level\": \"info\", \"msg\": \"charged\"}\n");
    write("typo.mapping", "[feilds]\nentity = ['order_id']\n");
    for (arguments, told, next) in [
        (
            "anechoic.toml",
            "it is a configuration, and no trace",
            "next: name files with records; --config anechoic.toml",
        ),
        ("payments.yaml", "it is YAML, as it seems, which is not read", "next: ask for JSON: --output json"),
        ("notes.txt", "it begins with `hello world`", "next: name a file with records"),
        (
            ".",
            "it is a folder",
            "next: name the files in it that have records: app.log, notes.txt, payments.yaml and 1 more",
        ),
        ("app.log --mapping typo.mapping", "unknown field `feilds`", "(perhaps fields)"),
    ] {
        let output = anechoic(
            folder.path(),
            &["trace"].into_iter().chain(arguments.split(' ')).collect::<Vec<&str>>(),
        );
        assert_exit(&output, 4);
        assert!(says(&output, told) && says(&output, next), "{arguments}: {}", stderr(&output));
    }
}

/// The blocks of a page that are in this language.
fn examples<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let begin = format!("```{language}\n");
    page.split(&begin).skip(1).map(|rest| rest.split("```").next().expect("it ends")).collect()
}

#[test]
fn the_example_of_the_page_says_what_the_page_shows() {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("anechoic.toml", examples(PAGE, "toml").last().expect("the example"));
    let names = ["payments.json", "orders.json", "outbox.json", "app.log"];
    let texts = [examples(PAGE, "json"), examples(PAGE, "jsonl")].concat();
    names.iter().zip(texts).for_each(|(name, text)| write(name, text));
    let output = anechoic(folder.path(), &[&["trace"], &names[..]].concat());
    assert_exit(&output, 1);
    assert!(stdout(&output).ends_with(examples(PAGE, "text")[0]), "{}", stdout(&output));
}

#[test]
fn a_configuration_that_is_not_one_is_told_with_its_line() {
    let folder = folder();
    fs::copy(shop().join("good/payments.json"), folder.path().join("payments.json")).expect("copied");
    for (text, expected) in [
        (
            "[promises.x]\nnevr = 'select 1 from payments'\n",
            "anechoic.toml:2: `nevr` is no key of a promise (perhaps never)",
        ),
        ("[promises.x]\nnever = 'select 1'\n", "anechoic.toml:2: the query of `x`: it names no table"),
        (
            "[promises.x]\nnever = 'drop table payments'\n",
            "anechoic.toml:2: the query of `x`: it changes something",
        ),
        ("[promises.x\n", "anechoic.toml:1: "),
        (
            "[promises.x]\nnever = 'select 1 from payments'\n[tables.payments]\nkye = 'payment_id'\n",
            "unknown field `kye`; did you mean `key`?",
        ),
        (
            "[promises.x]\nnever = 'select 1 from payments'\n[table.payments]\nkey = 'payment_id'\n",
            "unknown field `table`; did you mean `tables`?",
        ),
    ] {
        fs::write(folder.path().join("anechoic.toml"), text).expect("written");
        let output = anechoic(folder.path(), &["trace", "payments.json"]);
        assert_exit(&output, 4);
        assert!(says(&output, expected), "{text}: {}", stderr(&output));
    }
    fs::write(folder.path().join("typo.toml"), "[promise.x]\nnever = 'select 1 from payments'\n")
        .expect("written");
    let output = anechoic(folder.path(), &["trace", "payments.json", "--config", "typo.toml"]);
    assert_exit(&output, 4);
    assert!(says(&output, "unknown field `promise`; did you mean `promises`?"), "{}", stderr(&output));
    // Without promises it is somebody else's, unless it was named.
    fs::write(folder.path().join("anechoic.toml"), "[handlers.pay]\ncommand = ['node', 'pay.js']\n")
        .expect("written");
    assert_exit(&anechoic(folder.path(), &["trace", "payments.json"]), 3);
    let output = anechoic(folder.path(), &["trace", "payments.json", "--config", "anechoic.toml"]);
    assert_exit(&output, 4);
    assert!(
        says(&output, "anechoic.toml: it promises nothing; expected [promises.NAME]"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn the_manifest_of_an_export_names_the_table_of_its_files() {
    let folder = folder();
    let export = folder.path().join("AWSDynamoDB/01777924800000-0f00f00f");
    fs::create_dir_all(export.join("data")).expect("a folder");
    fs::copy(shop().join("anechoic.toml"), folder.path().join("anechoic.toml")).expect("copied");
    let arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/prod-payments";
    let summary = serde_json::json!({"version": "2020-06-30", "exportArn": format!("{arn}/export/1"), "tableArn": arn,
        "manifestFilesS3Key": "manifest-files.json", "s3Bucket": "exports", "itemCount": 1});
    fs::write(export.join("manifest-summary.json"), summary.to_string()).expect("written");
    let item = r#"{"Item":{"payment_id":{"S":"p-1"},"order_id":{"S":"o-1"}}}"#;
    fs::write(export.join("data/a.json"), format!("{item}\n")).expect("written");
    let export = "AWSDynamoDB/01777924800000-0f00f00f";
    let (summary, data) = (format!("{export}/manifest-summary.json"), format!("{export}/data/a.json"));
    let trace = ["trace", &summary, &data, "--promise", "charged-once", "--whole"];
    let output = anechoic(folder.path(), &[&trace[..], &["--table", "payments=prod-payments"]].concat());
    assert_exit(&output, 0);
    assert!(
        stdout(&output).contains(&format!("rows   payments   1 record of {data}")),
        "{}",
        stdout(&output)
    );
    let output = anechoic(folder.path(), &trace);
    assert_exit(&output, 3);
    assert!(
        stdout(&output).contains("of the table `prod-payments`, which no promise names"),
        "{}",
        stdout(&output)
    );
}
