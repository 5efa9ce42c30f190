//! Where a check writes: whole files, in their places, and nothing that is not its own.
use super::{
    anechoic, assert_exit, command, folder,
    honest::{ATOMIC, GATED, SAVED, known},
    promised::shop,
    says, stderr, stdout,
};
use anechoic::report::Document;
use std::{
    fs::{self, File},
    io,
    process::Stdio,
};

#[test]
fn what_is_not_ours_is_neither_written_over_nor_deleted() {
    let folder = folder();
    let (saved, usual) = (folder.path().join("saved"), folder.path().join("fixtures/replays"));
    for kept in [&saved, &usual] {
        fs::create_dir_all(kept).expect("created");
        fs::copy(SAVED, kept.join("fail-task.gated.exactly_one_event.json")).expect("copied");
    }
    fs::write(folder.path().join("known.toml"), known("", "")).expect("written");
    for arguments in [
        &["--out", "saved", "--regressions", "saved", "--max-executions", "1"][..],
        &["--out", "fixtures/replays"],
        &["--out", "fixtures/../fixtures/replays"],
        &["--regressions", "saved", "--junit", "saved/x.json"],
        &["--baseline", "known.toml", "--report", "known.toml"],
        &["--junit", "same", "--sarif", "same"],
        &["--junit", "same", "--summary", "./same"],
        &["--sarif", "target/anechoic/fail-task.gated.exactly_one_event.json"],
        &["--sarif", "target/anechoic/report.json"],
        &["--out", "a\nb"],
    ] {
        let output = anechoic(folder.path(), &[GATED, arguments].concat());
        assert_exit(&output, 2);
        assert!(output.stdout.is_empty(), "{arguments:?}: before any work is done");
    }
    for kept in [&saved, &usual] {
        let file = kept.join("fail-task.gated.exactly_one_event.json");
        assert_eq!(fs::read(file).expect("it is there"), fs::read(SAVED).expect("it is there"));
    }
    assert_eq!(fs::read_to_string(folder.path().join("known.toml")).expect("there"), known("", ""));
    assert!(!folder.path().join("same").exists());
}

#[test]
fn a_run_goes_only_when_its_promise_was_found_kept_in_its_whole_bound() {
    let folder = folder();
    let run = folder.path().join("target/anechoic/fail-task.gated.exactly_one_event.json");
    assert_exit(&anechoic(folder.path(), GATED), 1);
    let written = fs::read(&run).expect("the run");
    // Not searched to its end; in a narrower bound; and another scenario.
    assert_exit(&anechoic(folder.path(), &[GATED, &["--max-executions", "1"]].concat()), 3);
    assert!(run.exists(), "not all was searched");
    assert_exit(&anechoic(folder.path(), GATED), 1);
    let narrower = ["check", "fail-task", "--variant", "gated", "--faults", "0", "--callers", "2"];
    assert_exit(&anechoic(folder.path(), &narrower), 0);
    assert!(run.exists(), "that was a narrower bound");
    // What an earlier check says it wrote, in the bound that is searched now.
    assert_exit(&anechoic(folder.path(), GATED), 1);
    let report = folder.path().join("target/anechoic/report.json");
    let text = fs::read(&report).expect("the report");
    let mut before = Document::read(&text).expect("a report");
    before.asked.variants[0].name = "atomic".into();
    before.results[0].variant = "atomic".into();
    for broken in &mut before.results[0].broken {
        broken.run.replay.variant = "atomic".into();
    }
    let stale = before.results[0].broken[0].run.clone();
    let stale_file = folder.path().join("target/anechoic").join(stale.replay.usual_name());
    for contents in ["not ours", &stale.replay.to_json()] {
        fs::write(&report, Document::new(before.clone()).to_text()).expect("written");
        fs::write(&stale_file, contents).expect("written");
        assert_exit(&anechoic(folder.path(), ATOMIC), 0);
        assert_eq!(stale_file.exists(), contents == "not ours", "it goes if it is what was written");
    }
    assert_eq!(fs::read(&run).expect("the run"), written, "of another variant");
}

#[test]
#[cfg(unix)]
fn a_link_is_followed_a_mode_is_kept_and_a_device_stays_one() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    let folder = folder();
    fs::create_dir(folder.path().join("elsewhere")).expect("created");
    let real = folder.path().join("elsewhere/real.xml");
    fs::write(&real, "old").expect("written");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("set");
    symlink("elsewhere/real.xml", folder.path().join("link.xml")).expect("linked");
    symlink("elsewhere/new.sarif", folder.path().join("dangling.sarif")).expect("linked");
    let forms = ["--junit", "link.xml", "--sarif", "dangling.sarif", "--summary", "/dev/null"];
    assert_exit(&anechoic(folder.path(), &[ATOMIC, &forms].concat()), 0);
    assert!(fs::read_to_string(&real).expect("there").contains("<testsuites"));
    assert_eq!(fs::metadata(&real).expect("there").permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(folder.path().join("link.xml")).expect("there").is_symlink());
    assert!(folder.path().join("elsewhere/new.sarif").is_file());
    assert!(fs::metadata("/dev/null").expect("there").file_type().is_char_device());
    for input in ["--baseline", "--regressions"] {
        assert_exit(&anechoic(folder.path(), &[ATOMIC, &[input, "/dev/zero"]].concat()), 4);
    }
    for reads in [&["replay", "/dev/zero"][..], &["trace", "/dev/zero"], &["merge", "/dev/zero"]] {
        assert_exit(&anechoic(folder.path(), reads), 4);
    }
}

