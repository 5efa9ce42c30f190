//! Going back: a run that goes on from where it parts from the one before, instead of from its start. The service is put back
//! as a copy of it has it, and of the actors only those that went further are fed their answers again.
use crate::{
    Bound, Breaches, Course, End, Faults, Outcome, Reply, Scenario, Service, Session, Source, Ticket, actor,
    as_if_once::Mode,
    durable::Checkpoints,
    invocation::Begun,
    known::{Known, Past},
    late::Late,
    panics::caught,
    room::Room,
    run::Run,
    slot::{Inner, Pending},
};
use std::{rc::Rc, time::Duration};

/// Makes the runs of a scenario one after the other. None, if its service makes no copies of itself, or if time passes: then no
/// two runs meet, and nothing is searched by states.
pub(crate) fn course<'s, C: Scenario>(
    scenario: &'s C,
    bound: Bound,
    mode: Mode<'s>,
) -> Option<Box<dyn Course + 's>> {
    let goes_back = !scenario.is_timed() && scenario.service().snapshot().is_some();
    goes_back.then(|| {
        Box::new(Kept { scenario, bound, mode, known: Known::nothing(), last: None }) as Box<dyn Course + 's>
    })
}

/// A run that was made, and where it can be gone back to.
type Last<S> = (Room<S>, Marks<S>);

struct Kept<'s, C: Scenario> {
    scenario: &'s C,
    bound: Bound,
    mode: Mode<'s>,
    known: Rc<Known<C::Service>>,
    /// The last run, if it can be gone back in.
    last: Option<Last<C::Service>>,
}

impl<C: Scenario> Course for Kept<'_, C> {
    fn run(&mut self, source: &mut dyn Source) -> Outcome {
        let (scenario, mode) = (self.scenario, self.mode);
        if let Some((room, marks)) = self.last.take()
            && let Some(run) = Run::from_mark((scenario, mode), source, room, marks)
        {
            let (outcome, last) = run.finish_kept();
            self.last = last;
            return outcome;
        }
        let run = Run::new(scenario, self.bound, mode, source, false).kept(self.known.clone());
        let (outcome, last) = run.finish_kept();
        self.last = last;
        outcome
    }
}

impl<'r, C: Scenario> Run<'r, C> {
    /// The same, which can be gone back in, where this is known of its handlers.
    pub(crate) fn kept(mut self, known: Rc<Known<C::Service>>) -> Run<'r, C> {
        self.room.known = Some(known);
        Run { marks: Some(Marks::default()), ..self }
    }

    /// A run that goes on from a mark in one that was made before.
    pub(crate) fn from_mark(
        (scenario, mode): (&'r C, Mode<'r>),
        source: &'r mut dyn Source,
        mut room: Room<C::Service>,
        mut marks: Marks<C::Service>,
    ) -> Option<Run<'r, C>> {
        let shared = Some(source.shared()).filter(|shared| *shared > 0)?;
        let mark = marks.pop(shared)?;
        let Mark { choices, steps, draws, faults, room: stood } = mark;
        if !caught(|| room.go_back(stood)).unwrap_or(false) {
            return None;
        }
        room.is_made_anew = false;
        source.skip(choices);
        let run = Run::of(scenario, room, mode, source);
        Some(Run { steps, draws, choices, faults, marks: Some(marks), has_begun: true, ..run })
    }

    /// The same, and what it takes to go back in it, unless it was broken off.
    pub(crate) fn finish_kept(mut self) -> (Outcome, Option<Last<C::Service>>) {
        let outcome = self.make();
        let goes_on = !self.is_broken_off && outcome.cannot_tell.is_none();
        let marks = self.marks.filter(|_| goes_on);
        (outcome, marks.map(|marks| (self.room, marks)))
    }

    /// Keeps what a later run needs that parts from this one here.
    pub(crate) fn mark(&mut self) {
        let Some(marks) = &mut self.marks else { return };
        if !self.source.comes_back() {
            return;
        }
        let (choices, steps, draws, faults) = (self.choices - 1, self.steps, self.draws, self.faults);
        marks.extend(self.room.stood().map(|room| Mark { choices, steps, draws, faults, room }));
    }
}

