//! What a process is told, and what it does then.
use crate::{
    ask::{Answer, Ask, Ended},
    names::{self, Owner},
};
use std::{borrow::Cow, fmt, sync::Arc};

/// What a process did with what it was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Step {
    /// What it asks for besides, each with a ticket of its own: they are counted from 0.
    pub(crate) asks: Vec<Arc<Ask>>,
    /// The tickets that it does not wait for any more.
    pub(crate) gone: Vec<u32>,
    /// A timer of its own runs, which may fire before an answer comes.
    pub(crate) may_wake: bool,
    pub(crate) over: Option<Ended>,
}

impl Step {
    /// The same as if the learner had done it.
    pub(crate) fn of_learner(&self, owner: Owner) -> Step {
        let renamed = |text: &str| match names::learnt_of(text, owner) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        };
        let over = self.over.as_ref().map(|over| over.map(renamed));
        Step { asks: self.asks.iter().map(|ask| ask.map(renamed)).collect(), over, ..self.clone() }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asks = self.asks.iter().map(|ask| format!("{ask:?}"));
        let gone = self.gone.iter().map(|ticket| format!("gave up request {}", ticket + 1));
        let timer = self.may_wake.then(|| "let a timer run".to_string());
        let over = self.over.iter().map(|over| format!("{over:?}"));
        let all: Vec<String> = asks.chain(gone).chain(timer).chain(over).collect();
        if all.is_empty() { f.write_str("nothing") } else { f.write_str(&all.join(" and ")) }
    }
}

/// What a process is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Told {
    Answer(Answer),
    /// Its connection is closed.
    Nothing,
    /// Its next timer fires.
    Time,
}

/// Where a process is told of time, this stands in the place of the number of a request.
pub(crate) const OF_TIME: u32 = u32::MAX;
/// And this where it is told of an event.
pub(crate) const OF_AN_EVENT: u32 = u32::MAX - 1;
