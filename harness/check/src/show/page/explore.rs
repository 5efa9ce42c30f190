//! A run that is being made, choice by choice: what it came to so far, and what could come next.
use super::{Exhibit, STYLE, exhibit::Shown};
use crate::{
    ReplayFile, Situation,
    judge::Standing,
    replay::case_name,
    show::words::{plural, retries},
};
use anechoic_engine::{
    Breach, Outcome, Promise, Record,
    search::{Next, Walked},
};
use anechoic_evidence::{harmless, harmless_lines};
use askama::Template;

/// What a page shows of a list, at most.
const MOST: usize = 500;
/// Longer names of choices are cut.
const LONGEST: usize = 300;

/// What is explored.
pub struct Explored<'e> {
    /// The catalogue, by name.
    pub catalogue: &'e str,
    /// The scenario and the version, by name.
    pub case: (&'e str, &'e str),
    /// Who acts in it, in words, where that is not so many callers.
    pub actors: Option<&'e str>,
    /// The situation.
    pub at: &'e Situation,
    /// What is promised.
    pub promises: &'e [Promise],
}

#[derive(Template)]
#[template(path = "explore.html")]
struct Page<'p> {
    title: String,
    situation: String,
    made: String,
    before: Option<String>,
    question: &'static str,
    goes_on: Vec<Way>,
    goes_wrong: Vec<Way>,
    left_out: usize,
    verdict: Vec<Verdict>,
    state: Vec<(String, String)>,
    run: Shown<'p>,
    choices: Vec<Way>,
    choices_cut: usize,
    replay: Option<String>,
    style: &'static str,
}

/// A choice, and the address of the run with it.
struct Way {
    label: String,
    address: String,
}

struct Verdict {
    look: &'static str,
    text: String,
}

/// The address of the run of a schedule. A long run mostly goes the same way, so what is repeated is told once: `0*3.1` is
/// `0.0.0.1`.
pub fn address(schedule: &[u32]) -> String {
    let way = |same: &[u32]| match same {
        [way] => way.to_string(),
        same => format!("{}*{}", same[0], same.len()),
    };
    let ways: Vec<String> = schedule.chunk_by(u32::eq).map(way).collect();
    if ways.is_empty() { "/".into() } else { format!("/?run={}", ways.join(".")) }
}

/// The style of the page, as its content security policy names it.
pub fn policy() -> String {
    super::policy::of_style(STYLE)
}

