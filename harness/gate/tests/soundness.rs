//! Generated handlers that are programs: every reduction finds exactly what the naive search finds.
mod common;
#[path = "common/table.rs"]
mod table;

use anechoic_engine::{
    Bound, Subject,
    search::{Collect, Exhaustive, Findings, Reduce, Watch},
};
use anechoic_gate::{AtTheGate, Handler, Kind, Program};
use common::{handler, has_python, python, scene, site};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};

/// Handlers that are generated for each language.
const GENERATED: u64 = 100;
/// A naive search of more runs says nothing that a shorter one does not.
const MOST_RUNS: u64 = 4_000;

/// A stream of numbers that is the same everywhere: a linear congruential generator, of which the upper bits are used.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn step(&mut self) -> Value {
        let what = ["read", "set", "add", "once", "name", "effect"][self.below(6) as usize];
        let cell = ["a", "b"][self.below(2) as usize];
        let mut step = json!({"do": what, "cell": cell, "tries": 1 + self.below(2)});
        if what == "effect" && self.below(2) == 0 {
            step["key"] = cell.into();
        }
        step
    }

    /// A table of steps: some one after the other, some at once.
    fn program(&mut self) -> Value {
        let steps = (0..1 + self.below(3)).map(|_| {
            let at_once = if self.below(4) == 0 { 2 } else { 1 };
            (0..at_once).map(|_| self.step()).collect::<Value>()
        });
        json!({"steps": steps.collect::<Value>(), "stops": self.below(2) == 0})
    }
}

/// So many runs, and no more.
struct Within(u64);

impl Watch for Within {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        so_far.executions < self.0
    }
}

fn search(subject: &dyn Subject, reduce: Reduce, threads: usize) -> Findings {
    let collect = Collect { end_states: true, ..Collect::default() };
    Exhaustive { threads, collect, ..Exhaustive::reduce(reduce) }.search(subject, &mut Within(MOST_RUNS))
}

/// Which promises are broken, and how.
fn broken(findings: &Findings) -> BTreeSet<(usize, String)> {
    findings.broken.keys().map(|(promise, word)| (*promise, word.to_string())).collect()
}

fn every_reduction_finds_what_the_naive_search_finds(handler: Handler) {
    let program = Arc::new(Program::new(handler, false));
    let site = site();
    let (mut numbers, mut compared, mut red, mut several) = (Numbers(1), 0, 0, 0);
    while compared < GENERATED {
        let event = numbers.program();
        let (times, faults) = (1 + numbers.below(2) as usize, 1);
        let bound = Bound { retries: 1, ..Bound::faults(faults) };
        let subject = || AtTheGate::new(scene(site.clone(), &program, &event, times), bound);
        let naive = search(&subject(), Reduce::NOTHING, 1);
        assert_eq!(naive.diverged, None, "{event}");
        if !naive.complete {
            continue;
        }
        compared += 1;
        red += u64::from(!naive.broken.is_empty());
        several +=
            u64::from(event["steps"].as_array().into_iter().flatten().any(|at_once| at_once[1].is_object()));
        let states = Reduce { states: true, ..Reduce::NOTHING };
        let sleep = Reduce { sleep: true, ..Reduce::NOTHING };
        for (reduce, threads) in [(states, 1), (sleep, 1), (Reduce::ALL, 1), (Reduce::ALL, 2)] {
            let clever = search(&subject(), reduce, threads);
            let what = format!("{reduce:?} with {threads} threads, {times} deliveries of {event}");
            assert_eq!((clever.complete, &clever.diverged), (true, &None), "{what}");
            assert_eq!(broken(&clever), broken(&naive), "{what}");
            assert_eq!(clever.end_states, naive.end_states, "{what}");
        }
    }
    let confirmed = AtTheGate::new(scene(site, &program, &numbers.program(), 1), Bound::faults(0))
        .confirm(&mut || true)
        .expect("it rests on processes");
    assert_eq!(confirmed.otherwise, None, "{}", confirmed.what);
    let effort = program.effort();
    eprintln!("{compared} handlers, {red} broken, {several} with several requests at once; {effort:?}");
    assert!(red * 4 > compared && red * 10 < compared * 9 && several * 5 > compared, "all kinds of them");
    assert!(effort.started < 60 + effort.told / 10, "most is known: {effort:?}");
}

#[test]
fn a_handler_in_python() {
    if has_python() {
        every_reduction_finds_what_the_naive_search_finds(python("table.handler"));
    }
}

#[test]
fn a_handler_in_rust() {
    let this = std::env::current_exe().expect("a test knows itself").display().to_string();
    let command = [&*this, "--exact", "plays_the_handler", "--nocapture"].map(String::from);
    every_reduction_finds_what_the_naive_search_finds(handler(Kind::Lambda, command.into()));
}

/// Not a test: this program as a handler in Rust.
#[test]
fn plays_the_handler() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        table::serve().expect("somebody asks");
    }
}
