//! The room in which a run takes place: the service, the actors, and what each of them waits for.
use crate::{
    Actors, Asks, Bound, Breaches, Client, End, Execution, Invocation, Over, Record, Runtime, Scenario,
    Service, Session, Text, Ticket,
    actor::{Actor, Body, Handler, Name, Role, Workflow},
    as_if_once::Written,
    called::Called,
    durable::{Checkpoints, Stale, Update},
    invocation::Begun,
    known::Known,
    late::Late,
    requests::Requests,
    slot::{Inner, Pending, Slot},
};
use std::{
    cell::{RefCell, RefMut},
    fmt,
    future::Future,
    mem,
    rc::Rc,
    time::Duration,
};

/// Where a scenario is set up: who takes part, besides the service.
pub struct Room<S: Service> {
    pub(crate) inner: Rc<RefCell<Inner<S>>>,
    pub(crate) actors: Vec<Actor<S>>,
    pub(crate) checkpoints: Vec<Checkpoints>,
    /// What is asked of the handlers, by whom or by name.
    pub(crate) requests: Vec<Requests>,
    /// Writes whose senders are gone.
    pub(crate) late: Vec<Late<S>>,
    /// Sessions of whose end the service has not learnt yet.
    pub(crate) ended: Vec<Session>,
    /// Whose requests cannot be carried out yet, as far as that was recorded.
    pub(crate) waits: Vec<(usize, Ticket)>,
    pub(crate) bound: Bound,
    pub(crate) faults: u32,
    pub(crate) last: Option<usize>,
    /// What was chosen for the scenario's premises.
    pub(crate) chosen: Vec<usize>,
    /// Who comes when the service calls.
    pub(crate) called: Option<Called<S>>,
    /// Nothing happens any more, although a duplicate still could begin.
    pub(crate) settled: bool,
    /// What is known of its handlers; only in a run that is kept.
    pub(crate) known: Option<Rc<Known<S>>>,
    /// Whether nothing that is known is repeated, so that it is seen whether it is so.
    pub(crate) is_made_anew: bool,
}

impl<S: Service> Room<S> {
    pub(crate) fn new(scenario: &impl Scenario<Service = S>, bound: Bound, record: bool) -> Room<S> {
        let record = record.then(Record::default);
        let breaches = Breaches { explain: record.is_some(), ..Breaches::default() };
        let (slots, now, timed) = (Vec::new(), Duration::ZERO, scenario.is_timed());
        Room {
            inner: Rc::new(RefCell::new(Inner {
                service: scenario.service(),
                slots,
                now,
                timed,
                breaches,
                record,
                before: 0,
                changes: Vec::new(),
                clock: 0,
            })),
            actors: Vec::new(),
            checkpoints: Vec::new(),
            requests: Vec::new(),
            late: Vec::new(),
            ended: Vec::new(),
            waits: Vec::new(),
            bound,
            faults: 0,
            last: None,
            chosen: Vec::new(),
            called: None,
            settled: false,
            known: None,
            is_made_anew: true,
        }
    }

