use crate::{Over, Reply, Service, Session, StepKind, Text, Ticket, Waits, durable::Update, slot::Inner};
use send_wrapper::SendWrapper;
use std::{
    cell::RefCell,
    future::{Future, pending},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

/// What a handler holds to reach the service. Every call waits for its turn, and anything may become of it.
///
/// A handler may have several calls under way, joined or raced against each other. It may drop a call, as a time-out does: a
/// write that is under way may then still be carried out, some time, or never. A race that is decided by chance, as by
/// `tokio::select!` without `biased`, makes runs that cannot be made again.
///
/// It is `Send`, because libraries ask for that; to use it in another thread panics.
pub struct Client<S: Service> {
    inner: SendWrapper<Rc<RefCell<Inner<S>>>>,
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
///
/// It has an order only to be a key of a map: whoever takes the least of several tells actors apart that are interchangeable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fresh {
    /// The actor that drew it.
    pub owner: u32,
    /// Its ordinal among the names that this actor has drawn, from 1.
    pub number: u32,
}

impl<S: Service> Client<S> {
    pub(crate) fn new(inner: Rc<RefCell<Inner<S>>>, actor: usize) -> Client<S> {
        Client { inner: SendWrapper::new(inner), actor }
    }

    /// Makes a request: one atomic operation, and a point at which any other actor may step in first.
    ///
    /// # Errors
    /// [`NoAnswer`], if the run has it so.
    pub fn call(&self, request: S::Request) -> impl Future<Output = Result<S::Response, NoAnswer>> + use<S> {
        Call(self.ask(Waits::Call(request)))
    }

    /// Draws a name that nobody else has.
    pub fn fresh(&self) -> Fresh {
        let mut inner = self.inner.borrow_mut();
        let slot = &mut inner.slots[self.actor];
        slot.drawn += 1;
        Fresh { owner: self.actor as u32, number: slot.drawn }
    }

    /// The session of this invocation, for requests to a service that knows who asks: one that holds locks, or has a
    /// transaction open. It ends with the invocation.
    pub fn session(&self) -> Session {
        self.inner.borrow().session(self.actor)
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

    /// The body of a durable step may begin, in this attempt of it, counted from 1. What an [execution](crate::Execution) runs says
    /// so by itself; this is for invocations that carry out a durable runtime of their own. In the reference of what happens
    /// [as if once](crate::AsIfOnce), what a later attempt writes again counts once.
    pub fn begin_attempt(&self, attempt: u32) {
        let mut inner = self.inner.borrow_mut();
        let slot = &mut inner.slots[self.actor];
        slot.written.begin(attempt, &mut slot.drawn);
        slot.drawn_before = slot.drawn_before.min(slot.drawn);
    }

    pub(crate) fn note_execution(&self, step: &str, attempt: u32) {
        self.begin_attempt(attempt);
        let execution = {
            let slot = &mut self.inner.borrow_mut().slots[self.actor];
            slot.executions += 1;
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
        self.inner.borrow_mut().slots[self.actor].asks.end(Over::Suspended(time));
        pending().await
    }

    /// Ends this invocation: the runtime knows more than it does. Never returns.
    pub(crate) async fn give_way(&self) {
        self.inner.borrow_mut().slots[self.actor].asks.end(Over::Superseded);
        pending().await
    }

    /// Announces what this actor waits for, and waits.
    fn ask(&self, waits: Waits<S>) -> Ask<S> {
        Ask { client: self.clone(), stage: Stage::Unsent(SendWrapper::new(waits)) }
    }
}

/// A request, as a future. An async block would hold it twice: as it was given, and as it is awaited.
struct Call<S: Service>(Ask<S>);

impl<S: Service> Future for Call<S> {
    type Output = Result<S::Response, NoAnswer>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(|reply| match reply {
            Reply::Response(response) => response,
            _ => unreachable!("a call is answered with a response"),
        })
    }
}

/// Something that an invocation waits for, as a future.
struct Ask<S: Service> {
    client: Client<S>,
    stage: Stage<S>,
}

enum Stage<S: Service> {
    Unsent(SendWrapper<Waits<S>>),
    UnderWay(Ticket),
    Answered,
}

impl<S: Service> Unpin for Ask<S> {}

impl<S: Service> Future for Ask<S> {
    type Output = Reply<S>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Reply<S>> {
        let this = &mut *self;
        let slot = &mut this.client.inner.borrow_mut().slots[this.client.actor];
        let ticket = match std::mem::replace(&mut this.stage, Stage::Answered) {
            Stage::Unsent(waits) => slot.asks.ask(waits.take()),
            Stage::UnderWay(ticket) => {
                if let Some((_, reply)) = slot.reply.take_if(|(answered, _)| *answered == ticket) {
                    return Poll::Ready(reply);
                }
                ticket
            }
            Stage::Answered => unreachable!("who has been answered is not asked again"),
        };
        this.stage = Stage::UnderWay(ticket);
        slot.wait(ticket, context.waker());
        Poll::Pending
    }
}

impl<S: Service> Drop for Ask<S> {
    fn drop(&mut self) {
        if let Stage::UnderWay(ticket) = self.stage {
            self.client.inner.borrow_mut().slots[self.client.actor].asks.drop(ticket);
        }
    }
}
