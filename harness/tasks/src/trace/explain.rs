//! How far the model explains a trace, and what explains the rest.
use super::{
    Examination, Standing,
    alike::{Could, Sought, could},
    facts::{Fact, Says, fact},
    hypotheses::{Hypotheses, Shown},
    policies::{Fit, fits, gaps},
};
use anechoic::{Asked, check::Clockwork};
use anechoic_model::Status;
use anechoic_traces::{Line, Mapping, Place, Role, merge};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// An explanation of what a trace shows of one task.
pub struct Explanation {
    /// How many lines are about the task.
    pub lines: usize,
    /// How many of them, from the first on, some run of a correct handler explains, and where the last of these is.
    pub explained: (usize, Option<Place>),
    /// The first line that nothing explains; none if every line is explained.
    pub unexplained: Option<Unexplained>,
    /// If every line is explained, what the end lacks that every explanation requires.
    pub lacking: Option<String>,
    /// The seconds between its terminal events.
    pub gaps: Vec<f64>,
    /// How they fit each retry policy; nothing without gaps.
    pub policies: Vec<Fit>,
    /// What each version of the handlers could have shown.
    pub could: Vec<Could>,
    /// Within which bound it was searched for.
    pub bound: Asked,
    /// When its terminal events came, and when its first line.
    pub(crate) times: Times,
    /// What is sought in runs.
    pub(crate) sought: Sought,
}

/// The first line that nothing explains.
pub struct Unexplained {
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub what: String,
    /// For each hypothesis that is consistent with the lines before it: what might have led to it, and why it did not.
    pub guards: Vec<(String, Vec<(String, String)>)>,
}

/// When things were, in a trace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) first: Option<Timestamp>,
    pub(crate) events: Vec<Timestamp>,
    /// When each attempt at a step was told of first and last.
    pub(crate) attempts: Vec<(Timestamp, Timestamp)>,
    /// What the log says, and when.
    pub(crate) log: Vec<(Timestamp, String)>,
}

/// The lines about one task: all of them, since from a part it would be explained as something else.
#[derive(Clone, Debug, Default)]
pub struct Story {
    pub(crate) lines: Vec<Line>,
}

impl Story {
    /// Adds a line, if it is about the task. What names no task belongs to the `only` one there is.
    pub(super) fn offer(&mut self, examination: &Examination, only: bool, line: &Line, mapping: &Mapping) {
        let owner = mapping.get(Role::Owner, &line.fields);
        let belongs = match mapping.get(Role::Entity, &line.fields) {
            Some(entity) => *entity == examination.task,
            None => match owner {
                Some(owner) => examination.owner.as_deref() == Some(owner),
                None => only,
            },
        };
        if belongs {
            self.lines.push(line.clone());
        }
    }

    /// All lines are there: puts them into their order.
    pub(super) fn told(self) -> Story {
        Story { lines: merge(self.lines) }
    }

    /// When everything was, in a story that is told.
    pub(crate) fn times(&self, examination: &Examination, mapping: &Mapping) -> Times {
        read(examination, self, mapping).1
    }
}

/// A line that says something which the model knows of.
struct Said<'l> {
    place: &'l Place,
    time: Option<Timestamp>,
    shown: Shown,
}

/// Explains a task's story. How far its runs are searched is told by the bound.
pub fn explain(
    examination: &Examination,
    story: &Story,
    mapping: &Mapping,
    asked: &Asked,
    clockwork: &Clockwork<'_>,
) -> Explanation {
    let (said, times) = read(examination, story, mapping);
    let mut left = Hypotheses::new();
    let (mut explained, mut unexplained) = ((0, None), None);
    let mut before = None;
    for said in &said {
        let at_once = said.time.is_some() && said.time == before;
        before = said.time;
        let narrowed = if at_once { left.narrowed_at_once(said.shown) } else { left.narrowed(said.shown) };
        match narrowed {
            Some(narrowed) => {
                left = narrowed;
                explained = (explained.0 + 1, Some(said.place.clone()));
            }
            None => {
                let guards = left.iter().map(|known| (known.to_string(), known.guards(said.shown)));
                let what = say(said.shown);
                unexplained = Some(Unexplained { place: said.place.clone(), what, guards: guards.collect() });
                break;
            }
        }
    }
    let sought = sought(examination, &said, steps(story, mapping), &times);
    let lacking = if unexplained.is_none() { lacking(&left, &sought, &said) } else { None };
    let policies = if times.events.len() > 1 { fits(&times.events) } else { Vec::new() };
    let least = asked.situation().retries;
    let retries = least.max(times.events.len().saturating_sub(1).min(100) as u32);
    let bound = Asked { retries: Some(retries), ..asked.clone() };
    let could = could(&sought, &bound, clockwork);
    let gaps = gaps(&times.events);
    Explanation {
        lines: said.len(),
        explained,
        unexplained,
        lacking,
        gaps,
        policies,
        could,
        bound,
        times,
        sought,
    }
}

