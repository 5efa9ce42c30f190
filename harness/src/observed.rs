//! The observed trace, laid beside the runs that reproduce it, second by second.
use crate::{
    Scene, Settings, TaskScenario, VARIANTS, Variant,
    check::Broke,
    report::{self, Matched},
};
use anechoic::{Policy, Preset, Record, Step, StepKind, search::Path};
use anechoic_model::Promise;
use jiff::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// The six-event trace of the issue.
const TRACE: &str = include_str!("../../fixtures/traces/six-events.bad.jsonl");

/// One line of a trace.
#[derive(Clone, Debug, Deserialize)]
struct Line {
    ts: Timestamp,
    op: Op,
    #[serde(default)]
    text: String,
}

/// What a line tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Op {
    Log,
    Emit,
}

/// What happened within one second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Second {
    /// Lines in the log.
    logged: Vec<String>,
    /// Rows in the events table.
    emitted: u32,
}

/// What happened in each of the seconds that count.
type Timeline = Vec<Second>;

/// A version of the handlers under the observed delays.
struct Reproduction {
    variant: &'static Variant,
    timeline: Timeline,
    /// The user's counter before and after.
    active: (i64, i64),
    record: Record,
}

/// Runs every version on the observed path with the observed delays, and lays what it does beside the trace.
pub fn reproduce() -> report::Observed {
    let lines = trace();
    let settings = as_observed(&lines);
    let scene = Scene::named("hydrate-context").expect("the observed path is a scene");
    let compared = VARIANTS.iter().filter(|variant| variant.is_compared());
    let records: Vec<_> = compared.map(|variant| (variant, run(scene, variant, &settings))).collect();
    let at = |offset: Duration| settings.start + jiff::SignedDuration::from_secs(offset.as_secs() as i64);
    let of_records = records.iter().flat_map(|(_, record)| record.steps.iter().map(|step| at(step.at)));
    let mut seconds: Vec<Timestamp> = lines.iter().map(|line| line.ts).chain(of_records).collect();
    seconds.sort_unstable();
    seconds.dedup();
    let position = |ts: Timestamp| seconds.binary_search(&ts).expect("each second is listed");
    let observed = timeline_of_trace(&lines, seconds.len(), position);
    let runs: Vec<Reproduction> = records
        .into_iter()
        .map(|(variant, record)| {
            let (timeline, active) = timeline_of_run(&record, seconds.len(), |step| position(at(step.at)));
            Reproduction { variant, timeline, active, record }
        })
        .collect();
    // The version that was observed does exactly what was observed, and every other one emits once.
    let is_reproduced = runs.iter().all(|run| match run.variant.name {
        "unguarded" => run.timeline == observed,
        _ => rows(&run.timeline) == 1,
    });
    let variant = runs[0].variant;
    let broke = Broke { scene, variant, promise: Promise::ExactlyOneEvent };
    let matched =
        lines.iter().zip(matches(&lines, &runs[0].record)).enumerate().map(|(at, (line, step))| Matched {
            place: format!("six-events.bad.jsonl:{} at {}", at + 1, line.ts.strftime("%H:%M:%S")),
            what: if line.op == Op::Emit { "task_failed".into() } else { line.text.clone() },
            step,
        });
    let (header, table) = table(&seconds, &observed, &runs);
    report::Observed {
        header,
        rows: table,
        is_reproduced,
        run: broke.show(&settings, &Path::default(), false),
        matched: matched.collect(),
    }
}

fn timeline_of_trace(lines: &[Line], seconds: usize, position: impl Fn(Timestamp) -> usize) -> Timeline {
    let mut timeline = vec![Second::default(); seconds];
    for line in lines {
        match line.op {
            Op::Log => timeline[position(line.ts)].logged.push(line.text.clone()),
            Op::Emit => timeline[position(line.ts)].emitted += 1,
        }
    }
    timeline
}

/// What a run does in each second, and the user's counter before and after it.
fn timeline_of_run(
    record: &Record,
    seconds: usize,
    position: impl Fn(&Step) -> usize,
) -> (Timeline, (i64, i64)) {
    let mut timeline = vec![Second::default(); seconds];
    let mut before = &record.initial;
    for step in &record.steps {
        let second = &mut timeline[position(step)];
        if step.kind == StepKind::Note && is_logged(&step.what) {
            second.logged.push(step.what.clone());
        }
        second.emitted += events(&step.cells) - events(before);
        before = &step.cells;
    }
    (timeline, (active(&record.initial), active(before)))
}

fn rows(timeline: &Timeline) -> u32 {
    timeline.iter().map(|second| second.emitted).sum()
}

/// The trace and the runs, side by side: a row for each second, then the sums.
fn table(
    seconds: &[Timestamp],
    observed: &Timeline,
    runs: &[Reproduction],
) -> (Vec<String>, Vec<Vec<String>>) {
    let names = runs.iter().map(|run| run.variant.name.to_string());
    let header = ["time (UTC)".to_string(), "observed".into()].into_iter().chain(names).collect();
    let row = |(index, second): (usize, &Timestamp)| {
        let cells = runs.iter().map(|run| say(&run.timeline[index]));
        [second.strftime("%H:%M:%S").to_string(), say(&observed[index])].into_iter().chain(cells).collect()
    };
    let mut table: Vec<Vec<String>> = seconds.iter().enumerate().map(row).collect();
    let counts = runs.iter().map(|run| rows(&run.timeline).to_string());
    table.push(["rows".into(), rows(observed).to_string()].into_iter().chain(counts).collect());
    let counters = runs.iter().map(|run| format!("{} → {}", run.active.0, run.active.1));
    table.push(["counter".into(), "not shown".into()].into_iter().chain(counters).collect());
    (header, table)
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
        callers: 1,
        retries: delays.len() as u32,
        client_attempts: Some(1),
        policy: Preset { policy: Policy::listed(delays), ..Settings::default().policy },
        timed: true,
        start,
        lead: apart(start, emitted[0]),
        ..Settings::default()
    }
}

fn run(scene: &'static Scene, variant: &'static Variant, settings: &Settings) -> Record {
    Path::default().replay(&TaskScenario::new(scene, variant, settings)).1
}

/// Which step of a run each line of the trace is: in the same second, and in the same order.
fn matches(lines: &[Line], record: &Record) -> Vec<Option<u32>> {
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

fn say(second: &Second) -> String {
    let emitted = match second.emitted {
        0 => None,
        1 => Some("task_failed".to_string()),
        rows => Some(format!("{rows} × task_failed")),
    };
    // The first word says which line of the log it is.
    let logged = second.logged.iter().filter_map(|line| line.split_whitespace().next()).map(str::to_string);
    let logged = logged.map(|word| if word == "Content" { "blocked".into() } else { word });
    logged.chain(emitted).collect::<Vec<String>>().join(", ")
}
