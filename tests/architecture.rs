//! The layout is the architecture: who may know whom.
use cargo_metadata::{MetadataCommand, Package};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

/// Each package of ours, and which others of ours it may know. No arrow runs sideways.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("anechoic-model", &[]),
    ("anechoic-orchestrator", &[]),
    ("anechoic-conformance", &["anechoic-orchestrator"]),
    ("anechoic-dynamodb", &["anechoic-conformance", "anechoic-orchestrator"]),
    ("anechoic-lambda", &["anechoic-dynamodb", "anechoic-orchestrator"]),
    ("anechoic-sqlite", &["anechoic-conformance", "anechoic-orchestrator"]),
    ("anechoic-tasks", &["anechoic-orchestrator", "anechoic-sqlite"]),
    ("anechoic-engine", &[]),
    ("anechoic-gate", &["anechoic-engine"]),
    ("anechoic-evidence", &["anechoic-engine"]),
    ("anechoic-macros", &[]),
    ("anechoic", &["anechoic-engine", "anechoic-evidence", "anechoic-macros"]),
    ("anechoic-rows", &[]),
    ("anechoic-traces", &[]),
    ("anechoic-traces-fuzz", &["anechoic-traces"]),
    ("anechoic-witness", &["anechoic-rows", "anechoic-traces"]),
    (
        "anechoic-task-cases",
        &["anechoic", "anechoic-model", "anechoic-orchestrator", "anechoic-traces", "anechoic-witness"],
    ),
    ("anechoic-project", &["anechoic", "anechoic-gate", "anechoic-rows"]),
    (
        "anechoic-cli",
        &[
            "anechoic",
            "anechoic-model",
            "anechoic-project",
            "anechoic-rows",
            "anechoic-task-cases",
            "anechoic-traces",
            "anechoic-witness",
        ],
    ),
    (
        "anechoic-bench",
        &[
            "anechoic",
            "anechoic-cli",
            "anechoic-gate",
            "anechoic-orchestrator",
            "anechoic-task-cases",
            "anechoic-tests",
            "anechoic-traces",
        ],
    ),
    ("anechoic-sdk-conformance", &["anechoic-engine", "anechoic-gate"]),
    (
        "anechoic-tests",
        &[
            "anechoic",
            "anechoic-cli",
            "anechoic-model",
            "anechoic-orchestrator",
            "anechoic-task-cases",
            "anechoic-traces",
        ],
    ),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Our packages: those of the workspace, and those that are a workspace of their own.
fn packages() -> Vec<Package> {
    let workspaces = [root(), root().join("orchestrator/aws"), root().join("harness/traces/fuzz")];
    let metadata = workspaces
        .map(|folder| MetadataCommand::new().current_dir(folder).no_deps().exec().expect("cargo metadata"));
    metadata.into_iter().flat_map(|metadata| metadata.packages).collect()
}

#[test]
fn every_package_knows_only_whom_it_may() {
    let packages = packages();
    let ours: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(ours, MAY_KNOW.iter().map(|(name, _)| *name).collect(), "every package is in the table");
    for package in &packages {
        let may = MAY_KNOW.iter().find(|(name, _)| *name == package.name.as_str()).expect("in the table").1;
        // A package that knows itself asks for features of its own, for its tests.
        let others =
            package.dependencies.iter().filter(|dependency| dependency.name != package.name.as_str());
        for dependency in others.filter(|dependency| ours.contains(dependency.name.as_str())) {
            let known = dependency.name.as_str();
            assert!(may.contains(&known), "{} must not know {known}", package.name);
        }
    }
}

#[test]
fn the_model_depends_on_nothing_and_has_no_standard_library() {
    let packages = packages();
    let model = packages.iter().find(|package| package.name.as_str() == "anechoic-model").expect("the model");
    assert!(model.dependencies.is_empty(), "{:?}", model.dependencies);
    let source = std::fs::read_to_string(root().join("model/src/lib.rs")).expect("the model's source");
    assert!(source.lines().any(|line| line == "#![no_std]"));
}

#[test]
fn every_package_declares_its_licence_and_the_oldest_compiler_it_is_built_with() {
    for package in packages() {
        assert_eq!(package.license.as_deref(), Some("MIT OR Apache-2.0"), "{}", package.name);
        assert_eq!(
            package.rust_version.as_ref().map(ToString::to_string).as_deref(),
            Some("1.95.0"),
            "{}",
            package.name
        );
        assert_eq!(package.edition.as_str(), "2024", "{}", package.name);
    }
}

/// Whoever adds `anechoic` to their tests builds it, too.
#[test]
fn the_package_for_users_is_light() {
    let tree =
        ["tree", "-e", "normal", "-p", "anechoic", "--no-default-features", "--prefix", "none", "--locked"];
    let output = Command::new(env!("CARGO")).args(tree).current_dir(root()).output().expect("cargo tree");
    let text = String::from_utf8(output.stdout).expect("text");
    let crates: BTreeSet<&str> = text.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(crates.contains("anechoic-engine") && crates.len() <= 25, "{}: {crates:?}", crates.len());
}

/// One function changes where a task stands, and whoever asks it to is in the table of ARCHITECTURE.md.
#[test]
fn a_task_changes_through_one_door_only() {
    let root = root();
    let text = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let audit = text.split("Every place where a task's status or slot changes").nth(1).expect("the audit");
    let mut files = Vec::new();
    sources(&root.join("orchestrator/src"), &mut files);
    let outside_the_store = |file: &&PathBuf| {
        !file.strip_prefix(&root).is_ok_and(|path| path.starts_with("orchestrator/src/store"))
    };
    let (mut doors, mut asking) = (Vec::new(), 0);
    for file in files.iter().filter(outside_the_store) {
        let source = std::fs::read_to_string(file).expect("a source file");
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let name = file.file_stem().expect("a file").to_string_lossy().into_owned();
        if code.contains("Write::Task") || code.contains("TaskWrite {") {
            doors.push(name.clone());
        }
        let asks = ["transition(world", "settle(world", "settle_wherever(world", "fail_task(world"];
        if name == "settle" || !asks.iter().any(|ask| code.contains(ask)) {
            continue;
        }
        asking += 1;
        for function in code.split("pub async fn ").skip(1) {
            let (function, body) = function.split_once('<').expect("generic over its world");
            if asks.iter().any(|ask| body.contains(ask)) {
                assert!(audit.contains(&format!("`{function}`")), "{function} is not in the audit");
            }
        }
    }
    assert_eq!(doors, ["transition"], "whoever else writes a task is a second door");
    assert!(asking >= 8, "{asking} files ask for changes: the walk has gone astray");
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
