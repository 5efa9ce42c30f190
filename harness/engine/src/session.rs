//! Who asks, as a service knows it, and what a request may wait for.
use crate::{
    Footprint, Scenario, Service, StepKind, Text,
    late::Write,
    moves::{Asked, Move},
    room::Room,
    run::Run,
    slot::{Inner, Pending},
    subject::Ours,
};

/// One invocation of a handler, as a service knows it: what a connection is to a database. A request that carries one is sent
/// in it; when the invocation is over, because it has returned or died, [the service learns of it](Service::end).
///
/// No answer may tell of a session: what a handler does must not depend on who else there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    /// The actor.
    pub owner: u32,
    /// Its ordinal among the invocations of this actor, from 1.
    pub number: u32,
}

/// Why a request cannot be carried out yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// What it waits for, in a few words.
    pub on: Text,
    /// Who holds that; nobody, if it has yet to come, as a message has.
    pub held_by: Vec<Session>,
}

impl<S: Service> Inner<S> {
    /// The session of an actor's invocation, or of the last one that it had.
    pub(crate) fn session(&self, actor: usize) -> Session {
        Session { owner: actor as u32, number: self.slots[actor].invocations }
    }
}

impl<S: Service> Room<S> {
    /// Why a request cannot be carried out yet, which was sent after so many of the late writes.
    fn why_blocked(&self, service: &S, request: &S::Request, sent_after: usize) -> Option<Blocked> {
        if let Some(why) = service.blocked(request) {
            return Some(why);
        }
        // What is sent in one session arrives in that order.
        let session = service.session(request)?;
        let before = self.late[..sent_after].iter().find_map(|late| match &*late.write {
            Write::Request(before) if service.session(before) == Some(session) => Some(before),
            _ => None,
        })?;
        let on = || Blocked { on: "what was sent before it".into(), held_by: Vec::new() };
        Some(service.blocked(before).unwrap_or_else(on))
    }

    /// Whether what an actor waits for cannot be carried out yet.
    pub(crate) fn is_blocked(&self, pending: &Pending<S>) -> bool {
        let Pending::Call(request) = pending else { return false };
        self.why_blocked(&self.inner.borrow().service, request, self.late.len()).is_some()
    }

    /// Whether a late write cannot be carried out yet.
    pub(crate) fn is_late_blocked(&self, at: usize) -> bool {
        let Write::Request(request) = &*self.late[at].write else { return false };
        self.why_blocked(&self.inner.borrow().service, request, at).is_some()
    }

    /// Who waits for something that cannot be carried out yet, and why.
    fn blocked(&self) -> Vec<(Asked, Blocked)> {
        let inner = self.inner.borrow();
        let blocked = inner.all_pending().filter_map(|(asked, pending)| match pending {
            Pending::Call(request) => {
                Some((asked, self.why_blocked(&inner.service, request, self.late.len())?))
            }
            _ => None,
        });
        blocked.collect()
    }

    /// Whether anybody waits for something that cannot be carried out yet.
    pub(crate) fn is_anybody_blocked(&self) -> bool {
        self.inner.borrow().all_pending().any(|(_, pending)| self.is_blocked(pending))
    }

    /// What may happen besides a move if it ends the invocation that it answers: where ends are noticed at once, the service
    /// learns of this one in the same move.
    pub(crate) fn ending(&self, actor: usize) -> Footprint {
        let inner = self.inner.borrow();
        if S::NOTICES_ENDS_LATE { Footprint::nothing() } else { inner.service.ending(inner.session(actor)) }
    }

    /// Whether the service has anything to learn of the end of a session.
    fn is_missed(&self, session: Session) -> bool {
        let service = &self.inner.borrow().service;
        let is_in_it = |write: &Write<S>| matches!(write, Write::Request(request) if service.session(request) == Some(session));
        service.ending(session) != Footprint::nothing() || self.late.iter().any(|late| is_in_it(&late.write))
    }

    /// The service may learn of these ends.
    pub(crate) fn ends(&self) -> impl Iterator<Item = Move> {
        (0..self.ended.len()).map(Move::Notice)
    }

    /// Whoever began to wait in this step says so, for who reads the run.
    pub(crate) fn record_waits(&mut self) {
        if self.inner.borrow().record.is_none() {
            return;
        }
        let blocked = self.blocked();
        let ticket =
            |asked: &Asked| (asked.actor, self.inner.borrow().slots[asked.actor].asks.pending[asked.at].0);
        let waits: Vec<_> = blocked.iter().map(|(asked, _)| ticket(asked)).collect();
        for ((asked, why), wait) in blocked.iter().zip(&waits) {
            if !self.waits.contains(wait) {
                let told = self.told(*asked, why);
                self.inner.borrow_mut().remark(Some(asked.actor), StepKind::Wait, || told);
            }
        }
        self.waits = waits;
    }

