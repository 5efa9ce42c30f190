//! What a report comes to. Whether a broken promise is new, known, on purpose, fixed or not searched is decided here and
//! nowhere else; the exit code is that of the worst line, so words and number cannot disagree.
mod known;
mod specimens;
mod standing;

pub use standing::{Cell, Standing};

use crate::{
    Exit,
    report::{Again, Report, Saved, Shard, Variant},
};
use anechoic_evidence::harmless;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The verdict on a whole check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// How the command ends: as its worst line says.
    pub exit: Exit,
    /// Why.
    pub lines: Vec<Line>,
    /// What is to be made of each promise of each version in each scenario.
    pub standings: Vec<Cell>,
}

/// A reason for a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it means for the whole.
    pub mark: Mark,
    /// What it says.
    pub text: String,
}

/// What a reason means for the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// All is as it should be.
    Holds,
    /// A promise is broken.
    Violated,
    /// Something was not looked at, or not to its end.
    Inconclusive,
    /// A promise is broken, as is known.
    Known,
    /// What was known to be broken is not broken any more.
    Fixed,
    /// Nothing for or against it.
    Remark,
}

impl Mark {
    /// The sign that people see.
    pub fn sign(self) -> &'static str {
        match self {
            Mark::Holds | Mark::Fixed => "✓",
            Mark::Violated => "✗",
            Mark::Inconclusive => "?",
            Mark::Known => "!",
            Mark::Remark => "–",
        }
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.mark.sign(), self.text)
    }
}

impl Judgement {
    fn of(lines: Vec<Line>, standings: Vec<Cell>) -> Judgement {
        let has = |mark: Mark| lines.iter().any(|line| line.mark == mark);
        // A broken promise weighs more than an unanswered question, and no reason at all is no reason to pass.
        let exit = if has(Mark::Violated) {
            Exit::Violated
        } else if has(Mark::Inconclusive) || !(has(Mark::Holds) || has(Mark::Known)) {
            Exit::Inconclusive
        } else {
            Exit::Holds
        };
        Judgement { exit, lines, standings }
    }
}

/// Collects reasons.
#[derive(Default)]
struct Lines(Vec<Line>);

impl Lines {
    fn add(&mut self, mark: Mark, text: impl Into<String>) {
        // Names of files and reasons are from elsewhere; a line of a verdict is one line.
        let text = harmless(&text.into(), 4_000).into();
        self.0.push(Line { mark, text });
    }
}

/// Judges a report.
pub fn judge(report: &Report) -> Judgement {
    let standings = standing::standings(report);
    let mut lines = Lines::default();
    let mut specimens = specimens::Caught::default();
    for variant in &report.asked.variants {
        if report.asked.is_on_purpose(variant) {
            specimens.judge(report, variant, &standings, &mut lines);
        } else {
            judge_code(report, variant, &standings, &mut lines);
        }
    }
    specimens.sum_up(report.asked.specimens, &mut lines);
    known::review(report, &standings, &mut lines);
    if let Some(observed) = &report.observed {
        match observed.is_reproduced {
            true => lines.add(Mark::Holds, "the observed trace is reproduced"),
            false => lines.add(Mark::Violated, "the observed trace is not reproduced"),
        }
    }
    judge_saved(report, &mut lines);
    if let Some(Shard { number, of }) = report.asked.search.shard() {
        let text = format!(
            "this is part {number} of {of}: `anechoic merge` joins all parts and gives their verdict"
        );
        lines.add(Mark::Inconclusive, text);
    }
    Judgement::of(lines.0, standings)
}

