//! A handler that cannot be loaded, or fails whenever it is called, says so in its own words.
use super::{
    anechoic, assert_exit, folder,
    handlers::{has_python, node},
    mistakes::assert_helps,
    stderr, stdout,
};
use std::fs;

const CONFIG: &str = "\
[scenarios.pay]
deliver = [{ to = \"pay\", times = 2 }]
[tables.orders]
key = \"id\"
[handlers.pay]
";

/// A module, and what must be said of it, line by line.
type Case = (&'static str, &'static [&'static str]);

#[test]
fn a_module_of_python_that_cannot_be_loaded_is_told_by_its_own_lines() {
    if !has_python() {
        return;
    }
    let cases: &[Case] = &[
        (
            "import nowhere",
            &["app.py\", line 1", "No module named 'nowhere'", "next: ", "program = \".venv/bin/python\""],
        ),
        ("def pay(e, c): return (", &["SyntaxError: '(' was never closed"]),
        ("def pya(e, c): return 1", &["`app` has no function `pay`; it has pya"]),
    ];
    assert_told("python = \"app.pay\"", "app.py", cases);
}

#[test]
fn a_module_of_node_that_cannot_be_loaded_is_told_by_its_own_lines() {
    if !node() {
        return;
    }
    let cases: &[Case] = &[
        (
            "import x from 'nowhere'; export const pay = 1;",
            &["Cannot find package 'nowhere'", "next: install what"],
        ),
        ("export const pya = () => 1;", &["index.mjs exports no function `pay`; it exports pya"]),
        ("export default { pya: () => 1, rate: 3 };", &["exports no function `pay`; it exports pya\n"]),
    ];
    assert_told("node = \"index.pay\"", "index.mjs", cases);
    let cases: &[Case] = &[
        (
            "import { Dirents } from 'node:fs'; export const pay = (of: Dirents) => 1;",
            &[
                "SyntaxError: The requested module",
                "'Dirents'",
                "next: if Dirents is a type, import it as one",
            ],
        ),
        (
            "enum Kind { Card } export const pay = () => Kind.Card;",
            &["TypeScript enum is not", "next: Node takes types away, and nothing else"],
        ),
    ];
    assert_told("node = \"index.pay\"", "index.ts", cases);
}

fn assert_told(handler: &str, module: &str, cases: &[Case]) {
    let folder = folder();
    fs::write(folder.path().join("anechoic.toml"), format!("{CONFIG}{handler}\n")).expect("written");
    for (text, told) in cases {
        fs::write(folder.path().join(module), text).expect("written");
        let output = anechoic(folder.path(), &["check"]);
        assert_exit(&output, 4);
        let said = stderr(&output);
        assert!(said.starts_with("error: handler `pay` cannot be loaded: "), "{said}");
        told.iter().for_each(|told| assert!(said.contains(told), "{told} is not in\n{said}"));
        assert!(["lambda.py", "lambda.mjs", "importlib"].iter().all(|ours| !said.contains(ours)), "{said}");
        assert!(said.lines().count() <= 10, "{said}");
        assert_helps(&output);
    }
}

/// What must happen in some run is something to look for, too; and a search that has no time is told as one that was cut.
#[test]
fn what_must_happen_sometimes_is_enough_to_ask_for() {
    if !has_python() {
        return;
    }
    let folder = folder();
    fs::write(folder.path().join("app.py"), include_str!("handlers/move.py")).expect("written");
    let checked = |status: &str, arguments: &[&str]| {
        let query =
            format!("[promises.paid]\nsometimes = \"select * from orders where status = '{status}'\"\n");
        let config = CONFIG.replace("times = 2", "event = { to = \"PAID\" }");
        let config = format!("{config}python = \"app.handler\"\n[as_if_once]\noff = true\n{query}");
        fs::write(folder.path().join("anechoic.toml"), config).expect("written");
        anechoic(folder.path(), &[&["check"], arguments].concat())
    };
    let output = checked("SHIPPED", &[]);
    assert_exit(&output, 3);
    assert!(stdout(&output).contains("in no run did this happen: paid"), "{}", stdout(&output));
    assert_exit(&checked("PAID", &[]), 0);
    let output = checked("PAID", &["--max-time", "0s"]);
    assert_exit(&output, 3);
    assert!(!stdout(&output).contains("told again"), "{}", stdout(&output));
}

#[test]
fn whoever_fails_in_each_calm_run_is_told_why() {
    if !has_python() {
        return;
    }
    let folder = folder();
    fs::write(folder.path().join("anechoic.toml"), format!("{CONFIG}python = \"app.pay\"\n"))
        .expect("written");
    fs::write(folder.path().join("app.py"), "import os\ndef pay(event, _): return os.environ['ORDERS']\n")
        .expect("written");
    let output = anechoic(folder.path(), &["check"]);
    assert_exit(&output, 3);
    let said = stdout(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    let why = "each handler fails, although nothing goes wrong; pay fails: KeyError: 'ORDERS'";
    assert!(said.contains(why), "{said}");
}
