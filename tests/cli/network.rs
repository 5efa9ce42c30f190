//! What a handler sends past the gate, as the user of the command is told of it.
use super::{anechoic, assert_exit, folder, handlers::has_python, stdout};
use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::{Command, Output},
};

const HANDLER: &str = "\
import http.client
def handler(event, context):
    try:
        http.client.HTTPSConnection('api.example.com', timeout=5).request('POST', '/charges')
    except OSError:
        pass
";

const CONFIG: &str = r#"
[handlers.pay]
python = "pay.handler"
[scenarios.one]
deliver = [{ to = "pay", event = {} }]
"#;

/// The command on a machine that permits no network apart, or none more than it did already.
fn where_none_is_permitted(folder: &Path) -> Output {
    let script = "echo 0 > /proc/sys/user/max_net_namespaces; exec \"$@\"";
    let words: &[&str] = if may_make("-r") { &["unshare", "-r", "sh", "-c", script, "sh"] } else { &["env"] };
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).arg(env!("CARGO_BIN_EXE_anechoic")).arg("check").current_dir(folder);
    command.env_remove("CARGO").output().expect("the binary runs")
}

fn written() -> tempfile::TempDir {
    let folder = folder();
    fs::write(folder.path().join("pay.py"), HANDLER).expect("written");
    fs::write(folder.path().join("anechoic.toml"), CONFIG).expect("written");
    folder
}

#[test]
fn who_is_called_past_the_gate_is_told_by_name() {
    if !has_python() {
        return;
    }
    let folder = written();
    let output = anechoic(folder.path(), &["check"]);
    assert_exit(&output, 3);
    let printed = stdout(&output);
    if printed.contains("handlers have no network apart") {
        writeln!(io::stderr(), "SKIPPED: this machine permits no network apart").expect("somebody listens");
        assert!(!may_make("-n"), "{printed}");
        return;
    }
    let told = ["talks to api.example.com, past", "(which reached nobody)"];
    assert!(told.iter().all(|told| printed.contains(told)), "{printed}");
}

/// Whether a namespace of this kind can be made, as another program sees it.
fn may_make(kind: &str) -> bool {
    Command::new("unshare").args([kind, "true"]).status().is_ok_and(|status| status.success())
}

#[test]
fn where_handlers_have_no_network_apart_the_report_says_so() {
    if !has_python() {
        return;
    }
    let folder = written();
    let output = where_none_is_permitted(folder.path());
    // Whether the machine knows the name, or somebody answers, or how fast, is not known here: no way of it is a pass.
    assert_exit(&output, 3);
    let report = fs::read_to_string(folder.path().join("target/anechoic/report.json")).expect("it is there");
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let beyond = report["report"]["asked"]["beyond"].as_str().expect("words");
    assert!(beyond.contains("\nwho goes past the gate and is told at once that nobody is there"), "{beyond}");
    assert!(
        stdout(&output)
            .contains(" beyond   who goes past the gate and is told at once that nobody is there:")
    );
}
