use super::{
    facts::Fact,
    note::{Sighting, Stood, settle},
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
    /// Whether its events are shown at all, terminal ones or others.
    pub(crate) shows_events: bool,
    pub(crate) calls: Vec<Call>,
    /// How many agent sessions it has, by their ids.
    pub(crate) sessions: usize,
    /// How many edits tell its failure, by their ids.
    pub(crate) edits: usize,
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
            shows_events: false,
            calls: Vec::new(),
            sessions: 0,
            edits: 0,
        }
    }

    /// Adds what a line says. An event that was told before is not to be added again.
    pub(crate) fn add(&mut self, fact: Fact<'_>, seen: Sighting<()>) {
        self.shows_events |= matches!(fact, Fact::Event { .. });
        match fact {
            Fact::Stands { status, before, slot } => {
                push(&mut self.stands, seen.of(Stood { status, before, slot }))
            }
            Fact::Event { key: Some(_), end: Some(end) } => push(&mut self.events, seen.of(end)),
            Fact::Event { key: None, end: Some(_) } => self.without_key += 1,
            Fact::Asked { call, input } => self.call(call).input = Some(input),
            Fact::Answered { call, answer } => self.call(call).answer = Some(answer),
            Fact::Settled { call } => self.call(call).settled = true,
            Fact::Event { end: None, .. } | Fact::Session(_) | Fact::Counts { .. } | Fact::Remark => {}
        }
    }

    /// Where the task stands in the end.
    pub(crate) fn end(&self) -> Option<Status> {
        self.stands.last().map(|stands| stands.what.status)
    }

    /// Puts everything into its order. To be called once all is added.
    pub(crate) fn settle(&mut self) {
        settle(&mut self.stands);
        settle(&mut self.events);
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
