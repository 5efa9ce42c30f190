//! The pages in `docs/formats`: their examples are fed to the command, and their fields are those of the schemas.
use super::{anechoic, assert_exit, folder, stderr, stdout};
use ::anechoic::{
    Fault,
    report::{Coverage, Operation},
};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

const BASELINE: &str = include_str!("../../docs/formats/baseline.md");
const CHECK: &str = include_str!("../../docs/formats/check.md");
const CHECK_EXAMPLE: &str = include_str!("../../docs/formats/check.example.json");
const COVERAGE: &str = include_str!("../../docs/formats/coverage.md");
const MAPPING: &str = include_str!("../../docs/formats/mapping.md");
const REPLAY: &str = include_str!("../../docs/formats/replay.md");
const TRACE: &str = include_str!("../../docs/formats/trace.md");

/// The blocks of a page that are in this language.
fn examples<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let begin = format!("```{language}\n");
    page.split(&begin).skip(1).map(|rest| rest.split("```").next().expect("it ends")).collect()
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("written");
}

#[test]
fn the_saved_runs_of_both_versions_are_one_run_and_break_what_they_say() {
    let folder = folder();
    let [second, first] = examples(REPLAY, "json")[..] else { panic!("one example of each version") };
    let shown = [("second.json", second), ("first.json", first)].map(|(name, text)| {
        write(folder.path(), name, text);
        let output = anechoic(folder.path(), &["replay", name]);
        assert_exit(&output, 1);
        let saved: Value = serde_json::from_str(text).expect("JSON");
        let promise = saved["promise"].as_str().expect("a promise");
        let found = saved["found"].as_str().expect("how it was broken");
        let line = format!("✗ {promise}: {found}");
        assert!(stdout(&output).contains(&line), "{line}\n{}", stdout(&output));
        stdout(&output).replace(name, "")
    });
    assert_eq!(shown[0], shown[1]);
    assert_exit(&anechoic(folder.path(), &["diff", "second.json", "first.json"]), 1);
}

#[test]
fn the_baseline_covers_all_that_the_check_finds() {
    let folder = folder();
    write(folder.path(), "known.toml", examples(BASELINE, "toml")[0]);
    let check = ["check", "fail-task", "--variant", "gated", "--baseline", "known.toml"];
    assert_exit(&anechoic(folder.path(), &check), 0);
}

#[test]
fn the_report_is_merged_and_comes_to_the_verdict_of_its_page() {
    let folder = folder();
    write(folder.path(), "part.json", CHECK_EXAMPLE);
    let output = anechoic(folder.path(), &["merge", "part.json", "--all"]);
    assert_exit(&output, 1);
    let verdict = examples(CHECK, "text")[0];
    assert!(stdout(&output).contains(verdict), "{}\n{}", stdout(&output), stderr(&output));
    let report: Value = serde_json::from_str(CHECK_EXAMPLE).expect("JSON");
    jsonschema::validate(&schema("check"), &report).expect("it follows its schema");
}

#[test]
fn the_coverage_is_what_its_command_writes_but_for_the_numbers() {
    let folder = folder();
    let check = ["check", "fan-out", "--variant", "atomic", "--faults", "1", "--coverage", "coverage.json"];
    assert_exit(&anechoic(folder.path(), &check), 0);
    let written = fs::read_to_string(folder.path().join("coverage.json")).expect("the file");
    let read = |text: &str| serde_json::from_str::<Coverage>(text).expect("a coverage");
    let (written, shown) = (read(&written), read(examples(COVERAGE, "json")[0]));
    // How often is a matter of the search.
    let kinds = |Operation { scenario, variant, operation, faults, never, .. }: Operation| {
        (scenario, variant, operation, faults.into_keys().collect::<Vec<String>>(), never)
    };
    assert_eq!(written.format, shown.format);
    assert_eq!(
        written.operations.into_iter().map(kinds).collect::<Vec<_>>(),
        shown.operations.into_iter().map(kinds).collect::<Vec<_>>()
    );
}

#[test]
fn the_trace_and_the_mapping_give_the_report_of_the_page() {
    let folder = folder();
    write(folder.path(), "orders.jsonl", examples(MAPPING, "jsonl")[0]);
    write(folder.path(), "mapping.toml", examples(MAPPING, "toml")[0]);
    let trace = ["trace", "orders.jsonl", "--mapping", "mapping.toml", "--json", "--explain", "0"];
    let output = anechoic(folder.path(), &trace);
    assert_exit(&output, 1);
    assert_eq!(stdout(&output), examples(TRACE, "json")[0]);
    // Without the mapping, nobody knows what it is about.
    assert_exit(&anechoic(folder.path(), &["trace", "orders.jsonl"]), 3);
}

