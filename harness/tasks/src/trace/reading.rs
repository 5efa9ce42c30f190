use super::{
    case::{Case, Once},
    facts::{Fact, Says, begins_again, fact, session},
    kept::{Kept, KeptError},
    note::{Counted, Sighting},
    scope::within,
    strangers::Strangers,
};
use anechoic_traces::{Format, Line, Mapping, Moment, Options, Read, Role, Skipped, TraceError, read};
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use std::{collections::HashMap, io, sync::Arc};

/// What is known by its name.
pub(super) type ByName<T> = IndexMap<Box<str>, T, RandomState>;

/// So much of what is kept of lines is held in memory, in bytes, going by estimates; the rest is in a temporary file.
const MOST: usize = 256 << 20;
/// What a task takes beside its name, and what a line of it takes beside the id that it tells.
const OF_TASK: usize = 384;
const OF_LINE: usize = 64;

/// Traces that are being read. Of a line, no more is kept than what a verdict needs.
pub struct Reading<'m> {
    pub(super) mapping: &'m Mapping,
    format: Option<Format>,
    pub(super) files: Vec<(String, Read)>,
    /// What is known of each task, by its id, as they were met, and is not kept in a file.
    pub(super) tasks: ByName<Case>,
    /// How each owner's counter was seen, by the owner's name, as far as it is not kept in a file.
    pub(super) owners: ByName<Vec<Sighting<Counted>>>,
    /// What memory is not to hold.
    pub(super) kept: Option<Kept>,
    /// Why it could not be kept.
    pub(super) failed: Option<KeptError>,
    /// How much is in memory, and how much is to be, in bytes.
    holds: usize,
    most: usize,
    /// Whether the files are all there was, as somebody says.
    pub(super) is_whole: bool,
    names: Vec<Arc<str>>,
    sources: HashMap<Arc<str>, u32>,
    read: u64,
    pub(super) unattributed: u64,
    /// Terminal events that came more than once.
    pub(super) repeated: u64,
    pub(super) meaningless: (u64, Vec<Skipped>),
    pub(super) strangers: Strangers,
}

impl<'m> Reading<'m> {
    /// Nothing is read yet. What files hold is told by their content if no format is given.
    pub fn new(mapping: &'m Mapping, format: Option<Format>) -> Reading<'m> {
        Reading {
            mapping,
            format,
            files: Vec::new(),
            tasks: ByName::default(),
            owners: ByName::default(),
            kept: None,
            failed: None,
            holds: 0,
            most: MOST,
            is_whole: false,
            names: Vec::new(),
            sources: HashMap::new(),
            read: 0,
            unattributed: 0,
            repeated: 0,
            meaningless: (0, Vec::new()),
            strangers: Strangers::default(),
        }
    }

    /// Holds no more than so many bytes in memory of what is kept of lines, going by estimates.
    #[must_use]
    pub fn within(self, most: usize) -> Reading<'m> {
        Reading { most, ..self }
    }

