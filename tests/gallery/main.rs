//! The gallery: public bug reports, each as a service, a handler in several versions and who calls it, from the mechanism
//! alone and in our own code. `docs/gallery.md` is made of it.
/// A report: its name, where it was reported, what goes wrong, and three versions of the handler: as it was reported, with a
/// fix that is not enough, and with one that is. Of each it says what it does otherwise.
macro_rules! entry {
    ($name:literal, $source:literal, $mechanism:literal, $($version:literal: $about:literal => $scenario:expr,)+) => {
        pub(crate) const ENTRY: crate::Entry = crate::Entry {
            name: $name,
            source: $source,
            mechanism: $mechanism,
            versions: [$(crate::Version { name: $version, about: $about, case: || crate::case($name, || $scenario) }),+],
        };
    };
}

mod idempotency_record;
mod lock_owner;
mod metering;
mod outbox;
mod oversell;
mod redirect_and_webhook;
mod semaphore;
mod visibility_timeout;
mod words;

use anechoic::{
    AS_IF_ONCE, Asked, Case, Catalogue, Exit, Scenario, Situation,
    check::{Silent, check},
    judge::judge,
    report::{Document, Report, Verdict},
    show::{View, text},
};
use anechoic_tests::every_run;
use std::{fmt::Write, fs, path::Path};

/// One report.
struct Entry {
    name: &'static str,
    source: &'static str,
    mechanism: &'static str,
    versions: [Version; 3],
}

/// A version of its handler.
struct Version {
    name: &'static str,
    about: &'static str,
    case: fn() -> Case,
}

const ENTRIES: &[Entry] = &[
    idempotency_record::ENTRY,
    redirect_and_webhook::ENTRY,
    outbox::ENTRY,
    lock_owner::ENTRY,
    visibility_timeout::ENTRY,
    oversell::ENTRY,
    metering::ENTRY,
    semaphore::ENTRY,
];

fn case<S: Scenario + 'static>(name: &'static str, scenario: fn() -> S) -> Case {
    Case::new(name, move |_: &Situation| scenario())
}

fn checked(case: Case, faults: u32) -> (Catalogue, Report) {
    let catalogue = Catalogue::new("gallery", vec![case]);
    let asked = Asked { faults: Some(faults), retries: Some(2), ..Asked::default() };
    let report = check(&every_run(&catalogue, asked), &Silent).expect("a check");
    (catalogue, report)
}

/// The smallest run that breaks something, as people are shown it.
fn picture(catalogue: &Catalogue, report: &Report) -> String {
    let judgement = judge(report);
    let document = Document::new(report.clone()).to_text();
    let replay = |_: &anechoic::report::Found| String::new();
    let view = View { catalogue, report, judgement: &judgement, document: &document, replay: &replay };
    let text = text::failure(view);
    let run = text.split("\n why ").next().unwrap_or_default();
    format!("{}\n", run.trim_end())
}

#[test]
fn each_bug_is_found_with_one_fault_its_first_fix_is_refuted_and_the_right_one_holds() {
    let mut alone = 0;
    for entry in ENTRIES {
        let [reported, insufficient, right] = &entry.versions;
        for version in [reported, insufficient] {
            let (catalogue, report) = checked((version.case)(), 1);
            assert_eq!(judge(&report).exit, Exit::Violated, "{}: {}", entry.name, version.name);
            for broken in report.results[0].broken.iter().filter(|broken| broken.promise == AS_IF_ONCE) {
                let shown = catalogue.again(&broken.run.replay).expect("a run").record.steps;
                let last = shown.last().map_or(0, |step| step.number);
                assert_eq!(broken.run.size.steps, last, "{}: it has the steps that are shown", entry.name);
            }
        }
        let (_, report) = checked((reported.case)(), 1);
        alone += u32::from(report.results[0].verdict(AS_IF_ONCE) == Verdict::Violated);
        let (_, report) = checked((right.case)(), 2);
        let found = &report.results[0];
        assert!(found.complete && found.broken.is_empty(), "{}: {:?}", entry.name, found.broken);
        let nothing_lasts = entry.name == "lock-owner";
        let expected = if nothing_lasts { Exit::Inconclusive } else { Exit::Holds };
        assert_eq!(judge(&report).exit, expected, "{}: {:?}", entry.name, judge(&report).lines);
        assert_eq!(nothing_lasts, found.unclear().any(|why| why.contains("nothing lasting is observed")));
    }
    assert_eq!(alone, 7, "what is found without a written promise");
}

