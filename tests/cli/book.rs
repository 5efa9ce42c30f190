//! The README and the book are followed word for word: their files are written, their commands are typed, and what is printed is what
//! they show. No command in them is left out without a reason.
mod page;
pub(crate) mod reader;

use super::{
    folder,
    forms::{ci, release},
    handlers::{fixture, has_python, is_skipped, node},
    installed,
    packages::packages,
    promised::shop,
    stderr,
};
use page::{blocks, commands, spans};
use reader::Reader;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

macro_rules! pages {
    ($($test:ident: $page:literal, $ready:expr;)*) => {
        /// The pages that are followed.
        const FOLLOWED: &[&str] = &[$($page),*];

        $(
            #[test]
            fn $test() {
                follow($page, $ready);
            }
        )*
    };
}

pages! {
    the_readme: "README.md", a_checkout;
    a_handler_in_typescript: "docs/typescript.md", |_| node();
    a_handler_in_python: "docs/python.md", |_| has_python();
    to_install_the_command: "docs/install.md", the_packages;
    how_to_read_a_run: "docs/reading.md", |_| true;
    a_trace_in_hand: "docs/trace.md", |_| true;
    any_handler: "docs/handlers.md", a_project;
    in_any_ci: "docs/ci.md", a_release;
    the_example_of_a_report: "docs/formats/check.md", |_| true;
}

/// What is not typed where its page is followed: the page, the command or its beginning, and why.
const NOT_TYPED: &[(&str, &str, &str)] = &[
    ("README.md", "cargo run --release", "the gate runs it"),
    ("README.md", "cargo test", "the gate runs it, and this with it"),
    ("docs/install.md", "git clone", "nothing is published to be cloned"),
    ("docs/install.md", "cargo install --path harness", "it builds for minutes what is built here already"),
    ("docs/install.md", "cargo build --release", "the same"),
    ("docs/install.md", "ci/package.sh", "tests/cli/packages.rs has run it, and what it made is tried here"),
    ("docs/orchestrator.md", "cargo install --path orchestrator/tasks", "it builds for minutes"),
    ("docs/orchestrator.md", "task=$(anechoic-tasks submit", "orchestrator/tasks/tests/page.rs types it"),
    ("docs/orchestrator.md", "anechoic-tasks run", "the same, beside the others, which it waits for"),
    ("docs/orchestrator.md", "anechoic-tasks agent", "the same"),
    ("docs/orchestrator.md", "anechoic-tasks watch", "the same"),
    (
        "docs/orchestrator.md",
        "GITHUB_TOKEN=… anechoic-tasks fan-out",
        "it edits comments at GitHub; orchestrator/tasks/tests/fan_out has a GitHub of its own",
    ),
    ("docs/conformance.md", "", NIGHTLY),
];

/// AWS's cases are fetched, and take an hour.
const NIGHTLY: &str = "ci/nightly.sh types it";

/// Why a command of a page is not typed there.
fn reason(page: &str, command: &str) -> Option<&'static str> {
    let found = NOT_TYPED.iter().find(|(of, begins, _)| *of == page && command.starts_with(begins));
    found.map(|(_, _, why)| *why)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(page: &str) -> String {
    fs::read_to_string(root().join(page)).expect("a page")
}

/// Does what a page says, where it takes its reader to be.
fn follow(page: &str, ready: fn(&mut Reader) -> bool) {
    let mut reader = Reader::new();
    if ready(&mut reader) {
        reader.reads(page, &text(page), |command| reason(page, command).is_none());
    }
}

/// The packages that the page has others build are those of this binary.
fn the_packages(reader: &mut Reader) -> bool {
    let Some(packages) = packages() else { return false };
    symlink(packages, &reader.folder().join("packages"));
    has_python() && node()
}

/// A checkout of this repository with a project of the reader's in it, and an AWS that has the tables of a shop.
fn a_checkout(reader: &mut Reader) -> bool {
    for handler in ["payment-webhook", "fail-task"] {
        let (from, to) = (fixture(handler), reader.folder().join("fixtures/handlers").join(handler));
        copy(&from, &to, &["node_modules", ".venv", "rust", "target"]);
    }
    a_project(reader);
    for (table, file) in [("orders", "good"), ("payments", "duplicate"), ("outbox", "good")] {
        let from = shop().join(file).join(format!("{table}.json"));
        fs::copy(from, reader.folder().join(format!("prod-{table}.scan"))).expect("copied");
    }
    fs::copy(shop().join("duplicate/checkout.log"), reader.folder().join("checkout.log")).expect("copied");
    reader.install("aws", "[ \"$1 $2 $3\" = 'dynamodb scan --table-name' ] && cat \"$4.scan\"");
    node() && has_python()
}

