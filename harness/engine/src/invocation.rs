//! One invocation of a handler: a future in this process, or whatever else can be answered and asked.
use crate::{
    Failed, NoAnswer, Service, Text,
    durable::{Stale, Update},
    room::Inner,
};
use std::{
    cell::RefCell,
    future::Future,
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
    /// The invocation is over; the durable runtime begins the next one after this time.
    Suspend(Duration),
    /// The invocation is over, and no other follows.
    Abandon,
    /// Nothing: it has returned.
    Over(Result<S::Answer, Failed>),
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

/// One invocation of a handler that is not a future: a process, an interpreter, a remote worker. To drop it is to kill it:
/// nothing of it may happen afterwards.
pub trait Invocation<S: Service> {
    /// Goes on with this answer, and says what it waits for next. The first time there is no answer.
    fn resume(&mut self, reply: Option<Reply<S>>) -> Waits<S>;
}

/// An invocation that is under way.
pub(crate) enum Begun<S: Service> {
    /// A future, which asks through its [`Client`](crate::Client).
    Future(Pin<Box<dyn Future<Output = Result<S::Answer, Failed>>>>),
    /// Anything else.
    External(Box<dyn Invocation<S>>),
}

impl<S: Service> Begun<S> {
    /// Goes on with this answer, and says what it waits for next.
    pub(crate) fn resume(
        &mut self,
        (inner, actor): (&RefCell<Inner<S>>, usize),
        reply: Option<Reply<S>>,
    ) -> Waits<S> {
        let future = match self {
            Begun::Future(future) => future,
            Begun::External(external) => return external.resume(reply),
        };
        inner.borrow_mut().slots[actor].reply = reply;
        if let Poll::Ready(answer) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Waits::Over(answer);
        }
        let asked = inner.borrow_mut().slots[actor].asked.take();
        asked.unwrap_or_else(|| {
            panic!(
                "a handler waits for something that is not a request to the service; time and concurrency must come through its client"
            )
        })
    }
}
