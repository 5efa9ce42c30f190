//! `anechoic` as a stranger uses it: a workspace that knows the package and nothing else of this repository.
use super::{anechoic_told, assert_exit, folder, stderr, stdout};
use anechoic::{ReplayFile, report::Document};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// The tests of the shop: each charges twice, one after a lost answer, one when it is clicked twice.
const LOST: &str = "a_card_is_charged_once";
const TOGETHER: &str = "together::two_clicks_charge_once";

/// The shop, copied to where its tests may leave files behind.
struct Shop(TempDir);

impl Shop {
    fn new() -> Shop {
        let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/outside"), folder());
        for file in [
            "Cargo.toml",
            "Cargo.lock",
            "shop/Cargo.toml",
            "shop/src/lib.rs",
            "shop/tests/payment.rs",
            "shop/examples/check.rs",
        ] {
            let text = fs::read_to_string(from.join(file)).expect(file);
            let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("check");
            let text = text.replace("../../../harness/check", &package.display().to_string());
            fs::create_dir_all(to.path().join(file).parent().expect("a folder")).expect("made");
            fs::write(to.path().join(file), text).expect("written");
        }
        Shop(to)
    }

    /// Runs cargo in it, with these variables. What was built for the tests around it serves here, too.
    fn cargo(&self, words: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(words).current_dir(self.0.path());
        cargo.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join(".."));
        let foreign = |name: &str| name.starts_with("ANECHOIC_") || name.starts_with("CARGO_PKG");
        let names: Vec<String> =
            std::env::vars().map(|(name, _)| name).filter(|name| foreign(name)).collect();
        for name in names.iter().map(String::as_str).chain(["CI", "GITHUB_ACTIONS", "RUST_BACKTRACE"]) {
            cargo.env_remove(name);
        }
        cargo.envs(variables.iter().copied()).output().expect("cargo runs")
    }

    /// Runs a test, with these variables.
    #[track_caller]
    fn test(&self, name: &str, variables: &[(&str, &str)], passes: bool) -> String {
        self.test_of("payment", name, variables, passes)
    }

    #[track_caller]
    fn test_of(&self, file: &str, name: &str, variables: &[(&str, &str)], passes: bool) -> String {
        let output = self.cargo(&["test", "--quiet", "--test", file, name, "--", "--exact"], variables);
        let said = format!("{}\n{}", stdout(&output), stderr(&output));
        assert_eq!(output.status.success(), passes, "{said}");
        let ran = format!("{} passed; {} failed", u8::from(passes), u8::from(!passes));
        assert!(said.contains(&ran), "it ran: {said}");
        said
    }

    fn pending(&self, test: &str) -> PathBuf {
        let test = test.replace("::", ".");
        self.0.path().join(format!("shop/tests/anechoic/payment.{test}.as_if_once.new.json"))
    }
}

#[test]
fn the_example_of_the_book_shows_what_the_book_shows() {
    let page = include_str!("../../docs/rust.md");
    let block = |language: &str| {
        let block = page.split(&format!("```{language}\n")).nth(1).and_then(|rest| rest.split("```").next());
        block.expect("a block")
    };
    let shop = Shop::new();
    // What cargo builds of a file of one name is in one place for all of these workspaces.
    fs::write(shop.0.path().join("shop/tests/card.rs"), block("rust")).expect("written");
    let said = shop.test_of("card", LOST, &[], false);
    assert!(said.contains(block("text")), "the page shows\n{}\nand the test\n{said}", block("text"));
    let store =
        page.split("```rust\n").nth(2).and_then(|rest| rest.split("```").next()).expect("that of a store");
    fs::write(shop.0.path().join("shop/tests/store.rs"), store).expect("written");
    let said = shop.test_of("store", LOST, &[], false);
    assert!(
        said.contains("charges is 10 and not 5 (duplicate)") && said.contains("charge 5  ⚡ lost"),
        "{said}"
    );
    // One caller cannot be said to be two.
    let ignores = block("rust")
        .replace("once()", "once(_: &anechoic::Situation)")
        .replace("faults = 1", "callers = 1..=2");
    fs::write(shop.0.path().join("shop/tests/ignores.rs"), ignores).expect("written");
    let said = shop.test_of("ignores", LOST, &[], false);
    assert!(said.contains("the scenario lets in the same actors for each number"), "{said}");
}

