use super::facts::{Fact, fact};
use anechoic_model::{Answer, Input, Status};
use anechoic_traces::{Format, Line, Mapping, Moment, Place, Role, Skipped, order};
use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// What a trace shows of every task in it. Of a line, no more is kept than what a verdict needs.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    tasks: HashMap<Box<str>, usize>,
    pub(crate) cases: Vec<Case>,
    owners: HashMap<Box<str>, usize>,
    /// What is known of each owner's counter.
    pub(crate) counters: Vec<Vec<Sighting<Counted>>>,
    /// The tasks of each owner.
    pub(crate) owned: Vec<Vec<usize>>,
    files: Vec<Arc<str>>,
    sources: HashMap<Arc<str>, u32>,
    read: u64,
    /// Lines that are about no task and no owner.
    pub(crate) unattributed: u64,
    /// Records that say what nothing can be made of.
    pub(crate) meaningless: u64,
    /// The first of them.
    pub(crate) first_meaningless: Vec<Skipped>,
    /// Rows that came more than once.
    pub(crate) repeated: u64,
}

/// What a trace shows of one task.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) task: Box<str>,
    pub(crate) owner: Option<usize>,
    pub(crate) stands: Vec<Sighting<Stood>>,
    pub(crate) events: Vec<Sighting<Told>>,
    /// The keys of its events, once there are many.
    keys: Option<HashSet<u64>>,
    /// Terminal events that were told of without a durable key, and so cannot be counted.
    pub(crate) without_key: u64,
    /// Whether its events are shown at all, terminal ones or others.
    pub(crate) shows_events: bool,
    pub(crate) calls: Vec<Call>,
    /// Fingerprints of its agent sessions' ids.
    pub(crate) sessions: Vec<u64>,
}

/// Something that was seen, and when.
#[derive(Clone, Debug)]
pub(crate) struct Sighting<T> {
    moment: Moment,
    /// As which of all records it was read.
    read: u64,
    /// Whether what was read earlier of the same file also was earlier. Tables have another order.
    in_order: bool,
    pub(crate) what: T,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Stood {
    pub(crate) status: Status,
    pub(crate) before: Option<Status>,
    pub(crate) slot: Option<bool>,
}

/// A terminal event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    /// A fingerprint of its key.
    key: u64,
    pub(crate) end: Status,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Counted {
    pub(crate) value: i64,
    pub(crate) before: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    name: Box<str>,
    pub(crate) input: Option<Input>,
    pub(crate) answer: Option<Answer>,
    pub(crate) settled: bool,
}

impl<T> Sighting<T> {
    /// Which of two came first; nothing if that is not told.
    pub(crate) fn compare<U>(&self, other: &Sighting<U>) -> Option<Ordering> {
        let same_file = self.moment.file == other.moment.file;
        match (self.moment.time, other.moment.time) {
            (Some(one), Some(other)) if one != other => Some(one.cmp(&other)),
            _ if same_file && self.in_order && other.in_order => Some(self.read.cmp(&other.read)),
            _ => None,
        }
    }

    pub(crate) fn time(&self) -> Option<jiff::Timestamp> {
        self.moment.time
    }
}

impl Cases {
    /// Takes note of a line; tells how many terminal events its task has by then.
    pub(crate) fn note(&mut self, line: &Line, mapping: &Mapping) -> usize {
        let fact = match fact(line, mapping) {
            Ok(fact) => fact,
            Err(what) => {
                self.refuse(line, what);
                return 0;
            }
        };
        let owner = mapping.get(Role::Owner, &line.fields).map(|owner| self.owner(owner));
        let moment = self.moment(line);
        self.read += 1;
        let read = self.read;
        let in_order = !matches!(line.format, Format::Item | Format::Query | Format::S3Export);
        let seen = |moment| Sighting { moment, read, in_order, what: () };
        if let Fact::Counts { value, before } = fact {
            match owner {
                Some(owner) => self.counters[owner].push(seen(moment).of(Counted { value, before })),
                None => self.unattributed += 1,
            }
            return 0;
        }
        let Some(task) = mapping.get(Role::Entity, &line.fields) else {
            self.unattributed += 1;
            return 0;
        };
        let at = self.case(task);
        if let Some(owner) = owner
            && self.cases[at].owner.is_none()
        {
            self.cases[at].owner = Some(owner);
            self.owned[owner].push(at);
        }
        let case = &mut self.cases[at];
        // A task's row tells its session, too.
        if let Some(session) = mapping.get(Role::Session, &line.fields).map(fingerprint)
            && !case.sessions.contains(&session)
        {
            case.sessions.push(session);
        }
        match fact {
            Fact::Stands { status, before, slot } => {
                case.stands.push(seen(moment).of(Stood { status, before, slot }));
            }
            Fact::Event { key, end } => {
                case.shows_events = true;
                match (key, end) {
                    (Some(key), Some(end)) => {
                        let repeated = !case.tell(seen(moment).of(Told { key: fingerprint(key), end }));
                        self.repeated += u64::from(repeated);
                    }
                    (None, Some(_)) => case.without_key += 1,
                    (_, None) => {}
                }
            }
            Fact::Asked { call, input } => case.call(call).input = Some(input),
            Fact::Answered { call, answer } => case.call(call).answer = Some(answer),
            Fact::Settled { call } => case.call(call).settled = true,
            Fact::Session(_) => {}
            Fact::Counts { .. } | Fact::Remark => {}
        }
        self.cases[at].events.len()
    }

