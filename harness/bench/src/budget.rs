//! How well a check keeps its budget: the time it took, beside the time that it was given.
use anechoic_task_cases::SCENES;
use std::{io, time::Instant};

/// The time that each check is given.
const GIVEN: &str = "3s";

/// Checks every scenario within a bound that takes far longer, and everything in the usual bound.
pub(crate) fn measure() {
    let large = ["--callers", "6", "--faults", "4"];
    let of_scene = |scene: &'static str| {
        let words = ["check", scene].into_iter().chain(large);
        (format!("{scene}, {}", large.join(" ")), words.map(String::from).collect())
    };
    let checks: Vec<(String, Vec<String>)> = SCENES
        .iter()
        .map(|scene| of_scene(scene.name))
        .chain([("everything".into(), vec!["check".into()])])
        .collect();
    let given = format!("took, of {GIVEN}");
    println!("{:<44}{given:<14}ended", "check");
    for (name, words) in checks {
        let out = std::env::temp_dir().join("anechoic-budget");
        let words = ["anechoic", "demo"].map(String::from).into_iter().chain(words);
        let words =
            words.chain(["--max-time".into(), GIVEN.into(), "--out".into(), out.display().to_string()]);
        let began = Instant::now();
        let exit = anechoic_cli::run(words.map(Into::into), &mut io::sink(), false);
        println!("{name:<44}{:<14}{exit:?}", format!("{:.2} s", began.elapsed().as_secs_f64()));
    }
}
