//! The first ten minutes of somebody who comes with a project of their own: `check` without a configuration, `demo`, help, and from
//! `init` to a verdict.
use super::{
    anechoic, assert_exit,
    begin::{SCREEN, configuration, loaded, write},
    folder,
    handlers::{fixture, has_boto, has_node},
    installed, says, stderr, stdout,
};
use std::{fs, path::Path};

#[test]
fn where_nothing_can_be_checked_it_says_how_to_begin_and_that_nothing_was() {
    let folder = folder();
    let nothing = installed(folder.path(), &["init"]);
    assert_exit(&nothing, 2);
    for arguments in
        [&[][..], &["check"], &["check", "fail-task"], &["--ascii"], &["check", "--format", "json"]]
    {
        let output = installed(folder.path(), arguments);
        assert_exit(&output, 3);
        assert_eq!(stdout(&output), "", "whoever reads a report reads none");
        assert!(stderr(&output).starts_with("error: nothing was checked: there is no anechoic.toml in "));
        assert!(says(&output, "anechoic init"), "{}", stderr(&output));
        assert!(stderr(&output).lines().count() <= SCREEN.0);
    }
    write(folder.path(), &[("package.json", "{}")]);
    let output = installed(folder.path(), &["check"]);
    assert!(says(&output, "package.json is there: `anechoic init` makes one of it"));
    // What a typing error asks for is no check.
    assert_exit(&installed(folder.path(), &["chek"]), 2);
    assert_exit(&installed(folder.path(), &["--verison"]), 2);
    // Nor is it one of ours if somebody else's cargo starts it.
    let mut theirs = super::command(folder.path(), &["check"]);
    assert_exit(&theirs.env("CARGO", "cargo").env("CARGO_PKG_NAME", "shop").output().expect("it runs"), 3);
}

#[test]
fn demo_checks_the_tasks_from_anywhere() {
    let folder = folder();
    let check = ["demo", "check", "fail-task", "--variant", "gated", "--faults", "1"];
    let output = installed(folder.path(), &check);
    assert_exit(&output, 1);
    assert!(
        stdout(&output).contains("anechoic demo replay target/anechoic/fail-task"),
        "{}",
        stdout(&output)
    );
    let run = "target/anechoic/fail-task.gated.exactly_one_event.json";
    assert_exit(&installed(folder.path(), &["demo", "replay", run]), 1);
    assert_exit(&installed(folder.path(), &["replay", run]), 1);
    assert_exit(&installed(folder.path(), &["demo", "demo"]), 2);
    assert!(stdout(&installed(folder.path(), &["demo", "list"])).contains("fail-task"));
    assert!(!stdout(&installed(folder.path(), &["list"])).contains("fail-task"));
}

#[test]
fn all_help_fits_a_screen_and_says_where_the_rest_is() {
    let folder = folder();
    let all = installed(folder.path(), &["--help"]);
    let listed = stdout(&all).lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty()).filter_map(|line| line.split_whitespace().next());
    let commands: Vec<&str> = listed.filter(|name| *name != "help").chain(["completions", "man"]).collect();
    assert!(commands.len() > 12 && commands.contains(&"check"), "{commands:?}");
    let of_commands = commands.iter().flat_map(|name| [vec![*name, "-h"], vec![*name, "--help"]]);
    for arguments in of_commands.chain([vec!["-h"], vec!["--help"]]) {
        let mut command = super::command(folder.path(), &arguments);
        let output = command
            .env_remove("CARGO_PKG_NAME")
            .env("COLUMNS", SCREEN.1.to_string())
            .output()
            .expect("it runs");
        let lines: Vec<&str> = stdout(&output).lines().collect();
        assert!(lines.len() <= SCREEN.0, "{} lines:\n{}", lines.len(), stdout(&output));
        assert!(lines.iter().all(|line| line.chars().count() <= SCREEN.1), "{}", stdout(&output));
        assert!(stdout(&output).contains("`help COMMAND` says all there is"), "{}", stdout(&output));
    }
    let all = installed(folder.path(), &["help", "check"]);
    assert!(stdout(&all).lines().count() > SCREEN.0 && stdout(&all).contains("--max-executions"));
    assert!(!stdout(&all).contains("fail-task"), "elsewhere nothing is said of the tasks");
}

