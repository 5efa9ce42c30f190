//! A recorded run, as `tracing` tells of it while it is made: a span for the run, in it one for each attempt of an actor,
//! in it one for each operation. What a handler itself tells through `tracing` comes in the span of its attempt.
use tracing::{Span, info, info_span};

pub(crate) struct Spans {
    run: Span,
    /// The attempt that each actor is in.
    attempts: Vec<Span>,
    operation: Span,
}

impl Spans {
    pub(crate) fn new() -> Spans {
        Spans { run: info_span!("run"), attempts: Vec::new(), operation: Span::none() }
    }

    /// An invocation of a handler begins, or an attempt of one of its steps.
    pub(crate) fn begin(&mut self, actor: usize, attempt: &str) {
        if self.attempts.len() <= actor {
            self.attempts.resize(actor + 1, Span::none());
        }
        self.attempts[actor] = info_span!(parent: &self.run, "attempt", of = attempt);
    }

    pub(crate) fn attempt(&self, actor: usize) -> Span {
        self.attempts.get(actor).cloned().unwrap_or_else(Span::none)
    }

    /// An actor's operation begins.
    pub(crate) fn operate(&mut self, actor: usize, step: u32, what: &str, fault: Option<&str>) {
        self.operation = info_span!(parent: &self.attempt(actor), "operation", step, what, fault);
    }

    pub(crate) fn operation(&self) -> Span {
        self.operation.clone()
    }

    pub(crate) fn answer(&self, answer: &str) {
        info!(parent: &self.operation, "answered: {answer}");
    }

    pub(crate) fn remark(&self, actor: usize, what: &str) {
        info!(parent: &self.attempt(actor), "{what}");
    }
}
