//! The observed trace, laid beside the runs that reproduce it, second by second.
use crate::{Scene, Settings, TaskScenario, VARIANTS, Variant};
use anechoic::{Outcome, Policy, Preset, Record, Step, StepKind, search::Path};
use jiff::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// The six-event trace of the issue.
const TRACE: &str = include_str!("../../fixtures/traces/six-events.bad.jsonl");

/// One line of a trace.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) ts: Timestamp,
    pub(crate) op: Op,
    #[serde(default)]
    pub(crate) text: String,
}

/// What a line tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Op {
    Log,
    Emit,
}

/// What happened within one second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Second {
    /// Lines in the log.
    pub logged: Vec<String>,
    /// Rows in the events table.
    pub emitted: u32,
}

/// A trace as it was seen or made: what happened in each of the seconds that count.
pub type Timeline = Vec<Second>;

/// The trace and its reproductions.
pub struct Observed {
    /// The seconds in which anything happened in the trace or in a run.
    pub seconds: Vec<Timestamp>,
    /// What was observed then.
    pub trace: Timeline,
    /// The same, line by line.
    pub(crate) lines: Vec<Line>,
    /// What each version of the handlers does then.
    pub runs: Vec<Reproduction>,
}

/// A version of the handlers under the observed delays.
pub struct Reproduction {
    /// The version.
    pub variant: &'static Variant,
    /// What it does.
    pub timeline: Timeline,
    /// The user's counter before and after.
    pub active: (i64, i64),
    /// The run, and what it broke.
    pub(crate) run: (Outcome, Record),
}

impl Reproduction {
    /// How many rows it writes to the events table.
    pub fn rows(&self) -> u32 {
        self.timeline.iter().map(|second| second.emitted).sum()
    }
}

impl Observed {
    /// Runs every version on the observed path with the observed delays.
    pub fn reproduce() -> Observed {
        let lines = trace();
        let settings = as_observed(&lines);
        let records: Vec<_> = VARIANTS
            .iter()
            .filter(|variant| variant.is_compared())
            .map(|variant| (variant, run(variant, &settings)))
            .collect();
        let at = |offset: Duration| settings.start + jiff::SignedDuration::from_secs(offset.as_secs() as i64);
        let of_records =
            records.iter().flat_map(|(_, (_, record))| record.steps.iter().map(|step| at(step.at)));
        let mut seconds: Vec<Timestamp> = lines.iter().map(|line| line.ts).chain(of_records).collect();
        seconds.sort_unstable();
        seconds.dedup();
        let position = |ts: Timestamp| seconds.binary_search(&ts).expect("each second is listed");

        let mut trace = vec![Second::default(); seconds.len()];
        for line in &lines {
            match line.op {
                Op::Log => trace[position(line.ts)].logged.push(line.text.clone()),
                Op::Emit => trace[position(line.ts)].emitted += 1,
            }
        }
        let runs = records.iter().map(|(variant, run)| {
            let record = &run.1;
            let mut timeline = vec![Second::default(); seconds.len()];
            let mut before = &record.initial;
            for step in &record.steps {
                let second = &mut timeline[position(at(step.at))];
                if step.kind == StepKind::Note && is_logged(&step.what) {
                    second.logged.push(step.what.clone());
                }
                second.emitted += events(&step.cells) - events(before);
                before = &step.cells;
            }
            let active = (active(&record.initial), active(before));
            Reproduction { variant, timeline, active, run: run.clone() }
        });
        let runs = runs.collect();
        Observed { seconds, trace, lines, runs }
    }

    /// Whether the version that was observed does exactly what was observed, and every other one emits once.
    pub fn is_reproduced(&self) -> bool {
        self.runs.iter().all(|run| {
            if run.variant.name == "unguarded" { run.timeline == self.trace } else { run.rows() == 1 }
        })
    }
}

fn trace() -> Vec<Line> {
    let parse = |line| serde_json::from_str(line).expect("the trace that is built in is well-formed");
    TRACE.lines().map(parse).collect()
}

/// The settings of the observed run: its start, its first delay, and the delays between its attempts.
fn as_observed(lines: &[Line]) -> Settings {
    let emitted: Vec<Timestamp> =
        lines.iter().filter(|line| line.op == Op::Emit).map(|line| line.ts).collect();
    let apart = |from: Timestamp, to: Timestamp| to.duration_since(from).unsigned_abs();
    let delays: Vec<Duration> = emitted.windows(2).map(|pair| apart(pair[0], pair[1])).collect();
    let start = lines[0].ts;
    Settings {
        faults: 0,
        retries: u32::MAX,
        client_attempts: Some(1),
        policy: Preset { name: "as observed", about: "", policy: Policy::listed(delays) },
        timed: true,
        start,
        lead: apart(start, emitted[0]),
        ..Settings::default()
    }
}

fn run(variant: &'static Variant, settings: &Settings) -> (Outcome, Record) {
    let scene = Scene::named("hydrate-context").expect("the observed path is a scene");
    Path::default().replay(&TaskScenario::new(scene, variant, settings))
}

/// Which step of a run each line of the trace is: in the same second, and in the same order.
pub(crate) fn matches(lines: &[Line], record: &Record) -> Vec<Option<u32>> {
    let second = |step: &Step| lines[0].ts + jiff::SignedDuration::from_secs(step.at.as_secs() as i64);
    let mut from = 0;
    let step_of = |line: &Line| {
        let is_it = |at: &usize| {
            let (step, before) =
                (&record.steps[*at], at.checked_sub(1).map_or(&record.initial, |at| &record.steps[at].cells));
            second(step) == line.ts
                && match line.op {
                    Op::Log => step.kind == StepKind::Note && step.what == line.text,
                    Op::Emit => events(&step.cells) > events(before),
                }
        };
        let at = (from..record.steps.len()).find(is_it)?;
        from = at + 1;
        Some(record.steps[at].number)
    };
    lines.iter().map(step_of).collect()
}

/// Whether a remark is a line of the handler's log that the trace would show.
fn is_logged(remark: &str) -> bool {
    remark.starts_with("WARN") || remark.starts_with("Content blocked")
}

fn events(cells: &[String]) -> u32 {
    cells[1].split_whitespace().filter(|event| *event == "failed").count() as u32
}

fn active(cells: &[String]) -> i64 {
    cells[2].parse().expect("the counter is a number")
}