/// What an actor was told, in its order.
pub(crate) enum Told<S: Service> {
    /// An invocation began.
    Beginning {
        /// With what the durable runtime had stored then, if there is one.
        known: Option<Checkpoints>,
        /// How many names had been drawn.
        drawn: u32,
        executions: u32,
    },
    Answer(Ticket, Reply<S>),
}

/// The marks of a run, from its start on.
pub(crate) struct Marks<S: Service>(Vec<Mark<S>>);

impl<S: Service> Default for Marks<S> {
    fn default() -> Marks<S> {
        Marks(Vec::new())
    }
}

impl<S: Service> Marks<S> {
    /// The last mark after at most so many choices; those after it are of no use any more.
    pub(crate) fn pop(&mut self, most: usize) -> Option<Mark<S>> {
        while let Some(mark) = self.0.pop() {
            if mark.choices <= most {
                return Some(mark);
            }
        }
        None
    }

    pub(crate) fn extend(&mut self, mark: Option<Mark<S>>) {
        self.0.extend(mark);
    }
}

/// A point of a run to which can be gone back.
pub(crate) struct Mark<S: Service> {
    /// How many choices were made before it.
    pub(crate) choices: usize,
    pub(crate) steps: u32,
    pub(crate) draws: u32,
    /// The kinds of fault that had happened.
    pub(crate) faults: Faults,
    pub(crate) room: Stood<S>,
}

/// How a room stood.
pub(crate) struct Stood<S: Service> {
    service: S,
    breaches: Breaches,
    checkpoints: Vec<Checkpoints>,
    late: Vec<Late<S>>,
    ended: Vec<Session>,
    faults: u32,
    last: Option<usize>,
    settled: bool,
    actors: Vec<Actor<S>>,
}

/// How an actor stood.
struct Actor<S: Service> {
    /// If nothing of it has changed since, it stands as it stood.
    changed: u64,
    begun: bool,
    is_at_work: bool,
    end: Option<End<S::Answer>>,
    restarts_left: u32,
    duplicated: bool,
    late: usize,
    /// How much it had been told.
    told: usize,
    past: Past,
    drawn: u32,
    drawn_before: u32,
    executions: u32,
    invocations: u32,
    /// How many tickets it had been given, and how many were under way.
    tickets: u32,
    under_way: usize,
    /// When the next invocation is due, if it waits for that.
    due: Option<Duration>,
}

impl<S: Service> Room<S> {
    /// How it stands. None, if the service makes no copy of itself.
    pub(crate) fn stood(&self) -> Option<Stood<S>> {
        let inner = self.inner.borrow();
        let actors = self.actors.iter().enumerate().map(|(at, actor)| Actor::of(actor, &inner, at));
        Some(Stood {
            service: inner.service.snapshot()?,
            breaches: inner.breaches.clone(),
            checkpoints: self.checkpoints.clone(),
            late: self.late.clone(),
            ended: self.ended.clone(),
            faults: self.faults,
            last: self.last,
            settled: self.settled,
            actors: actors.collect(),
        })
    }

    /// Stands again as it stood. False, if an actor does otherwise than before when it is told the same: then this is no way
    /// to make a run.
    pub(crate) fn go_back(&mut self, to: Stood<S>) -> bool {
        // To drop an invocation drops its requests, for which it needs its slot.
        self.actors.truncate(to.actors.len());
        self.inner.borrow_mut().slots.truncate(to.actors.len());
        for (at, stood) in to.actors.into_iter().enumerate() {
            if !self.stands_again(at, stood) {
                return false;
            }
        }
        let Stood { service, breaches, .. } = to;
        let inner = &mut *self.inner.borrow_mut();
        (inner.service, inner.breaches) = (service, breaches);
        (self.checkpoints, self.late, self.ended) = (to.checkpoints, to.late, to.ended);
        (self.faults, self.last, self.settled) = (to.faults, to.last, to.settled);
        true
    }

