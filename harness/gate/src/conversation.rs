//! What is said between a run and a handler's process, in the names of the run.
use crate::{
    ask::{Answer, Ask, Ended},
    event::Event,
    known::{At, Program, What},
    names::{Names, Owner},
    shown::Shown,
    step::{OF_TIME, Step, Told},
    trouble::Trouble,
    world::World,
};
use anechoic_engine::{Asks, Reply, Ticket, Waits};
use std::{borrow::Cow, sync::Arc, time::Duration};

/// What one process is told in a run, and what it does.
pub(crate) struct Conversation {
    program: Arc<Program>,
    /// In a run that is shown, a process of its own that is told everything, besides.
    shown: Option<Shown>,
    names: Names,
    owner: Owner,
    at: Option<At>,
    /// What it asked for, by its own count, and whether it still waits for that.
    tickets: Vec<(Ticket, bool)>,
    /// That a timer of its own fires before an answer comes.
    time: Option<Ticket>,
}

impl Conversation {
    /// Names that the process draws are this owner's.
    pub(crate) fn new(program: Arc<Program>, owner: Owner, shown: Option<Shown>) -> Conversation {
        let names = program.names(owner);
        Conversation { program, shown, names, owner, at: None, tickets: Vec::new(), time: None }
    }

    /// It is told of an event: in a process that waits for one; or, if it still asks for something on behalf of the one before,
    /// in the same, beside that.
    pub(crate) fn begin(&mut self, event: &Event) -> Result<Arc<Step>, Trouble> {
        let event = Event { text: self.names.learnt(&event.text).into(), ..event.clone() };
        let beside = self.at.filter(|_| self.asks_for_something());
        let (at, step) = match beside {
            Some(at) => self.program.begin_beside(at, &event)?,
            None => {
                self.tickets.clear();
                self.program.begin(&event, self.owner)?
            }
        };
        self.come_to(at, &step, self.program.event(&event, self.owner))?;
        Ok(step)
    }

    /// It is told what became of something that it asked for.
    pub(crate) fn tell(&mut self, ticket: Ticket, reply: &Reply<World>) -> Result<Arc<Step>, Trouble> {
        let told = match reply {
            Reply::Response(Ok(answer)) => Told::Answer(self.learnt(answer)),
            Reply::Slept => Told::Time,
            _ => Told::Nothing,
        };
        // The timer is none of its requests.
        let number = self.tickets.iter().position(|(known, _)| *known == ticket).map(|at| at as u32);
        let number = number.unwrap_or(OF_TIME);
        if let Some((_, waits)) = self.tickets.get_mut(number as usize) {
            *waits = false;
        }
        self.time = self.time.filter(|time| *time != ticket);
        let Some(at) = self.at else { unreachable!("who asks has been told of an event") };
        let (at, step) = self.program.tell(at, number, told.clone())?;
        self.come_to(at, &step, What::Told(number, told))?;
        Ok(step)
    }

    /// What it asks for besides, and what no more. How the delivery has ended, if it has.
    pub(crate) fn follow(
        &mut self,
        step: &Step,
        asks: &mut Asks<World>,
        mut sent: impl FnMut(Arc<Ask>) -> Arc<Ask>,
    ) -> Option<Ended> {
        let names = &self.names;
        let told = |text: &str| match names.told(text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        };
        for ask in &step.asks {
            self.tickets.push((asks.ask(Waits::Call(sent(ask.map(told)))), true));
        }
        for ticket in &step.gone {
            let (ticket, waits) = &mut self.tickets[*ticket as usize];
            *waits = false;
            asks.drop(*ticket);
        }
        if step.may_wake {
            self.time.get_or_insert_with(|| asks.ask(Waits::Sleep(Duration::ZERO)));
        } else if let Some(time) = self.time.take() {
            asks.drop(time);
        }
        step.over.as_ref().map(|over| over.map(told))
    }

    /// Whether it waits for an answer.
    pub(crate) fn asks_for_something(&self) -> bool {
        self.tickets.iter().any(|(_, waits)| *waits)
    }

    fn come_to(&mut self, at: At, step: &Step, what: What) -> Result<(), Trouble> {
        self.at = Some(at);
        match &mut self.shown {
            Some(shown) => shown.tell(&self.program, what, at, step),
            None => Ok(()),
        }
    }

    fn learnt(&mut self, answer: &Answer) -> Answer {
        let Answer { status, headers, body } = answer;
        let body = match self.names.learnt(body) {
            Cow::Borrowed(_) => body.clone(),
            Cow::Owned(text) => text.into(),
        };
        Answer { status: *status, headers: headers.clone(), body }
    }
}
