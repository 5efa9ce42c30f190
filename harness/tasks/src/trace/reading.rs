use super::{
    case::Case,
    facts::{Fact, Says, fact, session},
    note::{Counted, Sighting},
    strangers::Strangers,
};
use anechoic_traces::{Format, Line, Mapping, Moment, Options, Read, Role, Skipped, TraceError, read};
use indexmap::IndexMap;
use std::{
    collections::{HashMap, HashSet},
    io,
    sync::Arc,
};

/// Traces that are being read. Of a line, no more is kept than what a verdict needs.
pub struct Reading<'m> {
    pub(super) mapping: &'m Mapping,
    format: Option<Format>,
    pub(super) files: Vec<(String, Read)>,
    /// What is known of each task, by its id, as they were met.
    pub(super) tasks: IndexMap<Box<str>, Case>,
    /// How each owner's counter was seen, by the owner's name.
    pub(super) owners: IndexMap<Box<str>, Vec<Sighting<Counted>>>,
    /// The events, sessions and edits of tasks that were met, by task, kind and id: each counts once.
    known: HashSet<(usize, Role, Box<str>)>,
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
            tasks: IndexMap::new(),
            owners: IndexMap::new(),
            known: HashSet::new(),
            names: Vec::new(),
            sources: HashMap::new(),
            read: 0,
            unattributed: 0,
            repeated: 0,
            meaningless: (0, Vec::new()),
            strangers: Strangers::default(),
        }
    }

    /// Reads another file. `again` gets every line that is one terminal event more of a task that has one, and how many
    /// there are now.
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
            if let Some(events) = self.note(&line) {
                again(&line, events);
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
                self.owners[owner].push(seen.of(Counted { value, before, cap }));
                None
            }
            (Fact::Counts { .. }, _, None) | (_, None, _) => {
                self.unattributed += 1;
                None
            }
            (fact, Some(task), owner) => {
                let at = place(&mut self.tasks, task, || Case::new(task));
                let task = &mut self.tasks[at];
                let mut is_new =
                    |role, id: Option<&str>| id.is_some_and(|id| self.known.insert((at, role, id.into())));
                task.owner = task.owner.or(owner);
                task.sessions += usize::from(is_new(Role::Session, session(line, mapping)));
                task.edits += usize::from(is_new(Role::Edit, get(Role::Edit)));
                if let Fact::Event { key: Some(key), says: Says::End(_) | Says::Unknown } = fact
                    && !is_new(Role::Key, Some(key))
                {
                    self.repeated += 1;
                    return None;
                }
                let before = task.events.len();
                task.add(fact, seen);
                Some(task.events.len()).filter(|events| *events > before && before > 0)
            }
        }
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
            in_log: line.format.is_log(),
            what: (),
        }
    }
}

/// Where what is known by this name stands; if nothing is, it is new.
fn place<T>(all: &mut IndexMap<Box<str>, T>, name: &str, new: impl FnOnce() -> T) -> usize {
    all.get_index_of(name).unwrap_or_else(|| all.insert_full(name.into(), new()).0)
}
