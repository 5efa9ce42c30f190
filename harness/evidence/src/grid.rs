use crate::{blame::blamed, harmless};
use anechoic_engine::{Breach, Fault, Record, Step, StepKind};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Longer texts are cut.
const LONGEST_TEXT: usize = 300;

/// A run as it is shown: a row for each thing that happened; columns for the runtime, for each actor, for the time, if any
/// passes, and for each part of the shared state; these speak only when they change.
pub struct Grid {
    /// What was settled before the run began.
    pub given: Vec<String>,
    /// The actors that have a column.
    pub actors: Vec<String>,
    /// Whether the runtime has one.
    pub has_runtime: bool,
    /// The stores and services that were asked anything, in the order in which they were.
    pub stores: Vec<String>,
    /// The time, if any passes, and what the shared state consists of.
    pub state: Vec<String>,
    /// What it held in the beginning.
    pub initial: Vec<String>,
    /// What happened.
    pub rows: Vec<Row>,
    /// What is left out before a row, by its position.
    pub gaps: BTreeMap<usize, Gap>,
    /// What is left out at the end.
    pub cut: Option<Gap>,
    /// How many more steps there are, and what the state held after them; nothing if none are left out.
    pub rest: Option<(u32, Vec<String>)>,
    /// Whether the run could not go on.
    pub is_broken_off: bool,
    /// Whether it goes on, and was followed only so far.
    pub goes_on: bool,
}

/// One thing that happened.
pub struct Row {
    /// Its step; a remark has the step in which it was made.
    pub number: u32,
    /// Whether it is the first of its step: the step itself, and not a remark.
    pub is_step: bool,
    /// Who did it, by column.
    pub actor: Option<usize>,
    /// Whether it stands in the runtime's column.
    pub is_runtime: bool,
    /// What kind of thing it is.
    pub kind: StepKind,
    /// What was done.
    pub what: String,
    /// What was answered and heard, unless it is no more than a nod.
    pub answer: Option<String>,
    /// What was done, answered and went wrong.
    pub said: String,
    /// What went wrong.
    pub fault: Option<Fault>,
    /// Whom a request went to, by position among the stores.
    pub reaches: Vec<usize>,
    /// What the state held afterwards.
    pub cells: Vec<String>,
    /// Which of these are new.
    pub changed: Vec<bool>,
    /// Whether the promise was broken here.
    pub breaks: bool,
}

/// Rows that are left out.
pub struct Gap {
    /// How many.
    pub rows: usize,
    /// What the state held after them.
    pub cells: Vec<String>,
    /// Which of these are new.
    pub changed: Vec<bool>,
}

impl Row {
    /// Whether it stands in the column of an actor, by position.
    pub fn stands_with(&self, actor: &usize) -> bool {
        !self.is_runtime && self.actor == Some(*actor)
    }
}

impl Grid {
    /// Shows a run up to the step that broke a promise, or to its end.
    pub fn new(record: &Record, breach: Option<&Breach>) -> Grid {
        Grid::up_to(breach.map_or(u32::MAX, |breach| breach.step), record, breach)
    }

    /// Shows all of a run.
    pub fn whole(record: &Record, breach: Option<&Breach>) -> Grid {
        Grid::up_to(u32::MAX, record, breach)
    }

    fn up_to(end: u32, record: &Record, breach: Option<&Breach>) -> Grid {
        let blamed = breach.map(|breach| blamed(record, breach));
        let shown = || record.steps.iter().filter(|step| step.number <= end);
        let actors: Vec<usize> =
            (0..record.actors.len()).filter(|actor| shown().any(|step| step.actor == Some(*actor))).collect();
        let (mut rows, mut stores): (Vec<Row>, Vec<String>) = Default::default();
        let is_timed = record.steps.iter().any(|step| !step.at.is_zero());
        let with_time = |at: Duration, cells: &[String]| -> Vec<String> {
            let time = is_timed.then(|| if at.is_zero() { "0s".into() } else { format!("{at:?}") });
            time.into_iter().chain(cells.iter().map(|cell| harmless(cell, LONGEST_TEXT).into())).collect()
        };
        let initial = with_time(Duration::ZERO, &record.initial);
        let is_premise = |step: &Step| step.kind == StepKind::Choice && step.actor.is_none();
        for step in shown().filter(|step| !is_premise(step)) {
            let is_step = rows.last().map_or(0, |row| row.number) != step.number;
            let cells = with_time(step.at, &step.cells);
            let before = rows.last().map_or(&initial, |row| &row.cells);
            rows.push(Row {
                kind: step.kind,
                what: harmless(&step.what, LONGEST_TEXT).into(),
                answer: answer(step),
                reaches: step.reaches.iter().map(|whom| position(&mut stores, whom)).collect(),
                number: step.number,
                is_step,
                actor: step.actor.and_then(|actor| actors.iter().position(|shown| *shown == actor)),
                is_runtime: step.kind.is_runtime(),
                said: said(step),
                fault: step.fault,
                changed: cells.iter().zip(before).map(|(now, then)| now != then).collect(),
                cells,
                breaks: is_step && blamed == Some(step.number),
            });
        }
        let time = is_timed.then(|| "time".to_string());
        Grid {
            given: shown()
                .filter(|step| is_premise(step))
                .map(|step| harmless(&step.what, LONGEST_TEXT).into())
                .collect(),
            actors: actors
                .iter()
                .map(|actor| harmless(&record.actors[*actor], LONGEST_TEXT).into())
                .collect(),
            stores,
            has_runtime: rows.iter().any(|row| row.is_runtime),
            state: time
                .into_iter()
                .chain(record.columns.iter().map(|name| harmless(name, LONGEST_TEXT).into()))
                .collect(),
            initial,
            gaps: BTreeMap::new(),
            cut: None,
            rest: record
                .steps
                .last()
                .filter(|last| last.number > end)
                .map(|last| (last.number - end, with_time(last.at, &last.cells))),
            is_broken_off: record.is_broken_off,
            goes_on: false,
            rows,
        }
    }

