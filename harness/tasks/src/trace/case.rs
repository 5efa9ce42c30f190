use super::{
    facts::{Fact, Says},
    note::{Sighting, Stood, settle},
    standing::{Ours, Standing},
};
use anechoic_model::{Answer, Input, Status};
use jiff::Timestamp;
use ulid::Ulid;

/// What a trace shows of one task.
#[derive(Debug)]
pub(crate) struct Case {
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
    /// Whether its events are shown at all, terminal ones or others.
    pub(crate) shows_events: bool,
    pub(crate) calls: Vec<Call>,
    /// How many agent sessions it has, by their ids.
    pub(crate) sessions: usize,
    /// How many edits tell its failure, by their ids.
    pub(crate) edits: usize,
    /// Whether the order of its rows is known.
    pub(crate) is_ordered: bool,
    /// What of it is judged by our rules.
    pub(crate) ours: Ours,
}

#[derive(Debug)]
pub(crate) struct Call {
    name: Box<str>,
    pub(crate) input: Option<Input>,
    pub(crate) answer: Option<Answer>,
    pub(crate) settled: bool,
}

impl Case {
    /// A task of which nothing is known but its id.
    pub(crate) fn new(task: &str) -> Case {
        let born = || {
            Timestamp::from_millisecond(Ulid::from_string(task).ok()?.timestamp_ms().try_into().ok()?).ok()
        };
        Case {
            born: born(),
            owner: None,
            stands: Vec::new(),
            events: Vec::new(),
            without_key: 0,
            unknown_events: 0,
            shows_events: false,
            calls: Vec::new(),
            sessions: 0,
            edits: 0,
            is_ordered: true,
            ours: Ours { events: true, ends: true, ways: true, logs: true },
        }
    }

    /// Adds what a line says. An event that was told before is not to be added again.
    pub(crate) fn add(&mut self, fact: Fact<'_>, seen: Sighting<()>) {
        self.shows_events |= matches!(fact, Fact::Event { says: Says::End(_) | Says::Nothing, .. });
        match fact {
            Fact::Stands { status, before, slot } => {
                push(&mut self.stands, seen.of(Stood { status, before, slot }))
            }
            Fact::Event { key: Some(_), says: Says::End(end) } => push(&mut self.events, seen.of(end)),
            Fact::Event { key: None, says: Says::End(_) } => self.without_key += 1,
            Fact::Event { says: Says::Unknown, .. } => self.unknown_events += 1,
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
