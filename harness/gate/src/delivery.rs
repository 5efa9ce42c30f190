//! The delivery of an event to a handler: an actor of a run.
use crate::{
    ask::{Answer, Ended},
    known::{At, Program, What},
    names::{Names, Owner},
    shown::Shown,
    site::Site,
    step::{OF_TIME, Step, Told},
    trouble::Trouble,
    world::{Said, World},
};
use anechoic_engine::{Asks, Failure, Invocation, Over, Reply, Ticket, Waits};
use std::{borrow::Cow, sync::Arc, time::Duration};

/// A delivery that is under way.
pub(crate) struct Delivery {
    /// In a run that is shown, a process of its own that is told everything, besides.
    shown: Option<Shown>,
    program: Arc<Program>,
    event: Arc<str>,
    site: Arc<Site>,
    names: Names,
    owner: Owner,
    at: Option<At>,
    /// What it asked for, by its own count.
    tickets: Vec<Ticket>,
    /// That a timer of its own fires before an answer comes.
    time: Option<Ticket>,
}

impl Delivery {
    /// Names that the handler draws are this owner's.
    pub(crate) fn new(
        program: Arc<Program>,
        event: Arc<str>,
        site: Arc<Site>,
        owner: Owner,
        shown: Option<Shown>,
    ) -> Delivery {
        Delivery {
            names: program.names(owner),
            owner,
            shown,
            program,
            event,
            site,
            at: None,
            tickets: Vec::new(),
            time: None,
        }
    }

    fn step(&mut self, reply: Option<(Ticket, Reply<World>)>) -> Result<(At, Arc<Step>), Trouble> {
        let (Some(at), Some((ticket, reply))) = (self.at, reply) else {
            let known = self.program.begin(&self.event, self.owner)?;
            if let Some(shown) = &mut self.shown {
                shown.tell(&self.program, self.program.event(&self.event, self.owner), known.0, &known.1)?;
            }
            return Ok(known);
        };
        let told = match reply {
            Reply::Response(Ok(answer)) => Told::Answer(self.learnt(&answer)),
            Reply::Slept => Told::Time,
            _ => Told::Nothing,
        };
        // The timer is none of its requests.
        let number = self.tickets.iter().position(|known| *known == ticket).map(|at| at as u32);
        let number = number.unwrap_or(OF_TIME);
        self.time = self.time.filter(|time| *time != ticket);
        let known = self.program.tell(at, number, told.clone())?;
        if let Some(shown) = &mut self.shown {
            shown.tell(&self.program, What::Told(number, told), known.0, &known.1)?;
        }
        Ok(known)
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

impl Invocation<World> for Delivery {
    fn resume(&mut self, reply: Option<(Ticket, Reply<World>)>, asks: &mut Asks<World>) {
        let step = match self.step(reply) {
            Ok((at, step)) => {
                self.at = Some(at);
                step
            }
            Err(trouble) => {
                let words = trouble.to_string();
                self.site.note(trouble);
                return asks.end(Over::Returned(Err(Failure::new(words))));
            }
        };
        let names = &self.names;
        let told = |text: &str| match names.told(text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text),
        };
        for ask in &step.asks {
            self.tickets.push(asks.ask(Waits::Call(ask.map(told))));
        }
        for ticket in &step.gone {
            asks.drop(self.tickets[*ticket as usize]);
        }
        if step.may_wake {
            self.time.get_or_insert_with(|| asks.ask(Waits::Sleep(Duration::ZERO)));
        } else if let Some(time) = self.time.take() {
            asks.drop(time);
        }
        match step.over.as_ref().map(|over| over.map(told)) {
            None => {}
            Some(Ended::Answered(answer)) => asks.end(Over::Returned(Ok(Said(answer)))),
            Some(Ended::Failed(words)) => asks.end(Over::Returned(Err(Failure::new(words)))),
        }
    }
}
