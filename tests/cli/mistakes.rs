//! Whatever a newcomer types, or has in a file: the error fits a screen, and says what to do next.
use super::{begin::SCREEN, folder, installed, says, stderr};
use std::{fs, path::Path, process::Output};

/// An error that fits a screen and has a line with the next step.
#[track_caller]
pub(crate) fn assert_helps(output: &Output) {
    let said = stderr(output);
    assert!(said.starts_with("error: "), "{said}");
    let (most, wide) = SCREEN;
    assert!(said.lines().count() <= most, "{said}");
    assert!(said.lines().all(|line| line.chars().count() <= wide), "wider than {wide}:\n{said}");
    assert!(said.lines().any(|line| line.trim_start().starts_with("next")), "nothing is next:\n{said}");
}

/// What is typed where there is no project, how it ends, and what is said of it.
const TYPED: &[(&str, i32, &str)] = &[
    ("check", 3, "anechoic init"),
    ("check --faults 2", 3, "anechoic init"),
    ("chek", 2, "'check'"),
    ("--verison", 2, "'--version'"),
    ("something", 2, "next: anechoic --help lists the commands"),
    ("init", 2, "next: go to the folder that has one"),
    ("init nowhere", 2, "next: go to the folder that has one"),
    ("init --from none.yaml", 4, "none.yaml: there is nothing of this name"),
    ("init --frm template.yaml", 2, "'--from'"),
    ("--config none.toml check", 4, "none.toml: there is nothing of this name"),
    ("--config folder check", 4, "folder: it is a folder; expected a file"),
    ("--config /dev/zero check", 4, "it is a device"),
    ("--config bytes check", 4, "bytes: it is no text in UTF-8"),
    ("--config empty check", 4, "it has no scenario"),
    ("demo fail-task", 2, "next: anechoic demo check fail-task"),
    ("demo fail-taks", 2, "next: anechoic demo --help lists the commands"),
    ("demo demo", 2, "anechoic demo check"),
    ("demo check fail-taks", 2, "'fail-task'"),
    ("demo check fail-task --variant atmoic", 2, "'atomic'"),
    ("demo check fail-task --fualts 2", 2, "'--faults'"),
    ("demo check fail-task --faults", 2, "next: anechoic demo help check says all"),
    ("demo check fail-task --faults many", 2, "next: anechoic demo help check says all"),
    ("demo check fail-task --max-time soon", 2, "such as 60s"),
    ("demo check fail-task --policy none", 2, "aws-none, aws-create"),
    ("demo check fail-task --given moon=full", 2, "nothing of the name `moon`"),
    ("demo check fail-task --out bytes", 2, "next: name a place that can be written to"),
    ("demo check fail-task --junit nowhere/a.xml", 2, "next: name a place that can be written to"),
    ("demo check fail-task --baseline none.toml", 4, "there is nothing of this name"),
    ("demo check fail-task --regressions nowhere", 4, "there is nothing of this name"),
    ("demo explore fail-taks", 2, "is no file and no scenario"),
    ("replay", 2, "<FILE>"),
    ("replay none.json", 4, "next: name what is there: other.json"),
    ("replay folder", 4, "next: name a file in it: folder/inner.json"),
    ("replay nowhere/none.json", 4, "there is no folder nowhere"),
    ("replay other.json", 4, "missing field `format`; expected a run that a check has saved"),
    ("replay bytes", 4, "expected a run that a check has saved"),
    ("other.json", 2, "next: anechoic replay other.json"),
    ("diff other.json none.json", 4, "expected a run"),
    ("explore", 2, "<FILE|SCENARIO>"),
    ("explore none.json", 2, "is no file and no scenario"),
    ("review nowhere", 4, "there is nothing of this name"),
    ("merge none.json", 4, "there is nothing of this name"),
    ("merge other.json", 4, "missing field `format`"),
    ("trace", 2, "<FILE>"),
    ("trace none.json", 4, "next: name what is there: other.json"),
    ("trace folder", 4, "next: name the files in it: trace folder/*"),
    ("trace empty", 4, "it is empty; expected a trace"),
    ("trace other.json --promise none", 2, "there is no promise `none`"),
    ("trace other.json --mapping none.toml", 4, "there is nothing of this name"),
    ("completions basch", 2, "'bash'"),
    ("schema chek", 2, "'check'"),
    ("man nowhere", 2, "next: name a place that can be written to"),
    ("help chek", 2, "'chek'"),
];

#[test]
fn every_error_of_the_first_ten_minutes_fits_a_screen_and_says_what_to_do_next() {
    let folder = folder();
    fs::write(folder.path().join("other.json"), "{}").expect("written");
    fs::write(folder.path().join("bytes"), [0xff, 0xfe, 0xfd]).expect("written");
    fs::write(folder.path().join("empty"), "").expect("written");
    fs::create_dir(folder.path().join("folder")).expect("made");
    fs::write(folder.path().join("folder/inner.json"), "{}").expect("written");
    for (typed, exit, said) in TYPED {
        let words: Vec<&str> = typed.split(' ').collect();
        helps(folder.path(), &words, *exit, said);
    }
    // Where there is a configuration already, it stays.
    fs::write(folder.path().join("anechoic.toml"), "").expect("written");
    helps(folder.path(), &["init"], 2, "next: anechoic check");
    helps(folder.path(), &["check"], 4, "[scenarios.order]");
}

#[track_caller]
fn helps(folder: &Path, words: &[&str], exit: i32, said: &str) {
    let output = installed(folder, words);
    let is_it = output.status.code() == Some(exit) && says(&output, said);
    assert!(is_it, "{words:?}: {exit} {said}\n{}", stderr(&output));
    assert_helps(&output);
}

#[test]
#[cfg(unix)]
fn what_may_not_be_read_says_how_it_may() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    let file = folder.path().join("closed.json");
    fs::write(&file, "{}").expect("written");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).expect("closed");
    // Nothing is closed to root.
    if fs::read(&file).is_err() {
        helps(folder.path(), &["replay", "closed.json"], 4, "next: let it be read (chmod u+r closed.json)");
    }
}
