//! What a recorded run writes down. A bare run skips all of it.
use crate::{
    Fault, Footprint, Service, Session, Step, StepKind, Text,
    actor::Role,
    late::Write,
    moves::{Asked, Move},
    room::Room,
    slot::{Inner, Pending},
};

impl<S: Service> Inner<S> {
    /// Adds a step to the record, if there is one.
    pub(crate) fn remark(&mut self, actor: Option<usize>, kind: StepKind, what: impl FnOnce() -> String) {
        if self.record.is_none() {
            return;
        }
        let cells = self.cells();
        let (at, number, what) = (self.now, self.breaches.step, what());
        let step = Step {
            at,
            number,
            actor: actor.map(|actor| self.slots[actor].shown_as),
            kind,
            what,
            reaches: Vec::new(),
            answer: String::new(),
            fault: None,
            cells,
            met: Vec::new(),
        };
        if let Some(record) = &mut self.record {
            record.steps.push(step);
        }
    }

    /// Whose changes a request meets that touches this: of each thing, the last.
    fn met(&self, mut touched: Footprint) -> Vec<usize> {
        let mut met: Vec<usize> = self
            .changes
            .iter()
            .rev()
            .filter(|(_, change)| touched.meets(change))
            .map(|(at, _)| *at)
            .collect();
        met.reverse();
        met
    }

    /// What an actor waits for, in a few words.
    pub(crate) fn describe(&self, asked: Asked) -> String {
        self.describe_pending(self.pending(asked))
    }

    pub(crate) fn describe_pending(&self, pending: &Pending<S>) -> String {
        match pending {
            Pending::Call(request) => self.service.describe(request),
            Pending::Checkpoint(update) => update.to_string(),
            Pending::Timer { .. } => "timer".into(),
            Pending::Choice { what, .. } => what.to_string(),
        }
    }

    /// In which way a fault happens, if there are several.
    pub(crate) fn how(&self, asked: Asked, fault: Fault, way: usize) -> String {
        match (fault, self.pending(asked)) {
            (Fault::StaleRead, _) => format!(", {way} versions old"),
            (Fault::Refused, Pending::Call(request)) => {
                let refusal = &self.service.refusals(request)[way];
                format!(": {}", self.service.describe_response(refusal))
            }
            (Fault::TornBatch, Pending::Call(request)) => {
                format!(", {} of {}", way + 1, self.service.tears(request))
            }
            _ => String::new(),
        }
    }

    fn cells(&self) -> Vec<String> {
        self.service.cells().into_iter().map(|(_, cell)| cell).collect()
    }
}

impl<S: Service> Room<S> {
    /// A choice was made; where there was only one way, none was.
    pub(crate) fn record_choice(&self, ways: usize, label: impl FnOnce() -> String) {
        if ways > 1 && self.inner.borrow().record.is_some() {
            let label = label();
            if let Some(record) = &mut self.inner.borrow_mut().record {
                record.choices.push(label);
            }
        }
    }

    pub(crate) fn record_premise(&self, label: impl FnOnce() -> String) {
        self.inner.borrow_mut().remark(None, StepKind::Choice, label);
    }

    /// Columns that came in the course of the run were empty before.
    pub(crate) fn record_columns(&self) {
        let inner = &mut *self.inner.borrow_mut();
        let Some(record) = inner.record.as_mut().filter(|_| self.called.is_some()) else { return };
        let columns: Vec<Text> = inner.service.cells().into_iter().map(|(name, _)| name).collect();
        if columns.len() > record.columns.len() {
            let steps = record.steps.iter_mut().map(|step| &mut step.cells);
            steps.chain([&mut record.initial]).for_each(|cells| cells.resize(columns.len(), String::new()));
            record.columns = columns;
        }
    }

