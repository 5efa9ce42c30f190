//! Random commands to one task, in the specification and in the real orchestrator side by side.
//!
//! A command may die before or after any request to the store, or get no answer from it, and may be given again. The
//! specification then says what is possible; without such trouble, that is one state, and the store must show it.
use anechoic_model::{Input, State, Status as Modelled, step};
use anechoic_orchestrator::{
    Clock, Comments, Error, EventKind, Guardrail, MemoryStore, Screening, SessionId, Sessions, Status, Store,
    Task, TaskId, TaskRow, UserId, admit, cancel, complete, fail_task, finalize, give_up, hydrate_context,
    reconcile, start_session,
    store::{Batch, Commit, Consistency, Counter, Unavailable},
    tell_failure,
};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    future::{Future, pending},
    pin::pin,
    task::{Context, Poll, Waker},
};

/// What may be commanded.
#[derive(Clone, Copy, Debug)]
enum Command {
    Admit,
    Hydrate { blocked: bool },
    StartSession,
    Fail(Status),
    Cancel,
    Complete,
    Finalize,
    GiveUp,
    Recount,
    Deliver,
}

/// What may become of one of its requests to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    DiesBefore,
    DiesAfter,
    Rejected,
    NoAnswer,
}

/// A command, and the request, by number, with which something goes wrong.
#[derive(Clone, Debug)]
struct Transition {
    command: Command,
    trouble: Option<(usize, Trouble)>,
}

impl Command {
    /// What it asks in a state, in the specification's words, one after the other.
    fn asks(self, state: &State) -> Vec<Input> {
        use Modelled::*;
        let go = |from, to| Input::Move { from, to };
        let end = |to| if state.status.may_become(to) { vec![go(state.status, to)] } else { Vec::new() };
        match self {
            Command::Admit if state.status == Queued => vec![go(Queued, Submitted), Input::Admit],
            Command::Admit => vec![Input::Admit],
            Command::Hydrate { blocked: false } => vec![go(Submitted, Hydrating)],
            Command::Hydrate { blocked: true } => {
                vec![go(Submitted, Hydrating), Input::Fail { from: Hydrating }]
            }
            Command::StartSession => vec![go(Hydrating, Running)],
            Command::Fail(from) => vec![Input::Fail { from: modelled(from) }],
            Command::Cancel => vec![Input::Cancel],
            Command::Complete => vec![go(Running, Finalizing), go(Finalizing, Completed)],
            Command::Finalize if state.status.may_become(TimedOut) => end(TimedOut),
            Command::Finalize | Command::GiveUp => end(Failed),
            Command::Recount | Command::Deliver => Vec::new(),
        }
    }
}

fn modelled(status: Status) -> Modelled {
    Modelled::ALL.into_iter().find(|modelled| modelled.name() == status.name()).expect("the same names")
}

/// The specification's side: all states in which the task may be.
struct Specification;

impl ReferenceStateMachine for Specification {
    type State = BTreeSet<State>;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<BTreeSet<State>> {
        Just(BTreeSet::from([State::new(Modelled::Submitted)])).boxed()
    }

    fn transitions(_: &BTreeSet<State>) -> BoxedStrategy<Transition> {
        let stands = prop::sample::select(vec![
            Status::Submitted,
            Status::Hydrating,
            Status::Running,
            Status::Finalizing,
        ]);
        let command = prop_oneof![
            3 => Just(Command::Admit),
            3 => Just(Command::Hydrate { blocked: false }),
            1 => Just(Command::Hydrate { blocked: true }),
            3 => Just(Command::StartSession),
            1 => stands.prop_map(Command::Fail),
            1 => Just(Command::Cancel),
            2 => Just(Command::Complete),
            1 => Just(Command::Finalize),
            1 => Just(Command::GiveUp),
            1 => Just(Command::Recount),
            2 => Just(Command::Deliver),
        ];
        let kinds = vec![Trouble::DiesBefore, Trouble::DiesAfter, Trouble::Rejected, Trouble::NoAnswer];
        let trouble = prop::option::weighted(0.4, (0..3_usize, prop::sample::select(kinds)));
        (command, trouble).prop_map(|(command, trouble)| Transition { command, trouble }).boxed()
    }

    fn apply(possible: BTreeSet<State>, Transition { command, trouble }: &Transition) -> BTreeSet<State> {
        let mut next = BTreeSet::new();
        for state in possible {
            let mut reached = state.clone();
            for input in command.asks(&state) {
                // Whoever dies on the way leaves what it had done by then.
                if trouble.is_some() {
                    next.insert(reached.clone());
                }
                reached = step(&reached, input).0;
            }
            next.insert(reached);
        }
        next
    }
}

/// The real side: the handlers, over a store with which things go wrong.
struct Real {
    task: Task,
    store: MemoryStore,
    requests: Cell<usize>,
    trouble: Cell<Option<(usize, Trouble)>>,
    blocked: Cell<bool>,
    comment: RefCell<String>,
    edits: Cell<u32>,
}

