//! Where the lines of life stand.
use crate::Grid;

/// A character of the text is about so wide; monospaced fonts differ little.
const CHARACTER: f64 = 7.25;
/// The first actor is so far from the left; steps are numbered there.
const FIRST: i32 = 92;
/// Lines of life are at least so far apart.
const APART: i32 = 96;
/// Between the last actor and what is said.
const BEFORE_SAID: i32 = 30;
/// Between where what is late waits and the first store.
const BEFORE_STORES: i32 = 34;
/// What is said has at least so many characters, and at most so many.
const SAID: (usize, usize) = (24, 52);
/// The same of what became of the state.
const STATE: (usize, usize) = (22, 64);

/// Where things stand, from the left.
pub(super) struct Places {
    /// Each actor.
    pub(super) actors: Vec<i32>,
    /// What is said of a request.
    pub(super) said: i32,
    /// How many characters that may have.
    pub(super) most_said: usize,
    /// Just before the first store: nothing is written from here on, and what is late waits here.
    pub(super) shore: i32,
    /// The runtime, if it takes part.
    pub(super) runtime: Option<i32>,
    /// Each store.
    pub(super) stores: Vec<i32>,
    /// What became of the state.
    pub(super) state: i32,
    /// How many characters that may have.
    pub(super) most_state: usize,
    /// How wide all is.
    pub(super) width: i32,
}

impl Places {
    pub(super) fn of(grid: &Grid) -> Places {
        let mut x = FIRST;
        let mut actors = Vec::new();
        for name in &grid.actors {
            actors.push(x);
            x += APART.max(name_width(name) + 16);
        }
        let said = actors.last().copied().unwrap_or(FIRST - APART / 2) + BEFORE_SAID;
        let texts = grid.rows.iter().flat_map(|row| {
            [row.what.chars().count(), row.answer.as_ref().map_or(0, |answer| answer.chars().count() + 2)]
        });
        let most_said = texts.max().unwrap_or(0).clamp(SAID.0, SAID.1);
        let shore = said + wide(most_said) + 24;
        let mut x = shore + BEFORE_STORES;
        let mut place = |name: &str| {
            let here = x;
            x += APART.max(name_width(name) + 16);
            here
        };
        let runtime = grid.has_runtime.then(|| place("runtime"));
        let stores: Vec<i32> = grid.stores.iter().map(|name| place(name)).collect();
        let last = stores.last().copied().or(runtime).unwrap_or(said + wide(most_said));
        let state = last + 54;
        let states = (0..grid.rows.len()).map(|at| grid.changes(at).chars().count());
        let most_state = states.max().unwrap_or(0).clamp(STATE.0, STATE.1);
        let width = state + wide(most_state) + 8;
        Places { actors, said, most_said, shore, runtime, stores, state, most_state, width }
    }
}

/// How wide so many characters are.
fn wide(characters: usize) -> i32 {
    (characters as f64 * CHARACTER).ceil() as i32
}

/// Names have at most so many characters.
pub(super) const LONGEST_NAME: usize = 22;

/// How wide a name is, with what is around it.
pub(super) fn name_width(name: &str) -> i32 {
    wide(name.chars().count().min(LONGEST_NAME)) + 14
}