    /// The service, to be prepared for what was chosen for this run.
    pub fn service_mut(&mut self) -> RefMut<'_, S> {
        RefMut::map(self.inner.borrow_mut(), |inner| &mut inner.service)
    }

    /// Notes, for who reads the run, what the service shows before anybody acts.
    pub(crate) fn record_initial(&self) {
        let inner = &mut *self.inner.borrow_mut();
        if let Some(record) = &mut inner.record {
            (record.columns, record.initial) = inner.service.cells().into_iter().unzip();
        }
    }

    /// Adds callers of one handler: identical, concurrent, invoked again after a crash or an error as far as the
    /// bound's retries go. They are interchangeable, so the handler must not tell one from another.
    pub fn callers<F, H, E>(&mut self, name: &str, count: usize, handler: H) -> Actors<'_, S>
    where
        H: Fn(Client<S>) -> F + 'static,
        F: Future<Output = Result<S::Answer, E>> + 'static,
        E: fmt::Display + 'static,
    {
        self.add_requests(name, count, future(handler))
    }

    /// Adds callers whose invocations are no futures: `begin` begins one. What is said of [`callers`](Room::callers) holds of
    /// them, too.
    pub fn external(
        &mut self,
        name: &str,
        count: usize,
        begin: impl Fn(Client<S>) -> Box<dyn Invocation<S>> + 'static,
    ) -> Actors<'_, S> {
        self.add_requests(name, count, Rc::new(move |client| Begun::External(begin(client))))
    }

    /// Adds carriers: workers, pollers, whoever acts on what others asked for and is nobody's request. Each takes a turn; what
    /// is said of [`callers`](Room::callers) holds of them, too.
    pub fn carriers<F, H, E>(&mut self, name: &str, count: usize, handler: H)
    where
        H: Fn(Client<S>) -> F + 'static,
        F: Future<Output = Result<S::Answer, E>> + 'static,
        E: fmt::Display + 'static,
    {
        self.add_plain((name, count), Role::Carries, future(handler));
    }

    /// Adds what the environment does: a lease that expires, a pruner, somebody who types. It acts up to `times` times,
    /// whenever it likes, or not at all; nothing goes wrong with it. Once all is quiet it acts until nothing changes any more. What
    /// it answers is shown, and nobody's answer.
    pub fn environment<F, H, E>(&mut self, name: &str, times: usize, handler: H)
    where
        H: Fn(Client<S>) -> F + 'static,
        F: Future<Output = Result<S::Answer, E>> + 'static,
        E: fmt::Display + 'static,
    {
        self.add_plain((name, times), Role::Environment, future(handler));
    }

    fn add_requests(&mut self, name: &str, count: usize, handler: Handler<S>) -> Actors<'_, S> {
        let role = Role::Delivers(self.requests.len());
        self.requests.push(Requests { name: name.to_string().into(), count, is_shared: false });
        let class = self.add_plain((name, count), role, handler);
        Actors::of(self, class)
    }

    fn add_plain(&mut self, (name, count): (&str, usize), role: Role, handler: Handler<S>) -> usize {
        let class = self.actors.len();
        let (stem, others): (Rc<str>, usize) = (name.into(), self.named(name));
        for number in 1..=count {
            let number = (count + others > 1).then_some(others + number);
            self.add(Name::new(stem.clone(), number), (class, role), Body::Plain(handler.clone()));
        }
        class
    }

    /// How many actors go by this name. No two are called the same, since a run is replayed by what its choices are called.
    pub(crate) fn named(&self, name: &str) -> usize {
        self.actors.iter().filter(|actor| *actor.name.stem == *name).count()
    }

    /// Adds the execution of a durable workflow. Its steps are tried again as the runtime's policy says, and no more often
    /// than the bound's retries. [`Execution`] has an example.
    pub fn durable<F, W, E>(&mut self, name: &str, runtime: &Runtime, workflow: W) -> Actors<'_, S>
    where
        W: Fn(Execution<S>) -> F + 'static,
        F: Future<Output = Result<S::Answer, E>> + 'static,
        E: fmt::Display + 'static,
    {
        let workflow: Workflow<S> = Rc::new(move |execution| begun(workflow(execution)));
        let execution = self.checkpoints.len();
        self.checkpoints.push(Checkpoints::default());
        let policy = runtime.policy.clone().at_most(self.bound.retries.saturating_add(1));
        let runtime = Runtime { policy, ..*runtime };
        let role = Role::Delivers(self.requests.len());
        self.requests.push(Requests { name: name.to_string().into(), count: 1, is_shared: false });
        let class = self.actors.len();
        let others = self.named(name);
        let name = Name::new(name.into(), (others > 0).then_some(others + 1));
        self.add(name, (class, role), Body::Durable(workflow, Rc::new(runtime), execution));
        Actors::of(self, class)
    }

    pub(crate) fn add(&mut self, name: Name, (class, role): (usize, Role), body: Body<S>) {
        let mut inner = self.inner.borrow_mut();
        if let Some(record) = &mut inner.record {
            record.actors.push(name.to_string());
        }
        drop(inner);
        self.add_unseen(name, (class, role), body, self.actors.len());
    }

    /// The same, and its steps are recorded as those of another.
    pub(crate) fn add_unseen(
        &mut self,
        name: Name,
        (class, role): (usize, Role),
        body: Body<S>,
        shown_as: usize,
    ) {
        self.inner.borrow_mut().slots.push(Slot {
            asks: Asks::default(),
            reply: None,
            wakers: Vec::new(),
            began: 0,
            history: 0,
            drawn: 0,
            drawn_before: 0,
            executions: 0,
            invocations: 0,
            shown_as,
            written: Written::default(),
            told: Vec::new(),
            changed: 0,
        });
        self.actors.push(Actor {
            name,
            class,
            role,
            begun: false,
            original: None,
            body,
            invocation: None,
            end: None,
            restarts_left: self.bound.retries,
            duplicated: false,
            is_spared: false,
            late: 0,
        });
    }

    /// Whether a class was let in with several actors.
    pub(crate) fn is_one_of_several(&self, class: usize) -> bool {
        self.actors.get(class + 1).is_some_and(|next| next.class == class && next.original.is_none())
    }

    /// Takes one of the things that an actor waits for.
    pub(crate) fn take_pending(&self, actor: usize, at: usize) -> (Ticket, Pending<S>) {
        let inner = &mut *self.inner.borrow_mut();
        inner.change(actor);
        inner.slots[actor].asks.pending.remove(at)
    }

    /// Takes over what an invocation has asked for; and how it is over, if it is.
    pub(crate) fn take_over(&mut self, actor: usize) -> Option<Over<S>> {
        let (over, dropped) = {
            let slot = &mut self.inner.borrow_mut().slots[actor];
            (slot.asks.over.take(), mem::take(&mut slot.asks.dropped))
        };
        for ticket in dropped {
            self.forget_pending(actor, Some(ticket));
        }
        let waits = over.is_some() || !self.inner.borrow().slots[actor].asks.pending.is_empty();
        assert!(
            waits,
            "a handler waits for something that is not a request to the service: time must come through `Client::sleep`, and what is \
             spawned or sent over a channel by something else never comes"
        );
        over
    }

    /// What an actor has to choose before anything else happens.
    pub(crate) fn choice(&self, actor: usize) -> Option<(Ticket, Text, u32)> {
        let pending = &mut self.inner.borrow_mut().slots[actor].asks.pending;
        let at = pending.iter().position(|(_, pending)| matches!(pending, Pending::Choice { .. }))?;
        match pending.remove(at) {
            (ticket, Pending::Choice { what, of }) => Some((ticket, what, of)),
            _ => unreachable!("a choice was found there"),
        }
    }

    /// Lets an actor wait for nothing but a timer.
    fn wait_until(&self, actor: usize, due: Duration) {
        let slot = &mut self.inner.borrow_mut().slots[actor];
        slot.asks.clear();
        slot.asks.pending.push((Ticket(0), Pending::Timer { due }));
    }

    /// Ends an invocation; the next one begins when it is due.
    pub(crate) fn suspend(&mut self, actor: usize, due: Duration) {
        self.drop_invocation(actor);
        self.wait_until(actor, due);
    }

    /// Ends an actor.
    pub(crate) fn end(&mut self, actor: usize, end: End<S::Answer>) {
        self.drop_invocation(actor);
        self.actors[actor].end = Some(end);
    }

    /// All that an invocation knew is gone with it, and nobody waits for what it asked for.
    pub(crate) fn drop_invocation(&mut self, actor: usize) {
        if self.actors[actor].invocation.take().is_some() {
            self.ended.push(self.inner.borrow().session(actor));
        }
        let inner = &mut *self.inner.borrow_mut();
        inner.change(actor);
        let slot = &mut inner.slots[actor];
        slot.drawn_before = slot.drawn;
        slot.asks.clear();
        slot.reply = None;
        slot.wakers.clear();
    }

    /// The durable execution of an actor, as a key of what its runtime stores; none for a plain caller.
    pub(crate) fn execution(&self, actor: usize) -> (&'static str, Option<usize>) {
        let execution = match self.actors[actor].body {
            Body::Durable(_, _, execution) => Some(execution),
            Body::Plain(_) => None,
        };
        ("execution", execution)
    }

    /// Whether no other invocation of an actor's execution goes on.
    pub(crate) fn is_alone(&self, actor: usize) -> bool {
        let own = self.execution(actor);
        // Whoever is none of ours has said so itself.
        if own.1.is_none() {
            return false;
        }
        let goes_on = |other: usize| self.actors[other].end.is_none() && self.execution(other) == own;
        !(0..self.actors.len()).any(|other| other != actor && goes_on(other))
    }

    /// Stores a checkpoint of an actor's execution.
    pub(crate) fn store(&mut self, actor: usize, update: &Update) -> Result<(), Stale> {
        let Body::Durable(_, _, execution) = self.actors[actor].body else {
            unreachable!("only a durable execution has checkpoints")
        };
        self.checkpoints[execution].store(update)
    }
}

fn future<S: Service, F, H, E>(handler: H) -> Handler<S>
where
    H: Fn(Client<S>) -> F + 'static,
    F: Future<Output = Result<S::Answer, E>> + 'static,
    E: fmt::Display + 'static,
{
    Rc::new(move |client| begun(handler(client)))
}

fn begun<S: Service, F, E>(future: F) -> Begun<S>
where
    F: Future<Output = Result<S::Answer, E>> + 'static,
    E: fmt::Display + 'static,
{
    Begun::Future(Box::new(Box::pin(future)))
}