#[test]
fn a_summary_is_added_to_what_is_there() {
    let folder = folder();
    let summary = folder.path().join("summary.md");
    fs::write(&summary, "# Another step\n").expect("written");
    for _ in 0..2 {
        assert_exit(&anechoic(folder.path(), &[ATOMIC, &["--summary", "summary.md"]].concat()), 0);
    }
    let text = fs::read_to_string(&summary).expect("there");
    assert!(text.starts_with("# Another step\n"), "{text}");
    assert_eq!(text.matches("## Anechoic").count(), 2, "{text}");
}

#[test]
#[cfg(target_os = "linux")]
fn where_nothing_can_be_written_the_verdict_is_told_and_green_is_not() {
    let folder = folder();
    for (arguments, exit) in [(ATOMIC, 4), (GATED, 1)] {
        let output = anechoic(folder.path(), &[arguments, &["--junit", "/dev/full"]].concat());
        assert_exit(&output, exit);
        assert!(stdout(&output).contains("── Verdict"), "{}", stdout(&output));
        assert!(says(&output, "cannot write /dev/full"), "{}", stderr(&output));
        assert!(folder.path().join("target/anechoic/report.html").exists(), "the others are written");
    }
    for (arguments, exit) in [(ATOMIC, 4), (GATED, 1)] {
        let mut command = command(folder.path(), arguments);
        command.stdout(Stdio::from(File::options().write(true).open("/dev/full").expect("there")));
        let output = command.stderr(Stdio::piped()).output().expect("it runs");
        assert_exit(&output, exit);
        assert!(says(&output, "cannot print"), "{}", stderr(&output));
    }
}

/// Whatever a command prints, it prints in one way.
#[test]
#[cfg(target_os = "linux")]
fn whoever_stops_reading_changes_no_verdict_and_what_cannot_be_printed_is_not_green() {
    let good = "trace good/payments.json --promise charged-once";
    let twice = "trace duplicate/payments.json --promise charged-once";
    for (arguments, exit, exit_if_full) in
        [(good, 0, 4), (twice, 1, 1), ("list", 0, 4), ("schema trace", 0, 4)]
    {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let (nobody, closed) = io::pipe().expect("a pipe");
        drop(nobody);
        let output =
            command(shop(), &arguments).stdout(closed).stderr(Stdio::piped()).output().expect("it runs");
        assert_exit(&output, exit);
        assert_eq!(stderr(&output), "", "{arguments:?}");
        let full = File::options().write(true).open("/dev/full").expect("there");
        let output =
            command(shop(), &arguments).stdout(full).stderr(Stdio::piped()).output().expect("it runs");
        assert_exit(&output, exit_if_full);
        assert_eq!(stderr(&output).matches("cannot print").count(), 1, "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
#[cfg(unix)]
fn a_folder_of_somebody_else_and_a_link_in_the_place_of_a_run_stay_as_they_are() {
    let folder = folder();
    let name = "fail-task.gated.exactly_one_event.json";
    for (theirs, file) in [("runs", name), ("report", "report.json"), ("page", "report.html")] {
        fs::create_dir(folder.path().join(theirs)).expect("created");
        fs::write(folder.path().join(theirs).join(file), "{\"mine\": 1}").expect("written");
        assert_exit(&anechoic(folder.path(), &[GATED, &["--out", theirs]].concat()), 2);
        assert_eq!(
            fs::read_to_string(folder.path().join(theirs).join(file)).expect("there"),
            "{\"mine\": 1}"
        );
    }
    assert_exit(&anechoic(folder.path(), GATED), 1);
    let run = folder.path().join("target/anechoic").join(name);
    fs::remove_file(&run).expect("removed");
    fs::write(folder.path().join("precious.txt"), "precious").expect("written");
    std::os::unix::fs::symlink("../../precious.txt", &run).expect("linked");
    let output = anechoic(folder.path(), GATED);
    assert_exit(&output, 1);
    assert!(says(&output, "a link is in its place"), "{}", stderr(&output));
    assert_eq!(fs::read_to_string(folder.path().join("precious.txt")).expect("there"), "precious");
}

#[test]
#[cfg(target_os = "linux")]
fn the_standard_output_can_be_written_to_and_is_not_replaced() {
    let folder = folder();
    let arguments = [ATOMIC, &["--junit", "/dev/stdout"]].concat();
    let piped = anechoic(folder.path(), &arguments);
    assert_exit(&piped, 0);
    let mut to_file = command(folder.path(), &arguments);
    let file = File::create(folder.path().join("out")).expect("created");
    assert!(to_file.stdout(file).status().expect("it runs").success());
    let text = fs::read_to_string(folder.path().join("out")).expect("there");
    for text in [stdout(&piped), &text] {
        assert!(text.contains("── Verdict") && text.contains("<testsuites"), "{text}");
    }
}

#[test]
fn coverage_of_parts_that_have_none_is_not_written() {
    let folder = folder();
    for number in ["1", "2"] {
        let shard = format!("{number}/2");
        let output = anechoic(folder.path(), &[ATOMIC, &["--shard", &shard, "--format", "json"]].concat());
        fs::write(folder.path().join(number), &output.stdout).expect("written");
    }
    assert_exit(&anechoic(folder.path(), &["merge", "1", "2", "--coverage", "c.json"]), 2);
    assert!(!folder.path().join("c.json").exists());
}
