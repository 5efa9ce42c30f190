//! The files of a project that are its own.
use std::{fs, path::Path};

/// A project that has more files than this is looked through so far only.
const MOST_FILES: usize = 2_000;
/// A file that is longer was not written by hand.
const MOST_BYTES: u64 = 256 * 1024;
/// Folders that others filled.
const FOREIGN: [&str; 10] = [
    "node_modules",
    "dist",
    "build",
    "cdk.out",
    "target",
    "venv",
    "__pycache__",
    "coverage",
    "tests",
    "test",
];

/// The templates that CDK has written, by name.
pub(crate) fn stacks(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder.join("cdk.out")).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut stacks: Vec<String> =
        names.filter(|name| name.ends_with(".template.json")).map(|name| format!("cdk.out/{name}")).collect();
    stacks.sort();
    stacks
}

/// The sources with these endings: each with its path from the folder, and its text. Tests are left out.
pub(crate) fn sources(folder: &Path, endings: &[&str]) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    walk(folder, "", &mut paths);
    paths.sort();
    let is_source = |path: &String| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let is_test = [".test.", ".spec.", ".d.ts", ".config."].iter().any(|part| name.contains(part))
            || name.starts_with("test_");
        endings.contains(&ending) && !is_test
    };
    let read = |path: String| Some((path.clone(), fs::read_to_string(folder.join(path)).ok()?));
    paths.into_iter().filter(is_source).filter_map(read).collect()
}

fn walk(folder: &Path, below: &str, paths: &mut Vec<String>) {
    let entries = fs::read_dir(folder.join(below)).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        // A link may lead in a circle, and what it leads to is found where it lies.
        let Ok(kind) = entry.file_type() else { continue };
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if paths.len() >= MOST_FILES || name.starts_with('.') {
            continue;
        }
        if kind.is_dir() && !FOREIGN.contains(&&*name) {
            walk(folder, &path, paths);
        } else if kind.is_file() && entry.metadata().is_ok_and(|data| data.len() <= MOST_BYTES) {
            paths.push(path);
        }
    }
}

/// The name of a file without its folder and ending.
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