    fn refuse(&mut self, line: &Line, what: String) {
        const TOLD: usize = 5;
        self.meaningless += 1;
        if self.first_meaningless.len() < TOLD {
            let place: Place = line.place.clone();
            self.first_meaningless.push(Skipped { place, what });
        }
    }

    fn moment(&mut self, line: &Line) -> Moment {
        if self.files.last().is_none_or(|file| *file != line.place.file) {
            self.files.push(line.place.file.clone());
        }
        let order = line.order.as_ref().map(|(source, number)| {
            let next = self.sources.len() as u32;
            Box::new((*self.sources.entry(source.clone()).or_insert(next), *number))
        });
        Moment { file: self.files.len() as u32 - 1, time: line.time.map(|(time, _)| time), order }
    }

    fn owner(&mut self, owner: &str) -> usize {
        if let Some(at) = self.owners.get(owner) {
            return *at;
        }
        self.owners.insert(owner.into(), self.counters.len());
        self.counters.push(Vec::new());
        self.owned.push(Vec::new());
        self.counters.len() - 1
    }

    fn case(&mut self, task: &str) -> usize {
        if let Some(at) = self.tasks.get(task) {
            return *at;
        }
        self.tasks.insert(task.into(), self.cases.len());
        self.cases.push(Case {
            task: task.into(),
            owner: None,
            stands: Vec::new(),
            events: Vec::new(),
            keys: None,
            without_key: 0,
            shows_events: false,
            calls: Vec::new(),
            sessions: Vec::new(),
        });
        self.cases.len() - 1
    }

    /// The owners' names, by position.
    pub(crate) fn owner_names(&self) -> Vec<&str> {
        let mut names: Vec<(usize, &str)> = self.owners.iter().map(|(name, at)| (*at, &**name)).collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// Puts everything into its order. To be called once all lines are noted.
    pub(crate) fn settle(&mut self) {
        for case in &mut self.cases {
            settle(&mut case.stands);
            settle(&mut case.events);
        }
        self.counters.iter_mut().for_each(settle);
    }
}

impl<T> Sighting<T> {
    fn of<U>(self, what: U) -> Sighting<U> {
        Sighting { moment: self.moment, read: self.read, in_order: self.in_order, what }
    }
}

impl Case {
    /// Adds an event, unless it was told before.
    fn tell(&mut self, told: Sighting<Told>) -> bool {
        /// Up to so many are looked through one by one: almost every task has fewer.
        const FEW: usize = 16;
        let known = || self.events.iter().map(|known| known.what.key);
        let is_new = match self.events.len() {
            ..FEW => known().all(|key| key != told.what.key),
            _ => self.keys.get_or_insert_with(|| known().collect()).insert(told.what.key),
        };
        if is_new {
            self.events.push(told);
        }
        is_new
    }

    fn call(&mut self, name: &str) -> &mut Call {
        let at = self.calls.iter().position(|call| *call.name == *name).unwrap_or_else(|| {
            self.calls.push(Call { name: name.into(), input: None, answer: None, settled: false });
            self.calls.len() - 1
        });
        &mut self.calls[at]
    }
}

fn settle<T: Clone>(sightings: &mut Vec<Sighting<T>>) {
    if sightings.len() > 1 {
        let moments: Vec<Moment> = sightings.iter().map(|sighting| sighting.moment.clone()).collect();
        *sightings = order(&moments).into_iter().map(|at| sightings[at].clone()).collect();
    }
}

fn fingerprint(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
