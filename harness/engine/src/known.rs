//! What is known of handlers: what each did next when it was told this much. It is a function of that, so whoever makes a run
//! repeats what is known, and a handler is invoked again only where it is told what it never was before.
use crate::{
    Fingerprinter, Over, Reply, Service, Text, Ticket,
    invocation::{Begun, Failure},
    kept::Told,
    room::Room,
    slot::{Pending, Slot},
};
use rustc_hash::FxHashMap;
use std::{
    cell::RefCell,
    mem::{self, discriminant},
    rc::Rc,
};

/// All that what an invocation does next is a function of: who it is and how it began, and what it was told since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Past {
    pub(crate) began: u128,
    pub(crate) history: u128,
}

/// How an invocation stands after it was told something.
pub(crate) struct Turn<S: Service> {
    tickets: u32,
    /// All that it has under way, and what it does not wait for any more.
    pending: Vec<(Ticket, Pending<S>)>,
    dropped: Vec<Ticket>,
    over: Option<Over<S>>,
    drawn: u32,
    drawn_before: u32,
    executions: u32,
}

/// What is known of the handlers of one scenario.
pub(crate) struct Known<S: Service>(RefCell<FxHashMap<Past, Rc<Turn<S>>>>);

impl<S: Service> Known<S> {
    /// So much is known at most, some tens of megabytes. What is beyond is done again each time.
    const MOST: usize = 100_000;

    pub(crate) fn nothing() -> Rc<Known<S>> {
        Rc::new(Known(RefCell::default()))
    }

    pub(crate) fn of(&self, past: Past) -> Option<Rc<Turn<S>>> {
        self.0.borrow().get(&past).cloned()
    }

    fn keep(&self, past: Past, turn: Turn<S>) {
        let mut all = self.0.borrow_mut();
        if all.len() < Known::<S>::MOST {
            all.insert(past, turn.into());
        }
    }
}

impl<S: Service> Turn<S> {
    fn of(slot: &Slot<S>) -> Turn<S> {
        Turn {
            tickets: slot.asks.tickets,
            pending: slot.asks.pending.clone(),
            dropped: slot.asks.dropped.clone(),
            over: slot.asks.over.as_ref().map(again),
            drawn: slot.drawn,
            drawn_before: slot.drawn_before,
            executions: slot.executions,
        }
    }

    /// The slot of whoever stands like this.
    fn put_into(&self, slot: &mut Slot<S>) {
        slot.asks.tickets = self.tickets;
        slot.asks.pending.clone_from(&self.pending);
        slot.asks.dropped.clone_from(&self.dropped);
        slot.asks.over = self.over.as_ref().map(again);
        (slot.drawn, slot.drawn_before) = (self.drawn, self.drawn_before);
        slot.executions = self.executions;
    }

    /// The same, after what it does not wait for any more was forgotten.
    pub(crate) fn put_back_into(&self, slot: &mut Slot<S>) {
        self.put_into(slot);
        let asks = &mut slot.asks;
        for dropped in asks.dropped.drain(..) {
            asks.pending.retain(|(ticket, _)| *ticket != dropped);
        }
    }

    /// Whether this is how another one stands, as far as it shows: what is asked may hold what differs without mattering.
    fn is_like(&self, other: &Turn<S>) -> bool {
        let count = |turn: &Turn<S>| (turn.tickets, turn.pending.len(), turn.drawn, turn.executions);
        let kinds = |turn: &Turn<S>| {
            let kinds = turn.pending.iter().map(|(ticket, pending)| (*ticket, discriminant(pending)));
            kinds.collect::<Vec<_>>()
        };
        let end = |turn: &Turn<S>| {
            let end = turn.over.as_ref().map(|over| (discriminant(over), answer(over)));
            end.map(|(kind, answer)| (kind, answer.map(Fingerprinter::of)))
        };
        count(self) == count(other)
            && self.dropped == other.dropped
            && kinds(self) == kinds(other)
            && end(self) == end(other)
    }
}

/// What an invocation has answered that is over.
fn answer<S: Service>(over: &Over<S>) -> Option<&S::Answer> {
    match over {
        Over::Returned(Ok(answer)) => Some(answer),
        _ => None,
    }
}

/// The same end once more. In what words a handler gave up matters only to who reads a run, and no run that is read repeats what
/// is known.
fn again<S: Service>(over: &Over<S>) -> Over<S> {
    match over {
        Over::Returned(Ok(answer)) => Over::Returned(Ok(answer.clone())),
        Over::Returned(Err(_)) => Over::Returned(Err(Failure(None))),
        Over::Suspended(time) => Over::Suspended(*time),
        Over::Again => Over::Again,
        Over::Superseded => Over::Superseded,
    }
}