/// A stack with a function, and an event for it.
fn a_project(reader: &mut Reader) -> bool {
    let function = "{ Handler: index.handler, Runtime: nodejs22.x }";
    reader.write(
        "template.yaml",
        &format!("Resources:\n  Confirm:\n    Type: AWS::Serverless::Function\n    Properties: {function}\n"),
    );
    reader.write("index.mjs", "export const handler = async (event) => event;\n");
    reader.write("events/Confirm.json", "{ \"order\": \"o1\" }");
    node()
}

/// The steps, copied, with something to check, and a release to be installed.
fn a_release(reader: &mut Reader) -> bool {
    copy(&ci().join("steps"), &reader.folder().join("ci/steps"), &[]);
    reader.filled = vec![("https://…", release(reader.folder()))];
    reader.write("take.sh", "exit 0\n");
    reader.write(
        "anechoic.toml",
        "[handlers.take]\ncommand = [\"sh\", \"take.sh\"]\n[tables.orders]\nkey = \"id\"\n\
         [scenarios.taken]\ndeliver = [{ to = \"take\", event = {} }]\n",
    );
    !is_skipped("Linux", cfg!(target_os = "linux"), "Nothing is released of what is tried here.")
}

fn symlink(to: &Path, at: &Path) {
    #[cfg(unix)]
    std::os::unix::fs::symlink(to, at).expect("linked");
    #[cfg(not(unix))]
    let _ = (to, at);
}

/// Copies a folder, without what has one of these names.
fn copy(from: &Path, to: &Path, without: &[&str]) {
    fs::create_dir_all(to).expect("made");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let name = entry.file_name();
        let is_left = without.iter().any(|without| name == *without);
        match entry.file_type().expect("a kind").is_dir() {
            _ if is_left => {}
            true => copy(&entry.path(), &to.join(name), without),
            false => drop(fs::copy(entry.path(), to.join(name)).expect("copied")),
        }
    }
}

/// The README, and all pages of the book.
fn pages() -> Vec<String> {
    let files = |folder: &str| {
        let files = fs::read_dir(root().join(folder)).expect("a folder").flatten();
        let names = files.map(|file| format!("{folder}/{}", file.file_name().to_string_lossy()));
        names.filter(|name| name.ends_with(".md")).collect::<Vec<String>>()
    };
    let mut pages = [vec!["README.md".into()], files("docs"), files("docs/formats")].concat();
    pages.sort();
    assert!(pages.len() > 20, "{pages:?}");
    pages
}

/// What is to be typed stands in a block of the console, and is typed by a test, or there is a reason.
#[test]
fn no_command_of_the_book_is_left_out_without_a_reason() {
    const OTHERS: [&str; 13] = [
        "text",
        "toml",
        "json",
        "jsonl",
        "yaml",
        "rust",
        "rust,ignore",
        "python",
        "js",
        "ts",
        "sql",
        "csv",
        "json5",
    ];
    let mut needless: BTreeSet<(&str, &str)> =
        NOT_TYPED.iter().map(|(page, begins, _)| (*page, *begins)).collect();
    let nightly = text("ci/nightly.sh");
    for page in pages() {
        let text = text(&page);
        for block in blocks(&text) {
            let is_known = block.language == "console" || OTHERS.contains(&block.language);
            assert!(is_known, "{page}: a block in `{}`; commands stand in console", block.language);
            let is_typed = block.lines.iter().any(|line| line.starts_with("$ "));
            assert!(!is_typed || block.language == "console", "{page}: {:?}", block.lines);
        }
        for command in commands(&text) {
            needless.retain(|(of, begins)| page != *of || !command.starts_with(begins));
            let is_followed = FOLLOWED.contains(&&*page);
            let reason = reason(&page, &command);
            assert!(is_followed || reason.is_some(), "{page}: nobody types `{command}`");
            let is_nightly = nightly.lines().any(|line| line == command);
            assert!(reason != Some(NIGHTLY) || is_nightly, "{page}: ci/nightly.sh does not type `{command}`");
        }
    }
    assert!(needless.is_empty(), "no page has {needless:?}");
}

/// A command of ours in a sentence is one that there is: whatever options it names are known to it.
#[test]
fn what_sentences_say_of_the_command_it_understands() {
    let folder = folder();
    let fixture = fixture("fail-task").join("anechoic.toml").display().to_string();
    let mut found = 0;
    for page in pages() {
        for span in spans(&text(&page)) {
            let Some(words) = span.strip_prefix("anechoic ") else { continue };
            let words: Vec<&str> = words.split_whitespace().collect();
            // That is any of them.
            if words.contains(&"SUBCOMMAND") {
                continue;
            }
            found += 1;
            // It is about the tasks, or about a fixture that the page names.
            let of = [&["demo"][..], &["--config", &fixture]];
            let asked = of.map(|of| installed(folder.path(), &[of, &words[..], &["--help"]].concat()));
            let is_known = asked.iter().any(|output| output.status.success());
            assert!(is_known, "{page}: `{span}`: {}", stderr(&asked[0]));
        }
    }
    assert!(found > 20, "{found}");
}
