//! Anechoic beside its peers: the same `fail_task` under each tool, interleaved in one run.
//!
//! `cargo run --release -p anechoic-bench` prints tables and writes `target/anechoic/bench.json`. Every measurement runs
//! in a process of its own, in rounds, so that a busy moment of the machine meets all tools; the tables show medians.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
mod budget;
mod floor;
mod gate;
mod measure;
mod memory;
mod ours;
mod peers;
mod searches;
mod subject;
mod table;
mod traces;

use clap::{Parser, Subcommand, builder::TypedValueParser};
use measure::{Goal, Measured, TOOLS, measure};
use std::{env, fs, io, panic, path::PathBuf, process::Command};
use subject::Variant;

/// So many times is everything measured.
const ROUNDS: usize = 3;

fn main() -> io::Result<()> {
    match Arguments::parse().command {
        Some(Only::One { tool, variant, callers, goal }) => {
            // A tool that finds a bug panics; the panic is its answer and nothing to be shown.
            panic::set_hook(Box::new(|_| {}));
            println!("{}", serde_json::to_string(&measure(&tool, variant, callers, goal))?);
            Ok(())
        }
        Some(Only::Read { work, file }) => {
            println!("{}", serde_json::to_string(&traces::measure(&work, &file)?)?);
            Ok(())
        }
        Some(Only::Budget) => {
            budget::measure();
            Ok(())
        }
        Some(Only::Memory) => {
            memory::measure();
            Ok(())
        }
        Some(Only::Searches) => {
            searches::measure();
            Ok(())
        }
        Some(Only::Gate) => gate::compare(),
        Some(Only::Traces) => traces::compare().map(drop),
        None => compare(),
    }
}

/// Compares Anechoic with its peers: the same `fail_task` under each, in about six minutes.
///
/// Prints tables and writes `target/anechoic/bench.json`.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Only>,
}

#[derive(Subcommand)]
enum Only {
    /// Measures one tool, once, in this process.
    One {
        #[arg(value_parser = TOOLS)]
        tool: String,
        variant: Variant,
        #[arg(value_parser = clap::value_parser!(u8).range(2..=4).map(usize::from))]
        callers: usize,
        goal: Goal,
    },
    /// Measures only how well a check keeps its time.
    Budget,
    /// Measures only how much memory a search takes for each state.
    Memory,
    /// Measures only how long large searches take, on one thread and on two.
    Searches,
    /// Measures only how many requests of Node and Python handlers are held at the gate.
    Gate,
    /// Measures only how fast traces are read.
    Traces,
    /// Reads one trace, once, in this process.
    Read {
        #[arg(value_parser = traces::WORK)]
        work: String,
        file: PathBuf,
    },
}

/// What is measured, by whom.
fn plan() -> Vec<(&'static str, Variant, usize, Goal)> {
    let mut plan = Vec::new();
    for variant in Variant::ALL {
        for callers in 2..=4 {
            plan.extend(TOOLS.iter().map(|tool| (*tool, variant, callers, Goal::Exhaust)));
        }
    }
    for callers in 2..=4 {
        let finders = TOOLS.iter().filter(|tool| **tool != "floor");
        plan.extend(finders.map(|tool| (*tool, Variant::Unguarded, callers, Goal::Bug)));
    }
    plan
}

fn compare() -> io::Result<()> {
    let plan = plan();
    let mut measured: Vec<Vec<Measured>> = vec![Vec::new(); plan.len()];
    for round in 1..=ROUNDS {
        for (at, (tool, variant, callers, goal)) in plan.iter().enumerate() {
            // What takes long is measured once.
            if measured[at].iter().any(|measured| measured.seconds > 5.0) {
                continue;
            }
            eprint!("\rround {round} of {ROUNDS}: {tool} {} {callers}          ", variant.name());
            measured[at].push(in_a_process(tool, *variant, *callers, *goal)?);
        }
    }
    eprintln!("\r{:60}", "");
    let medians: Vec<Measured> = measured.into_iter().map(median).collect();
    print!("{}", table::tables(&medians));
    fs::create_dir_all("target/anechoic")?;
    let traces = traces::compare()?;
    let rated: Vec<_> = medians.iter().map(|one| table::rated(one, &medians)).collect();
    let all = serde_json::json!({ "searches": rated, "traces": traces });
    fs::write("target/anechoic/bench.json", serde_json::to_string_pretty(&all)? + "\n")
}

fn in_a_process(tool: &str, variant: Variant, callers: usize, goal: Goal) -> io::Result<Measured> {
    let goal = serde_json::to_value(goal)?;
    let arguments = ["one", tool, variant.name(), &callers.to_string(), goal.as_str().unwrap_or_default()];
    let output = Command::new(env::current_exe()?).args(arguments).output()?;
    let line =
        output.stdout.split(|byte| *byte == b'\n').rfind(|line| line.starts_with(b"{")).unwrap_or_default();
    serde_json::from_slice(line).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        io::Error::other(format!("{arguments:?}: {error}: {said}"))
    })
}

fn median(mut all: Vec<Measured>) -> Measured {
    all.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    all.swap_remove(all.len() / 2)
}
