//! Whom the service calls: functions that it was asked to invoke. Nobody knows of them before a run comes to that.
use crate::{
    Client, End, Invocation, Scenario, Service,
    actor::{Actor, Body, Name, Role},
    as_if_once::Mode,
    invocation::Begun,
    room::Room,
    run::Run,
};
use std::rc::Rc;

/// Who comes when the service calls.
pub struct Callee<S: Service> {
    /// What it is called.
    pub name: String,
    /// What begins an invocation of it.
    pub begin: Box<dyn Fn(Client<S>) -> Box<dyn Invocation<S>>>,
    /// Whether nobody delivers the same call twice.
    pub is_called_once: bool,
    /// Whether nothing goes wrong with it, since the environment has it called.
    pub is_spared: bool,
}

/// Who comes when it calls for the n-th time, from 0.
pub(crate) type Called<S> = Rc<dyn Fn(&S, usize) -> Callee<S>>;

impl<S: Service> Room<S> {
    /// Says who comes when the service [calls](Service::calls): a function that a durable execution invokes. `who` is asked once for
    /// each call, which it knows by its number, from 0. It comes at once, and is invoked again after a crash or an error as far as
    /// the bound's retries go. What it does belongs to the request of whoever had it called; it is nobody's of its own.
    pub fn called(&mut self, who: impl Fn(&S, usize) -> Callee<S> + 'static) {
        self.called = Some(Rc::new(who));
    }

    /// Those whom the service has called, without duplicates.
    fn all_called(&self) -> impl Iterator<Item = (usize, &Actor<S>)> {
        let actors = self.actors.iter().enumerate();
        actors.filter(|(_, actor)| actor.role == Role::Called && actor.original.is_none())
    }

    /// Whether the service has called anybody.
    pub(crate) fn has_called(&self) -> bool {
        self.all_called().next().is_some()
    }

    /// Those of them, duplicates and later invocations, too, who are at work.
    pub(crate) fn called_at_work(&self) -> impl Iterator<Item = usize> {
        let actors = self.actors.iter().enumerate();
        let at_work = actors.filter(|(_, actor)| actor.role == Role::Called && actor.end.is_none());
        at_work.map(|(at, _)| at)
    }

    /// Those called after an actor, or at all, whose last invocation is over and who have not answered.
    fn called_in_vain(&self, after: Option<usize>) -> Vec<usize> {
        let has_answered = |at: usize| {
            let mut all = self.actors.iter().enumerate();
            all.any(|(own, actor)| {
                (own == at || actor.original == Some(at)) && matches!(actor.end, Some(End::Answered(_)))
            })
        };
        let later = self.all_called().filter(|(at, _)| after.is_none_or(|after| *at > after));
        let over = later.filter(|(at, actor)| actor.end.is_some() && !has_answered(*at));
        over.map(|(at, _)| at).collect()
    }
}

impl<C: Scenario> Run<'_, C> {
    /// Lets in whomever the service has called by now.
    pub(crate) fn let_in_the_called(&mut self) {
        let Some(who) = self.room.called.clone() else { return };
        loop {
            let number = self.room.all_called().count();
            let came = {
                let service = &self.room.inner.borrow().service;
                (number < service.calls()).then(|| who(service, number))
            };
            let Some(Callee { name, begin, is_called_once, is_spared }) = came.filter(|_| !self.stopped)
            else {
                return;
            };
            let handler = Rc::new(move |client| Begun::External(begin(client)));
            let (actor, others) = (self.room.actors.len(), self.room.named(&name));
            let name = Name::new(name.into(), (others > 0).then_some(others + 1));
            self.room.add(name, (actor, Role::Called), Body::Plain(handler));
            self.room.actors[actor].duplicated = is_called_once;
            self.room.actors[actor].is_spared = is_spared;
            if let Mode::Serial(_) = self.mode {
                self.acts_serially(actor);
            }
            self.start(actor);
        }
    }

    /// Those who were called after an actor, or at all, and have given up are invoked once more, with which nothing goes wrong, until this is
    /// so. Whether it is.
    pub(crate) fn let_the_called_act(&mut self, after: Option<usize>, until: impl Fn(&Self) -> bool) -> bool {
        for actor in self.room.called_in_vain(after) {
            if self.stopped {
                return false;
            }
            self.deliver_calmly(actor);
            if until(self) {
                return true;
            }
        }
        false
    }
}