/// The schema that the command prints.
fn schema(of: &str) -> Value {
    let output = anechoic(folder().path(), &["schema", of]);
    serde_json::from_str(stdout(&output)).expect("JSON")
}

/// The names of all fields in a schema.
fn fields(schema: &Value, names: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            let own = members.get("properties").and_then(Value::as_object);
            names.extend(own.into_iter().flat_map(|properties| properties.keys().cloned()));
            members.values().for_each(|member| fields(member, names));
        }
        Value::Array(all) => all.iter().for_each(|one| fields(one, names)),
        _ => {}
    }
}

/// Asserts that a page names every field of a schema: by itself, or in a path such as `bound.faults`.
fn assert_names_all(page: &str, schema: &Value) {
    let code = page.split('`').skip(1).step_by(2).flat_map(|path| path.split('.'));
    let known: BTreeSet<&str> = code.map(|name| name.trim_end_matches("[]")).collect();
    let mut names = BTreeSet::new();
    fields(schema, &mut names);
    let missing: Vec<&String> = names.iter().filter(|name| !known.contains(name.as_str())).collect();
    assert!(!names.is_empty() && missing.is_empty(), "the page does not say what these are: {missing:?}");
}

#[test]
fn every_field_of_a_format_is_on_its_page() {
    let mut check = schema("check");
    let definitions = check["$defs"].as_object_mut().expect("definitions");
    let mut of = |name: &str| definitions.remove(name).expect(name);
    for name in ["ReplayFile", "Situation"] {
        assert_names_all(REPLAY, &of(name));
    }
    assert_names_all(COVERAGE, &of("Operation"));
    assert_names_all(BASELINE, &of("Known"));
    assert_names_all(CHECK, &check);
    assert_names_all(TRACE, &schema("trace"));
}

/// Files that are linked to are there.
#[test]
fn no_link_leads_nowhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let pages = |folder: &str| {
        let files = fs::read_dir(root.join(folder)).expect("a folder").flatten().map(|file| file.path());
        files.filter(|file| file.extension().is_some_and(|is| is == "md")).collect::<Vec<_>>()
    };
    let pages: Vec<_> = ["", "docs", "docs/formats", "fixtures"].into_iter().flat_map(pages).collect();
    assert!(pages.len() > 15, "{pages:?}");
    for path in &pages {
        let page = path.display();
        let text = fs::read_to_string(path).expect("a page");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target =
                if file.is_empty() { path.clone() } else { path.parent().expect("a folder").join(file) };
            let is_there = link.contains("://") || (target.exists() && has_heading(&target, heading));
            assert!(is_there, "{page} links to {link}");
        }
    }
}

/// The book has every page, and what may go wrong is all on one of them.
#[test]
fn no_page_and_no_fault_is_forgotten() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).expect("the summary");
    for folder in ["", "formats/"] {
        for file in fs::read_dir(docs.join(folder)).expect("a folder").flatten() {
            let name = format!("{folder}{}", file.file_name().to_string_lossy());
            let is_in_it = name == "SUMMARY.md" || summary.contains(&format!("]({name})"));
            assert!(is_in_it || !name.ends_with(".md"), "docs/SUMMARY.md does not list {name}");
        }
    }
    let searched = fs::read_to_string(docs.join("searched.md")).expect("a page");
    for fault in Fault::ALL {
        assert!(
            searched.contains(&format!("\n| {fault} |")),
            "docs/searched.md does not say what `{fault}` is"
        );
    }
}

/// The example of a handler in Rust is the one that is compiled and run with the documentation.
#[test]
fn the_example_in_rust_is_that_of_the_library() {
    let docs = include_str!("../../harness/check/src/lib.rs");
    let page = include_str!("../../docs/rust.md");
    let example = examples(page, "rust")[0];
    assert!(example.lines().count() > 30 && example.contains("#[anechoic::test"), "{example}");
    let shown = |line: &str| docs.contains(&format!("\n{}\n", format!("//! {line}").trim_end()));
    let changed: Vec<&str> = example.lines().filter(|line| !shown(line)).collect();
    assert!(changed.is_empty(), "the library's documentation has not {changed:?}");
}

/// Whether a page has a heading that is linked to like this; every page has its beginning.
fn has_heading(page: &Path, link: &str) -> bool {
    let is_kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, '-' | ' ' | '_');
    let slug = |heading: &str| -> String {
        heading.trim().to_lowercase().chars().filter(is_kept).collect::<String>().replace(' ', "-")
    };
    let headings = || fs::read_to_string(page).expect("a page");
    link.is_empty()
        || headings().lines().any(|line| line.starts_with('#') && slug(line.trim_start_matches('#')) == link)
}