    /// Leaves out rows where there are more than so many: those far from the first ones and from the one that broke the
    /// promise.
    #[must_use]
    pub fn capped(self, first: usize, most: usize) -> Grid {
        let all = self.rows.len();
        if all <= most {
            return self;
        }
        let breaks = self.rows.iter().position(|row| row.breaks).unwrap_or(0);
        let around = most - first;
        let to = (breaks + around / 3).clamp(most, all);
        self.only(|at, _| at < first || (to - around..to).contains(&at))
    }

    /// Leaves out the rows of every step that is not among these, where there are more rows than so many. The step that
    /// broke the promise stays.
    #[must_use]
    pub fn cited(self, steps: &[u32], most: usize) -> Grid {
        if self.rows.len() <= most {
            return self;
        }
        let steps: BTreeSet<u32> = steps.iter().copied().collect();
        self.only(|_, row| row.breaks || steps.contains(&row.number))
    }

    /// Keeps these rows, by position, and one that would be left out alone: a gap takes a row, too.
    fn only(mut self, keep: impl Fn(usize, &Row) -> bool) -> Grid {
        let rows = std::mem::take(&mut self.rows);
        let kept: Vec<bool> = rows.iter().enumerate().map(|(at, row)| keep(at, row)).collect();
        let is_kept = |at: usize| kept.get(at).copied().unwrap_or(true);
        let is_alone = |at: usize| at.checked_sub(1).is_none_or(is_kept) && is_kept(at + 1);
        let mut gap: Option<Gap> = None;
        for (at, row) in rows.into_iter().enumerate() {
            if !kept[at] && !is_alone(at) {
                let before = self.rows.last().map_or(&self.initial, |row| &row.cells);
                let changed = row.cells.iter().zip(before).map(|(now, then)| now != then).collect();
                gap = Some(Gap { rows: gap.map_or(1, |gap| gap.rows + 1), cells: row.cells, changed });
                continue;
            }
            if let Some(gap) = gap.take() {
                self.gaps.insert(self.rows.len(), gap);
            }
            self.rows.push(row);
        }
        self.cut = gap;
        self
    }

    /// What became of the state in a row, by position, in a line.
    pub fn changes(&self, at: usize) -> String {
        let before = self.gaps.get(&at).map_or_else(|| self.above(at), |gap| &gap.cells);
        self.changes_since(before, &self.rows[at].cells)
    }

    /// What is left out before a row, by position, or at the end.
    pub fn gap(&self, at: usize) -> Option<&Gap> {
        if at == self.rows.len() { self.cut.as_ref() } else { self.gaps.get(&at) }
    }

    /// What became of the state in the rows that are left out there.
    pub fn changes_left_out(&self, at: usize) -> String {
        self.gap(at).map(|gap| self.changes_since(self.above(at), &gap.cells)).unwrap_or_default()
    }

    /// What the state held in the row above one that is shown.
    fn above(&self, at: usize) -> &Vec<String> {
        at.checked_sub(1).map_or(&self.initial, |above| &self.rows[above].cells)
    }

    fn changes_since(&self, before: &[String], now: &[String]) -> String {
        let cells = self.state.iter().zip(before).zip(now).filter(|((_, then), now)| then != now);
        let told = cells.map(|((name, then), now)| format!("{name} → {}", news(then, now)));
        told.collect::<Vec<String>>().join("; ")
    }
}

/// A cell; of a long one, what it has besides what it had.
fn news(then: &str, now: &str) -> String {
    const LONG: usize = 40;
    const BETWEEN: &str = "; ";
    let mut old: Vec<&str> = then.split(BETWEEN).collect();
    let is_new = |part: &&str| match old.iter().position(|old| old == part) {
        Some(at) => {
            old.swap_remove(at);
            false
        }
        None => true,
    };
    let new: Vec<&str> = now.split(BETWEEN).filter(is_new).collect();
    let is_more = !new.is_empty() && new.len() < now.split(BETWEEN).count();
    if now.chars().count() > LONG && is_more { format!("…; {}", new.join(BETWEEN)) } else { now.into() }
}

/// The position of a name in a list, to which it is added if it is new.
fn position(all: &mut Vec<String>, name: &str) -> usize {
    let name = harmless(name, LONGEST_TEXT);
    all.iter().position(|known| *known == name).unwrap_or_else(|| {
        all.push(name.into());
        all.len() - 1
    })
}

/// What was done, what was answered, and what went wrong.
pub(crate) fn said(step: &Step) -> String {
    let fault = step.fault.map(|fault| format!("  ⚡ {fault}")).unwrap_or_default();
    let what = harmless(&step.what, LONGEST_TEXT);
    let answer = answer(step).map(|answer| format!(" ⇒ {answer}")).unwrap_or_default();
    format!("{what}{answer}{fault}")
}

/// What was answered, if that says anything and somebody heard it.
fn answer(step: &Step) -> Option<String> {
    // Nobody hears the answer to a request that went wrong otherwise.
    let is_heard = matches!(step.fault, None | Some(Fault::StaleRead | Fault::Refused));
    let says = !matches!(step.answer.as_str(), "" | "done");
    (is_heard && says).then(|| harmless(&step.answer, LONGEST_TEXT).into())
}