    fn stands_again(&mut self, at: usize, stood: Actor<S>) -> bool {
        let actor = &mut self.actors[at];
        (actor.begun, actor.restarts_left) = (stood.begun, stood.restarts_left);
        (actor.duplicated, actor.late) = (stood.duplicated, stood.late);
        if self.inner.borrow().slots[at].changed == stood.changed {
            return true;
        }
        drop(actor.invocation.take());
        {
            let slot = &mut self.inner.borrow_mut().slots[at];
            slot.asks.clear();
            slot.reply = None;
            slot.wakers.clear();
            slot.told.truncate(stood.told);
            slot.invocations = stood.invocations;
        }
        let turn = self.known.as_ref().filter(|_| stood.is_at_work).and_then(|known| known.of(stood.past));
        if let Some(turn) = turn {
            self.actors[at].invocation = Some(Begun::Behind);
            turn.put_back_into(&mut self.inner.borrow_mut().slots[at]);
        } else if stood.is_at_work && !self.is_told_again(at) {
            return false;
        }
        self.actors[at].end = stood.end;
        let slot = &mut self.inner.borrow_mut().slots[at];
        let due = stood.due.map(|due| (Ticket(0), Pending::Timer { due }));
        slot.asks.pending.extend(due.filter(|_| !stood.is_at_work));
        let does_the_same = !stood.is_at_work
            || (slot.asks.tickets, slot.asks.pending.len(), slot.drawn)
                == (stood.tickets, stood.under_way, stood.drawn);
        (slot.drawn, slot.drawn_before) = (stood.drawn, stood.drawn_before);
        (slot.began, slot.history) = (stood.past.began, stood.past.history);
        slot.executions = stood.executions;
        slot.changed = stood.changed;
        does_the_same
    }

    /// Begins an actor's latest invocation again.
    pub(crate) fn latest_invocation(&mut self, at: usize) -> Begun<S> {
        let known = {
            let slot = &mut self.inner.borrow_mut().slots[at];
            let latest = slot.told.iter().rev().find_map(|told| match told {
                Told::Beginning { known, drawn, executions } => Some((known.clone(), *drawn, *executions)),
                Told::Answer(..) => None,
            });
            let (known, drawn, executions) = latest.expect("who is at work has begun");
            (slot.drawn, slot.executions) = (drawn, executions);
            known
        };
        self.invoke(at, known)
    }

    /// Begins an actor's latest invocation again and tells it all that it was told. False, if that ends it.
    pub(crate) fn is_told_again(&mut self, at: usize) -> bool {
        let mut invocation = self.latest_invocation(at);
        let told = {
            let told = &mut self.inner.borrow_mut().slots[at].told;
            let latest = told.iter().rposition(|told| matches!(told, Told::Beginning { .. }));
            told.split_off(latest.unwrap_or(0))
        };
        let mut goes_on = self.resumes(at, &mut invocation, None);
        for told in &told {
            if let Told::Answer(ticket, reply) = told {
                goes_on = goes_on && self.resumes(at, &mut invocation, Some((*ticket, reply.clone())));
            }
        }
        self.actors[at].invocation = Some(invocation);
        self.inner.borrow_mut().slots[at].told.extend(told);
        goes_on
    }

    /// Lets an invocation go on as it did before. Whether it does, and is not over.
    fn resumes(&self, at: usize, invocation: &mut Begun<S>, reply: Option<(Ticket, Reply<S>)>) -> bool {
        if let Some((answered, _)) = &reply {
            let pending = &mut self.inner.borrow_mut().slots[at].asks.pending;
            let Some(asked) = pending.iter().position(|(ticket, _)| ticket == answered) else { return false };
            pending.remove(asked);
        }
        invocation.resume((&self.inner, at), reply);
        let asks = &mut self.inner.borrow_mut().slots[at].asks;
        for dropped in asks.dropped.drain(..) {
            asks.pending.retain(|(ticket, _)| *ticket != dropped);
        }
        asks.over.is_none()
    }
}

impl<S: Service> Actor<S> {
    fn of(actor: &actor::Actor<S>, inner: &Inner<S>, at: usize) -> Actor<S> {
        let slot = &inner.slots[at];
        let due = match slot.asks.pending.first() {
            Some((_, Pending::Timer { due })) => Some(*due),
            _ => None,
        };
        Actor {
            changed: slot.changed,
            begun: actor.begun,
            is_at_work: actor.invocation.is_some(),
            end: actor.end.clone(),
            restarts_left: actor.restarts_left,
            duplicated: actor.duplicated,
            late: actor.late,
            told: slot.told.len(),
            past: slot.past(),
            drawn: slot.drawn,
            drawn_before: slot.drawn_before,
            executions: slot.executions,
            invocations: slot.invocations,
            tickets: slot.asks.tickets,
            under_way: slot.asks.pending.len(),
            due,
        }
    }
}
