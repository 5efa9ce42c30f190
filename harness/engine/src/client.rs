use crate::{Reply, Service, StepKind, Text, Waits, durable::Update, room::Inner};
use std::{
    cell::RefCell,
    future::{Future, pending, poll_fn},
    rc::Rc,
    task::Poll,
    time::Duration,
};

/// What a handler holds to reach the service. Every call waits for its turn, and anything may become of it.
pub struct Client<S: Service> {
    inner: Rc<RefCell<Inner<S>>>,
    actor: usize,
}

impl<S: Service> Clone for Client<S> {
    fn clone(&self) -> Client<S> {
        Client { inner: self.inner.clone(), actor: self.actor }
    }
}

/// No answer came. The request may have been applied, or not, or may yet be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("no answer came; the request may or may not have been applied")]
pub struct NoAnswer;

/// A name that nobody else has drawn, such as the random part of a ULID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fresh {
    /// The actor that drew it.
    pub owner: u32,
    /// Its ordinal among the names that this actor has drawn, from 1.
    pub number: u32,
}

impl<S: Service> Client<S> {
    pub(crate) fn new(inner: Rc<RefCell<Inner<S>>>, actor: usize) -> Client<S> {
        Client { inner, actor }
    }

    /// Makes a request: one atomic operation, and a point at which any other actor may step in first.
    ///
    /// # Errors
    /// [`NoAnswer`], if the run has it so.
    pub fn call(&self, request: S::Request) -> impl Future<Output = Result<S::Response, NoAnswer>> {
        let ask = self.ask(Waits::Call(request));
        async {
            match ask.await {
                Reply::Response(response) => response,
                _ => unreachable!("a call is answered with a response"),
            }
        }
    }

    /// Draws a name that nobody else has.
    pub fn fresh(&self) -> Fresh {
        let mut inner = self.inner.borrow_mut();
        let slot = &mut inner.slots[self.actor];
        slot.drawn += 1;
        Fresh { owner: self.actor as u32, number: slot.drawn }
    }

    /// The virtual time since the start of the run. It stands still in a search that is not timed.
    pub fn now(&self) -> Duration {
        self.inner.borrow().now
    }

    /// Whether delays are drawn and time passes.
    pub fn is_timed(&self) -> bool {
        self.inner.borrow().timed
    }

    /// Chooses one of `of` ways. It is no point at which another actor may step in.
    pub async fn choose(&self, what: impl Into<Text>, of: u32) -> u32 {
        match self.ask(Waits::Choose { what: what.into(), of }).await {
            Reply::Chosen(way) => way,
            _ => unreachable!("a choice is answered with a way"),
        }
    }

    /// Lets time pass. In a search that is not timed, it may be any time.
    pub async fn sleep(&self, time: Duration) {
        let _ = self.ask(Waits::Sleep(time)).await;
    }

    /// Remarks something, for whoever reads the run. Costs nothing when nobody does.
    pub fn note(&self, what: impl FnOnce() -> String) {
        self.remark(StepKind::Note, what);
    }

    pub(crate) fn note_execution(&self, step: &str, attempt: u32) {
        let execution = {
            let mut inner = self.inner.borrow_mut();
            let slot = &mut inner.slots[self.actor];
            slot.executions += 1;
            slot.written.begin(attempt, &mut slot.drawn);
            slot.drawn_before = slot.drawn_before.min(slot.drawn);
            slot.executions
        };
        self.remark(StepKind::Attempt(attempt), || {
            format!("{step}: attempt {attempt}, execution {execution}")
        });
    }

    fn remark(&self, kind: StepKind, what: impl FnOnce() -> String) {
        self.inner.borrow_mut().remark(Some(self.actor), kind, what);
    }

    pub(crate) async fn checkpoint(&self, update: Update) -> Reply<S> {
        self.ask(Waits::Checkpoint(update)).await
    }

    /// Ends this invocation; another begins when the time has passed. Never returns.
    pub(crate) async fn suspend(&self, time: Duration) {
        self.inner.borrow_mut().slots[self.actor].asked = Some(Waits::Suspend(time));
        pending().await
    }

    /// Ends this invocation for good. Never returns.
    pub(crate) async fn abandon(&self) {
        self.inner.borrow_mut().slots[self.actor].asked = Some(Waits::Abandon);
        pending().await
    }

    /// Announces what this actor waits for, and waits.
    fn ask(&self, waits: Waits<S>) -> impl Future<Output = Reply<S>> {
        let (inner, actor) = (self.inner.clone(), self.actor);
        let mut announcement = Some(waits);
        poll_fn(move |_| {
            let slot = &mut inner.borrow_mut().slots[actor];
            if let Some(waits) = announcement.take() {
                assert!(
                    slot.asked.is_none(),
                    "one actor makes one request at a time; give what runs concurrently an actor of its own"
                );
                slot.asked = Some(waits);
                return Poll::Pending;
            }
            slot.reply.take().map_or(Poll::Pending, Poll::Ready)
        })
    }
}
