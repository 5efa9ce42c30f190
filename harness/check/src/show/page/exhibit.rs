use crate::{judge::Standing, report::Matched, show::picture};
use anechoic_engine::{Breach, Record};
use anechoic_evidence::{Clause, Grid, Row, Side, sides, why};
use std::collections::BTreeSet;

/// A run to be shown, with all that is known about it.
pub struct Exhibit {
    /// What is wrong, in a line.
    pub title: String,
    /// What else is wrong with it, and how big it is; a line each.
    pub about: Vec<String>,
    /// What is to be made of it.
    pub standing: Standing,
    /// The run.
    pub record: Record,
    /// What it broke; nothing, if it broke nothing.
    pub breach: Option<Breach>,
    /// What was changed about it, and what came of that.
    pub changes: Vec<Change>,
    /// A run that breaks nothing, as near as there is one, and what it is.
    pub passing: Option<(String, Record)>,
    /// What was observed elsewhere, and which steps match it.
    pub matched: Vec<Matched>,
    /// The command that makes the run again.
    pub command: String,
    /// The run as a file.
    pub replay: String,
}

/// One thing that was changed.
pub struct Change {
    /// What.
    pub what: String,
    /// Whether it helps; nothing, if that is not known.
    pub helps: Option<bool>,
    /// What came of it.
    pub result: String,
}

/// More rows than these are not shown, but for those around the step that broke the promise.
const MOST_ROWS: usize = 2_000;
/// The rows shown at the beginning if not all are.
const FIRST_ROWS: usize = 200;

/// An exhibit, as the page's template wants it.
pub(super) struct Shown<'p> {
    pub(super) number: usize,
    pub(super) exhibit: &'p Exhibit,
    pub(super) grid: Grid,
    /// The same as a picture, in SVG.
    pub(super) picture: String,
    pub(super) why: Vec<Clause>,
    pub(super) sides: Vec<Side>,
    pub(super) sides_cut: usize,
}

impl<'p> Shown<'p> {
    pub(super) fn new(number: usize, exhibit: &'p Exhibit) -> Shown<'p> {
        Shown::so_far(number, exhibit, false)
    }

    /// A run that goes on, if it does.
    pub(super) fn so_far(number: usize, exhibit: &'p Exhibit, goes_on: bool) -> Shown<'p> {
        let whole = || Grid { goes_on, ..Grid::whole(&exhibit.record, exhibit.breach.as_ref()) };
        let grid = whole().capped(FIRST_ROWS, MOST_ROWS);
        let mut sides =
            exhibit.passing.as_ref().map(|(_, passing)| sides(&exhibit.record, passing)).unwrap_or_default();
        let sides_cut = sides.len().saturating_sub(MOST_ROWS);
        sides.truncate(MOST_ROWS);
        let why = exhibit.breach.as_ref().map(|breach| why(&exhibit.record, breach)).unwrap_or_default();
        let called = (format!("picture-{number}"), &*exhibit.title);
        let picture = picture::on_page(called, whole(), &why, &|step| anchor(number, step));
        Shown { number, exhibit, grid, picture, why, sides, sides_cut }
    }

    /// The anchor of a step: short in a page's first run, which is the one that is linked to by hand.
    pub(super) fn anchor(&self, step: &u32) -> String {
        anchor(self.number, *step)
    }

    pub(super) fn breaks_at(&self) -> Option<u32> {
        self.grid.rows.iter().find(|row| row.breaks).map(|row| row.number)
    }

    /// Whether a step is one of those that say why.
    pub(super) fn is_cause(&self, row: &Row) -> bool {
        row.is_step && self.causes().contains(&row.number)
    }

    fn causes(&self) -> BTreeSet<u32> {
        self.why.iter().map(|clause| clause.number).collect()
    }
}

fn anchor(run: usize, step: u32) -> String {
    if run == 1 { format!("step-{step}") } else { format!("run-{run}-step-{step}") }
}
