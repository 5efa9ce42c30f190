use super::{
    facts::{Fact, Says},
    note::{Sighting, Stood, settle},
    scope::Scopes,
    standing::{Ours, Standing},
};
use anechoic_model::{Answer, Input, Status};
use foldhash::fast::RandomState;
use indexmap::{IndexMap, map::Entry};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

/// What a trace shows of one task.
#[derive(Debug)]
pub(crate) struct Case {
    /// As which of all records its first was read.
    pub(super) met: u64,
    /// When the task was made, if its id tells that.
    pub(crate) born: Option<Timestamp>,
    /// Whose it is, by number.
    pub(crate) owner: Option<usize>,
    pub(crate) stands: Vec<Sighting<Stood>>,
    /// The end that each of its terminal events announces.
    pub(crate) events: Vec<Sighting<Status>>,
    /// Terminal events that were told of without a durable key, and so cannot be counted.
    pub(crate) without_key: usize,
    /// Events of a name that is not known: any of them may announce an end.
    pub(crate) unknown_events: usize,
    /// Whether one of these says by its name that the task began again, so that it may have ended more than once.
    pub(crate) begins_again: bool,
    /// Whether its events are shown at all, terminal ones or others.
    pub(crate) shows_events: bool,
    pub(crate) calls: Vec<Call>,
    /// How many agent sessions it has, by their ids.
    pub(crate) sessions: usize,
    /// How many edits tell its failure, by their ids.
    pub(crate) edits: usize,
    /// What its records say of where its id counts.
    pub(crate) scopes: Scopes,
    /// Whether the order of its rows is known.
    pub(crate) is_ordered: bool,
    /// What of it is judged by our rules.
    pub(crate) ours: Ours,
    /// What was met of what counts once, by its id; of an event that announces an end, which of the events it is.
    pub(super) known: IndexMap<(Once, Box<str>), Option<usize>, RandomState>,
}

/// What counts once, however often a trace shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Once {
    Event,
    Session,
    Edit,
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(super) name: Box<str>,
    pub(crate) input: Option<Input>,
    pub(crate) answer: Option<Answer>,
    pub(crate) settled: bool,
}

impl Case {
    /// A task of which nothing is known but its id, and as which of all records its first was read.
    pub(crate) fn new(task: &str, met: u64) -> Case {
        let born = || {
            Timestamp::from_millisecond(Ulid::from_string(task).ok()?.timestamp_ms().try_into().ok()?).ok()
        };
        Case {
            met,
            born: born(),
            owner: None,
            stands: Vec::new(),
            events: Vec::new(),
            without_key: 0,
            unknown_events: 0,
            begins_again: false,
            shows_events: false,
            calls: Vec::new(),
            sessions: 0,
            edits: 0,
            scopes: Scopes::default(),
            is_ordered: true,
            ours: Ours { events: true, ends: true, ways: true, logs: true, is_sure: true, is_declared: true },
            known: IndexMap::default(),
        }
    }

    /// Whether this was met before.
    pub(super) fn knows(&self, once: Once, id: &str) -> bool {
        self.known.contains_key(&(once, id.into()))
    }

    /// Takes note of a session or an edit, which counts once.
    pub(super) fn meet(&mut self, once: Once, id: &str) {
        if self.known.insert((once, id.into()), None).is_none() {
            *self.count_of(once) += 1;
        }
    }

    fn count_of(&mut self, once: Once) -> &mut usize {
        match once {
            Once::Event => &mut self.unknown_events,
            Once::Session => &mut self.sessions,
            Once::Edit => &mut self.edits,
        }
    }

    /// Adds what was shown of the task after all that is known of it. Tells how many events came again.
    pub(super) fn join(&mut self, mut later: Case) -> u64 {
        let is_unknown =
            |((once, _), event): (&(Once, Box<str>), &Option<usize>)| *once == Once::Event && event.is_none();
        let by_key = later.known.iter().filter(|known| is_unknown(*known)).count();
        let mut again = 0;
        if self.owner.zip(later.owner).is_some_and(|(one, other)| one != other) {
            self.scopes.of_owners("one", "another");
        }
        self.owner = self.owner.or(later.owner);
        self.stands.append(&mut later.stands);
        self.without_key += later.without_key;
        self.unknown_events += later.unknown_events - by_key;
        self.begins_again |= later.begins_again;
        self.scopes.join(later.scopes);
        self.shows_events |= later.shows_events;
        for ((once, id), event) in later.known {
            match (self.known.entry((once, id)), event) {
                (Entry::Occupied(_), _) => again += u64::from(once == Once::Event),
                (Entry::Vacant(new), None) => {
                    new.insert(None);
                    *self.count_of(once) += 1;
                }
                (Entry::Vacant(new), Some(event)) => {
                    new.insert(Some(self.events.len()));
                    self.events.push(later.events[event].clone());
                }
            }
        }
        for told in later.calls {
            let call = self.call(&told.name);
            call.input = told.input.or(call.input);
            call.answer = told.answer.or(call.answer);
            call.settled |= told.settled;
        }
        again
    }