impl<S: Service> Room<S> {
    /// Lets an actor go on until it waits again or is over: as is known, or by invoking its handler.
    ///
    /// # Errors
    /// What shows that what it does is no function of what it is told.
    pub(crate) fn resume(&mut self, at: usize, reply: Option<(Ticket, Reply<S>)>) -> Result<(), Text> {
        let Some(known) = self.known.clone() else {
            self.goes_on_by_itself(at, reply);
            return Ok(());
        };
        let past = self.inner.borrow().slots[at].past();
        let turn = known.of(past);
        if let Some(turn) = turn.as_ref().filter(|_| !self.is_made_anew) {
            self.falls_behind(at);
            let slot = &mut self.inner.borrow_mut().slots[at];
            slot.told.extend(reply.map(|(ticket, reply)| Told::Answer(ticket, reply)));
            turn.put_into(slot);
            return Ok(());
        }
        let answered = reply.as_ref().map(|(ticket, _)| *ticket);
        if !self.catches_up(at, answered) {
            let does_else = "it did something else than before when it was told all of that again";
            return Err(self.is_astray(at, does_else));
        }
        if let Some((ticket, reply)) = &reply {
            self.inner.borrow_mut().slots[at].told.push(Told::Answer(*ticket, reply.clone()));
        }
        self.goes_on_by_itself(at, reply);
        if let Some(Begun::Future(_)) = self.actors[at].invocation {
            let now = Turn::of(&self.inner.borrow().slots[at]);
            match turn {
                Some(turn) if !turn.is_like(&now) => {
                    let (before, now) = (self.told_of(&turn), self.told_of(&now));
                    let how = format!("once {before}, and now, told the same, {now}");
                    return Err(self.is_astray(at, &how));
                }
                Some(_) => {}
                None => known.keep(past, now),
            }
        }
        Ok(())
    }

    fn goes_on_by_itself(&mut self, at: usize, reply: Option<(Ticket, Reply<S>)>) {
        let invocation = self.actors[at].invocation.as_mut().expect("who goes on is alive");
        invocation.resume((&self.inner, at), reply);
    }

    /// What an actor does is known, so its invocation need not be there.
    pub(crate) fn falls_behind(&mut self, at: usize) {
        if let Some(Begun::Behind) = self.actors[at].invocation {
            return;
        }
        // To drop it drops its requests, for which it needs its slot.
        drop(self.actors[at].invocation.replace(Begun::Behind));
        let slot = &mut self.inner.borrow_mut().slots[at];
        slot.asks.dropped.clear();
        slot.reply = None;
        slot.wakers.clear();
    }

    /// Makes the invocation of an actor that is about to be told an answer, if it is not there. False, if it does otherwise
    /// than is known.
    fn catches_up(&mut self, at: usize, answered: Option<Ticket>) -> bool {
        let Some(Begun::Behind) = self.actors[at].invocation else { return true };
        let Some(answered) = answered else {
            self.actors[at].invocation = Some(self.latest_invocation(at));
            return true;
        };
        let known = {
            let slot = &mut self.inner.borrow_mut().slots[at];
            let known = Turn::of(slot);
            mem::take(&mut slot.asks);
            known
        };
        let goes_on = self.is_told_again(at);
        let slot = &mut self.inner.borrow_mut().slots[at];
        slot.asks.pending.retain(|(ticket, _)| *ticket != answered);
        slot.drawn_before = known.drawn_before;
        goes_on && Turn::of(slot).is_like(&known)
    }

    fn is_astray(&self, at: usize, how: &str) -> Text {
        let name = &self.actors[at].name;
        let chance = "something in it is left to chance, to time or to what an earlier run has left behind";
        format!("{name} does not repeat itself: {how}; {chance}").into()
    }

    /// How an invocation stands, in a few words.
    fn told_of(&self, turn: &Turn<S>) -> String {
        let inner = self.inner.borrow();
        let asked = turn.pending.iter().map(|(_, pending)| inner.describe_pending(pending));
        match &turn.over {
            Some(over) => {
                answer(over).map_or_else(|| "it was over".into(), |answer| format!("it answered {answer:?}"))
            }
            None => format!("it waited for {}", asked.collect::<Vec<String>>().join(", ")),
        }
    }
}
