//! From what was kept of lines to verdicts on tasks. Tasks of one owner share its counter, so before any of them is judged
//! all are looked at.
use super::{Reading, Seen, Stranger, Verdicts, case::Case, kept::KeptError, owner::Owner, standing::Ours};
use crate::promise::{Missing, judge};
use anechoic::evidence::harmless;
use anechoic_traces::{Read, Skipped, complete, open_end};
use std::borrow::Cow;

/// What traces show, beside what they show of each task.
pub struct Examined {
    /// What was read of each file.
    pub files: Vec<(String, Read)>,
    /// Records that say what nothing can be made of, and the first of them.
    pub meaningless: (u64, Vec<Skipped>),
    /// Lines about no task and no owner.
    pub unattributed: u64,
    /// Rows that came more than once, and count once.
    pub repeated: u64,
    /// Words for events and statuses that are not known.
    pub strangers: Vec<Stranger>,
    /// The fields that were seen.
    pub seen: Seen,
}

/// What traces show of one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// As which of all records its first was read.
    pub met: u64,
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
    /// Whether its lifecycle is ours, so that the model may say how it went.
    pub is_ours: bool,
}

impl Examination {
    /// The task's id as it can be shown in a line: it may be any text.
    pub fn shown(&self) -> Cow<'_, str> {
        harmless(&self.task, 200)
    }
}

impl Reading<'_> {
    /// All is read: gives what is shown of each task to `sink`: as they were met, or by their ids if they are more than memory
    /// was to hold.
    ///
    /// # Errors
    /// [`KeptError`], if those that memory was not to hold could not be kept.
    pub fn examine(mut self, sink: &mut dyn FnMut(Examination)) -> Result<Examined, KeptError> {
        complete(self.files.iter_mut().map(|(_, read)| read));
        if self.kept.is_some() && self.failed.is_none() {
            self.keep()?;
        }
        let incomplete = self.incomplete();
        let open = open_end(&self.files).filter(|_| !self.is_whole).map(String::from);
        let ours = Ours::of(self.mapping, self.strangers.strange);
        let Reading { files, meaningless, unattributed, mut repeated, mut tasks, owners, strangers, .. } =
            self;
        if let Some(error) = self.failed {
            return Err(error);
        }
        let (names, counters): (Vec<Box<str>>, Vec<_>) = owners.into_iter().unzip();
        let mut owners: Vec<Owner> = Vec::with_capacity(names.len());
        match &self.kept {
            None => owners.extend(counters.into_iter().map(Owner::new)),
            Some(kept) => {
                kept.sort()?;
                kept.counters(names.len(), &mut |sightings| owners.push(Owner::new(sightings)))?;
            }
        }
        let mut each = |sink: &mut dyn FnMut(&str, &mut Case, u64)| match &self.kept {
            None => {
                tasks.iter_mut().for_each(|(task, case)| sink(task, case, 0));
                Ok(())
            }
            Some(kept) => kept.tasks(sink),
        };
        each(&mut |_, case, again| {
            repeated += again;
            case.settle(ours);
            if let Some(owner) = case.owner {
                owners[owner].add(case);
            }
        })?;
        each(&mut |task, case, _| {
            case.settle(ours);
            let owner = case.owner.map(|owner| (&*names[owner], &owners[owner]));
            let missing = match (&incomplete, &open) {
                (Some(why), _) => Missing::Something(why),
                (None, Some(file)) => Missing::Perhaps(file),
                (None, None) => Missing::Nothing,
            };
            sink(examination(task, case, owner, missing));
        })?;
        let (strangers, seen) = strangers.told();
        Ok(Examined { files, meaningless, unattributed, repeated, strangers, seen })
    }

    /// Why what was read is not all there is.
    fn incomplete(&self) -> Option<String> {
        let of_file = |(_, read): &(String, Read)| {
            let broken = || read.first_skipped.first().map(|first| format!("broken at {first}"));
            read.truncated().map(ToString::to_string).or_else(broken)
        };
        let meaningless =
            || self.meaningless.1.first().map(|first| format!("nothing can be made of {first}"));
        self.files.iter().find_map(of_file).or_else(meaningless)
    }
}

fn examination(task: &str, case: &Case, owner: Option<(&str, &Owner)>, missing: Missing<'_>) -> Examination {
    let name = owner.map(|(name, _)| name.to_string());
    let owner = owner.map(|(_, owner)| owner);
    Examination {
        met: case.met,
        task: task.into(),
        judged: judge(case, owner, missing),
        events: case.events.len(),
        shows_events: case.shows_events,
        sessions: case.sessions,
        shows_calls: !case.calls.is_empty(),
        owner: name,
        alone: owner.is_some_and(|owner| owner.tasks == 1),
        is_ours: case.ours.ways,
    }
}
