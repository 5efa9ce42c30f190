//! Who acts: an invocation of a handler, those that follow it, and how it ended.
use crate::{Client, Execution, Runtime, Service, invocation::Begun};
use std::{error::Error, fmt, rc::Rc};

/// The handler gave up. Any error turns into it; a handler may as well have an error type of its own.
#[derive(Clone, Copy, Debug)]
pub struct Failed;

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the handler gave up")
    }
}

impl<E: Error> From<E> for Failed {
    fn from(_: E) -> Failed {
        Failed
    }
}

/// How an actor ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum End<A> {
    /// With an answer.
    Answered(A),
    /// With an error, and no retry left.
    GaveUp,
    /// It died, and nobody invoked it again.
    Died,
    /// A durable invocation found another one at work, and left.
    Superseded,
}

pub(crate) type Handler<S> = Rc<dyn Fn(Client<S>) -> Begun<S>>;
pub(crate) type Workflow<S> = Rc<dyn Fn(Execution<S>) -> Begun<S>>;

pub(crate) enum Body<S: Service> {
    /// A plain caller.
    Plain(Handler<S>),
    /// A durable workflow, and which of the room's executions it belongs to.
    Durable(Workflow<S>, Rc<Runtime>, usize),
}

impl<S: Service> Clone for Body<S> {
    fn clone(&self) -> Body<S> {
        match self {
            Body::Plain(handler) => Body::Plain(handler.clone()),
            Body::Durable(workflow, runtime, execution) => {
                Body::Durable(workflow.clone(), runtime.clone(), *execution)
            }
        }
    }
}

/// What an actor is called; spelt out only for who reads it.
#[derive(Clone)]
pub(crate) struct Name {
    pub(crate) stem: Rc<str>,
    /// Among actors of one name.
    number: Option<usize>,
    again: bool,
    /// Which calm invocation it is, when all is quiet.
    calm: Option<usize>,
}

impl Name {
    /// A name; with a number, if several have it.
    pub(crate) fn new(stem: Rc<str>, number: Option<usize>) -> Name {
        Name { stem, number, again: false, calm: None }
    }

    /// The name of a calm invocation, once all is quiet.
    pub(crate) fn calmly(&self, number: usize) -> Name {
        Name { calm: Some(number), ..self.clone() }
    }

    /// Whether it is that of a calm invocation.
    pub(crate) fn is_calm(&self) -> bool {
        self.calm.is_some()
    }

    /// The name of an invocation beside this one.
    pub(crate) fn again(&self) -> Name {
        Name { again: true, ..self.clone() }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.stem)?;
        self.number.map_or(Ok(()), |number| write!(f, " {number}"))?;
        f.write_str(if self.again { " again" } else { "" })?;
        match self.calm {
            None => Ok(()),
            Some(1) => f.write_str(" at last"),
            Some(number) => write!(f, " at last, {number}"),
        }
    }
}

/// On whose behalf an actor acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It delivers a request of this group, by position in [`Room::requests`](crate::Room).
    Delivers(usize),
    /// It carries what others asked for: a worker, a poller.
    Carries,
    /// It is of the environment: a lease that expires, a pruner. It acts if and when it likes.
    Environment,
    /// The service has called it, on behalf of whoever asked for that.
    Called,
}

/// One who acts: an invocation of a handler, and those that follow it.
pub(crate) struct Actor<S: Service> {
    pub(crate) name: Name,
    /// Actors of one class are interchangeable.
    pub(crate) class: usize,
    pub(crate) role: Role,
    /// Whether it has ever begun.
    pub(crate) begun: bool,
    /// Whose request it delivers once more: it is a duplicate of that actor, or comes after it.
    pub(crate) original: Option<usize>,
    pub(crate) body: Body<S>,
    pub(crate) invocation: Option<Begun<S>>,
    pub(crate) end: Option<End<S::Answer>>,
    pub(crate) restarts_left: u32,
    /// Whether it has been duplicated, or is a duplicate: either happens once.
    pub(crate) duplicated: bool,
    /// Whether nothing goes wrong with it, since the environment has it called.
    pub(crate) is_spared: bool,
    /// How many late writes it has left behind.
    pub(crate) late: usize,
}
