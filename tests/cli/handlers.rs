//! Handlers that are programs: the fixtures, in three languages, each with its mistake and without.
use super::{anechoic, assert_exit, folder, stderr, stdout};
use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/handlers").join(name)
}

/// Where the gate says so, nothing is skipped; elsewhere it is said.
pub(crate) fn is_skipped(what: &str, is_there: bool, how: &str) -> bool {
    let needs_all = std::env::var_os("ANECHOIC_NEEDS_ALL").is_some();
    assert!(is_there || !needs_all, "{what} is needed here: {how}");
    if !is_there {
        // Not a macro, whose output a test that passes keeps to itself.
        let said = writeln!(
            io::stderr(),
            "SKIPPED: {what} is not there, so handlers that need it are not tried. {how}"
        );
        said.expect("somebody listens");
    }
    !is_there
}

/// A version of Node that runs TypeScript.
pub(crate) fn node() -> bool {
    let said = Command::new("node").arg("--version").output();
    let version = said.ok().and_then(|said| String::from_utf8(said.stdout).ok()).unwrap_or_default();
    let mut numbers =
        version.trim().trim_start_matches('v').split('.').map(|number| number.parse().unwrap_or(0));
    let runs = (numbers.next(), numbers.next()) >= (Some(22), Some(18));
    !is_skipped("Node 22.18", runs, "Put it in PATH.")
}

/// A Python.
pub(crate) fn has_python() -> bool {
    let runs = Command::new("python3").arg("--version").output().is_ok_and(|said| said.status.success());
    !is_skipped("Python 3", runs, "Put it in PATH.")
}

/// Node, and the packages of the fixture.
pub(crate) fn has_node(name: &str) -> bool {
    let has_packages = fixture(name).join("node_modules").is_dir();
    let how = format!("Run `npm ci` in fixtures/handlers/{name}.");
    node() && !is_skipped("node_modules", has_packages, &how)
}

pub(crate) fn has_boto(name: &str) -> bool {
    let how = format!(
        "In fixtures/handlers/{name} run `python3 -m venv .venv && .venv/bin/pip install -r requirements.txt`."
    );
    !is_skipped("boto3", fixture(name).join(".venv").is_dir(), &how)
}

/// Checks a fixture in a folder of its own. Says what is printed.
pub(crate) fn check(name: &str, folder: &Path, arguments: &[&str]) -> Output {
    let config = fixture(name).join("anechoic.toml").display().to_string();
    let words = [&["--config", &config, "check", "--all"], arguments].concat();
    anechoic(folder, &words)
}

/// The numbers that a check prints of a scenario: its runs and its states.
pub(crate) fn numbers(printed: &str, scenario: &str, variant: &str) -> Vec<u64> {
    let is_of_it = |line: &str| line.split_whitespace().take(2).eq([scenario, variant]);
    let row = printed.lines().find(|line| is_of_it(line) && line.contains("bound"));
    let words = row.unwrap_or_default().split_whitespace().skip(2).take(2);
    words.filter_map(|number| number.replace(',', "").parse().ok()).collect()
}

/// The mistake is found without a promise, and what is mended holds in the whole bound; with the same numbers each time.
fn is_right(name: &str, wrong: &str, mended: &str, shown: &[&str]) {
    let folder = folder();
    let output = check(name, folder.path(), &[]);
    assert_exit(&output, 1);
    let printed = stdout(&output);
    assert!(printed.contains(&format!("✗ {wrong} breaks as_if_once")), "{printed}");
    assert!(printed.contains(&format!("✓ {mended} holds every promise in the whole bound")), "{printed}");
    for shown in shown {
        assert!(printed.contains(shown), "{shown:?} is shown:\n{printed}");
    }
    assert!(printed.contains("told again to fresh processes, which did the same"), "{printed}");
    let first = [wrong, mended].map(|scenario| numbers(printed, scenario, scenario));
    writeln!(io::stderr(), "{name}: {wrong} {:?} runs and states, {mended} {:?}", first[0], first[1])
        .expect("somebody listens");
    assert!(
        first.iter().all(|numbers| numbers.len() == 2 && numbers.iter().all(|number| *number > 100)),
        "{printed}"
    );

    let run = format!("target/anechoic/{wrong}.as_if_once.json");
    let config = fixture(name).join("anechoic.toml").display().to_string();
    let replayed = anechoic(folder.path(), &["--config", &config, "replay", &run]);
    assert_exit(&replayed, 1);
    assert!(stdout(&replayed).contains("as_if_once"), "{}", stdout(&replayed));

    let again = check(name, folder.path(), &[]);
    let second = [wrong, mended].map(|scenario| numbers(stdout(&again), scenario, scenario));
    assert_eq!(first, second, "the same runs and states each time");
}