#[test]
fn a_handler_of_ones_own_is_red_before_its_fix_and_green_after_it() {
    let shop = Shop::new();
    // Red: with the run, why, what would help, and the command that makes it again.
    let said = shop.test(LOST, &[], false);
    for part in [
        "✗ payment::a_card_is_charged_once breaks as_if_once: charges is 2 and not 1 (duplicate)",
        "with 1 actor, 1 fault and 5 steps",
        "Charge { key: None }  ⚡ lost acknowledgement",
        " why  ",
        " if  nothing goes wrong  ✓ it holds",
        "cargo test -p shop --test payment a_card_is_charged_once -- --exact",
        "searched: exhaustive;",
        "up to 1 fault in one run",
        " keep     anechoic review tests/anechoic",
    ] {
        assert!(said.contains(part), "{part:?} is missing from\n{said}");
    }
    let pending = shop.pending(LOST);
    let kept = ReplayFile::load(&pending).expect("it waits for a review");
    assert_eq!(
        (kept.catalogue.as_str(), kept.scenario.as_str()),
        ("cargo:shop", "payment::a_card_is_charged_once")
    );
    // The next run makes it first, and searches nothing else.
    let said = shop.test(LOST, &[], false);
    assert!(
        said.contains("is made again first: 1 of them still breaks a promise, so nothing else was searched"),
        "{said}"
    );
    // In the words of the search: whoever expects them of a test that has to fail is told them each time.
    assert!(said.contains("breaks as_if_once: charges is 2 and not 1"), "{said}");
    // One run, by itself; and no other test takes it for its own.
    let replay = ("ANECHOIC_REPLAY", "tests/anechoic/payment.a_card_is_charged_once.as_if_once.new.json");
    let said = shop.test(LOST, &[replay], false);
    assert!(said.contains("✗ as_if_once: charges is 2 and not 1"), "{said}");
    let said = shop.test(TOGETHER, &[replay], false);
    assert!(said.contains("is a run of `payment::a_card_is_charged_once`; make it again with"), "{said}");
    // Whoever accepts it has a regression test.
    let review = anechoic_told(&shop.0.path().join("shop"), &["review", "tests/anechoic"], "a\n\nretried\n");
    assert_exit(&review, 0);
    assert!(
        stdout(&review).contains("cargo test -p shop --test payment a_card_is_charged_once"),
        "{}",
        stdout(&review)
    );
    assert!(
        !pending.exists()
            && pending.with_file_name("payment.a_card_is_charged_once.as_if_once.json").exists()
    );
    let said = shop.test(LOST, &[], false);
    assert!(said.contains("is made again first"), "{said}");
    // The fix asks otherwise, so that run cannot be made any more, and says so until it is taken out.
    let fixed = |name: &str| {
        let words = ["test", "--quiet", "--features", "fixed", "--test", "payment", name];
        let output = shop.cargo(&words, &[]);
        (output.status.success(), format!("{}{}", stdout(&output), stderr(&output)))
    };
    let (passes, said) = fixed(LOST);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(!passes && said.contains("cannot be made again"), "{said}");
    // Nobody has kept it, and it shows nothing any more: it is gone when all holds.
    fs::rename(pending.with_file_name("payment.a_card_is_charged_once.as_if_once.json"), &pending)
        .expect("moved");
    let (passes, said) = fixed("");
    assert!(passes && said.contains("2 passed"), "{said}");
    assert!(!pending.exists());
}

