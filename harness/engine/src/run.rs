//! One run: whoever the source picks makes the next step, until all is quiet.
use crate::{
    Bound, Breaches, Coverage, End, Faults, Fingerprinter, Outcome, Over, Pick, Point, Record, Reply, Rest,
    Scenario, Service, Source, StepKind, Text, Ticket,
    as_if_once::Mode,
    kept::Marks,
    late::{Late, Write},
    moves::{self, Asked, Move, Touched},
    panics::{caught, instead},
    point::{Crossroads, Draw},
    room::Room,
    slot::Pending,
    subject::Ours,
};
use std::{mem, time::Duration};

/// A run that gets this long is taken for endless.
const LONGEST_RUN: u32 = 100_000;

/// Which way the run goes. A way that there is not ends it: a run that was kept is not made again by this subject.
pub(crate) fn pick(source: &mut dyn Source, point: &dyn Point) -> Option<usize> {
    match source.pick(point) {
        Pick::Take(way) if way < point.ways() => Some(way),
        Pick::Take(_) | Pick::Stop => None,
    }
}

pub(crate) struct Run<'r, C: Scenario> {
    pub(crate) scenario: &'r C,
    pub(crate) room: Room<C::Service>,
    pub(crate) mode: Mode<'r>,
    pub(crate) source: &'r mut dyn Source,
    pub(crate) steps: u32,
    pub(crate) draws: u32,
    /// How many choices were made.
    pub(crate) choices: usize,
    pub(crate) faults: Faults,
    /// Where a later run may go on from; only if this one is kept.
    pub(crate) marks: Option<Marks<C::Service>>,
    pub(crate) coverage: Coverage,
    /// What actors have learnt is kept only for who tells states apart.
    pub(crate) keeps_history: bool,
    pub(crate) trusts_states: bool,
    pub(crate) stopped: bool,
    /// Whether it goes on from a mark.
    pub(crate) has_begun: bool,
    /// It came to an end that is none.
    pub(crate) is_broken_off: bool,
    /// All was quiet; what is still to come is calm, and belongs to no bound.
    pub(crate) is_calm: bool,
    /// Why what holds at last cannot be told.
    pub(crate) cannot_tell: Option<Text>,
}

