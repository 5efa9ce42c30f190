//! From what was observed to what happened: verdicts on traces, explanations, and runs that yield them.
mod alike;
mod case;
mod explain;
mod facts;
mod hypotheses;
mod policies;
mod reproduce;
mod verdict;
mod witness;

pub use alike::{Alike, Could, Sought, could};
pub use explain::{Explanation, Story, Unexplained, explain};
pub use policies::Fit;
pub use reproduce::{Reproduction, SecondBySecond, broken, reproduce};
pub use verdict::{Judged, Verdict, Verdicts};
pub(crate) use witness::Made;
pub use witness::{Witnessed, witness};

use anechoic_traces::{Format, Line, Mapping, Options, Read, Skipped, TraceError};
use case::Cases;
use std::io;

/// Traces that are being read.
pub struct Reading<'m> {
    mapping: &'m Mapping,
    format: Option<Format>,
    cases: Cases,
    files: Vec<(String, Read)>,
}

/// What traces show.
pub struct Examined {
    /// What was read of each file.
    pub files: Vec<(String, Read)>,
    /// Every task, in the order in which they were met.
    pub tasks: Vec<Examination>,
    /// Records that say what nothing can be made of, and the first of them.
    pub meaningless: (u64, Vec<Skipped>),
    /// Lines about no task and no owner.
    pub unattributed: u64,
    /// Rows that came more than once, and count once.
    pub repeated: u64,
}

/// What traces show of one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// The task, by its id.
    pub task: String,
    /// The verdict on each promise, in the order of [`Promise::ALL`](anechoic_model::Promise::ALL).
    pub judged: Verdicts,
    /// How many terminal events there are, by their keys.
    pub events: usize,
    /// Whether its events are shown at all.
    pub shows_events: bool,
    /// How many agent sessions there are, by their ids.
    pub sessions: usize,
    /// Whether it is shown what was asked of it.
    pub shows_calls: bool,
    /// Whose it is, if that is shown.
    pub owner: Option<String>,
    /// Whether its owner's counter counts this task alone, as far as the traces show.
    pub alone: bool,
}

impl<'m> Reading<'m> {
    /// Nothing is read yet. What files hold is told by their content if no format is given.
    pub fn new(mapping: &'m Mapping, format: Option<Format>) -> Reading<'m> {
        Reading { mapping, format, cases: Cases::default(), files: Vec::new() }
    }

    /// Reads another file. `watch` is shown the line and how many terminal events its task has by then.
    ///
    /// # Errors
    /// [`TraceError`], if it is no trace, or cannot be read to its end.
    pub fn add(
        &mut self,
        name: &str,
        input: &mut dyn io::Read,
        watch: &mut dyn FnMut(&Line, usize),
    ) -> Result<(), TraceError> {
        let options = Options { format: self.format, mapping: self.mapping };
        let (cases, mapping) = (&mut self.cases, self.mapping);
        let read = anechoic_traces::read(name, input, &options, &mut |line| {
            let events = cases.note(&line, mapping);
            watch(&line, events);
        })?;
        self.files.push((name.into(), read));
        Ok(())
    }

    /// All is read.
    pub fn examine(mut self) -> Examined {
        self.cases.settle();
        let incomplete = self.incomplete();
        let cases = &self.cases;
        let owners = cases.owner_names();
        let examine = |case: &case::Case| Examination {
            task: case.task.to_string(),
            judged: match &incomplete {
                None => verdict::judge(cases, case),
                Some(why) => verdict::judge_incomplete(cases, case, why),
            },
            events: case.events.len(),
            shows_events: case.shows_events,
            sessions: case.sessions.len(),
            shows_calls: !case.calls.is_empty(),
            owner: case.owner.map(|owner| owners[owner].to_string()),
            alone: case.owner.is_some_and(|owner| cases.owned[owner].len() == 1),
        };
        let tasks = cases.cases.iter().map(examine).collect();
        let Cases { unattributed, meaningless, first_meaningless, repeated, .. } = self.cases;
        let meaningless = (meaningless, first_meaningless);
        Examined { files: self.files, tasks, meaningless, unattributed, repeated }
    }

    /// Why what was read is not all there is.
    fn incomplete(&self) -> Option<String> {
        let of_file = |(_, read): &(String, Read)| {
            let broken = || read.first_skipped.first().map(|first| format!("broken at {first}"));
            read.truncated.as_ref().map(ToString::to_string).or_else(broken)
        };
        let meaningless =
            || self.cases.first_meaningless.first().map(|first| format!("nothing can be made of {first}"));
        self.files.iter().find_map(of_file).or_else(meaningless)
    }
}