    /// Adds what a line says. An event that is known is not to be added again.
    pub(crate) fn add(&mut self, fact: Fact<'_>, seen: Sighting<()>) {
        self.shows_events |= matches!(fact, Fact::Event { says: Says::End(_) | Says::Nothing, .. });
        match fact {
            Fact::Stands { status, before, slot } => {
                push(&mut self.stands, seen.of(Stood { status, before, slot }))
            }
            Fact::Event { key: Some(key), says: Says::End(end) } => {
                self.known.insert((Once::Event, key.into()), Some(self.events.len()));
                push(&mut self.events, seen.of(end));
            }
            Fact::Event { key: None, says: Says::End(_) } => self.without_key += 1,
            Fact::Event { key: Some(key), says: Says::Unknown } => {
                self.known.insert((Once::Event, key.into()), None);
                self.unknown_events += 1;
            }
            Fact::Event { key: None, says: Says::Unknown } => self.unknown_events += 1,
            Fact::Asked { call, input } => self.call(call).input = Some(input),
            Fact::Answered { call, answer } => self.call(call).answer = Some(answer),
            Fact::Settled { call } => self.call(call).settled = true,
            Fact::Event { says: Says::Nothing, .. }
            | Fact::Session(_)
            | Fact::Counts { .. }
            | Fact::Remark => {}
        }
    }

    /// Where the task stands in the end: at a status of ours, or at one that is no end.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub(crate) fn end(&self) -> Result<Standing, &'static str> {
        match self.stands.last().map(|stands| stands.what.status) {
            None => Err("nothing shows where the task stands"),
            Some(_) if !self.is_ordered => Err("no clock tells which row of the task is the last"),
            Some(Standing::Unknown) => Err("it is not known what the status of the task means"),
            Some(known) => Ok(known),
        }
    }

    /// Why what its events say cannot be told, if it cannot.
    pub(crate) fn unclear_events(&self) -> Option<String> {
        let (without, unknown) = (self.without_key, self.unknown_events);
        if !self.ours.events {
            Some("the events are those of another lifecycle than Anechoic's".into())
        } else if without > 0 {
            Some(format!("{without} terminal events without a durable key, which cannot be counted"))
        } else if unknown > 0 {
            Some(format!("{unknown} of its events have names that are not known, and may announce its end"))
        } else {
            None
        }
    }

    /// Puts everything into its order, and remembers by whose rules it is judged. To be called once all is added.
    pub(crate) fn settle(&mut self, ours: Ours) {
        self.ours = ours;
        self.stands.retain(|stands| ours.logs || !stands.in_log);
        if !ours.ends {
            for stands in &mut self.stands {
                stands.what = Stood { status: Standing::Unknown, before: None, slot: None };
            }
        }
        self.is_ordered = settle(&mut self.stands, |one, other| one.status == other.status);
        // A row that is in two files was seen once, and shows no change by being there twice.
        self.stands.dedup_by(|again, first| {
            let is_then = again.moment.time == first.moment.time && again.moment.order == first.moment.order;
            is_then && again.what == first.what
        });
        settle(&mut self.events, |_, _| true);
    }

    fn call(&mut self, name: &str) -> &mut Call {
        let at = self.calls.iter().position(|call| *call.name == *name).unwrap_or_else(|| {
            self.calls.push(Call { name: name.into(), input: None, answer: None, settled: false });
            self.calls.len() - 1
        });
        &mut self.calls[at]
    }
}

/// Adds to a list. Most tasks have one of each, and a list that grows by itself begins with room for four.
fn push<T>(list: &mut Vec<T>, new: T) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
    list.push(new);
}
