//! A run as a picture: a space-time diagram of it, laid out. A line of life for each actor and each store, requests as arrows
//! between them, time downwards.
mod lives;
mod places;
mod row;
mod shapes;

pub use shapes::{Label, Stroke};

use crate::{Grid, Row};
use lives::{heads, lives};
use places::Places;
use row::{Landing, drawn, height};
use std::collections::{BTreeMap, BTreeSet};

/// The height of a line that says what is left out.
const GAP: i32 = 30;
/// So many rows further down, the names stand again.
const NAMES_AGAIN: usize = 24;
/// The height of the names.
const NAMES: i32 = 34;

/// A run, laid out: all lengths are in units of a pixel.
pub struct Picture {
    /// How wide it is.
    pub width: i32,
    /// How high.
    pub height: i32,
    /// What it shows, in a sentence for those who do not see it.
    pub about: String,
    /// The lines of life.
    pub lives: Vec<Stroke>,
    /// The names above them.
    pub names: Vec<Name>,
    /// What happened, in order.
    pub rows: Vec<Drawn>,
    /// What is said between the rows and below them.
    pub remarks: Vec<Label>,
}

/// A name above a line of life.
pub struct Name {
    /// The middle of it, from the left.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// How wide it is.
    pub width: i32,
    /// The name, cut to fit.
    pub text: String,
    /// All of the name.
    pub full: String,
    /// Whether it is a store's.
    pub is_store: bool,
}

/// A row of the run, drawn.
pub struct Drawn {
    /// Its step.
    pub number: u32,
    /// Whether it is the step itself, and not a remark.
    pub is_step: bool,
    /// All that is said of it, uncut.
    pub full: String,
    /// Whether the promise was broken here.
    pub breaks: bool,
    /// Whether it is one of the steps that say why.
    pub is_cause: bool,
    /// Its upper edge.
    pub y: i32,
    /// Its height.
    pub height: i32,
    /// Its arrows and signs.
    pub strokes: Vec<Stroke>,
    /// What is written beside them.
    pub labels: Vec<Label>,
}

impl Picture {
    /// Lays out what a grid shows, as much of it as that is cut to. `causes` are the steps that say why.
    pub fn new(grid: &Grid, causes: &BTreeSet<u32>) -> Picture {
        let places = Places::of(grid);
        let (tops, again, mut remarks, height) = tops(grid, &places);
        let landings = landings(&grid.rows);
        let mut rows = Vec::with_capacity(grid.rows.len());
        for at in 0..grid.rows.len() {
            let landing = landings
                .get(&at)
                .map(|(lands, is_lost)| Landing { y: tops[*lands] + row::REQUEST, is_lost: *is_lost });
            let is_landing = landings.values().any(|(lands, _)| *lands == at);
            rows.push(drawn(grid, at, &places, tops[at], (landing, is_landing), causes));
        }
        let end = match (&grid.cut, grid.goes_on, grid.is_broken_off) {
            (Some(cut), ..) => format!("… {} more rows are left out", cut.rows),
            (None, true, _) => "so far".into(),
            (None, false, true) => "the run cannot go on".into(),
            (None, false, false) => "all is quiet".into(),
        };
        remarks.push(Label::new("quiet", places.said, height - 10, &end, usize::MAX));
        Picture {
            width: places.width,
            height,
            about: about(grid),
            lives: lives(grid, &places, &tops, height - 26),
            names: again.into_iter().flat_map(|y| heads(grid, &places, y)).collect(),
            rows,
            remarks,
        }
    }
}

/// The upper edges of the rows and of the names, what is said of gaps, and how high all of it is.
fn tops(grid: &Grid, places: &Places) -> (Vec<i32>, Vec<i32>, Vec<Label>, i32) {
    let (mut y, mut tops, mut again, mut remarks) = (NAMES + 6, Vec::new(), vec![4], Vec::new());
    for (at, row) in grid.rows.iter().enumerate() {
        if let Some(gap) = grid.gaps.get(&at) {
            let text = format!("… {} rows are left out here; the replay has them", gap.rows);
            remarks.push(Label::new("quiet", places.said, y + GAP - 10, &text, usize::MAX));
            let state = grid.changes_left_out(at);
            if !state.is_empty() {
                remarks.push(Label::new("became", places.state, y + GAP - 10, &state, places.most_state));
            }
            y += GAP;
        }
        if at > 0 && at % NAMES_AGAIN == 0 {
            again.push(y + 4);
            y += NAMES;
        }
        tops.push(y);
        y += height(row);
    }
    (tops, again, remarks, y + 32)
}

/// Of each write that is late, by the position of its row: the row where it lands, and whether it never does.
fn landings(rows: &[Row]) -> BTreeMap<usize, (usize, bool)> {
    let mut landings: BTreeMap<usize, (usize, bool)> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        let late = [("late: ", false), ("never carried out: ", true)];
        let of = late.iter().find_map(|(begins, is_lost)| Some((row.what.strip_prefix(begins)?, *is_lost)));
        let Some((what, is_lost)) = of else { continue };
        let sent = rows[..at].iter().enumerate().find(|(sent, before)| {
            row::is_late(before)
                && before.actor == row.actor
                && before.what == what
                && !landings.contains_key(sent)
        });
        if let Some((sent, _)) = sent {
            landings.insert(sent, (at, is_lost));
        }
    }
    landings
}

/// What the picture shows, for those who do not see it: the table says it all.
fn about(grid: &Grid) -> String {
    let steps = grid.rows.iter().filter(|row| row.is_step).count();
    let wrong = grid.rows.iter().filter_map(|row| Some(format!("{} in step {}", row.fault?, row.number)));
    let wrong: Vec<String> = wrong.take(20).collect();
    let mut about = format!(
        "A space-time diagram of {steps} step{}, time downwards. Actors: {}. Stores and services: {}.",
        if steps == 1 { "" } else { "s" },
        grid.actors.join(", "),
        grid.stores.join(", ")
    );
    if !wrong.is_empty() {
        about += &format!(" What went wrong: {}.", wrong.join(", "));
    }
    if let Some(row) = grid.rows.iter().find(|row| row.breaks) {
        about += &format!(" Step {} breaks the promise.", row.number);
    }
    about
}
