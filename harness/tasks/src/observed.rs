//! The observed trace, laid beside the runs that reproduce it, second by second.
use crate::{
    Scene, TaskScenario, VARIANTS, Variant, catalogue,
    trace::{Again, Reading, SecondBySecond, Story, Timeline, Times, situations},
    usual,
};
use anechoic::{
    Record, Situation, Step,
    check::show,
    report::{Matched, Observed},
    search::Path,
};
use anechoic_model::Promise;
use anechoic_traces::{Line, Mapping, Role};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// The six-event trace of the issue: its name, and its lines.
const NAME: &str = "six-events.bad.jsonl";
const TRACE: &str = include_str!("../six-events.bad.jsonl");

/// A version of the handlers, retried after the observed delays.
struct Run {
    variant: &'static Variant,
    record: Record,
    timeline: Timeline,
    fit: SecondBySecond,
}

/// Runs every version that is compared on the observed path with the observed delays, and lays what it does beside the
/// trace.
///
/// # Panics
/// If the trace that is built in is none.
pub(crate) fn reproduce() -> Observed {
    let mapping = Mapping::default();
    let (story, times) = read(&mapping);
    let scene = Scene::named("hydrate-context").expect("the observed path is a scenario");
    let alone = Situation { callers: 1, faults: 0, ..usual() };
    let at = situations(&times, &alone, Some(1)).swap_remove(0);
    let start = times.first.unwrap_or_default();
    let compared = VARIANTS.iter().filter(|variant| !variant.is_brief);
    let runs = compared.map(|variant| {
        let subject = TaskScenario::open(scene, variant, &at).expect("nothing strange is given");
        let record = Path::default().replay(&subject).1;
        let timeline = Timeline::of(&record, start);
        Run { variant, fit: timeline.compare(&times), timeline, record }
    });
    let runs: Vec<Run> = runs.collect();
    // The version that was observed does exactly what was observed, and every other one emits once.
    let observed = &runs[0];
    let is_reproduced = observed.fit.fits()
        && observed.timeline.events.len() == times.events.len()
        && runs[1..].iter().all(|run| run.timeline.events.len() == 1);
    let case = catalogue().case(scene.name, observed.variant.name).expect("it is a case");
    let promise = Promise::ExactlyOneEvent as usize;
    let run = show(catalogue(), (case, promise), &at, &Path::default(), false);
    let (header, rows) = table(&times, &runs);
    let name = observed.variant.name;
    Observed {
        header,
        rows,
        is_reproduced,
        verdict: match is_reproduced {
            true => format!("`{name}` reproduces the trace second by second; the others write one row."),
            false => format!(
                "The runs do not reproduce the trace: `{name}` should equal it, and the others write one row."
            ),
        },
        command: format!("anechoic reproduce fixtures/traces/{NAME}"),
        run: run.expect("it is a run of the case").expect("the version that was observed breaks it"),
        matched: matched(&story.lines, &mapping, observed, start),
    }
}

/// What the trace tells of its task, and when everything was.
fn read(mapping: &Mapping) -> (Story, Times) {
    let (mut reading, mut tasks) = (Reading::new(mapping, None).whole(true), Vec::new());
    let read = reading.add(NAME, &mut TRACE.as_bytes(), &mut |_, _| {});
    read.expect("the trace that is built in can be read");
    let examined = reading.examine(&mut |task| tasks.push(task));
    examined.expect("a dozen lines fit into memory");
    let mut again = Again::new(&tasks, true, mapping, None);
    again.add(NAME, &mut TRACE.as_bytes()).expect("it was read before");
    let told = again.stories().zip(&tasks).next();
    let (story, task) = told.expect("the trace is about a task");
    let times = story.times(task, mapping);
    (story, times)
}

/// What happened within one second: lines of the log, and rows in the events table.
type Second = (Vec<String>, usize);