    /// The files are all there was, if this says so: what is missing in one that does not say where it ends is not to come.
    #[must_use]
    pub fn whole(self, is_whole: bool) -> Reading<'m> {
        Reading { is_whole, ..self }
    }

    /// Reads another file. `again` gets every line that is one terminal event more of a task that has one, and how many
    /// there are now, as far as memory [holds](Reading::within) them.
    ///
    /// # Errors
    /// [`TraceError`], if it is no trace, or cannot be read to its end.
    pub fn add(
        &mut self,
        name: &str,
        input: &mut dyn io::Read,
        again: &mut dyn FnMut(&Line, usize),
    ) -> Result<(), TraceError> {
        let before = self.files.last().map(|(_, read)| read.clone());
        let options =
            Options { format: self.format, mapping: self.mapping, rows: None, after: before.as_ref() };
        let read = read(name, input, &options, &mut |line| {
            // What cannot be kept is not held in memory instead: nothing is told of any of it.
            if self.failed.is_some() {
                return;
            }
            if let Some(events) = self.note(&line) {
                again(&line, events);
            }
            if self.holds > self.most {
                self.failed = self.keep().err();
            }
        })?;
        self.files.push((name.into(), read));
        Ok(())
    }

    /// A file of which nothing could be read. What it might have shown is not told by the others.
    pub fn lose(&mut self, name: &str, error: &TraceError) {
        self.files.push((name.into(), Read::lost(error)));
    }

    /// Takes note of a line. If it is one terminal event more of a task that has one, how many there are now.
    fn note(&mut self, line: &Line) -> Option<usize> {
        let mapping = self.mapping;
        let get = |role| mapping.get(role, &line.fields);
        let fact = match fact(line, mapping) {
            Ok(fact) => fact,
            Err(what) => {
                self.refuse(line, what);
                return None;
            }
        };
        self.strangers.look(line, mapping, &fact);
        let seen = self.seen(line);
        let owner = get(Role::Owner).map(|owner| place(&mut self.owners, owner, Vec::new));
        match (fact, get(Role::Entity), owner) {
            (Fact::Counts { value, before, cap }, _, Some(owner)) => {
                self.holds += OF_LINE;
                self.owners[owner].push(seen.of(Counted { value, before, cap, within: within(line) }));
                None
            }
            (Fact::Counts { .. }, _, None) | (_, None, _) => {
                self.unattributed += 1;
                None
            }
            (fact, Some(task), owner) => {
                let at = place(&mut self.tasks, task, || {
                    self.holds += OF_TASK + 2 * task.len();
                    Case::new(task, seen.read)
                });
                let task = &mut self.tasks[at];
                if matches!(fact, Fact::Event { .. } | Fact::Stands { .. }) {
                    task.scopes.see(line);
                    if let Some((one, other)) = task.owner.zip(owner).filter(|(one, other)| one != other) {
                        let name = |owner: usize| self.owners.get_index(owner).map_or("", |(name, _)| name);
                        task.scopes.of_owners(name(one), name(other));
                    }
                }
                task.owner = task.owner.or(owner);
                let key = match fact {
                    Fact::Event { key, says: Says::End(_) | Says::Unknown } => key,
                    _ => None,
                };
                let ids = [
                    (Once::Session, session(line, mapping)),
                    (Once::Edit, get(Role::Edit)),
                    (Once::Event, key),
                ];
                self.holds += OF_LINE;
                for (once, id) in ids.into_iter().filter_map(|(once, id)| Some((once, id?))) {
                    match once {
                        Once::Event if task.knows(once, id) => {
                            self.repeated += 1;
                            return None;
                        }
                        Once::Event => {}
                        once => task.meet(once, id),
                    }
                    self.holds += id.len();
                }
                if let Fact::Event { says: Says::Unknown, .. } = fact {
                    task.begins_again = task.begins_again || get(Role::Event).is_some_and(begins_again);
                }
                let before = task.events.len();
                task.add(fact, seen);
                Some(task.events.len()).filter(|events| *events > before && before > 0)
            }
        }
    }

    /// Moves what is in memory to a file.
    pub(super) fn keep(&mut self) -> Result<(), KeptError> {
        let kept = match &mut self.kept {
            Some(kept) => kept,
            none => none.insert(Kept::new()?),
        };
        for (task, case) in self.tasks.drain(..) {
            kept.add(&task, &case)?;
        }
        for (owner, sightings) in self.owners.values_mut().enumerate() {
            for sighting in std::mem::take(sightings) {
                kept.count(owner, &sighting)?;
            }
        }
        self.holds = 0;
        Ok(())
    }

    fn refuse(&mut self, line: &Line, what: String) {
        const TOLD: usize = 5;
        self.meaningless.0 += 1;
        if self.meaningless.1.len() < TOLD {
            self.meaningless.1.push(Skipped { place: line.place.clone(), what });
        }
    }

    /// When a line was.
    fn seen(&mut self, line: &Line) -> Sighting<()> {
        if self.names.last().is_none_or(|name| *name != line.place.file) {
            self.names.push(line.place.file.clone());
        }
        let order = line.order.as_ref().map(|(source, number)| {
            let next = self.sources.len() as u32;
            Box::new((*self.sources.entry(source.clone()).or_insert(next), *number))
        });
        self.read += 1;
        Sighting {
            moment: Moment {
                file: self.names.len() as u32 - 1,
                time: line.time.map(|(time, _)| time),
                order,
            },
            read: self.read,
            in_order: line.format.in_order(),
            has_zone: line.has_zone,
            in_seconds: line.in_seconds,
            in_log: line.format.is_log(),
            what: (),
        }
    }
}

/// Where what is known by this name stands; if nothing is, it is new.
fn place<T>(all: &mut ByName<T>, name: &str, new: impl FnOnce() -> T) -> usize {
    all.get_index_of(name).unwrap_or_else(|| all.insert_full(name.into(), new()).0)
}
