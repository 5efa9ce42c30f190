//! A check that is killed leaves every file as it was, or as it is to be: whole.
//!
//! `ANECHOIC_KILLS=10000 cargo test -p anechoic-cli --test cli killed -- --nocapture` is the long form.
use super::{anechoic, command, folder};
use anechoic::{ReplayFile, report::Document};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const SAVED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/replays");
const FILES: &[&str] = &[
    "--report",
    "page.html",
    "--junit",
    "junit.xml",
    "--sarif",
    "sarif.json",
    "--summary",
    "summary.md",
    "--coverage",
    "coverage.json",
    "--out",
    "out",
    "--regressions",
    "saved",
];

/// The files of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for part in [".", "out", "saved"] {
        for entry in fs::read_dir(folder.join(part)).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_file() {
                let name = format!("{part}/{}", entry.file_name().to_string_lossy());
                found.insert(name, fs::read(path).expect("it is there"));
            }
        }
    }
    found
}

/// Whether a file is one that a check has written to its end.
fn is_whole(name: &str, contents: &[u8]) -> bool {
    let text = String::from_utf8_lossy(contents);
    match name {
        "./page.html" => text.starts_with("<!doctype html>") && text.trim_end().ends_with("</html>"),
        "./junit.xml" => quick_junit::Report::deserialize_from_str(&text).is_ok(),
        "./sarif.json" | "./coverage.json" => serde_json::from_slice::<serde_json::Value>(contents).is_ok(),
        "./summary.md" => text.starts_with("# Another step\n") && text.ends_with("\n\n"),
        "out/run.svg" => text.starts_with("<svg ") && text.trim_end().ends_with("</svg>"),
        "out/report.json" => Document::read(contents).is_ok(),
        _ if name.ends_with(".json") => ReplayFile::parse(contents).is_ok(),
        _ => false,
    }
}

#[test]
fn whenever_a_check_is_killed_every_file_is_whole() {
    let kills: u64 = std::env::var("ANECHOIC_KILLS").map_or(60, |kills| kills.parse().expect("a number"));
    let folder = folder();
    let saved = folder.path().join("saved");
    fs::create_dir(&saved).expect("created");
    for entry in fs::read_dir(SAVED).expect("the saved runs").flatten() {
        fs::copy(entry.path(), saved.join(entry.file_name())).expect("copied");
    }
    fs::write(folder.path().join("summary.md"), "# Another step\n\n").expect("written");
    let check = |variant| [&["check", "fail-task", "--variant", variant, "--callers", "2"], FILES].concat();
    // The shortest of a few, so that most are killed before they end.
    let times = (0..3).map(|_| {
        let began = Instant::now();
        anechoic(folder.path(), &check("unguarded"));
        began.elapsed()
    });
    let whole = times.min().expect("three");
    let began = Instant::now();
    let accepted: BTreeMap<String, Vec<u8>> = files(folder.path());
    let (mut random, mut ended, mut left) = (fastrand::Rng::with_seed(7), 0_u64, 0_u64);
    for kill in 0..kills {
        let variant = if kill % 2 == 0 { "gated" } else { "unguarded" };
        let mut running = command(folder.path(), &check(variant));
        let mut running = running.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs");
        thread::sleep(Duration::from_micros(random.u64(0..whole.as_micros() as u64)));
        let signal = if random.bool() { "-KILL" } else { "-TERM" };
        let pid = running.id().to_string();
        // It may be over already.
        let _ = Command::new("kill").args([signal, &pid]).stderr(Stdio::null()).status();
        ended += u64::from(running.wait().expect("it ends").code().is_some());
        for (name, contents) in files(folder.path()) {
            let is_saved = name.starts_with("saved/") && accepted.get(&name) == Some(&contents);
            if name.rsplit('/').next().is_some_and(|name| name.starts_with('.') && name.ends_with(".tmp")) {
                // A killed process cannot take its temporary file away.
                fs::remove_file(folder.path().join(&name)).expect("removed");
                left += 1;
                continue;
            }
            assert!(is_saved || is_whole(&name, &contents), "kill {kill} ({signal}): {name} is torn");
        }
        // The picture goes with its run: a check that was interrupted shows none.
        for name in accepted.keys().filter(|name| *name != "out/run.svg") {
            assert!(folder.path().join(name).exists(), "kill {kill} ({signal}): {name} is gone");
        }
        if random.u8(0..20) == 0 {
            // It is added to with each check that ends.
            fs::write(folder.path().join("summary.md"), "# Another step\n\n").expect("written");
        }
    }
    println!(
        "{kills} kills in {:.0?}: no file torn, none gone; {ended} ended by themselves, {left} temporary files left",
        began.elapsed()
    );
}
