//! One run: whoever the source picks makes the next step, until all is quiet.
use crate::{
    Bound, Breaches, Client, Coverage, End, Execution, Fault, Faults, Fingerprinter, NoAnswer, Outcome, Pick,
    Point, Premise, Promise, Record, Reply, Rest, Scenario, Service, Source, Subject, Text, Waits,
    actor::{Body, Role},
    as_if_once::Mode,
    fault::{Applied, Effect, Sender},
    moves::{self, Move},
    point::{Beginning, Crossroads, Draw},
    room::{Pending, Room},
};
use std::mem;

/// A run that gets this long is a mistake in its set-up.
const LONGEST_RUN: u32 = 100_000;

/// A scenario within a bound: the subject of a search in this process.
#[derive(Clone, Debug)]
pub struct InProcess<C> {
    /// What is checked.
    pub scenario: C,
    /// How much may happen.
    pub bound: Bound,
}

impl<C: Scenario> Subject for InProcess<C> {
    fn promises(&self) -> Vec<Promise> {
        self.scenario.promises()
    }

    fn sometimes(&self) -> Vec<Text> {
        self.scenario.sometimes()
    }

    fn is_timed(&self) -> bool {
        self.bound.timed
    }

    fn premises(&self) -> Vec<Premise> {
        self.scenario.premises().to_vec()
    }

    fn run(&self, source: &mut dyn Source) -> Outcome {
        Run::new(&self.scenario, self.bound, Mode::Bare, source, false).finish().0
    }

    fn record(&self, source: &mut dyn Source) -> (Outcome, Record) {
        let (outcome, record) = Run::new(&self.scenario, self.bound, Mode::Bare, source, true).finish();
        (outcome, record.unwrap_or_default())
    }
}

pub(crate) struct Run<'r, C: Scenario> {
    pub(crate) scenario: &'r C,
    pub(crate) room: Room<C::Service>,
    pub(crate) mode: Mode<'r>,
    source: &'r mut dyn Source,
    pub(crate) steps: u32,
    pub(crate) draws: u32,
    faults: Faults,
    coverage: Coverage,
    /// What actors have learnt is kept only for who tells states apart.
    keeps_history: bool,
    pub(crate) stopped: bool,
    /// All was quiet; what is still to come is calm, and belongs to no bound.
    pub(crate) is_calm: bool,
}

