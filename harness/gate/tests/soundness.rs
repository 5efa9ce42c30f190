//! Generated handlers that are programs: every reduction finds exactly what the naive search finds.
mod common;
#[path = "common/generated.rs"]
mod generated;
#[path = "common/searches.rs"]
mod searches;
#[path = "common/table.rs"]
mod table;

use anechoic_engine::{Bound, Subject};
use anechoic_gate::{AtTheGate, Handler, Kind, Program};
use common::{handler, has_python, python, scene, site};
use generated::{Numbers, asks_at_once};
use searches::found_by_every_reduction;
use std::sync::Arc;

/// Handlers that are generated for each language; and of those whose timers may fire, which are slower.
const GENERATED: u64 = 100;
const WITH_PATIENCE: u64 = 40;
/// A naive search of more runs says nothing that a shorter one does not.
const MOST_RUNS: u64 = 4_000;

fn every_reduction_finds_what_the_naive_search_finds(handler: Handler, mut numbers: Numbers, generated: u64) {
    // Of one, all is learnt by the first search; of the other, by two threads beside each other.
    let program = Arc::new(Program::new(handler.clone()));
    let beside = Arc::new(Program::new(handler));
    let site = site();
    let (mut compared, mut red, mut several) = (0, 0, 0);
    while compared < generated {
        let event = numbers.program();
        let (times, faults) = (numbers.deliveries(), 1);
        let bound = Bound { retries: 1, ..Bound::faults(faults) };
        let subject = |threads| {
            let program = if threads == 1 { &program } else { &beside };
            AtTheGate::new(scene(site.clone(), program, &event, times), bound)
        };
        let what = format!("{times} deliveries of {event}");
        let Some(found) = found_by_every_reduction(subject, &[1, 2], MOST_RUNS, &what) else { continue };
        compared += 1;
        red += u64::from(!found.broken.is_empty());
        several += u64::from(asks_at_once(&event));
    }
    for program in [&program, &beside] {
        let confirmed = AtTheGate::new(scene(site.clone(), program, &numbers.program(), 1), Bound::faults(0))
            .confirm(&mut || true)
            .expect("it rests on processes");
        assert_eq!(confirmed.otherwise, None, "{}", confirmed.what);
    }
    let effort = program.effort();
    eprintln!("{compared} handlers, {red} broken, {several} with several requests at once; {effort:?}");
    assert!(red * 4 > compared && red * 10 < compared * 9 && several * 8 > compared, "all kinds of them");
    assert!(effort.started < 60 + effort.told / 10, "most is known: {effort:?}");
}

#[test]
fn a_handler_in_python() {
    if has_python() {
        every_reduction_finds_what_the_naive_search_finds(
            python("table.handler"),
            Numbers::new(1, false),
            GENERATED,
        );
    }
}

#[test]
fn a_handler_in_python_that_waits_for_no_longer() {
    if has_python() {
        let numbers = Numbers::new(2, true);
        every_reduction_finds_what_the_naive_search_finds(python("table.handler"), numbers, WITH_PATIENCE);
    }
}

#[test]
fn a_handler_in_rust() {
    let this = std::env::current_exe().expect("a test knows itself").display().to_string();
    let command = [&*this, "--exact", "plays_the_handler", "--nocapture"].map(String::from);
    let env = vec![("DRAWS".into(), "1".into())];
    let handler = Handler { env, ..handler(Kind::Lambda, command.into()) };
    every_reduction_finds_what_the_naive_search_finds(handler, Numbers::new(1, false), GENERATED);
}

/// Not a test: this program as a handler in Rust.
#[test]
fn plays_the_handler() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        table::serve().expect("somebody asks");
    }
}