impl<'r, C: Scenario> Run<'r, C> {
    pub(crate) fn new(
        scenario: &'r C,
        bound: Bound,
        mode: Mode<'r>,
        source: &'r mut dyn Source,
        record: bool,
    ) -> Run<'r, C> {
        Run::of(scenario, Room::new(scenario, bound, record), mode, source)
    }

    /// A run that takes place in this room.
    pub(crate) fn of(
        scenario: &'r C,
        room: Room<C::Service>,
        mode: Mode<'r>,
        source: &'r mut dyn Source,
    ) -> Run<'r, C> {
        let (keeps_history, trusts_states) = (source.wants_states(), source.trusts_states());
        Run {
            scenario,
            room,
            mode,
            source,
            steps: 0,
            draws: 0,
            choices: 0,
            faults: Faults::NONE,
            marks: None,
            coverage: Coverage::new(),
            keeps_history,
            trusts_states,
            stopped: false,
            has_begun: false,
            is_broken_off: false,
            is_calm: false,
            cannot_tell: None,
        }
    }

    pub(crate) fn finish(mut self) -> (Outcome, Option<Record>) {
        let outcome = self.make();
        self.room.record_columns();
        let record = self.room.inner.borrow_mut().record.take();
        (outcome, record)
    }

    pub(crate) fn make(&mut self) -> Outcome {
        let (at_rest, end_state) = caught(|| self.go()).unwrap_or_else(|said| {
            self.break_off("panic", || format!("it panics: {said}{}", instead(&said)));
            (true, None)
        });
        self.outcome(at_rest, end_state)
    }

    /// Makes the run. Whether it came to its end, and how all looks then.
    fn go(&mut self) -> (bool, Option<u128>) {
        if !self.has_begun {
            self.begin();
        }
        let (mut ways, mut touched) = (Vec::with_capacity(16), Touched::default());
        while !self.stopped {
            touched.clear();
            match self.mode {
                Mode::Serial(_) => moves::list_serial(&self.room, &mut ways),
                Mode::Bare | Mode::Judged(_) => moves::list(&self.room, &mut ways, &mut touched),
            }
            if ways.is_empty() {
                let waits = self.room.is_anybody_blocked();
                if waits && self.others_let_go_on() {
                    continue;
                }
                return self.rest(waits);
            }
            if let Some(way) = self.ask(&ways, &touched) {
                self.mark();
                self.take(ways[way]);
            }
        }
        (self.is_broken_off, None)
    }

    /// The run cannot go on.
    fn break_off(&mut self, word: &'static str, detail: impl Fn() -> String) {
        if let Mode::Serial(serial) = self.mode {
            serial.doubt(format!("a calm run does not end: {}", detail()).into());
        }
        {
            let inner = &mut *self.room.inner.borrow_mut();
            inner.breaches.at_rest = false;
            inner.breaches.report_ours(Ours::EveryRunEnds, word.into(), None, detail);
            inner.record.iter_mut().for_each(|record| record.is_broken_off = true);
        }
        (self.stopped, self.is_broken_off) = (true, true);
    }

    fn ask(&mut self, ways: &[Move], touched: &Touched) -> Option<usize> {
        let point = Crossroads::new(&self.room, ways, touched);
        let way = pick(self.source, &point);
        self.choices += 1;
        match way {
            Some(way) => self.room.record_choice(ways.len(), || point.label(way)),
            None => self.stopped = true,
        }
        way
    }

    pub(crate) fn take(&mut self, chosen: Move) {
        // That nothing more happens is no step.
        self.steps += u32::from(chosen != Move::Settle);
        if self.steps > LONGEST_RUN {
            let why = || {
                format!(
                    "after {LONGEST_RUN} steps it goes on: does it try again, or look for something, without an end?"
                )
            };
            return self.break_off("endless", why);
        }
        self.room.inner.borrow_mut().breaches.step = self.steps;
        if let Some(fault) = chosen.fault() {
            self.room.faults += 1;
            self.faults = self.faults.union(Faults::of(&[fault]));
        }
        self.room.pass_time(chosen);
        self.room.record_move(chosen);
        if self.source.wants_coverage()
            && !self.is_calm
            && let Some(operation) = self.room.operation(chosen)
        {
            *self.coverage.entry(operation).or_default().entry(chosen.fault()).or_default() += 1;
        }
        match chosen {
            Move::Deliver(asked) => self.deliver(asked),
            Move::Fault(asked, fault, age) => self.go_wrong(asked, fault, age),
            Move::Wake(asked) => self.wake(asked),
            Move::Land(index) => {
                let Late { sender, write, .. } = self.room.late.remove(index);
                match &*write {
                    Write::Request(request) => drop(self.apply(sender, request)),
                    // Nobody waits to hear whether it was stale.
                    Write::Checkpoint(update) => drop(self.room.store(sender, update)),
                }
            }
            Move::Vanish(index) => drop(self.room.late.remove(index)),
            Move::Notice(index) => self.notice(index),
            Move::Duplicate(actor) => self.duplicate(actor),
            Move::Begin(actor) => self.step_in(actor),
            Move::Settle => self.room.settled = true,
        }
        if chosen.actor().is_some() {
            self.room.last = chosen.actor();
        }
        self.let_in_the_called();
        self.notice_ends();
        self.room.record_waits();
    }

    fn deliver(&mut self, Asked { actor, at }: Asked) {
        let (ticket, pending) = self.room.take_pending(actor, at);
        let reply = match pending {
            Pending::Call(request) => Reply::Response(Ok(self.carry_out(actor, &request))),
            Pending::Checkpoint(update) => Reply::Checkpoint(Ok(self.room.store(actor, &update))),
            _ => unreachable!("only a request is delivered"),
        };
        self.reply(actor, ticket, reply);
    }

    /// Carries out a request, in one of the ways in which the service may.
    pub(crate) fn apply(
        &mut self,
        actor: usize,
        request: &<C::Service as Service>::Request,
    ) -> <C::Service as Service>::Response {
        let choices = self.room.inner.borrow().service.choices(request);
        if choices <= 1 {
            let response = self.change(|service| service.apply(request));
            self.room.record_response(request, Some(&response));
            return response;
        }
        let what: Text = self.room.inner.borrow().service.describe(request).into();
        // Where the run is ended here, nobody looks at what comes of it.
        let way = self.draw(actor, what.clone(), choices).unwrap_or(0);
        let response = self.change(|service| service.apply_choice(request, way));
        self.room.record_response(request, Some(&response));
        self.record_draw(actor, &what, way, choices);
        response
    }

    /// For who reads the run: which of several ways was drawn.
    fn record_draw(&self, actor: usize, what: &Text, way: u32, of: u32) {
        let said = || format!("draws {what}: {way} of {of}");
        self.room.inner.borrow_mut().remark(Some(actor), StepKind::Choice, said);
    }

    /// Changes the service; the scenario looks at it then.
    pub(crate) fn change<T>(&mut self, how: impl FnOnce(&mut C::Service) -> T) -> T {
        let inner = &mut *self.room.inner.borrow_mut();
        let done = how(&mut inner.service);
        if !self.is_calm {
            self.scenario.always(&inner.service, &mut inner.breaches);
        }
        done
    }

    pub(crate) fn reply(&mut self, actor: usize, ticket: Ticket, reply: Reply<C::Service>) {
        self.learn(actor, ticket, &reply);
        self.go_on(actor, Some((ticket, reply)));
    }

    /// What an actor does next is a function of what it was answered, to what, and in which order.
    fn learn(&mut self, actor: usize, ticket: Ticket, reply: &Reply<C::Service>) {
        if !self.keeps_history {
            return;
        }
        let inner = &mut *self.room.inner.borrow_mut();
        let slot = &mut inner.slots[actor];
        let known = (slot.history, ticket);
        slot.history = match reply {
            Reply::Response(response) => Fingerprinter::of(&(known, response)),
            Reply::Checkpoint(answer) => {
                Fingerprinter::of(&(known, answer.as_ref().map(|stored| stored.is_ok())))
            }
            Reply::Chosen(way) => Fingerprinter::of(&(known, way)),
            Reply::Slept => Fingerprinter::of(&known),
        };
    }

    /// Lets an actor run until it waits again.
    pub(crate) fn go_on(&mut self, actor: usize, mut reply: Option<(Ticket, Reply<C::Service>)>) {
        loop {
            if let Err(why) = self.room.resume(actor, reply.take()) {
                (self.cannot_tell, self.stopped) = (Some(why), true);
                return;
            }
            if let Some(over) = self.room.take_over(actor) {
                return self.over(actor, over);
            }
            let Some((ticket, what, of)) = self.room.choice(actor) else { return self.take_time(actor) };
            let Some(way) = self.draw(actor, what.clone(), of) else { return };
            self.record_draw(actor, &what, way, of);
            let chosen = Reply::Chosen(way);
            self.learn(actor, ticket, &chosen);
            reply = Some((ticket, chosen));
        }
    }

    /// An invocation is over.
    fn over(&mut self, actor: usize, over: Over<C::Service>) {
        self.room.forget_pending(actor, None);
        match over {
            Over::Returned(Ok(answer)) => self.room.end(actor, End::Answered(answer)),
            Over::Returned(Err(failure)) => self.gave_up(actor, &failure),
            Over::Suspended(time) => {
                let now = self.room.inner.borrow().now;
                self.room.suspend(actor, now + time);
            }
            Over::Again => {
                self.room.drop_invocation(actor);
                self.start(actor);
            }
            // Nobody else goes on: the runtime begins another invocation.
            Over::Superseded if self.room.is_alone(actor) => {
                self.over(actor, Over::Suspended(Duration::ZERO))
            }
            Over::Superseded => self.room.end(actor, End::Superseded),
        }
    }

    fn draw(&mut self, actor: usize, what: Text, of: u32) -> Option<u32> {
        self.draws += 1;
        if self.draws > LONGEST_RUN {
            let why = || format!("after {LONGEST_RUN} draws it goes on: does a handler draw for ever?");
            self.break_off("endless", why);
            return None;
        }
        let point = Draw { actor: &self.room.actors[actor].name, what, of, faults: self.room.faults };
        let way = pick(self.source, &point);
        self.choices += 1;
        match way {
            Some(way) => self.room.record_choice(of as usize, || point.label(way)),
            None => self.stopped = true,
        }
        way.map(|way| way as u32)
    }

    fn rest(&mut self, waits: bool) -> (bool, Option<u128>) {
        if self.stopped {
            return (self.is_broken_off, None);
        }
        if let Mode::Serial(serial) = self.mode {
            // A calm run without an end is nothing to compare with.
            if !waits {
                self.note_serial_end(serial);
            }
            return (true, None);
        }
        if waits {
            self.waits_for_ever();
            return (true, self.source.wants_end_state().then(|| self.room.end_state()));
        }
        self.look(|scenario, rest, breaches| {
            breaches.clean = true;
            breaches.at_rest = true;
            scenario.at_rest(rest, breaches);
        });
        let end_state = self.source.wants_end_state().then(|| self.room.end_state());
        self.judge();
        (!self.stopped || self.is_broken_off, end_state.filter(|_| !self.stopped))
    }

    /// Lets the scenario look at what is there now that all is quiet.
    pub(crate) fn look<T>(&self, how: impl FnOnce(&C, &Rest<'_, C::Service>, &mut Breaches) -> T) -> T {
        let inner = &mut *self.room.inner.borrow_mut();
        let ends = self.room.actors.iter().filter_map(|actor| Some((actor.class, actor.end.as_ref()?)));
        let rest = Rest { service: &inner.service, chosen: &self.room.chosen, ends: ends.collect() };
        how(self.scenario, &rest, &mut inner.breaches)
    }

    fn outcome(&mut self, at_rest: bool, end_state: Option<u128>) -> Outcome {
        let inner = &mut *self.room.inner.borrow_mut();
        let counts = || (self.scenario.promises().len(), self.scenario.eventually().len());
        let cannot_tell = inner.service.cannot_tell().or_else(|| self.cannot_tell.take());
        let breaches = if cannot_tell.is_none() { inner.breaches.found(counts) } else { Vec::new() };
        let happened = inner.breaches.happened;
        let (steps, faults, coverage) = (self.steps, self.faults, mem::take(&mut self.coverage));
        Outcome { at_rest, steps, faults, happened, coverage, breaches, cannot_tell, end_state }
    }
}
