//! Writes for whose answer nobody waits any more.
use crate::{Service, Ticket, durable::Update, moves::Move, room::Room, slot::Pending};
use std::rc::Rc;

/// A write for whose answer nobody waits any more.
pub(crate) struct Late<S: Service> {
    pub(crate) sender: usize,
    /// Its ordinal among the late writes of this sender, from 0.
    pub(crate) number: usize,
    pub(crate) write: Rc<Write<S>>,
    /// Whether it may as well never be carried out.
    pub(crate) may_vanish: bool,
}

impl<S: Service> Clone for Late<S> {
    fn clone(&self) -> Late<S> {
        Late { write: self.write.clone(), ..*self }
    }
}

/// What is written late.
pub(crate) enum Write<S: Service> {
    Request(Rc<S::Request>),
    Checkpoint(Update),
}

impl<S: Service> Room<S> {
    /// Nobody waits any more for what an actor has under way: of this ticket, or all of it. A write may still be carried out.
    pub(crate) fn forget_pending(&mut self, actor: usize, only: Option<Ticket>) {
        loop {
            let write = {
                let inner = &mut *self.inner.borrow_mut();
                inner.change(actor);
                let pending = &mut inner.slots[actor].asks.pending;
                let Some(at) = pending.iter().position(|(ticket, _)| only.is_none_or(|only| only == *ticket))
                else {
                    return;
                };
                match pending.remove(at).1 {
                    Pending::Call(request) if inner.service.footprint(&request).only_reads() => continue,
                    Pending::Call(request) => Write::Request(request),
                    Pending::Checkpoint(update) => Write::Checkpoint(update),
                    Pending::Choice { .. } | Pending::Timer { .. } => continue,
                }
            };
            self.keep_late(actor, write, true);
        }
    }

    /// Keeps a write that will land some time, or may.
    pub(crate) fn keep_late(&mut self, sender: usize, write: Write<S>, may_vanish: bool) {
        self.late.push(Late { sender, number: self.actors[sender].late, write: write.into(), may_vanish });
        self.actors[sender].late += 1;
    }

    /// What can become of late writes.
    pub(crate) fn land(&self) -> impl Iterator<Item = Move> {
        let lands = self.late.iter().enumerate();
        lands.flat_map(|(index, late)| {
            let lands = (!self.is_late_blocked(index)).then_some(Move::Land(index));
            let vanishes = late.may_vanish.then_some(Move::Vanish(index));
            [lands, vanishes].into_iter().flatten()
        })
    }

    /// The first late write that can be carried out.
    pub(crate) fn lands_next(&self) -> Option<Move> {
        self.land().find(|land| matches!(land, Move::Land(_)))
    }

    pub(crate) fn describe_late(&self, late: &Late<S>) -> String {
        match &*late.write {
            Write::Request(request) => self.inner.borrow().service.describe(request),
            Write::Checkpoint(update) => update.to_string(),
        }
    }
}
