use super::{
    case::Case,
    facts::{Fact, fact},
    note::{Counted, Note, Said, Sighting, Stood, Told, fingerprint},
    spill::Parts,
};
use anechoic_traces::{Format, Line, Mapping, Moment, Options, Read, Role, Skipped, TraceError};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, io, sync::Arc};

/// Traces that are being read. Of a line, no more is kept than what a verdict needs, and of all lines no more in memory
/// than so many; the rest waits in temporary files.
pub struct Reading<'m> {
    mapping: &'m Mapping,
    format: Option<Format>,
    pub(super) files: Vec<(String, Read)>,
    pub(super) tasks: Parts<Note>,
    pub(super) owners: Parts<Owned>,
    names: Vec<Arc<str>>,
    sources: HashMap<Arc<str>, u32>,
    read: u64,
    pub(super) unattributed: u64,
    pub(super) meaningless: (u64, Vec<Skipped>),
}

/// What is known of an owner, by its name.
#[derive(Serialize, Deserialize)]
pub(super) enum Owned {
    Counter(Sighting<Counted>),
    Task(Case),
}

/// Why traces cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadingError {
    /// They are none, or end in the middle.
    #[error(transparent)]
    Trace(#[from] TraceError),
    /// What memory should not hold finds no room.
    #[error("a temporary file: {0}")]
    Temporary(#[from] io::Error),
}

impl<'m> Reading<'m> {
    /// So many lines are held in memory, if nothing else is said: some 10 MB.
    pub const HELD: usize = 1 << 15;

    /// Nothing is read yet. What files hold is told by their content if no format is given. No more than `held` lines
    /// are held in memory, unless all are of one task.
    pub fn new(mapping: &'m Mapping, format: Option<Format>, held: usize) -> Reading<'m> {
        Reading {
            mapping,
            format,
            files: Vec::new(),
            tasks: Parts::new(held),
            owners: Parts::new(held),
            names: Vec::new(),
            sources: HashMap::new(),
            read: 0,
            unattributed: 0,
            meaningless: (0, Vec::new()),
        }
    }

    /// Reads another file, and shows every line to `watch`.
    ///
    /// # Errors
    /// [`ReadingError`], if it is no trace, or cannot be read to its end, or a temporary file cannot be written.
    pub fn add(
        &mut self,
        name: &str,
        input: &mut dyn io::Read,
        watch: &mut dyn FnMut(&Line),
    ) -> Result<(), ReadingError> {
        let options = Options { format: self.format, mapping: self.mapping };
        let mut noted = Ok(());
        let read = anechoic_traces::read(name, input, &options, &mut |line| {
            if noted.is_ok() {
                noted = self.note(&line);
            }
            watch(&line);
        })?;
        noted?;
        self.files.push((name.into(), read));
        Ok(())
    }

    fn note(&mut self, line: &Line) -> io::Result<()> {
        let mapping = self.mapping;
        let get = |role| mapping.get(role, &line.fields);
        let fact = match fact(line, mapping) {
            Ok(fact) => fact,
            Err(what) => {
                self.refuse(line, what);
                return Ok(());
            }
        };
        let seen = self.seen(line);
        let owner: Option<Box<str>> = get(Role::Owner).map(Into::into);
        match (fact, get(Role::Entity), owner) {
            (Fact::Counts { value, before, cap }, _, Some(owner)) => {
                self.owners.push(owner, Owned::Counter(seen.of(Counted { value, before, cap })))
            }
            (Fact::Counts { .. }, _, None) | (_, None, _) => {
                self.unattributed += 1;
                Ok(())
            }
            (fact, Some(task), owner) => {
                let [session, edit] = [Role::Session, Role::Edit].map(|role| get(role).map(fingerprint));
                self.tasks.push(task.into(), Note { owner, session, edit, said: seen.of(said(fact)) })
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
            in_order: !matches!(line.format, Format::Item | Format::Query | Format::S3Export),
            what: (),
        }
    }
}

/// What is kept of what a line says of a task.
fn said(fact: Fact<'_>) -> Said {
    match fact {
        Fact::Stands { status, before, slot } => Said::Stands(Stood { status, before, slot }),
        Fact::Event { key: Some(key), end: Some(end) } => Said::Ended(Told { key: fingerprint(key), end }),
        Fact::Event { key: None, end: Some(_) } => Said::EndedWithoutKey,
        Fact::Event { end: None, .. } => Said::Event,
        Fact::Asked { call, input } => Said::Asked(call.into(), input),
        Fact::Answered { call, answer } => Said::Answered(call.into(), answer),
        Fact::Settled { call } => Said::Settled(call.into()),
        Fact::Session(_) | Fact::Counts { .. } | Fact::Remark => Said::Nothing,
    }
}