#[test]
fn the_environment_beats_the_code_and_what_means_nothing_is_an_error() {
    let shop = Shop::new();
    let no = ("ANECHOIC_UPDATE", "no");
    let said = shop.test(LOST, &[no, ("ANECHOIC_FAULTS", "0")], false);
    assert!(
        said.contains("as the environment says: ANECHOIC_FAULTS=0")
            && said.contains("no faults")
            && said.contains("nothing can go wrong, and nobody acts beside another"),
        "{said}"
    );
    let said = shop.test(LOST, &[no, ("ANECHOIC_CALLERS", "2")], false);
    assert!(said.contains("ANECHOIC_CALLERS has no meaning here"), "{said}");
    let said = shop.test(LOST, &[no, ("ANECHOIC_RETRIES", "0")], false);
    assert!(said.contains("delivered"), "what is open is delivered once more: {said}");
    shop.test(TOGETHER, &[no, ("ANECHOIC_CALLERS", "1")], false);
    shop.test(TOGETHER, &[no, ("ANECHOIC_CALLERS", "2"), ("ANECHOIC_SEARCH", "naive")], false);
    for (name, value, said) in [
        ("ANECHOIC_FAULTS", "many", "ANECHOIC_FAULTS is `many`, expected a whole number from 0 to 20"),
        ("ANECHOIC_CALLERS", "0", "ANECHOIC_CALLERS is `0`, expected a number of callers"),
        ("ANECHOIC_SEED", "7", "ANECHOIC_SEED is 7, and this search makes every run"),
        ("ANECHOIC_UPDATE", "perhaps", "ANECHOIC_UPDATE is `perhaps`, expected auto, new or no"),
        ("ANECHOIC_REPLAY", "nowhere.json", "ANECHOIC_REPLAY: nowhere.json: there is nothing of this name"),
    ] {
        let printed = shop.test(LOST, &[(name, value)], false);
        assert!(printed.contains(said), "{said:?} is missing from\n{printed}");
    }
    // What was not searched does not pass: no time, or a sample that found nothing.
    let printed = shop.test(LOST, &[no, ("ANECHOIC_FAULTS", "0"), ("ANECHOIC_MAX_TIME", "0s")], false);
    assert!(
        printed.contains("? payment::a_card_is_charged_once breaks no promise in what was searched")
            && printed.contains("with `fn snapshot(&self)"),
        "{printed}"
    );
    let sample = [no, ("ANECHOIC_FAULTS", "0"), ("ANECHOIC_SEARCH", "random"), ("ANECHOIC_SEED", "7")];
    shop.test(LOST, &sample, false);
    // In continuous integration nothing is kept, unless it is asked for.
    shop.test(LOST, &[("CI", "true")], false);
    assert!(!shop.pending(LOST).exists());
    shop.test(LOST, &[("CI", "true"), ("ANECHOIC_UPDATE", "new")], false);
    let found = fs::read_to_string(shop.pending(LOST)).expect("it is kept");
    // What waits for a review and shows nothing any more makes way for what does.
    fs::write(shop.pending(LOST), found.replace("pay: IsPaid", "pay: IsRefunded")).expect("written");
    shop.test(LOST, &[], false);
    assert_eq!(fs::read_to_string(shop.pending(LOST)).expect("it is kept"), found);
}

#[test]
fn reports_are_written_in_every_form_and_a_command_of_ones_own_checks_replays_and_merges() {
    let shop = Shop::new();
    let reports = shop.0.path().join("reports");
    let words = ["test", "--quiet", "--features", "reports", "--test", "payment"];
    let variables = [
        ("CI", "true"),
        ("GITHUB_ACTIONS", "true"),
        ("ANECHOIC_REPORT_DIR", &*reports.display().to_string()),
    ];
    let output = shop.cargo(&words, &variables);
    assert!(!output.status.success() && stdout(&output).contains("::error title="), "{}", stdout(&output));
    let read = |end: &str| fs::read_to_string(reports.join(format!("shop/payment.{LOST}.{end}"))).expect(end);
    let report = Document::read(read("report.json").as_bytes()).expect("a report");
    assert_eq!(report.results[0].broken[0].promise, "as_if_once");
    let junit = quick_junit::Report::deserialize_from_str(&read("junit.xml")).expect("JUnit");
    assert_eq!((junit.tests, junit.failures, junit.errors), (3, 2, 0), "the promises, and the whole");
    let sarif: serde_sarif::sarif::Sarif = serde_json::from_str(&read("sarif")).expect("SARIF");
    assert_eq!(sarif.runs[0].results.as_ref().expect("results").len(), 1);
    assert!(read("html").contains("charges is 2 and not 1") && read("summary.md").contains("✗ violated"));
    assert!(reports.join(format!("shop/payment.{LOST}.as_if_once.json")).exists(), "the run itself");

    let run = |words: &[&str]| {
        let all = [&["run", "--quiet", "--example", "check", "--features", "command", "--"], words].concat();
        shop.cargo(&all, &[("CI", "true")])
    };
    assert_exit(&run(&["list"]), 0);
    let checked = run(&["check", "--callers", "1", "--faults", "1"]);
    assert_exit(&checked, 1);
    assert!(stdout(&checked).contains("✗ payment breaks as_if_once"), "{}", stdout(&checked));
    assert_exit(&run(&["replay", "target/anechoic/payment.as_if_once.json"]), 1);
    assert_exit(&run(&["check", "--callers", "1", "--faults", "0"]), 3);
    for part in ["1", "2"] {
        let shard = format!("{part}/2");
        let output = run(&[
            "check",
            "--faults",
            "1",
            "--shard",
            &shard,
            "--format",
            "json",
            "--out",
            &format!("out{part}"),
        ]);
        fs::write(shop.0.path().join(format!("part{part}.json")), &output.stdout).expect("written");
    }
    let merged = run(&["merge", "part1.json", "part2.json"]);
    assert_exit(&merged, 1);
    assert!(stdout(&merged).contains("✗ payment breaks as_if_once"), "{}", stdout(&merged));
    assert_exit(&run(&["merge", "part1.json"]), 4);
    assert_exit(&run(&["check", "--given", "client-attempts=3"]), 2);
}
