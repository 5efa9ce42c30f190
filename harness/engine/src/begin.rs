//! How a run begins, and each invocation in it.
use crate::{
    Client, Execution, Fingerprinter, Reply, Scenario, Service,
    actor::{Body, Role},
    as_if_once::Mode,
    durable::Checkpoints,
    invocation::Begun,
    kept::Told,
    moves::Asked,
    point::Beginning,
    room::Room,
    run::{Run, pick},
};
use std::mem;

impl<C: Scenario> Run<'_, C> {
    /// Chooses the premises, lets the actors in, and runs each up to its first request.
    pub(crate) fn begin(&mut self) {
        if let Mode::Serial(serial) = self.mode {
            self.room.chosen = serial.chosen.to_vec();
        }
        for premise in &self.scenario.premises()[self.room.chosen.len()..] {
            let point = Beginning { premise, chosen: &self.room.chosen };
            let Some(way) = pick(self.source, &point) else {
                self.stopped = true;
                return;
            };
            self.choices += 1;
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
        self.notice_ends();
        self.room.record_waits();
    }

    /// Begins an invocation and runs it up to its first request.
    pub(crate) fn start(&mut self, actor: usize) {
        self.room.actors[actor].begun = true;
        let known = self.room.stored_for(actor);
        let history = known.as_ref().filter(|_| self.keeps_history).map_or(0, Checkpoints::fingerprint);
        {
            let inner = &mut *self.room.inner.borrow_mut();
            inner.change(actor);
            let slot = &mut inner.slots[actor];
            slot.invocations += 1;
            slot.history = history;
            if self.room.known.is_some() {
                let (drawn, executions) = (slot.drawn, slot.executions);
                let who = (actor, self.room.actors[actor].class, &self.room.chosen);
                slot.began = Fingerprinter::of(&(who, slot.invocations, drawn, executions));
                slot.told.push(Told::Beginning { known: known.clone(), drawn, executions });
            }
        }
        let is_there = self.room.known.is_none();
        let invocation = if is_there { self.room.invoke(actor, known) } else { Begun::Behind };
        self.room.actors[actor].invocation = Some(invocation);
        self.go_on(actor, None);
    }

    pub(crate) fn wake(&mut self, Asked { actor, at }: Asked) {
        let (ticket, _) = self.room.take_pending(actor, at);
        if self.room.actors[actor].invocation.is_some() {
            self.reply(actor, ticket, Reply::Slept);
        } else {
            self.start(actor);
        }
    }
}

impl<S: Service> Room<S> {
    /// What the durable runtime has stored for an actor, if it is a workflow.
    pub(crate) fn stored_for(&self, actor: usize) -> Option<Checkpoints> {
        match &self.actors[actor].body {
            Body::Plain(_) => None,
            Body::Durable(_, _, execution) => Some(self.checkpoints[*execution].clone()),
        }
    }

    /// Begins an invocation of an actor, of which the durable runtime knows this much.
    pub(crate) fn invoke(&self, actor: usize, known: Option<Checkpoints>) -> Begun<S> {
        let client = Client::new(self.inner.clone(), actor);
        match &self.actors[actor].body {
            Body::Plain(handler) => handler(client),
            Body::Durable(workflow, runtime, _) => {
                workflow(Execution::new(client, runtime.clone(), known.unwrap_or_default()))
            }
        }
    }
}
