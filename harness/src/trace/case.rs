use super::{
    code,
    note::{Note, Said, Sighting, Stood, Told, settle},
};
use anechoic_model::{Answer, Input};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// What a trace shows of one task.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) task: Box<str>,
    /// As which of all records its first one was read.
    pub(crate) met: u64,
    pub(crate) owner: Option<Box<str>>,
    pub(crate) stands: Vec<Sighting<Stood>>,
    pub(crate) events: Vec<Sighting<Told>>,
    /// Terminal events that were told of without a durable key, and so cannot be counted.
    pub(crate) without_key: u64,
    /// Terminal events that came more than once.
    pub(crate) repeated: u64,
    /// Whether its events are shown at all, terminal ones or others.
    pub(crate) shows_events: bool,
    pub(crate) calls: Vec<Call>,
    /// Fingerprints of its agent sessions' ids.
    pub(crate) sessions: Vec<u64>,
    /// And of its edits'.
    pub(crate) edits: Vec<u64>,
    /// The keys of its events, once there are many.
    #[serde(skip)]
    keys: Option<HashSet<u64>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Call {
    name: Box<str>,
    #[serde(with = "code")]
    pub(crate) input: Option<Input>,
    #[serde(with = "code")]
    pub(crate) answer: Option<Answer>,
    pub(crate) settled: bool,
}

impl Case {
    /// A task that was met with this note.
    pub(crate) fn new(task: &str, first: &Note) -> Case {
        Case {
            task: task.into(),
            met: first.said.read,
            owner: None,
            stands: Vec::new(),
            events: Vec::new(),
            without_key: 0,
            repeated: 0,
            shows_events: false,
            calls: Vec::new(),
            sessions: Vec::new(),
            edits: Vec::new(),
            keys: None,
        }
    }

    pub(crate) fn add(&mut self, note: &Note) {
        if self.owner.is_none() {
            self.owner.clone_from(&note.owner);
        }
        for (all, new) in [(&mut self.sessions, note.session), (&mut self.edits, note.edit)] {
            all.extend(new.filter(|new| !all.contains(new)));
        }
        let said = &note.said;
        self.shows_events |= matches!(said.what, Said::Ended(_) | Said::EndedWithoutKey | Said::Event);
        match &said.what {
            Said::Stands(stood) => self.stands.push(said.of(*stood)),
            Said::Ended(told) => self.tell(said.of(*told)),
            Said::EndedWithoutKey => self.without_key += 1,
            Said::Asked(call, input) => self.call(call).input = Some(*input),
            Said::Answered(call, answer) => self.call(call).answer = Some(*answer),
            Said::Settled(call) => self.call(call).settled = true,
            Said::Event | Said::Nothing => {}
        }
    }

    /// Puts everything into its order. To be called once all is noted.
    pub(crate) fn settle(&mut self) {
        settle(&mut self.stands);
        settle(&mut self.events);
    }

    /// Adds an event, unless it was told before.
    fn tell(&mut self, told: Sighting<Told>) {
        /// Up to so many are looked through one by one: almost every task has fewer.
        const FEW: usize = 16;
        let known = || self.events.iter().map(|known| known.what.key);
        let is_new = match self.events.len() {
            ..FEW => known().all(|key| key != told.what.key),
            _ => self.keys.get_or_insert_with(|| known().collect()).insert(told.what.key),
        };
        if is_new {
            self.events.push(told);
        } else {
            self.repeated += 1;
        }
    }

    fn call(&mut self, name: &str) -> &mut Call {
        let at = self.calls.iter().position(|call| *call.name == *name).unwrap_or_else(|| {
            self.calls.push(Call { name: name.into(), input: None, answer: None, settled: false });
            self.calls.len() - 1
        });
        &mut self.calls[at]
    }
}
