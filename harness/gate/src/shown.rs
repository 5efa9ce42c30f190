//! A run that is shown is made for real: each delivery has a fresh process of its own, which is killed where the run says so.
use crate::{
    ask::Ended,
    confirm::{same, tell},
    known::{At, Program, What, locked},
    pair::Pair,
    step::Step,
    trouble::Trouble,
    world::World,
};
use anechoic_engine::Client;
use std::{
    cell::Cell,
    sync::{Arc, Mutex},
};

thread_local! {
    /// Whether the runs that this thread makes are shown.
    static IS_SHOWN: Cell<bool> = const { Cell::new(false) };
}

/// Makes what is made meanwhile for real.
pub(crate) fn for_real<T>(make: impl FnOnce() -> T) -> T {
    let before = IS_SHOWN.replace(true);
    let made = make();
    IS_SHOWN.set(before);
    made
}

/// Whether this thread makes a run that is shown.
pub(crate) fn is_for_real() -> bool {
    IS_SHOWN.get()
}

/// What the tables held at the end of the run that was shown last.
static TABLES: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// What the tables held at the end of the run that was shown last, by their names: each as `aws dynamodb scan` prints it.
pub fn tables_shown() -> Vec<(String, String)> {
    locked(&TABLES).clone()
}

/// Keeps what the tables hold, if this run is shown.
pub(crate) fn keep_tables(world: &World) {
    if is_for_real() {
        *locked(&TABLES) = world.scanned();
    }
}

/// A process that does what is known of its handler, or it is said. What one has done is not made again each time that it is
/// shown, as text, as a page...
pub(crate) struct Shown {
    live: Option<Pair>,
    /// All that it is to have been told.
    told: Vec<What>,
    client: Client<World>,
}

/// Of what is printed between two requests, so many lines are noted.
const MOST_LINES: usize = 2;

impl Shown {
    /// Somebody to be told everything, if this run is shown.
    pub(crate) fn wanted(client: &Client<World>) -> Option<Shown> {
        is_for_real().then(|| Shown { live: None, told: Vec::new(), client: client.clone() })
    }

    /// It is told this, comes to this position, and is to do what is known.
    pub(crate) fn tell(
        &mut self,
        program: &Program,
        what: What,
        at: At,
        known: &Step,
    ) -> Result<(), Trouble> {
        self.told.push(what);
        let notes = match program.notes(at) {
            Some(notes) => notes,
            None => program.note(at, self.for_real(program, known)?),
        };
        for note in &*notes {
            self.client.note(|| note.clone());
        }
        Ok(())
    }

    fn for_real(&mut self, program: &Program, known: &Step) -> Result<Vec<String>, Trouble> {
        let live = match &mut self.live {
            // Of another's timers it was waited for, while its own were running.
            Some(live) if !live.is_stale() => live,
            _ => {
                // The last one ends before the next one starts.
                self.live = None;
                let mut live = Pair::start(program.handler())?;
                for what in &self.told[..self.told.len() - 1] {
                    tell(&mut live, what, false)?;
                }
                live.news();
                self.live.insert(live)
            }
        };
        let Some(what) = self.told.last() else { return Ok(Vec::new()) };
        let step = tell(live, what, false)?;
        same(live, known, &step, true)?;
        Ok(printed(&live.news(), &step))
    }
}

/// What is to be noted of what a process has printed.
fn printed(news: &str, step: &Step) -> Vec<String> {
    // How it fails is told anyway, and most print that at length.
    if matches!(step.over, Some(Ended::Failed(_) | Ended::Exited(_))) {
        return Vec::new();
    }
    let mut lines = news.lines().filter(|line| !line.trim().is_empty());
    let mut notes: Vec<String> =
        lines.by_ref().take(MOST_LINES).map(|line| format!("prints: {line}")).collect();
    let more = lines.count();
    notes.extend((more > 0).then(|| format!("prints {more} more lines")));
    notes
}

/// What was noted of positions that were shown.
pub(crate) type Notes = Arc<Vec<String>>;
