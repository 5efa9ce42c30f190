//! One invocation of a handler: a future in this process, or whatever else can be answered and asks.
use crate::{
    Failed, NoAnswer, Service, Text,
    durable::{Stale, Update},
    slot::{Inner, Pending},
};
use std::{
    any::TypeId,
    cell::RefCell,
    fmt,
    future::Future,
    mem,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

/// What an invocation waits for.
pub enum Waits<S: Service> {
    /// The service's answer to a request.
    Call(S::Request),
    /// The durable runtime's answer to a checkpoint.
    Checkpoint(Update),
    /// One of this many ways. No other actor steps in before it is chosen.
    Choose {
        /// What is chosen.
        what: Text,
        /// How many ways there are.
        of: u32,
    },
    /// That time passes.
    Sleep(Duration),
}

/// How an invocation is over.
pub enum Over<S: Service> {
    /// It has returned.
    Returned(Result<S::Answer, Failure>),
    /// The durable runtime begins the next one after this time.
    Suspended(Duration),
    /// The next one begins at once.
    Again,
    /// It was told that the durable runtime knows more than it does: another one is at work, or the next one begins.
    Superseded,
}

/// Why a handler gave up, in its own words, if it has any.
pub struct Failure(pub(crate) Option<Box<dyn fmt::Display>>);

impl Failure {
    /// This error of the handler's.
    pub fn new<E: fmt::Display + 'static>(error: E) -> Failure {
        let has_no_words = TypeId::of::<E>() == TypeId::of::<Failed>();
        Failure((!has_no_words).then(|| Box::new(error) as Box<dyn fmt::Display>))
    }
}

/// What an invocation is answered.
pub enum Reply<S: Service> {
    /// The service's response, if one came.
    Response(Result<S::Response, NoAnswer>),
    /// Whether a checkpoint was stored, if an answer came.
    Checkpoint(Result<Result<(), Stale>, NoAnswer>),
    /// The way that was chosen.
    Chosen(u32),
    /// Time has passed.
    Slept,
}

impl<S: Service> Clone for Reply<S> {
    fn clone(&self) -> Reply<S> {
        match self {
            Reply::Response(response) => Reply::Response(response.clone()),
            Reply::Checkpoint(stored) => Reply::Checkpoint(*stored),
            Reply::Chosen(way) => Reply::Chosen(*way),
            Reply::Slept => Reply::Slept,
        }
    }
}

/// One of the things that an invocation waits for: its ordinal among all that it has ever waited for, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(pub(crate) u32);

/// What an invocation asks for, and what it asks for no more.
pub struct Asks<S: Service> {
    /// How many tickets were given.
    pub(crate) tickets: u32,
    /// All that is under way, in the order in which it was asked for.
    pub(crate) pending: Vec<(Ticket, Pending<S>)>,
    /// When requests are carried out and answered, in a run in which time passes.
    pub(crate) arrivals: Vec<(Ticket, Duration)>,
    pub(crate) dropped: Vec<Ticket>,
    pub(crate) over: Option<Over<S>>,
    /// The virtual time.
    pub(crate) now: Duration,
}

impl<S: Service> Default for Asks<S> {
    fn default() -> Asks<S> {
        Asks {
            tickets: 0,
            pending: Vec::new(),
            arrivals: Vec::new(),
            dropped: Vec::new(),
            over: None,
            now: Duration::ZERO,
        }
    }
}

impl<S: Service> Asks<S> {
    /// Waits for this, too. Whatever it is answered comes with this ticket.
    pub fn ask(&mut self, waits: Waits<S>) -> Ticket {
        let ticket = Ticket(self.tickets);
        self.tickets += 1;
        let pending = match waits {
            Waits::Call(request) => Pending::Call(request.into()),
            Waits::Checkpoint(update) => Pending::Checkpoint(update),
            Waits::Choose { what, of } => Pending::Choice { what, of },
            Waits::Sleep(time) => Pending::Timer { due: self.now + time },
        };
        self.pending.push((ticket, pending));
        ticket
    }

    /// Does not wait for it any more. A write that is under way may still be carried out, some time, or never.
    pub fn drop(&mut self, ticket: Ticket) {
        self.dropped.push(ticket);
    }

    /// The invocation is over. What it still waited for is dropped.
    pub fn end(&mut self, over: Over<S>) {
        self.over = Some(over);
    }

    /// A new invocation begins: nothing is asked for yet.
    pub(crate) fn clear(&mut self) {
        self.tickets = 0;
        self.pending.clear();
        self.arrivals.clear();
        self.dropped.clear();
        self.over = None;
    }
}

/// One invocation of a handler that is not a future: a process, an interpreter, a remote worker. To drop it is to kill it:
/// nothing of it may happen afterwards.
pub trait Invocation<S: Service> {
    /// Goes on with an answer to something that it waits for, and asks for what it waits for besides. The first time there is
    /// no answer. It waits for something afterwards, or is over.
    fn resume(&mut self, reply: Option<(Ticket, Reply<S>)>, asks: &mut Asks<S>);
}

/// A handler's future, whatever it calls its errors. It is put on the heap as it is: an async block around it would hold it twice.
pub(crate) trait Handling<A> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<A, Failure>>;
}

impl<A, E: fmt::Display + 'static, F: Future<Output = Result<A, E>>> Handling<A> for Pin<Box<F>> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<A, Failure>> {
        self.as_mut().poll(context).map_err(Failure::new)
    }
}

/// An invocation that is under way.
pub(crate) enum Begun<S: Service> {
    /// A future, which asks through its [`Client`](crate::Client).
    Future(Box<dyn Handling<S::Answer>>),
    /// Anything else.
    External(Box<dyn Invocation<S>>),
    /// One that is not there, since all that it does is known; it is made when it is told something new.
    Behind,
}

impl<S: Service> Begun<S> {
    /// Goes on with this answer; what it asks for is in its slot then.
    pub(crate) fn resume(
        &mut self,
        (inner, actor): (&RefCell<Inner<S>>, usize),
        reply: Option<(Ticket, Reply<S>)>,
    ) {
        match self {
            Begun::Future(future) => {
                let waker = {
                    let inner = &mut *inner.borrow_mut();
                    let slot = &mut inner.slots[actor];
                    slot.asks.now = inner.now;
                    let answered = reply.as_ref().map(|(ticket, _)| *ticket);
                    slot.reply = reply;
                    let at = slot.wakers.iter().position(|(waiting, _)| Some(*waiting) == answered);
                    at.map(|at| slot.wakers.swap_remove(at).1)
                };
                waker.into_iter().for_each(Waker::wake);
                if let Poll::Ready(answer) = future.poll(&mut Context::from_waker(Waker::noop())) {
                    inner.borrow_mut().slots[actor].asks.end(Over::Returned(answer));
                }
            }
            Begun::External(external) => {
                let mut asks = mem::take(&mut inner.borrow_mut().slots[actor].asks);
                asks.now = inner.borrow().now;
                external.resume(reply, &mut asks);
                inner.borrow_mut().slots[actor].asks = asks;
            }
            Begun::Behind => unreachable!("whoever is told something new has caught up"),
        }
    }
}
