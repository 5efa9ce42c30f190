//! A control sample: some runs in which nothing is skipped, beside a search that skips what it takes for known.
use super::{Collect, Exhaustive, Findings, Path, Watch, random::Chance};
use crate::{Outcome, Pick, Point, Source, Subject, Text};

/// What a control sample has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// How many runs were made.
    pub runs: u64,
    /// How they differ from what the search has found, if they do: then nothing can be said of the search.
    pub otherwise: Option<Text>,
}

/// One run in so many of the search's is made again, as far as that goes.
const SHARE: u64 = 10;
const FEWEST: u64 = 20;
const MOST: u64 = 500;

impl Exhaustive {
    /// Searches, and makes a control sample beside it: what that shows and the search has not found is why the search cannot be
    /// believed ([`Findings::diverged`]). With it, how many runs the sample had, if there was one.
    pub fn controlled(&self, subject: &dyn Subject, watch: &mut dyn Watch) -> (Findings, Option<u64>) {
        let how = Exhaustive { collect: Collect { end_states: true, ..self.collect }, ..*self };
        let mut found = how.search(subject, watch);
        let Some(Control { runs, otherwise }) = how.control(subject, &found) else { return (found, None) };
        found.complete &= otherwise.is_none();
        found.diverged = found.diverged.take().or(otherwise);
        (found, Some(runs))
    }

    /// Makes some runs, drawn at random and the same each time, in which nothing is skipped. Each must break only what the search
    /// has found broken, and end only as one of its runs does (if it has [collected](super::Collect) the ends). If not, a digest
    /// or a footprint of the service says too little, or handlers share memory beside it. In a part of the bound, they begin as its
    /// runs do. None, if the search is not complete, or skips nothing.
    pub fn control(&self, subject: &dyn Subject, found: &Findings) -> Option<Control> {
        if !found.complete || self.reduce.skips_no_run() {
            return None;
        }
        let prefixes = self.prefixes(subject);
        if prefixes.is_empty() {
            return None;
        }
        let wanted = (found.executions / SHARE).clamp(FEWEST, MOST);
        for run in 0..wanted {
            let mut chance = Chance::new(0, run);
            let Path(prefix) = prefixes[chance.below(prefixes.len())].clone();
            let mut drawn = Drawn { prefix, chance, has_faults: run % 2 == 1, path: Vec::new() };
            let outcome = subject.run(&mut drawn);
            let otherwise = self.differs(&outcome, found).map(|how| told(subject, &Path(drawn.path), &how));
            if otherwise.is_some() {
                return Some(Control { runs: run + 1, otherwise });
            }
        }
        Some(Control { runs: wanted, otherwise: None })
    }

    /// How a run differs from all that were found, if it does: the two sides.
    fn differs(&self, outcome: &Outcome, found: &Findings) -> Option<Differs> {
        if let Some(why) = &outcome.cannot_tell {
            return Some(Differs::CannotTell(why.clone()));
        }
        let unknown = |promise: usize, word: &Text| !found.broken.contains_key(&(promise, word.clone()));
        if let Some(breach) = outcome.breaches.iter().find(|breach| unknown(breach.promise, &breach.word)) {
            return Some(Differs::Breaks { promise: breach.promise, word: breach.word.clone() });
        }
        let is_new = |end: u128| self.collect.end_states && !found.end_states.contains(&end);
        outcome.end_state.is_some_and(is_new).then_some(Differs::Ends { known: found.end_states.len() })
    }
}

enum Differs {
    CannotTell(Text),
    Breaks { promise: usize, word: Text },
    Ends { known: usize },
}

/// So many choices of a run are told.
const MOST_CHOICES: usize = 30;

fn told(subject: &dyn Subject, path: &Path, how: &Differs) -> Text {
    let (_, record) = path.replay(subject);
    let (here, there) = match how {
        Differs::CannotTell(why) => return why.clone(),
        Differs::Breaks { promise, word } => {
            let promises = subject.promises();
            let name = promises.get(*promise).map_or("a promise", |promise| &*promise.name);
            (format!("breaks {name} ({word})"), "has no run that does".to_string())
        }
        Differs::Ends { known } => {
            let cells = record.steps.last().map_or(&record.initial, |step| &step.cells);
            let cells = record.columns.iter().zip(cells).map(|(name, cell)| format!("{name} {cell}"));
            let cells = cells.collect::<Vec<String>>().join(", ");
            (format!("ends with {cells}"), format!("ends in {known} other ways"))
        }
    };
    let cut = if record.choices.len() > MOST_CHOICES { "; …" } else { "" };
    let choices = record.choices.iter().take(MOST_CHOICES).cloned().collect::<Vec<String>>().join("; ");
    format!(
        "a run in which nothing is skipped {here}, and the search, which skips what it takes for known, {there}: a digest or a \
         footprint of the service says too little, or handlers share memory beside it ({choices}{cut})"
    )
    .into()
}

/// The choices of one run of the sample: in every other run nothing goes wrong, so that orders are tried as well as faults.
struct Drawn {
    /// How it begins.
    prefix: Vec<u32>,
    chance: Chance,
    has_faults: bool,
    path: Vec<u32>,
}

impl Source for Drawn {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        if let Some(way) = self.prefix.get(self.path.len()) {
            self.path.push(*way);
            return Pick::Take(*way as usize);
        }
        let ways: Vec<usize> =
            (0..point.ways()).filter(|way| self.has_faults || point.way(*way).cost.faults == 0).collect();
        let way = match ways.len() {
            0 => self.chance.below(point.ways()),
            some => ways[self.chance.below(some)],
        };
        self.path.push(way as u32);
        Pick::Take(way)
    }

    fn wants_states(&self) -> bool {
        false
    }

    fn trusts_states(&self) -> bool {
        false
    }

    fn wants_end_state(&self) -> bool {
        true
    }
}
