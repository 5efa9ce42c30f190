//! From what was kept of lines to verdicts on tasks: first all that is known of a task is brought together, and then,
//! because tasks of one owner share its counter, all tasks of an owner.
use super::{
    Reading, Verdicts,
    case::Case,
    note::{Counted, Note, Sighting},
    owner::Owner,
    reading::Owned,
    spill::Part,
    verdict::{judge, judge_incomplete},
};
use anechoic_evidence::harmless;
use anechoic_traces::{Read, Skipped};
use std::{borrow::Cow, collections::HashMap, io};

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
}

/// What traces show of one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examination {
    /// The task, by its id.
    pub task: String,
    /// As which of all records its first one was read.
    pub met: u64,
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

impl Examination {
    /// The task's id as it can be shown in a line: it may be any text.
    pub fn shown(&self) -> Cow<'_, str> {
        harmless(&self.task, 200)
    }
}

impl Reading<'_> {
    /// All is read: gives what is shown of each task to `sink`, in no order.
    ///
    /// # Errors
    /// If a temporary file cannot be used, or what `sink` says.
    pub fn examine(self, sink: &mut dyn FnMut(Examination) -> io::Result<()>) -> io::Result<Examined> {
        let incomplete = self.incomplete();
        let mut examine =
            |case: &Case, owner: Option<&Owner>| sink(examination(case, owner, incomplete.as_deref()));
        let (mut owners, mut repeated) = (self.owners, 0);
        self.tasks.each(&mut |part| {
            for case in cases(part)? {
                repeated += case.repeated;
                match case.owner.clone() {
                    Some(owner) => owners.push(owner, Owned::Task(case))?,
                    None => examine(&case, None)?,
                }
            }
            Ok(())
        })?;
        owners.each(&mut |part| {
            let known = owners_of(part)?;
            part.look(&mut |owner, owned| match owned {
                Owned::Task(case) => examine(case, known.get(owner)),
                Owned::Counter(_) => Ok(()),
            })
        })?;
        let Reading { files, meaningless, unattributed, .. } = self;
        Ok(Examined { files, meaningless, unattributed, repeated })
    }

    /// Why what was read is not all there is.
    fn incomplete(&self) -> Option<String> {
        let of_file = |(_, read): &(String, Read)| {
            let broken = || read.first_skipped.first().map(|first| format!("broken at {first}"));
            read.truncated.as_ref().map(ToString::to_string).or_else(broken)
        };
        let meaningless =
            || self.meaningless.1.first().map(|first| format!("nothing can be made of {first}"));
        self.files.iter().find_map(of_file).or_else(meaningless)
    }
}

/// The tasks of a part.
fn cases(part: &mut Part<Note>) -> io::Result<impl Iterator<Item = Case> + use<>> {
    let mut cases: HashMap<Box<str>, Case> = HashMap::new();
    part.look(&mut |task, note| {
        match cases.get_mut(task) {
            Some(case) => case.add(note),
            None => {
                let mut case = Case::new(task, note);
                case.add(note);
                cases.insert(task.into(), case);
            }
        }
        Ok(())
    })?;
    Ok(cases.into_values().map(|mut case| {
        case.settle();
        case
    }))
}

/// The owners of a part, by their names.
fn owners_of(part: &mut Part<Owned>) -> io::Result<HashMap<Box<str>, Owner>> {
    let mut counters: HashMap<Box<str>, Vec<Sighting<Counted>>> = HashMap::new();
    part.look(&mut |owner, owned| {
        let sightings = counters.entry(owner.into()).or_default();
        if let Owned::Counter(sighting) = owned {
            sightings.push(sighting.clone());
        }
        Ok(())
    })?;
    let mut owners: HashMap<Box<str>, Owner> =
        counters.into_iter().map(|(name, sightings)| (name, Owner::new(sightings))).collect();
    part.look(&mut |name, owned| {
        if let (Owned::Task(case), Some(owner)) = (owned, owners.get_mut(name)) {
            owner.add(case);
        }
        Ok(())
    })?;
    Ok(owners)
}

fn examination(case: &Case, owner: Option<&Owner>, incomplete: Option<&str>) -> Examination {
    Examination {
        task: case.task.to_string(),
        met: case.met,
        judged: match incomplete {
            None => judge(case, owner),
            Some(why) => judge_incomplete(case, owner, why),
        },
        events: case.events.len(),
        shows_events: case.shows_events,
        sessions: case.sessions.len(),
        shows_calls: !case.calls.is_empty(),
        owner: case.owner.as_ref().map(ToString::to_string),
        alone: owner.is_some_and(|owner| owner.tasks == 1),
    }
}