    /// A move begins.
    pub(crate) fn record_move(&self, chosen: Move) {
        // An end is recorded when the service learns of it, which need not be a move of its own.
        if self.inner.borrow().record.is_none() || matches!(chosen, Move::Settle | Move::Notice(_)) {
            return;
        }
        let (actor, kind, what) = match chosen {
            Move::Deliver(asked) | Move::Fault(asked, ..) => {
                let checkpoint = match self.inner.borrow().pending(asked) {
                    Pending::Call(request) => self.inner.borrow().service.is_checkpoint(request),
                    pending => matches!(pending, Pending::Checkpoint(_)),
                };
                let kind = if checkpoint { StepKind::Checkpoint } else { StepKind::Operation };
                (asked.actor, kind, self.inner.borrow().describe(asked))
            }
            Move::Wake(Asked { actor, .. }) if self.actors[actor].invocation.is_some() => {
                (actor, StepKind::Timer, "the timer fires".into())
            }
            Move::Wake(Asked { actor, .. }) => {
                (actor, StepKind::Invocation { beside: false }, "invoked again".into())
            }
            Move::Land(index) | Move::Vanish(index) => {
                let late = &self.late[index];
                let kind = match *late.write {
                    Write::Request(_) => StepKind::Operation,
                    Write::Checkpoint(_) => StepKind::Checkpoint,
                };
                let what = if chosen == Move::Land(index) { "late" } else { "never carried out" };
                (late.sender, kind, format!("{what}: {}", self.describe_late(late)))
            }
            Move::Duplicate(actor) => {
                (actor, StepKind::Invocation { beside: true }, "invoked a second time".into())
            }
            Move::Begin(actor) => {
                (actor, StepKind::Invocation { beside: false }, self.beginning(actor).into())
            }
            Move::Settle | Move::Notice(_) => unreachable!("left above"),
        };
        let (before, reaches) = (self.end_state(), self.reaches(chosen));
        let inner = &mut *self.inner.borrow_mut();
        inner.before = before;
        inner.remark(Some(actor), kind, || what);
        if let Some(step) = inner.record.as_mut().and_then(|record| record.steps.last_mut()) {
            (step.fault, step.reaches) = (chosen.fault(), reaches);
        }
    }

    /// Whom the request of a move goes to; nobody, if it is none, or a checkpoint.
    fn reaches(&self, chosen: Move) -> Vec<Text> {
        let inner = self.inner.borrow();
        match chosen {
            Move::Deliver(asked) | Move::Fault(asked, ..) => match inner.pending(asked) {
                Pending::Call(request) => inner.service.reaches(request),
                _ => Vec::new(),
            },
            Move::Land(index) | Move::Vanish(index) => match &*self.late[index].write {
                Write::Request(request) => inner.service.reaches(request),
                Write::Checkpoint(_) => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// How many steps are recorded.
    pub(crate) fn recorded(&self) -> usize {
        self.inner.borrow().record.as_ref().map_or(0, |record| record.steps.len())
    }

    /// Takes back what was recorded since.
    pub(crate) fn forget(&self, recorded: usize) {
        let inner = &mut *self.inner.borrow_mut();
        if let Some(record) = &mut inner.record {
            record.steps.truncate(recorded);
        }
        inner.changes.retain(|(at, _)| *at < recorded);
    }

    /// The service learns of an end.
    pub(crate) fn record_end(&self, session: Session) {
        if self.inner.borrow().record.is_none() {
            return;
        }
        let before = self.end_state();
        let inner = &mut *self.inner.borrow_mut();
        inner.before = before;
        inner.remark(Some(session.owner as usize), StepKind::End, || "its session ends".into());
    }

    fn beginning(&self, actor: usize) -> &'static str {
        match self.actors[actor].role {
            Role::Environment => "acts",
            Role::Called => "invoked once more, now that all is quiet",
            Role::Carries => "takes a turn, now that all is quiet",
            Role::Delivers(_) => "delivered once more, now that all is quiet",
        }
    }

    /// The service carried out the request of the move that was recorded last.
    pub(crate) fn record_response(&self, request: &S::Request, response: Option<&S::Response>) {
        if self.inner.borrow().record.is_none() {
            return;
        }
        let (answer, touched) = {
            let service = &self.inner.borrow().service;
            let answer = response.map(|response| service.describe_response(response)).unwrap_or_default();
            (answer, service.footprint(request))
        };
        self.record_effect(touched, answer);
    }

    /// Something changed the service, or may have, that was no request.
    pub(crate) fn record_change(&self, touched: Footprint) {
        if self.inner.borrow().record.is_some() {
            self.record_effect(touched, String::new());
        }
    }

    fn record_effect(&self, touched: Footprint, answer: String) {
        let after = self.end_state();
        let inner = &mut *self.inner.borrow_mut();
        let cells = inner.cells();
        let met = inner.met(touched);
        let Some(record) = &mut inner.record else { return };
        let last = record.steps.len().saturating_sub(1);
        if let Some(step) = record.steps.last_mut() {
            if step.cells != cells || inner.before != after {
                inner.changes.push((last, touched));
            }
            (step.answer, step.cells, step.met) = (answer, cells, met);
        }
    }

    /// Answers a read with an older version.
    pub(crate) fn read_stale(&self, request: &S::Request, age: usize) -> S::Response {
        let response = self.inner.borrow().service.apply_stale(request, age);
        self.record_response(request, Some(&response));
        response
    }
}