/// The trace and the runs, side by side: a row for each second, then the sums.
fn table(times: &Times, runs: &[Run]) -> (Vec<String>, Vec<Vec<String>>) {
    let observed = Timeline {
        events: times.events.iter().map(|time| time.as_second()).collect(),
        log: times.log.iter().map(|(time, text)| (time.as_second(), text.clone())).collect(),
    };
    // Of what a run remarks, only that which the trace would show.
    let is_shown = |text: &str| times.log.iter().any(|(_, own)| own == text);
    let columns: Vec<BTreeMap<i64, Second>> = [&observed]
        .into_iter()
        .chain(runs.iter().map(|run| &run.timeline))
        .map(|timeline| seconds(timeline, &is_shown))
        .collect();
    let names = runs.iter().map(|run| run.variant.name.to_string());
    let header = ["time (UTC)".to_string(), "observed".into()].into_iter().chain(names).collect();
    let mut all: Vec<i64> = columns.iter().flat_map(|column| column.keys().copied()).collect();
    all.sort_unstable();
    all.dedup();
    let row = |second: &i64| {
        let time = Timestamp::from_second(*second).unwrap_or(Timestamp::MAX).strftime("%H:%M:%S");
        let cells = columns.iter().map(|column| column.get(second).map(say).unwrap_or_default());
        [time.to_string()].into_iter().chain(cells).collect()
    };
    let mut table: Vec<Vec<String>> = all.iter().map(row).collect();
    let counts = [&observed].into_iter().chain(runs.iter().map(|run| &run.timeline));
    let counts = counts.map(|timeline| timeline.events.len().to_string());
    table.push(["rows".to_string()].into_iter().chain(counts).collect());
    let counters = runs.iter().map(|run| counter(&run.record));
    table.push(["counter".to_string(), "not shown".into()].into_iter().chain(counters).collect());
    (header, table)
}

fn seconds(timeline: &Timeline, is_shown: &dyn Fn(&str) -> bool) -> BTreeMap<i64, Second> {
    let mut seconds: BTreeMap<i64, Second> = BTreeMap::new();
    for (second, text) in timeline.log.iter().filter(|(_, text)| is_shown(text)) {
        seconds.entry(*second).or_default().0.push(text.clone());
    }
    for second in &timeline.events {
        seconds.entry(*second).or_default().1 += 1;
    }
    seconds
}

/// The user's counter before and after a run.
fn counter(record: &Record) -> String {
    let column = record.columns.iter().position(|column| column == "active").unwrap_or_default();
    let last = record.steps.last().map_or(&record.initial, |step| &step.cells);
    format!("{} → {}", record.initial[column], last[column])
}

fn say((logged, emitted): &Second) -> String {
    let emitted = match emitted {
        0 => None,
        1 => Some("task_failed".to_string()),
        rows => Some(format!("{rows} × task_failed")),
    };
    // The first word says which line of the log it is.
    let logged = logged.iter().filter_map(|line| line.split_whitespace().next()).map(str::to_string);
    let logged = logged.map(|word| if word == "Content" { "blocked".into() } else { word });
    logged.chain(emitted).collect::<Vec<String>>().join(", ")
}

/// Which step of a run each line of the trace is: in the same second, and in the same order.
fn matched(lines: &[Line], mapping: &Mapping, run: &Run, start: Timestamp) -> Vec<Matched> {
    let steps = &run.record.steps;
    let second = |step: &Step| start.as_second() + step.at.as_secs() as i64;
    let writes = |at: usize| {
        let before = at.checked_sub(1).map_or(&run.record.initial, |before| &steps[before].cells);
        Timeline::events(&run.record, &steps[at].cells) > Timeline::events(&run.record, before)
    };
    let mut from = 0;
    let step_of = |line: &Line| {
        let text = mapping.get(Role::Text, &line.fields);
        let at = (from..steps.len()).find(|at| {
            line.time.is_some_and(|(time, _)| time.as_second() == second(&steps[*at]))
                && text.map_or_else(|| writes(*at), |text| steps[*at].what == text)
        })?;
        from = at + 1;
        Some(steps[at].number)
    };
    let steps: Vec<Option<u32>> = lines.iter().map(step_of).collect();
    let matched = lines.iter().zip(steps).map(|(line, step)| {
        let time = line.time.map(|(time, _)| time.strftime("%H:%M:%S").to_string()).unwrap_or_default();
        let text = mapping.get(Role::Text, &line.fields);
        let what = text.or_else(|| mapping.get(Role::Event, &line.fields)).unwrap_or_default();
        Matched { place: format!("{} at {time}", line.place), what: what.into(), step }
    });
    matched.collect()
}
