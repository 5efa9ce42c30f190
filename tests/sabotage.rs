//! The record of sabotage speaks of this version: its patches still fit.
use std::{fs, path::Path};

#[test]
fn each_patch_finds_the_lines_that_it_changes() {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut found = 0;
    for entry in fs::read_dir(root.join("tests/sabotage")).expect("the patches") {
        let patch = fs::read_to_string(entry.expect("a file").path()).expect("a patch");
        let mut hunks = patch.split("\n@@ ");
        let file = hunks.next().and_then(|head| head.lines().find_map(|line| line.strip_prefix("--- a/")));
        let source = fs::read_to_string(root.join(file.expect("which file it changes"))).expect("that file");
        for hunk in hunks {
            let before = hunk.lines().skip(1).filter_map(|line| line.strip_prefix([' ', '-']));
            let before = before.collect::<Vec<&str>>().join("\n");
            assert!(source.contains(&before), "{file:?} has no longer:\n{before}");
            found += 1;
        }
    }
    assert!(found >= 5, "{found} hunks");
}