impl<'r, C: Scenario> Run<'r, C> {
    pub(crate) fn new(
        scenario: &'r C,
        bound: Bound,
        mode: Mode<'r>,
        source: &'r mut dyn Source,
        record: bool,
    ) -> Run<'r, C> {
        let room = Room::new(scenario.service(), bound, record);
        let keeps_history = source.wants_states();
        if let Mode::Judged(shared) = mode {
            room.inner.borrow_mut().breaches.reserved = Some(shared.promise);
        }
        Run {
            scenario,
            room,
            mode,
            source,
            steps: 0,
            draws: 0,
            faults: Faults::NONE,
            coverage: Coverage::new(),
            keeps_history,
            stopped: false,
            is_calm: false,
        }
    }

    pub(crate) fn finish(mut self) -> (Outcome, Option<Record>) {
        self.begin();
        let mut ways = Vec::with_capacity(16);
        while !self.stopped {
            match self.mode {
                Mode::Serial(_) => moves::list_serial(&self.room, &mut ways),
                Mode::Bare | Mode::Judged(_) => moves::list(&self.room, &mut ways),
            }
            if ways.is_empty() {
                return self.rest();
            }
            if let Some(way) = self.ask(&ways) {
                self.take(ways[way]);
            }
        }
        self.outcome(false, None)
    }

    /// Chooses the premises, lets the actors in, and runs each up to its first request.
    fn begin(&mut self) {
        if let Mode::Serial(serial) = self.mode {
            self.room.chosen = serial.chosen.to_vec();
        }
        for premise in &self.scenario.premises()[self.room.chosen.len()..] {
            let point = Beginning { premise, chosen: &self.room.chosen };
            let way = match self.source.pick(&point) {
                Pick::Take(way) => way,
                Pick::Stop => {
                    self.stopped = true;
                    return;
                }
            };
            self.room.record_choice(premise.ways.len(), || premise.label(way));
            self.room.record_premise(|| premise.label(way));
            self.room.chosen.push(way);
        }
        let chosen = mem::take(&mut self.room.chosen);
        self.scenario.set_up(&mut self.room, &chosen);
        self.room.chosen = chosen;
        self.room.record_initial();
        if let Mode::Serial(_) = self.mode {
            return self.begin_serially();
        }
        for actor in 0..self.room.actors.len() {
            if !self.stopped && self.room.actors[actor].role != Role::Environment {
                self.start(actor);
            }
        }
    }

    fn ask(&mut self, ways: &[Move]) -> Option<usize> {
        let point = Crossroads { room: &self.room, moves: ways };
        match self.source.pick(&point) {
            Pick::Take(way) => {
                self.room.record_choice(ways.len(), || point.label(way));
                Some(way)
            }
            Pick::Stop => {
                self.stopped = true;
                None
            }
        }
    }

    pub(crate) fn take(&mut self, chosen: Move) {
        self.steps += 1;
        assert!(
            self.steps <= LONGEST_RUN,
            "a run of {LONGEST_RUN} steps: does a retry policy never give up?"
        );
        self.room.inner.borrow_mut().breaches.step = self.steps;
        if let Some(fault) = chosen.fault() {
            self.room.faults += 1;
            self.faults = self.faults.union(Faults::of(&[fault]));
        }
        self.room.record_move(chosen);
        if self.source.wants_coverage()
            && !self.is_calm
            && let Some(operation) = self.room.operation(chosen)
        {
            *self.coverage.entry(operation).or_default().entry(chosen.fault()).or_default() += 1;
        }
        match chosen {
            Move::Deliver(actor) => self.deliver(actor),
            Move::Fault(actor, fault, age) => self.go_wrong(actor, fault, age),
            Move::Wake(actor) => self.wake(actor),
            Move::Land(index) => {
                let late = self.room.late.remove(index);
                self.apply(&late.request);
            }
            Move::Duplicate(actor) => self.duplicate(actor),
            Move::Begin(actor) => self.step_in(actor),
            Move::Settle => self.room.settled = true,
        }
        if chosen.actor().is_some() {
            self.room.last = chosen.actor();
        }
    }

    fn deliver(&mut self, actor: usize) {
        let reply = match self.room.pending(actor) {
            Pending::Call(request) => Reply::Response(Ok(self.carry_out(actor, &request))),
            Pending::Checkpoint(update) => Reply::Checkpoint(Ok(self.room.store(actor, &update))),
            _ => unreachable!("only a request is delivered"),
        };
        self.reply(actor, reply);
    }

    fn go_wrong(&mut self, actor: usize, fault: Fault, age: usize) {
        let Effect { applied, sender, .. } = fault.effect();
        let reply = match self.room.pending(actor) {
            Pending::Call(request) if sender == Sender::IsAnsweredWithThePast => {
                Reply::Response(Ok(self.room.read_stale(&request, age)))
            }
            Pending::Call(request) => {
                match applied {
                    Applied::Never => {}
                    Applied::AtOnce => drop(self.apply(&request)),
                    Applied::Later => self.room.keep_late(actor, request),
                }
                Reply::Response(Err(NoAnswer))
            }
            Pending::Checkpoint(update) => {
                if applied == Applied::AtOnce {
                    // Whether it was stale, its sender never hears.
                    let _ = self.room.store(actor, &update);
                }
                Reply::Checkpoint(Err(NoAnswer))
            }
            _ => unreachable!("only a request goes wrong"),
        };
        match sender {
            Sender::Dies => self.crash(actor),
            Sender::IsNotAnswered | Sender::IsAnsweredWithThePast => self.reply(actor, reply),
        }
    }

    pub(crate) fn apply(
        &mut self,
        request: &<C::Service as Service>::Request,
    ) -> <C::Service as Service>::Response {
        let response = {
            let inner = &mut *self.room.inner.borrow_mut();
            let response = inner.service.apply(request);
            if !self.is_calm {
                self.scenario.always(&inner.service, &mut inner.breaches);
            }
            response
        };
        self.room.record_response(request, &response);
        response
    }

    fn reply(&mut self, actor: usize, reply: Reply<C::Service>) {
        {
            let slot = &mut self.room.inner.borrow_mut().slots[actor];
            slot.history = match &reply {
                _ if !self.keeps_history => 0,
                Reply::Response(response) => Fingerprinter::of(&(slot.history, response)),
                Reply::Checkpoint(answer) => {
                    Fingerprinter::of(&(slot.history, answer.as_ref().map(|stored| stored.is_ok())))
                }
                Reply::Chosen(way) => Fingerprinter::of(&(slot.history, way)),
                Reply::Slept => Fingerprinter::of(&slot.history),
            };
        }
        self.go_on(actor, Some(reply));
    }

    /// Lets an actor run until it waits for something again.
    fn go_on(&mut self, actor: usize, mut reply: Option<Reply<C::Service>>) {
        loop {
            let invocation = self.room.actors[actor].invocation.as_mut().expect("who goes on is alive");
            let waits = invocation.resume((&self.room.inner, actor), reply.take());
            let now = self.room.inner.borrow().now;
            match waits {
                Waits::Over(Ok(answer)) => return self.room.end(actor, End::Answered(answer)),
                Waits::Over(Err(_)) => return self.gave_up(actor),
                Waits::Choose { what, of } => {
                    let Some(way) = self.draw(actor, what, of) else { return };
                    let slot = &mut self.room.inner.borrow_mut().slots[actor];
                    slot.history = Fingerprinter::of(&(slot.history, way));
                    reply = Some(Reply::Chosen(way));
                }
                Waits::Suspend(time) => return self.room.suspend(actor, now + time),
                Waits::Sleep(time) => return self.room.wait(actor, Pending::Timer { due: now + time }),
                Waits::Abandon => return self.room.end(actor, End::Superseded),
                Waits::Call(request) => return self.room.wait(actor, Pending::Call(request)),
                Waits::Checkpoint(update) => return self.room.wait(actor, Pending::Checkpoint(update)),
            }
        }
    }

    fn draw(&mut self, actor: usize, what: Text, of: u32) -> Option<u32> {
        self.draws += 1;
        assert!(self.draws <= LONGEST_RUN, "a run of {LONGEST_RUN} draws: does a handler draw for ever?");
        let point = Draw { actor: &self.room.actors[actor].name, what, of, faults: self.room.faults };
        match self.source.pick(&point) {
            Pick::Take(way) => {
                self.room.record_choice(of as usize, || point.label(way));
                Some(way as u32)
            }
            Pick::Stop => {
                self.stopped = true;
                None
            }
        }
    }

    /// Begins an invocation and runs it up to its first request.
    pub(crate) fn start(&mut self, actor: usize) {
        self.room.actors[actor].begun = true;
        let client = Client::new(self.room.inner.clone(), actor);
        let (invocation, history) = match &self.room.actors[actor].body {
            Body::Plain(handler) => (handler(client), 0),
            Body::Durable(workflow, runtime, execution) => {
                let known = self.room.checkpoints[*execution].clone();
                let history = known.fingerprint();
                (workflow(Execution::new(client, runtime.clone(), known)), history)
            }
        };
        self.room.actors[actor].invocation = Some(invocation);
        self.room.inner.borrow_mut().slots[actor].history = history;
        self.go_on(actor, None);
    }

    fn wake(&mut self, actor: usize) {
        let pending = self.room.pending(actor);
        let mut inner = self.room.inner.borrow_mut();
        if let Pending::Timer { due } = pending
            && inner.timed
        {
            inner.now = inner.now.max(due);
        }
        drop(inner);
        if self.room.actors[actor].invocation.is_some() {
            self.reply(actor, Reply::Slept);
        } else {
            self.start(actor);
        }
    }

    fn crash(&mut self, actor: usize) {
        let now = self.room.inner.borrow().now;
        if let Body::Durable(..) = self.room.actors[actor].body {
            return self.room.suspend(actor, now);
        }
        if !self.start_again(actor) {
            self.room.end(actor, End::Died);
        }
    }

    fn gave_up(&mut self, actor: usize) {
        let durable = matches!(self.room.actors[actor].body, Body::Durable(..));
        if durable || !self.start_again(actor) {
            self.room.end(actor, End::GaveUp);
        }
    }

    /// Invokes a plain caller's handler again, if a retry is left.
    fn start_again(&mut self, actor: usize) -> bool {
        let retry = self.room.actors[actor].restarts_left > 0;
        if retry {
            self.room.actors[actor].restarts_left -= 1;
            self.room.drop_invocation(actor);
            self.start(actor);
        }
        retry
    }

    fn duplicate(&mut self, actor: usize) {
        let original = &mut self.room.actors[actor];
        original.duplicated = true;
        let (name, body) = (original.name.again(), original.body.clone());
        let of = (original.class, original.role);
        self.room.add(name, of, body);
        let copy = self.room.actors.len() - 1;
        self.room.actors[copy].duplicated = true;
        self.room.actors[copy].original = Some(actor);
        self.start(copy);
    }

    fn rest(mut self) -> (Outcome, Option<Record>) {
        if let Mode::Serial(serial) = self.mode {
            self.note_serial_end(serial);
            return self.outcome(true, None);
        }
        {
            let inner = &mut *self.room.inner.borrow_mut();
            let ends = self.room.actors.iter().filter_map(|actor| Some((actor.class, actor.end.as_ref()?)));
            let rest = Rest { service: &inner.service, chosen: &self.room.chosen, ends: ends.collect() };
            inner.breaches.clean = true;
            inner.breaches.at_rest = true;
            self.scenario.at_rest(&rest, &mut inner.breaches);
        }
        let end_state = self.source.wants_end_state().then(|| self.room.end_state());
        if let Mode::Judged(shared) = self.mode {
            self.judge(shared);
        }
        if self.stopped {
            return self.outcome(false, None);
        }
        self.outcome(true, end_state)
    }

    fn outcome(self, at_rest: bool, end_state: Option<u128>) -> (Outcome, Option<Record>) {
        let inner = &mut *self.room.inner.borrow_mut();
        let Breaches { found: breaches, happened, .. } = mem::take(&mut inner.breaches);
        let (steps, faults, coverage) = (self.steps, self.faults, self.coverage);
        (Outcome { at_rest, steps, faults, happened, coverage, breaches, end_state }, inner.record.take())
    }
}