    fn is_at_work(&self, session: Session) -> bool {
        let actor = session.owner as usize;
        self.actors[actor].invocation.is_some() && self.inner.borrow().session(actor) == session
    }

    fn name_of(&self, session: Session) -> String {
        self.actors[session.owner as usize].name.to_string()
    }

    /// What a request waits for, and who holds it.
    fn told(&self, asked: Asked, Blocked { on, held_by }: &Blocked) -> String {
        let holders: Vec<String> = held_by
            .iter()
            .map(|session| match (session.owner as usize == asked.actor, self.is_at_work(*session)) {
                (true, true) => "it holds itself".into(),
                (true, false) => "an earlier invocation of it holds".into(),
                (false, true) => format!("{} holds", self.name_of(*session)),
                (false, false) => format!("{} holds, whose invocation is over", self.name_of(*session)),
            })
            .collect();
        let holders = holders.join(" and ");
        let which = if holders.is_empty() { String::new() } else { format!(", which {holders}") };
        format!("{} waits for {on}{which}", self.asked(asked))
    }

    /// Those who wait for each other in a circle, if there is one: each with what it waits for.
    fn circle(&self) -> Option<Vec<(Asked, Blocked)>> {
        let blocked = self.blocked();
        // All is quiet, so each holder that is at work waits for something, too.
        let held_by = |at: usize| {
            let holders: Vec<usize> = blocked[at]
                .1
                .held_by
                .iter()
                .filter(|session| self.is_at_work(**session))
                .map(|session| session.owner as usize)
                .collect();
            (0..blocked.len())
                .filter(|other| holders.contains(&blocked[*other].0.actor))
                .collect::<Vec<usize>>()
        };
        for first in 0..blocked.len() {
            let mut open = vec![vec![first]];
            let mut met = vec![false; blocked.len()];
            while let Some(way) = open.pop() {
                for next in held_by(way[way.len() - 1]) {
                    if next == first {
                        return Some(way.into_iter().map(|at| blocked[at].clone()).collect());
                    }
                    if !std::mem::replace(&mut met[next], true) {
                        open.push([&way[..], &[next]].concat());
                    }
                }
            }
        }
        None
    }

    /// How those wait who will wait for ever, now that all is quiet: in a word, and in a sentence.
    fn for_ever(&self) -> (&'static str, String) {
        let say = |waits: &[(Asked, Blocked)]| {
            let each = waits
                .iter()
                .map(|(asked, why)| format!("{}: {}", self.actors[asked.actor].name, self.told(*asked, why)));
            each.collect::<Vec<String>>().join("; ")
        };
        if let Some(circle) = self.circle() {
            return ("deadlock", say(&circle));
        }
        let blocked = self.blocked();
        ("stuck", format!("nobody is left who would end this: {}", say(&blocked)))
    }
}

impl<C: Scenario> Run<'_, C> {
    /// All is quiet, and somebody waits for what will never come.
    pub(crate) fn waits_for_ever(&mut self) {
        let (word, detail) = self.room.for_ever();
        let inner = &mut *self.room.inner.borrow_mut();
        inner.breaches.at_rest = true;
        inner.breaches.report_ours(Ours::EveryRunEnds, word.into(), None, || detail);
        inner.record.iter_mut().for_each(|record| record.is_broken_off = true);
    }

    /// The service learns of the ends of sessions, unless it notices them late; then it does so in moves of their own. In a
    /// calm run nothing is late.
    pub(crate) fn notice_ends(&mut self) {
        let mut at = 0;
        while let Some(session) = self.room.ended.get(at).copied() {
            if !self.room.is_missed(session) {
                self.room.ended.remove(at);
            } else if <C::Service as Service>::NOTICES_ENDS_LATE && !self.is_calm {
                at += 1;
            } else {
                self.notice(at);
            }
        }
    }

    /// The service learns of an end. Nothing of a session comes after it.
    pub(crate) fn notice(&mut self, at: usize) {
        let session = self.room.ended.remove(at);
        {
            let service = &self.room.inner.borrow().service;
            self.room.late.retain(|late| {
                !matches!(&*late.write, Write::Request(request) if service.session(request) == Some(session))
            });
        }
        self.room.record_end(session);
        let touched = self.room.inner.borrow().service.ending(session);
        self.change(|service| service.end(session));
        self.room.record_change(touched);
    }
}