/// The lines of an entry that name what is compared, what is told and what is not, as its users would have to write them.
fn named(entry: &Entry) -> Vec<String> {
    let text = source(entry);
    let is_name = |line: &&str| {
        line.starts_with("seen.") || line.starts_with("fn refuses") || line.contains(".delivers(")
    };
    let shown = |line: &str| match line.split_once(".delivers(") {
        Some((_, rest)) => format!("`.delivers({}`", rest.trim_end_matches(';')),
        None => format!("`{}`", line.trim_end_matches([';', '{', ' '])),
    };
    text.lines().map(str::trim).filter(is_name).map(shown).collect()
}

/// The code of an entry.
fn source(entry: &Entry) -> String {
    let file = format!("gallery/{}.rs", entry.name.replace('-', "_"));
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&file)).expect("its file")
}

/// What is seen of a bug, as its report says it in the end.
fn symptom(entry: &Entry) -> &'static str {
    entry.mechanism.rsplit(". ").next().unwrap_or(entry.mechanism)
}

/// The page, as it has to be.
fn page() -> String {
    let mut page = String::from(HEAD);
    let _ = writeln!(page, "\n| what is seen | found as | report |\n|---|---|---|");
    for entry in ENTRIES {
        let (_, report) = checked((entry.versions[0].case)(), 1);
        let ways: Vec<&str> =
            report.results[0].broken.iter().flat_map(|broken| broken.ways.iter().map(|way| &**way)).collect();
        let _ = writeln!(
            page,
            "| {} | {} | [{name}](#{name}) |",
            symptom(entry),
            ways.join(", "),
            name = entry.name
        );
    }
    for entry in ENTRIES {
        let Entry { name, source, mechanism, versions } = entry;
        let file = name.replace('-', "_");
        let _ = write!(page, "\n## {name}\n\n{mechanism}\n\nReported as {source}. ");
        let _ = write!(page, "Its code: [{file}.rs](../tests/gallery/{file}.rs). ");
        let _ = match &named(entry)[..] {
            [] => writeln!(page, "Nothing had to be named.\n"),
            names => writeln!(page, "What had to be named: {}.\n", names.join(", ")),
        };
        let _ = writeln!(page, "| version | what it does | with 1 fault | with 2 |\n|---|---|---|---|");
        for version in versions {
            let cells = [1, 2].map(|faults| {
                let (_, report) = checked((version.case)(), faults);
                let found = &report.results[0];
                let broken: Vec<String> = found
                    .broken
                    .iter()
                    .map(|broken| format!("✗ {}: {}", broken.promise, broken.ways.join(", ")))
                    .collect();
                match (broken.is_empty(), found.unclear().next()) {
                    (false, _) => broken.join("; "),
                    (true, None) => format!("✓ holds in {} runs", found.executions),
                    (true, Some(_)) => format!("✓ what was written holds in {} runs", found.executions),
                }
            });
            let _ = writeln!(page, "| {} | {} | {} | {} |", version.name, version.about, cells[0], cells[1]);
        }
        let (catalogue, report) = checked((versions[0].case)(), 1);
        let _ = write!(page, "\n```text\n{}```\n", picture(&catalogue, &report));
    }
    page
}

const HEAD: &str = "# The gallery

Public bug reports, modelled from their mechanism in our own words and code: what the handler talks to, the handler as it was
reported, with a fix that is not enough, and with one that is. Each is a test. Nothing is written down of what must hold, but
for the lock, where nothing lasts: in the end all is to be [as if once](as-if-once.md). Below each is the smallest run of the
handler as it was reported.

Which resembles yours? Who looks for a word finds it in [as if once](as-if-once.md#its-words).
";

#[test]
fn the_page_shows_what_the_check_finds() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/gallery.md");
    let page = page();
    if std::env::var_os("UPDATE_GALLERY").is_some() {
        fs::write(&file, &page).expect("written");
    }
    let shown = fs::read_to_string(&file).expect("the page");
    assert!(
        shown == page,
        "UPDATE_GALLERY=1 cargo test -p anechoic-tests --test gallery writes the page anew"
    );
}

#[test]
fn every_entry_fits_a_screen_or_two() {
    for entry in ENTRIES {
        let lines = source(entry).lines().filter(|line| !line.trim().is_empty()).count();
        assert!(lines < 80, "{} has {lines} lines", entry.name);
        let named = named(entry);
        assert!(named.len() <= 3, "{}: {named:?}", entry.name);
    }
}
