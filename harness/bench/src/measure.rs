//! One measurement of one tool, in a process of its own.
use crate::{floor, ours, peers, subject::Variant};
use serde::{Deserialize, Serialize};
use std::{fs, time::Instant};

/// What a tool is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Goal {
    /// Make every run, within a minute.
    Exhaust,
    /// Stop at the first run that goes wrong.
    Bug,
}

/// No tool gets more seconds for one measurement.
pub(crate) const TIME: u64 = 60;
/// Nor more runs, if it counts them itself.
pub(crate) const RUNS: usize = 200_000;

/// The tools, in the order of the table.
pub(crate) const TOOLS: [&str; 11] = [
    "floor",
    "naive",
    "every-run",
    "reduced",
    "reduced-2",
    "loom",
    "shuttle-dfs",
    "shuttle-random",
    "shuttle-pct",
    "traceforge",
    "stateright",
];

/// What was measured.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Measured {
    pub(crate) tool: String,
    pub(crate) variant: Variant,
    pub(crate) callers: usize,
    pub(crate) goal: Goal,
    /// Runs; for stateright, states that were generated.
    pub(crate) executions: u64,
    /// Different states that were stored, by tools that do.
    pub(crate) states: u64,
    pub(crate) exhausted: bool,
    pub(crate) found: bool,
    pub(crate) seconds: f64,
    /// The most memory that the process held, in KiB, from the system.
    pub(crate) peak_kib: u64,
}

impl Measured {
    /// Runs per second.
    pub(crate) fn rate(&self) -> f64 {
        self.executions as f64 / self.seconds
    }
}

/// What a tool says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Said {
    pub(crate) executions: u64,
    pub(crate) states: u64,
    pub(crate) exhausted: bool,
    pub(crate) found: bool,
}

/// Measures one tool. A tool that is done in no time is asked again until half a second has passed, and the time is
/// that of one answer.
pub(crate) fn measure(tool: &str, variant: Variant, callers: usize, goal: Goal) -> Measured {
    let began = Instant::now();
    let (mut times, mut said) = (0, Said::default());
    while times == 0 || (began.elapsed().as_secs_f64() < 0.5 && tool != "stateright") {
        said = match tool {
            "floor" => floor::measure(variant, callers),
            "naive" | "every-run" | "reduced" | "reduced-2" => ours::measure(tool, variant, callers, goal),
            "loom" => peers::loom(variant, callers, goal),
            "shuttle-dfs" | "shuttle-random" | "shuttle-pct" => peers::shuttle(tool, variant, callers, goal),
            "traceforge" => peers::traceforge(variant, callers, goal),
            _ => peers::stateright(variant, callers, goal),
        };
        times += 1;
    }
    let seconds = began.elapsed().as_secs_f64() / f64::from(times);
    let Said { executions, states, exhausted, found } = said;
    let tool = tool.into();
    Measured { tool, variant, callers, goal, executions, states, exhausted, found, seconds, peak_kib: peak() }
}

/// The most memory that this process has held, in KiB; 0 where the system does not say.
pub(crate) fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}