#[test]
fn a_webhook_in_typescript() {
    if has_node("payment-webhook") {
        is_right("payment-webhook", "blindly", "keyed", &["payments POST", "GetItem", "UpdateItem"]);
    }
}

#[test]
fn an_outbox_in_python() {
    if has_boto("order-outbox") {
        is_right("order-outbox", "blindly", "keyed", &["mail POST /mails", "lost", "RemoteDisconnected"]);
    }
}

#[test]
fn a_stock_in_rust() {
    let manifest = fixture("stock/Cargo.toml").display().to_string();
    let target = fixture("stock/target").display().to_string();
    let build = ["build", "--quiet", "--locked", "--manifest-path", &manifest, "--target-dir", &target];
    let built = Command::new(env!("CARGO")).args(build).output().expect("cargo runs");
    assert!(built.status.success(), "{}", stderr(&built));
    let shown = [
        "no-piece-is-lost",
        "its query finds article = 'pear', pieces = 0, noted = 1",
        "timers of take, if its clock is its own",
    ];
    is_right("stock", "blindly", "together", &shown);
}

#[test]
fn without_a_fault_that_it_needs_the_outbox_holds() {
    if has_boto("order-outbox") {
        let folder = folder();
        let output = check("order-outbox", folder.path(), &["blindly", "--faults", "0"]);
        assert_exit(&output, 0);
        assert!(stdout(&output).contains("no faults"), "{}", stdout(&output));
    }
}

#[test]
fn a_saved_run_stops_before_each_step_and_a_debugger_may_attach() {
    if !has_node("payment-webhook") {
        return;
    }
    let folder = folder();
    assert_exit(&check("payment-webhook", folder.path(), &["blindly", "--faults", "0"]), 1);
    let config = fixture("payment-webhook").join("anechoic.toml").display().to_string();
    let run = "target/anechoic/blindly.as_if_once.json";
    let mut words = vec!["--config", &config, "replay", run];
    let plain = anechoic(folder.path(), &words);
    words.extend(["--pause", "--inspect"]);
    let mut replay = super::command(folder.path(), &words);
    let mut replay =
        replay.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
    let mut enter = replay.stdin.take().expect("it is piped");
    let mut said = BufReader::new(replay.stderr.take().expect("it is piped"));
    let (mut line, mut steps, mut attached) = (String::new(), 0, 0);
    while said.read_line(&mut line).expect("it is text") > 0 {
        if let Some((_, address)) = line.trim_end().split_once("a debugger may attach at ") {
            let inspector = http(address, "/json/version");
            assert!(inspector.contains("node.js/v"), "{inspector}");
            attached += 1;
        }
        if line.contains("step ") {
            steps += 1;
            enter.write_all(b"\n").expect("it waits for that");
        }
        line.clear();
    }
    let output = replay.wait_with_output().expect("it ends");
    assert_exit(&output, 1);
    assert!(steps > 4 && attached > 2, "{steps} steps, {attached} processes");
    assert_eq!(stdout(&output), stdout(&plain), "the same run");
}

