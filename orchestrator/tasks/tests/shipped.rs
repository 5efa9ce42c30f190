//! What ships obeys nobody who wants to kill it or to set its clock wrong: that is built for the tests alone.
use anechoic_sqlite::faults::{CLOCK_OFF_BY, KILL_AT, STOP_AT};
use std::{env, fs, process::Command};

const SHIPPED: &str = env!("CARGO_BIN_EXE_anechoic-tasks");
const FAULTY: &str = env!("CARGO_BIN_EXE_anechoic-tasks-faulty");

/// Submits a task with every fault asked for. Whether that went well.
fn submits_with_faults(program: &str) -> bool {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(program);
    command.args(["submit", "--user", "ada"]).current_dir(folder.path());
    command.env(KILL_AT, "1").env(CLOCK_OFF_BY, "not a number");
    command.output().expect("it runs").status.success()
}

#[test]
fn the_variables_of_the_tests_mean_nothing_to_the_command() {
    assert!(submits_with_faults(SHIPPED));
    assert!(!submits_with_faults(FAULTY), "they mean something to the command of the tests");
}

#[test]
fn the_command_does_not_even_know_their_names() {
    let knows = |program: &str, name: &str| {
        fs::read(program).expect("read").windows(name.len()).any(|window| window == name.as_bytes())
    };
    for name in [KILL_AT, STOP_AT, CLOCK_OFF_BY] {
        assert!(!knows(SHIPPED, name), "{name}");
        assert!(knows(FAULTY, name), "{name}");
    }
}

/// Cargo unites the features that the packages of one build ask for: those of the tests must not be among them.
#[test]
fn a_build_that_ships_has_none_of_their_code() {
    let features = |edges: &str| {
        let mut tree = Command::new(env!("CARGO"));
        tree.args(["tree", "--offline", "--locked", "--package", "anechoic-tasks", "--edges", edges]);
        tree.args(["--prefix", "none", "--format", "{p} [{f}]"]).current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = tree.output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let tree = String::from_utf8(output.stdout).expect("utf-8");
        let ours = tree.lines().filter(|line| line.starts_with("anechoic-")).map(String::from);
        ours.collect::<Vec<_>>()
    };
    let asks = |tree: &[String]| tree.iter().filter(|line| line.contains("faults")).count();
    let shipped = features("normal,build");
    assert!(shipped.iter().any(|line| line.starts_with("anechoic-sqlite ")), "{shipped:?}");
    assert_eq!(asks(&shipped), 0, "{shipped:?}");
    assert!(asks(&features("all")) > 0, "the tests ask for them");
}