/// A webhook in TypeScript, as somebody has it: from nothing to the smallest run.
#[test]
#[cfg(unix)]
fn a_webhook_in_typescript_from_init_to_the_smallest_run() {
    if !has_node("payment-webhook") {
        return;
    }
    let folder = folder();
    for file in ["server.ts", "package.json"] {
        fs::copy(fixture("payment-webhook").join(file), folder.path().join(file)).expect("copied");
    }
    let modules = fixture("payment-webhook").canonicalize().expect("it is there").join("node_modules");
    std::os::unix::fs::symlink(modules, folder.path().join("node_modules")).expect("linked");
    assert_exit(&installed(folder.path(), &["init"]), 0);
    loaded(folder.path());
    // As it is, nothing can be charged: there is no order yet. That is no pass.
    assert_exit(&installed(folder.path(), &["check"]), 3);
    give_rows(folder.path(), "orders", "rows = [{ order_id = \"o1\", status = \"NEW\", cents = 1999 }]");
    let output = installed(folder.path(), &["check"]);
    assert_exit(&output, 1);
    let printed = stdout(&output);
    assert!(printed.contains("breaks as_if_once") && printed.contains("payments POST"), "{printed}");
}

/// Functions in Python, as somebody has them: what is right holds, and a wrong one is found.
#[test]
#[cfg(unix)]
fn functions_in_python_from_init_to_a_verdict() {
    if !has_boto("order-outbox") {
        return;
    }
    let folder = folder();
    for file in ["app.py", "requirements.txt"] {
        fs::copy(fixture("order-outbox").join(file), folder.path().join(file)).expect("copied");
    }
    let venv = fixture("order-outbox").canonicalize().expect("it is there").join(".venv");
    std::os::unix::fs::symlink(venv, folder.path().join(".venv")).expect("linked");
    assert_exit(&installed(folder.path(), &["init"]), 0);
    loaded(folder.path());
    give_rows(folder.path(), "orders", "rows = [{ order_id = \"o1\", status = \"NEW\" }]");
    let output = installed(folder.path(), &["check"]);
    assert_exit(&output, 0);
    assert!(
        stdout(&output).contains("✓ confirm holds every promise in the whole bound"),
        "{}",
        stdout(&output)
    );
}

/// Fills in what a table holds.
fn give_rows(folder: &Path, table: &str, rows: &str) {
    let text = configuration(folder);
    let header = format!("[tables.{table}]");
    let (before, after) = text.split_once(&header).expect("the table is there");
    let hint = after.lines().find(|line| line.starts_with("# what it holds before a run: ")).expect("a hint");
    let filled = format!("{before}{header}{}", after.replacen(hint, rows, 1));
    fs::write(folder.join("anechoic.toml"), filled).expect("written");
}

#[test]
fn completions_and_manual_pages_are_made_of_the_same_definition() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = anechoic(folder.path(), &["completions", shell]);
        assert_exit(&output, 0);
        let script = stdout(&output);
        assert!(
            script.contains("max-time") && script.contains("init") && !script.contains("fail-task"),
            "{script}"
        );
    }
    assert_exit(&anechoic(folder.path(), &["man", "."]), 0);
    for (page, says) in [
        ("anechoic.1", "anechoic\\-check(1)"),
        ("anechoic-check.1", "max\\-time"),
        ("anechoic-init.1", "\\-\\-from"),
    ] {
        let text = fs::read_to_string(folder.path().join(page)).expect("the page");
        assert!(text.contains(says), "{text}");
    }
    assert_exit(&anechoic(folder.path(), &["man", "nowhere"]), 2);
}