/// The steps of a workflow that are named.
fn steps(story: &Story, mapping: &Mapping) -> BTreeSet<String> {
    story.lines.iter().filter_map(|line| mapping.get(Role::Step, &line.fields)).map(str::to_string).collect()
}

fn say(shown: Shown) -> String {
    match shown {
        Shown::Stands(status) => format!("the task stands at {status}"),
        Shown::Event(end, number) => format!("terminal event {number}: the end {end} is announced"),
        Shown::Counts(value) => format!("the counter says {value}"),
    }
}

/// What the lines say, in the model's words. An event that is told again says nothing new.
fn read<'s>(examination: &Examination, story: &'s Story, mapping: &'s Mapping) -> (Vec<Said<'s>>, Times) {
    let (mut said, mut times) = (Vec::new(), Times::default());
    let mut keys: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut stood, mut counted, mut attempts) = (false, false, BTreeMap::new());
    for line in &story.lines {
        let time = line.time.map(|(time, _)| time);
        times.first = times.first.or(time);
        let named = [Role::Step, Role::Attempt].map(|role| mapping.get(role, &line.fields));
        if let (Some(time), [_, Some(_)]) = (time, named) {
            let at = *attempts.entry(named).or_insert(times.attempts.len());
            match times.attempts.get_mut(at) {
                Some((_, last)) => *last = time,
                None => times.attempts.push((time, time)),
            }
        }
        let mut add = |shown| said.push(Said { place: &line.place, time, shown });
        match fact(line, mapping) {
            Ok(Fact::Stands { status, before, .. }) if examination.is_ours => {
                // Later on it was shown already, perhaps by a clock that counts more coarsely.
                if let Some(before) = before.and_then(Standing::status).filter(|_| !stood) {
                    add(Shown::Stands(before));
                }
                if let Some(status) = status.status() {
                    stood = true;
                    add(Shown::Stands(status));
                }
            }
            Ok(Fact::Event { key: Some(key), says: Says::End(end) }) => {
                let next = keys.len() + 1;
                let number = *keys.entry(key).or_insert(next);
                add(Shown::Event(end, number));
                if number == next {
                    times.events.extend(time);
                }
            }
            // It cannot be counted, but there is one.
            Ok(Fact::Event { key: None, says: Says::End(end) }) => add(Shown::Event(end, 1)),
            Ok(Fact::Counts { value, before, .. }) if examination.alone && examination.is_ours => {
                if let Some(before) = before.filter(|_| !counted) {
                    add(Shown::Counts(before));
                }
                counted = true;
                add(Shown::Counts(value));
            }
            _ => {}
        }
        if let (Some(time), Some(text)) = (time, mapping.get(Role::Text, &line.fields)) {
            times.log.push((time, text.into()));
        }
    }
    (said, times)
}

fn sought(examination: &Examination, said: &[Said<'_>], steps: BTreeSet<String>, times: &Times) -> Sought {
    let mut events: BTreeMap<Status, usize> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for said in said {
        if let Shown::Event(end, number) = said.shown
            && seen.insert(number)
        {
            *events.entry(end).or_default() += 1;
        }
    }
    let counts: Vec<i64> = said
        .iter()
        .filter_map(|said| match said.shown {
            Shown::Counts(value) => Some(value),
            _ => None,
        })
        .collect();
    let stands = |said: &Said<'_>| match said.shown {
        Shown::Stands(status) => Some(status),
        _ => None,
    };
    Sought {
        events: examination.shows_events.then_some(events),
        seconds: None,
        first: said.iter().find_map(stands),
        status: said.iter().rev().find_map(stands),
        counter: counts
            .first()
            .zip(counts.last())
            .filter(|_| examination.alone)
            .map(|(first, last)| last - first),
        sessions: Some(examination.sessions).filter(|sessions| *sessions > 1),
        steps,
        log: times.log.iter().map(|(_, text)| text.clone()).collect(),
    }
}

/// What every hypothesis that is left requires, and the end does not show.
fn lacking(left: &Hypotheses, sought: &Sought, said: &[Said<'_>]) -> Option<String> {
    let events = sought.events.as_ref().map(|events| events.values().sum());
    let counter = said.iter().rev().find_map(|said| match said.shown {
        Shown::Counts(value) => Some(value),
        _ => None,
    });
    if left.allow(events, sought.status, counter) {
        return None;
    }
    let known: Vec<String> = left.iter().map(ToString::to_string).collect();
    let shown = [
        sought.status.map(|status| status.to_string()),
        events.map(|events| format!("{events} terminal event{}", if events == 1 { "" } else { "s" })),
        counter.map(|counter| format!("counter {counter}")),
    ];
    let shown: Vec<String> = shown.into_iter().flatten().collect();
    Some(format!("the model allows only {}; the trace ends with {}", known.join(" or "), shown.join(", ")))
}