/// Code has to keep every promise.
fn judge_code(report: &Report, variant: &Variant, standings: &[Cell], lines: &mut Lines) {
    let name = &variant.name;
    let cells = || standings.iter().filter(|cell| cell.variant == *name);
    let mut new: BTreeSet<&str> =
        cells().filter(|cell| cell.standing.is_red()).map(|cell| cell.promise.as_str()).collect();
    new.extend(known::unknown_troubles(report, name, standings));
    let known = cells().filter(|cell| matches!(cell.standing, Standing::Known { .. }));
    let known: BTreeSet<&str> = known.map(|cell| cell.promise.as_str()).collect();
    let never: BTreeSet<&str> = report.of(name).flat_map(|searched| searched.never()).collect();
    let is_part = report.asked.search.shard().is_some();
    let troubles = report.troubles.iter().filter(|trouble| trouble.variant == *name);
    let mut given_up = report.of(name).find_map(|searched| searched.diverged());
    given_up = given_up.or_else(|| troubles.clone().find_map(|trouble| trouble.diverged()));
    let mut open = troubles.filter(|trouble| !trouble.is_tried());
    let mut unclear =
        report.of(name).flat_map(|searched| searched.unclear().map(move |why| (&searched.scenario, why)));
    let all_searched = report.of(name).all(|searched| searched.is_complete()) && open.next().is_none();
    if !new.is_empty() {
        lines.add(Mark::Violated, format!("{name} breaks {}", list(&new)));
    } else if is_part {
        // Its line comes when all parts are joined.
    } else if let Some((scenario, why)) = given_up {
        let text = format!("{name} cannot be searched in {scenario}: {why}");
        lines.add(Mark::Inconclusive, text);
    } else if let Some(idle) = report.of(name).find(|searched| searched.is_idle()) {
        let text = format!(
            "{name} proves nothing: nobody asks for anything in {}; bring in actors (`set_up`) or deliveries that make requests",
            idle.scenario
        );
        lines.add(Mark::Inconclusive, text);
    } else if !never.is_empty() {
        let text = format!("{name} proves nothing: in no run did this happen: {}", list(&never));
        lines.add(Mark::Inconclusive, text);
    } else if let Some((scenario, why)) = unclear.next() {
        let text = format!("{name} is not known to end as if once in {scenario}: {why}");
        lines.add(Mark::Inconclusive, text);
    } else if !all_searched {
        let text =
            format!("{name} breaks no {}promise in what was searched, which is not all", other(&known));
        lines.add(Mark::Inconclusive, text);
    } else if known.is_empty() {
        lines.add(Mark::Holds, format!("{name} holds every promise in the whole bound"));
    } else {
        let text = format!(
            "{name} breaks {}, as is known; it holds every other promise in the whole bound",
            list(&known)
        );
        lines.add(Mark::Known, text);
    }
}

fn other(known: &BTreeSet<&str>) -> &'static str {
    if known.is_empty() { "" } else { "other " }
}

/// Code must not break its promise in a run in which it broke it once; a specimen must.
fn judge_saved(report: &Report, lines: &mut Lines) {
    let mut well: u64 = 0;
    for saved in &report.saved {
        let Saved { file, variant, promise, again, .. } = saved;
        match (report.asked.is_saved_on_purpose(saved), again) {
            (false, Again::Breaks { .. }) if known::covers_saved(report, saved) => {
                lines.add(Mark::Known, format!("{variant} breaks {promise} again in {file}, as is known"));
            }
            (false, Again::Breaks { .. }) => {
                lines.add(Mark::Violated, format!("{variant} breaks {promise} again, in {file}"));
            }
            (false, Again::BreaksAnother { promise: other }) => {
                let text = format!("{variant} keeps {promise} and breaks {other}, in {file}");
                lines.add(Mark::Violated, text);
            }
            (true, Again::Keeps | Again::BreaksAnother { .. }) => {
                let text =
                    format!("{variant} is a specimen that does not break {promise} any more, in {file}");
                lines.add(Mark::Violated, text);
            }
            (_, Again::CannotBeMade { why }) => {
                let text = format!(
                    "{file} cannot be made again, so it shows nothing of {promise}: {why}; review it \
                     (anechoic review FOLDER), or delete the file"
                );
                lines.add(Mark::Inconclusive, text);
            }
            (true, Again::Breaks { .. }) | (false, Again::Keeps) => well += 1,
        }
    }
    match well {
        0 => {}
        1 => lines.add(Mark::Holds, "1 saved run was made again, and ends as it should"),
        many => lines.add(Mark::Holds, format!("{many} saved runs were made again, and end as they should")),
    }
    match report.pending {
        0 => {}
        1 => lines.add(Mark::Remark, "1 saved run waits for a review and was not made again"),
        many => {
            lines.add(Mark::Remark, format!("{many} saved runs wait for a review and were not made again"))
        }
    }
}

fn list(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<&str>>().join(", ")
}