/// What is answered to a GET at an address, an object of JSON: whoever answers may leave the connection open.
fn http(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")
        .expect("it is read");
    let (mut answer, mut chunk) = (Vec::new(), [0; 1024]);
    while !answer.contains(&b'}') {
        match stream.read(&mut chunk).expect("it answers") {
            0 => break,
            count => answer.extend_from_slice(&chunk[..count]),
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn tables_come_from_the_template_and_a_stub_stands_for_a_service() {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write(
        "template.yaml",
        "Resources:\n  Paid:\n    Type: AWS::Serverless::SimpleTable\n    Properties: {TableName: paid}\n",
    );
    write(
        "anechoic.toml",
        r#"
template = "template.yaml"
[handlers.pay]
lambda = ["python3", "pay.py"]
[services.cards]
stub = ["python3", "stub.py"]
reset = "POST /reset"
rows = "/charges"
url_in = "CARDS_URL"
[scenarios.keyed]
deliver = [{ to = "pay", event = { keyed = true }, times = 2 }]
[scenarios.blindly]
deliver = [{ to = "pay", event = { keyed = false }, times = 2 }]
"#,
    );
    write("pay.py", include_str!("handlers/pay.py"));
    write("stub.py", include_str!("../../harness/gate/tests/handlers/stub.py"));
    let python = Command::new("python3").arg("--version").output().is_ok();
    if is_skipped("python3", python, "Put it in PATH.") {
        return;
    }
    let output = anechoic(folder.path(), &["check"]);
    assert_exit(&output, 1);
    let printed = stdout(&output);
    assert!(printed.contains("✗ blindly breaks as_if_once"), "{printed}");
    assert!(printed.contains("✓ keyed holds every promise in the whole bound"), "{printed}");
    assert!(printed.contains("PutItem paid") && printed.contains("cards POST /charges"), "{printed}");
}

#[test]
fn what_another_delivery_makes_good_breaks_what_holds_at_rest_and_not_what_holds_eventually() {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write(
        "anechoic.toml",
        r#"
[handlers.pay]
lambda = ["python3", "pay.py"]
[services.cards]
stub = ["python3", "stub.py"]
reset = "POST /reset"
rows = "/charges"
url_in = "CARDS_URL"
[tables.paid]
key = "id"
[scenarios.keyed]
faults = 1
deliver = [{ to = "pay", event = { keyed = true } }]
[bound]
retries = 0
[as_if_once]
off = true
[promises.noted-when-all-is-quiet]
at_rest = 'select "order" from cards where "order" not in (select id from paid)'
[promises.noted-at-last]
eventually = 'select "order" from cards where "order" not in (select id from paid)'
[promises.never-noted]
eventually = "select id from paid"
"#,
    );
    write("pay.py", include_str!("handlers/pay.py"));
    write("stub.py", include_str!("../../harness/gate/tests/handlers/stub.py"));
    let python = Command::new("python3").arg("--version").output().is_ok();
    if is_skipped("python3", python, "Put it in PATH.") {
        return;
    }
    let output = anechoic(folder.path(), &["check"]);
    assert_exit(&output, 1);
    let printed = stdout(&output);
    assert!(printed.contains("✗ keyed breaks noted-when-all-is-quiet"), "{printed}");
    assert!(printed.contains("✗ keyed breaks never-noted"), "{printed}");
    assert!(!printed.contains("breaks noted-at-last"), "{printed}");
}

/// Whether a process is there.
pub(crate) fn lives(process: &str) -> bool {
    // One that has ended and that nobody has asked about is not.
    let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    !state.is_empty() && !state.contains(") Z ")
}

#[test]
fn no_process_is_left_behind_although_the_command_is_killed() {
    let folder = folder();
    let config = "[handlers.a]\nlambda = [\"sh\", \"-c\", \"echo $$ > own; sleep 600 & echo $! > other; wait\"]\n[scenarios.a]\ndeliver = [{ to = \"a\" }]\n";
    fs::write(folder.path().join("anechoic.toml"), config).expect("written");
    let mut check = super::command(folder.path(), &["check"]).spawn().expect("the binary runs");
    let until = |what: &dyn Fn() -> bool| {
        // A busy machine takes its time.
        let end = Instant::now() + Duration::from_secs(50);
        while !what() && Instant::now() < end {
            thread::sleep(Duration::from_millis(10));
        }
        assert!(what());
    };
    let read =
        |name: &str| fs::read_to_string(folder.path().join(name)).unwrap_or_default().trim().to_string();
    until(&|| !read("own").is_empty() && !read("other").is_empty());
    let processes = [read("own"), read("other")];
    assert!(processes.iter().all(|process| lives(process)), "{processes:?}");
    check.kill().expect("it is there");
    check.wait().expect("it ends");
    until(&|| !processes.iter().any(|process| lives(process)));
}
