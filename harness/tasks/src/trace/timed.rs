//! The run that has a trace's times: it goes second by second as was seen.
use super::{
    Alike, Explanation,
    alike::{Lookalike, Sought},
    explain::Times,
};
use crate::{
    Given, TaskScenario, Variant,
    storage::{EVENTS, NO_EVENT},
};
use anechoic::{
    InProcess, Record, Situation, StepKind,
    search::{Findings, Path, Watch, shortest},
};
use jiff::{SignedDuration, Timestamp};
use std::{cmp::Reverse, time::Duration};

/// A run in which time passes as in a trace.
pub(super) struct Timed {
    pub(super) at: Situation,
    pub(super) record: Record,
    pub(super) fit: SecondBySecond,
}

/// How far a run has the times of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecondBySecond {
    /// Terminal events that both have in the same second, of all that the trace has.
    pub events: (usize, usize),
    /// Lines of the log that both have in the same second, of all that the trace has.
    pub log: (usize, usize),
}

impl SecondBySecond {
    /// Whether every event and every line is there at its second.
    pub fn fits(&self) -> bool {
        self.events.0 == self.events.1 && self.log.0 == self.log.1
    }
}

/// The run of a version that is retried after the observed times, with as many faults as the run that is alike, placed
/// so that its events come at their seconds. Of several it is the one that has most of what was observed.
///
/// # Errors
/// Why there is none.
pub(super) fn timed(
    explanation: &Explanation,
    variant: &'static Variant,
    alike: &Alike,
) -> Result<Timed, &'static str> {
    let faults = alike.faults().count() as u32;
    let own = Given::read(&alike.at.given).unwrap_or_default();
    let client_attempts = own.client_attempts.filter(|_| faults > 0).or(Some(1));
    let base = Situation { faults, ..alike.at.clone() };
    let situations = situations(&explanation.times, &base, client_attempts);
    if situations.is_empty() {
        return Err("nothing shows when it began and when a terminal event came");
    }
    let opened = situations.into_iter().map(|at| {
        at.check()?;
        Ok((TaskScenario::open(alike.scene, variant, &at)?, at))
    });
    let opened = opened.collect::<Result<Vec<_>, String>>();
    let opened = opened.map_err(|_| "its times are beyond what a replay file can hold")?;
    let start = explanation.times.first.unwrap_or_default();
    let runs = opened.iter().flat_map(|(subject, at)| {
        let paths = [first_way(alike), search(explanation, subject)];
        paths.into_iter().flatten().map(move |path| {
            let record = path.replay(subject).1;
            Timed { at: at.clone(), fit: Timeline::of(&record, start).compare(&explanation.times), record }
        })
    });
    let best = runs.min_by_key(|run| Reverse(run.fit.events.0 + run.fit.log.0));
    best.ok_or("no run that was searched has its events at their seconds")
}

/// The situations of such runs: the runtime waits as long as there is between two events, or from the end of an attempt that
/// the trace names to the beginning of the next.
pub(crate) fn situations(times: &Times, base: &Situation, client_attempts: Option<u32>) -> Vec<Situation> {
    let (Some(first), Some(event)) = (times.first, times.events.first()) else { return Vec::new() };
    let apart = |from: Timestamp, to: Timestamp| to.duration_since(from).unsigned_abs();
    let events = times.events.windows(2).map(|pair| apart(pair[0], pair[1])).collect();
    let attempts = times.attempts.windows(2).map(|pair| apart(pair[0].1, pair[1].0)).collect();
    let mut lists: Vec<Vec<Duration>> = vec![events, attempts];
    lists.dedup();
    let situation = |delays: Vec<Duration>| {
        let lead = event.duration_since(first).unsigned_abs();
        let retries = delays.len() as u32;
        let given = Given { client_attempts, start: first, lead: Some(lead), delays: Some(delays) };
        Situation { retries, given: given.write(), ..base.clone() }
    };
    lists.into_iter().map(situation).collect()
}

/// Where nothing goes wrong, the first way everywhere is that of a step which is only retried. It meets the same lot.
fn first_way(alike: &Alike) -> Option<Path> {
    if alike.scene.has_callers || alike.faults().next().is_some() {
        return None;
    }
    let lot = alike.path.0.get(1).filter(|_| alike.scene.lots.len() > 1);
    Some(lot.map_or(Path::default(), |lot| Path(vec![0, *lot])))
}

/// The smallest run that shows what the trace shows, its events at their seconds.
fn search(explanation: &Explanation, subject: &InProcess<TaskScenario>) -> Option<Path> {
    let events = explanation.times.events.iter().map(|time| time.as_second()).collect();
    let sought = Sought { seconds: Some(events), ..explanation.sought.clone() };
    let scenario = Lookalike { scenario: &subject.scenario, sought: &sought };
    shortest(&InProcess { scenario, bound: subject.bound }, 0, &mut Patience)
}

/// With time, no state comes twice, and there may be more runs than anybody waits for.
struct Patience;

impl Watch for Patience {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        const RUNS: u64 = 100_000;
        so_far.executions < RUNS
    }
}

/// When a run wrote terminal events and lines of the log, in seconds since 1970.
pub(crate) struct Timeline {
    pub(crate) events: Vec<i64>,
    pub(crate) log: Vec<(i64, String)>,
}

impl Timeline {
    pub(crate) fn of(record: &Record, start: Timestamp) -> Timeline {
        let second = |at: Duration| {
            let passed = SignedDuration::try_from(at).unwrap_or(SignedDuration::MAX);
            start.checked_add(passed).unwrap_or(Timestamp::MAX).as_second()
        };
        let mut timeline = Timeline { events: Vec::new(), log: Vec::new() };
        let mut before = Timeline::events(record, &record.initial);
        for step in &record.steps {
            let after = Timeline::events(record, &step.cells);
            timeline.events.extend((before..after).map(|_| second(step.at)));
            before = after;
            if step.kind == StepKind::Note {
                timeline.log.push((second(step.at), step.what.clone()));
            }
        }
        timeline
    }

    /// How many terminal events the tables hold.
    pub(crate) fn events(record: &Record, cells: &[String]) -> usize {
        let column = record.columns.iter().position(|column| column == EVENTS).unwrap_or_default();
        cells[column].split_whitespace().filter(|word| *word != NO_EVENT).count()
    }

    /// How much of what was observed is there at its second.
    pub(crate) fn compare(&self, times: &Times) -> SecondBySecond {
        let own: Vec<i64> = times.events.iter().map(|time| time.as_second()).collect();
        let log: Vec<_> = times.log.iter().map(|(time, text)| (time.as_second(), text.clone())).collect();
        SecondBySecond {
            events: (common(&own, self.events.clone()), own.len()),
            log: (common(&log, self.log.clone()), log.len()),
        }
    }
}

/// How many of these are also among those, each as often as it is there.
fn common<T: PartialEq>(these: &[T], mut those: Vec<T>) -> usize {
    let mut both = 0;
    for this in these {
        if let Some(at) = those.iter().position(|that| that == this) {
            those.swap_remove(at);
            both += 1;
        }
    }
    both
}