impl Real {
    /// Makes a request, or has it go wrong.
    async fn request<T>(
        &self,
        answer: impl AsyncFnOnce() -> Result<T, Unavailable>,
    ) -> Result<T, Unavailable> {
        let number = self.requests.replace(self.requests.get() + 1);
        match self.trouble.get().filter(|(at, _)| *at == number).map(|(_, trouble)| trouble) {
            None => answer().await,
            Some(Trouble::DiesBefore) => pending().await,
            Some(Trouble::DiesAfter) => {
                answer().await?;
                pending().await
            }
            Some(Trouble::Rejected) => Err(Unavailable),
            Some(Trouble::NoAnswer) => {
                answer().await?;
                Err(Unavailable)
            }
        }
    }

    /// Runs a command until it is done or has died.
    fn obey(&self, command: Command) {
        let task = &self.task;
        let reason = || "given up".to_string();
        self.blocked.set(matches!(command, Command::Hydrate { blocked: true }));
        match command {
            Command::Admit => run(admit(self, task, 3)),
            Command::Hydrate { .. } => run(hydrate_context(self, task)),
            Command::StartSession => run(start_session(self, task)),
            Command::Fail(from) => run(fail_task(self, task, from, "failed")),
            Command::Cancel => run(cancel(self, task)),
            Command::Complete => run(complete(self, task)),
            Command::Finalize => run(finalize(self, task)),
            Command::GiveUp => run(give_up(self, task, reason())),
            Command::Recount => run(reconcile(self, &task.user)),
            Command::Deliver => {
                for event in self.store.events(task.id) {
                    run(tell_failure(self, &event));
                }
            }
        }
    }

    fn observed(&self) -> State {
        let row =
            now(self.store.task(self.task.id, Consistency::Strong)).expect("an answer").expect("a task");
        let end = |kind| match kind {
            EventKind::TaskCompleted => Modelled::Completed,
            EventKind::TaskFailed => Modelled::Failed,
            EventKind::TaskCancelled => Modelled::Cancelled,
            EventKind::TaskTimedOut => Modelled::TimedOut,
        };
        let events = self.store.events(self.task.id).iter().map(|event| end(event.kind)).collect();
        let slots = self.store.active_count(&self.task.user);
        State { status: modelled(row.status), events, slots }
    }
}

/// Runs a handler until it is done, or waits for an answer that will not come.
fn run<T>(handler: impl Future<Output = Result<T, Error>>) {
    let _ = pin!(handler).as_mut().poll(&mut Context::from_waker(Waker::noop()));
}

fn now<T>(answer: impl Future<Output = T>) -> T {
    match pin!(answer).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("the store in memory answers at once"),
    }
}

impl Store for Real {
    async fn commit(&self, batch: Batch) -> Result<Commit, Unavailable> {
        self.request(async || self.store.commit(batch).await).await
    }

    async fn task(&self, id: TaskId, consistency: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        self.request(async || self.store.task(id, consistency).await).await
    }

    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        self.request(async || self.store.counter(user).await).await
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        self.request(async || self.store.slots_held(user).await).await
    }
}

impl Clock for Real {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

impl Guardrail for Real {
    async fn screen(&self, _: TaskId) -> Result<Screening, Error> {
        Ok(if self.blocked.get() { Screening::Blocked("blocked".into()) } else { Screening::Passed })
    }
}

impl Sessions for Real {
    async fn start(&self, _: TaskId) -> Result<SessionId, Error> {
        Ok(SessionId::new("session-1"))
    }
}

impl Comments for Real {
    async fn read(&self, _: TaskId) -> Result<String, Error> {
        Ok(self.comment.borrow().clone())
    }

    async fn edit(&self, _: TaskId, body: &str) -> Result<(), Error> {
        self.edits.set(self.edits.get() + 1);
        *self.comment.borrow_mut() = body.into();
        Ok(())
    }
}

impl StateMachineTest for Real {
    type SystemUnderTest = Real;
    type Reference = Specification;

    fn init_test(_: &BTreeSet<State>) -> Real {
        let task = Task { id: TaskId::from_ms(1, 1), user: UserId::new("ada") };
        let store = MemoryStore::new();
        store.insert(&task, TaskRow::new(task.user.clone(), Status::Submitted));
        Real {
            task,
            store,
            requests: Cell::default(),
            trouble: Cell::default(),
            blocked: Cell::default(),
            comment: RefCell::default(),
            edits: Cell::default(),
        }
    }

    fn apply(real: Real, possible: &BTreeSet<State>, transition: Transition) -> Real {
        real.requests.set(0);
        real.trouble.set(transition.trouble);
        real.obey(transition.command);
        let observed = real.observed();
        assert!(possible.contains(&observed), "the store shows {observed:?}, possible is {possible:?}");
        let failed = observed.events == [Modelled::Failed];
        assert!(real.edits.get() <= u32::from(failed), "{} edits for {observed:?}", real.edits.get());
        real
    }

    fn teardown(real: Real, _: BTreeSet<State>) {
        // Whatever it went through: given up without trouble it ends, once, and gives its slot back.
        real.trouble.set(None);
        real.obey(Command::GiveUp);
        real.obey(Command::Deliver);
        let State { status, events, slots } = real.observed();
        assert!(status.is_terminal() && events == [status] && slots == 0, "{status} {events:?} {slots}");
        assert_eq!(real.edits.get(), u32::from(status == Modelled::Failed));
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_orchestrator_does_what_the_specification_says(sequential 1..24 => Real);
}
