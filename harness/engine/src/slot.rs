//! What an actor and the run share: what it has asked for, and what is known of it.
use crate::{
    Asks, Breaches, Footprint, Record, Reply, Service, Text, Ticket, as_if_once::Written, durable::Update,
    kept::Told, known::Past,
};
use std::{rc::Rc, task::Waker, time::Duration};

/// What an actor waits for, as the run sees it.
pub(crate) enum Pending<S: Service> {
    Call(Rc<S::Request>),
    Checkpoint(Update),
    /// One of so many ways; it is drawn before anything else happens.
    Choice {
        what: Text,
        of: u32,
    },
    /// A timer, due at this time.
    Timer {
        due: Duration,
    },
}

impl<S: Service> Clone for Pending<S> {
    fn clone(&self) -> Pending<S> {
        match self {
            Pending::Call(request) => Pending::Call(request.clone()),
            Pending::Checkpoint(update) => Pending::Checkpoint(update.clone()),
            Pending::Choice { what, of } => Pending::Choice { what: what.clone(), of: *of },
            Pending::Timer { due } => Pending::Timer { due: *due },
        }
    }
}

/// What the actor and the run share.
pub(crate) struct Slot<S: Service> {
    /// What it has asked for.
    pub(crate) asks: Asks<S>,
    /// What the client will answer it with.
    pub(crate) reply: Option<(Ticket, Reply<S>)>,
    /// Who polls for what is under way, where that is not the run itself.
    pub(crate) wakers: Vec<(Ticket, Waker)>,
    /// Who this invocation is, and how it began, as a fingerprint; only in a run that is kept.
    pub(crate) began: u128,
    /// All that this invocation has learnt, as a fingerprint: what it does next is a function of it.
    pub(crate) history: u128,
    /// How many names it has drawn.
    pub(crate) drawn: u32,
    /// How many of them it drew before this invocation.
    pub(crate) drawn_before: u32,
    pub(crate) executions: u32,
    /// How many invocations there have been.
    pub(crate) invocations: u32,
    /// Under which actor its steps are recorded.
    pub(crate) shown_as: usize,
    /// What the attempts of its durable step have written; only in a serial run.
    pub(crate) written: Written<S>,
    /// All that its invocations were told; only in a run that is kept.
    pub(crate) told: Vec<Told<S>>,
    /// Which of all changes was the last one of this slot.
    pub(crate) changed: u64,
}

impl<S: Service> Slot<S> {
    /// What its actor does next is a function of this.
    pub(crate) fn past(&self) -> Past {
        Past { began: self.began, history: self.history }
    }

    /// Whoever polls for this wants to be told when it is answered.
    pub(crate) fn wait(&mut self, ticket: Ticket, waker: &Waker) {
        // The run polls a handler whenever something of its is answered. What polls by itself, such as a set of futures, has
        // a waker of its own.
        if waker.will_wake(Waker::noop()) {
            return;
        }
        match self.wakers.iter_mut().find(|(waiting, _)| *waiting == ticket) {
            Some((_, known)) => known.clone_from(waker),
            None => self.wakers.push((ticket, waker.clone())),
        }
    }
}

/// The part of the room that the actors' clients reach.
pub(crate) struct Inner<S: Service> {
    pub(crate) service: S,
    pub(crate) slots: Vec<Slot<S>>,
    pub(crate) now: Duration,
    pub(crate) timed: bool,
    pub(crate) breaches: Breaches,
    pub(crate) record: Option<Record>,
    /// What the service looked like before the move that is being recorded.
    pub(crate) before: u128,
    /// The recorded steps that changed the service, and what they touched.
    pub(crate) changes: Vec<(usize, Footprint)>,
    /// How many changes of slots there were; it never goes back.
    pub(crate) clock: u64,
}

impl<S: Service> Inner<S> {
    /// An actor goes on, or what it waits for changes.
    pub(crate) fn change(&mut self, actor: usize) {
        self.clock += 1;
        self.slots[actor].changed = self.clock;
    }
}