impl Explored<'_> {
    /// The page of a run that was followed as far as this schedule goes.
    pub fn page(&self, schedule: &[u32], walked: Walked) -> String {
        let Walked { outcome, record, next, is_within } = walked;
        let (scenario, variant) = self.case;
        let exhibit = exhibit(record, outcome.breaches.first().cloned());
        let (record, breach) = (&exhibit.record, exhibit.breach.as_ref());
        let (goes_wrong, goes_on): (Vec<_>, Vec<_>) =
            (0..).zip(&next).take(MOST).partition(|(_, next)| next.is_fault);
        let ways = |ways: Vec<(u32, &Next)>| -> Vec<Way> {
            let way = |(way, next): (u32, &Next)| Way {
                label: harmless(&next.label, LONGEST).into(),
                address: address(&[schedule, &[way]].concat()),
            };
            ways.into_iter().map(way).collect()
        };
        let replay = breach.filter(|_| next.is_empty()).map(|breach| self.replay(breach, record));
        let cells = record.steps.last().map_or(&record.initial, |step| &step.cells);
        let state = record.columns.iter().zip(cells);
        let choices = (1..).zip(&record.choices).take(schedule.len().min(MOST));
        let verdict = self.verdict(&outcome, record.is_broken_off);
        let question = match (next.is_empty(), is_within, record.is_broken_off) {
            (false, false, _) => "What could come next",
            (false, true, _) => "Within the next step: what could be answered",
            (true, _, true) => "The run cannot go on",
            (true, ..) => "The run is over: all is quiet",
        };
        let page = Page {
            title: format!("Anechoic explores {}", case_name(variant, scenario, " in ")),
            situation: situation(self.at, self.actors),
            made: made(schedule.len(), record),
            before: schedule.split_last().map(|(_, before)| address(before)),
            question,
            goes_on: ways(goes_on),
            goes_wrong: ways(goes_wrong),
            left_out: next.len().saturating_sub(MOST),
            verdict,
            state: state.map(|(name, cell)| (name.to_string(), harmless(cell, 2_000).into())).collect(),
            choices: choices
                .map(|(made, label)| Way {
                    label: harmless(label, LONGEST).into(),
                    address: address(&schedule[..made]),
                })
                .collect(),
            choices_cut: schedule.len().saturating_sub(MOST),
            replay,
            run: Shown::so_far(1, &exhibit, !next.is_empty()),
            style: STYLE,
        };
        harmless_lines(&page.render().expect("a page in memory can be written"))
    }

    /// What is known of each promise. Before the end, nothing is kept yet.
    fn verdict(&self, outcome: &Outcome, is_broken_off: bool) -> Vec<Verdict> {
        if let Some(why) = &outcome.cannot_tell {
            let text = format!("? nothing can be said of this run: {}", harmless(why, 2_000));
            return vec![Verdict { look: "quiet", text }];
        }
        let line = |(position, promise): (usize, &Promise)| match outcome
            .breaches
            .iter()
            .find(|breach| breach.promise == position)
        {
            Some(Breach { detail, step, .. }) => Verdict {
                look: "bad",
                text: format!("✗ {promise}: {} (step {step})", harmless(detail, 2_000)),
            },
            None if outcome.at_rest && !is_broken_off => {
                Verdict { look: "good", text: format!("✓ {promise} is kept in this run") }
            }
            None => {
                let open = if is_broken_off { "cannot go on" } else { "is not over" };
                let text = format!("? {promise} is not broken so far, and the run {open}");
                Verdict { look: "quiet", text }
            }
        };
        self.promises.iter().enumerate().map(line).collect()
    }

    /// The run as a file.
    fn replay(&self, breach: &Breach, record: &Record) -> String {
        let (scenario, variant) = self.case;
        let file = ReplayFile {
            format: Default::default(),
            catalogue: self.catalogue.into(),
            scenario: scenario.into(),
            variant: variant.into(),
            situation: self.at.clone(),
            promise: self.promises[breach.promise].name.clone().into(),
            found: breach.detail.clone(),
            choices: record.choices.clone(),
        };
        file.to_json()
    }
}

fn exhibit(record: Record, breach: Option<Breach>) -> Exhibit {
    Exhibit {
        title: "The run so far".into(),
        about: Vec::new(),
        standing: Standing::NotSearched,
        record,
        breach,
        changes: Vec::new(),
        passing: None,
        matched: Vec::new(),
        command: String::new(),
        replay: String::new(),
    }
}

/// How much may happen.
fn situation(at: &Situation, actors: Option<&str>) -> String {
    let mut parts = vec![
        actors.map_or_else(|| plural(at.callers as u64, "caller"), Into::into),
        format!("up to {}", plural(u64::from(at.faults), "fault")),
        format!("up to {}", retries(at.retries)),
    ];
    parts.extend(at.policy.iter().map(|policy| format!("retry policy {policy}")));
    parts.extend(at.given.iter().map(|(name, value)| format!("{name} is {value}")));
    parts.join(", ")
}

/// How far the run has come.
fn made(choices: usize, record: &Record) -> String {
    let steps = record.steps.last().map_or(0, |step| step.number);
    let (choices, steps) = (plural(choices as u64, "choice"), plural(u64::from(steps), "step"));
    format!("{choices} so far, {steps}; where there was only one way, it was gone.")
}
