//! What may happen before the handler of an execution is invoked again: a timer fires, a callback comes out.
use super::{
    Callback, Execution,
    answers::{error, invalid},
    chained::bare,
    execution::Work,
    operation::{Stored, Timer},
};
use crate::ask::{Answer, Ask};
use serde_json::{Value, json};
use std::sync::Arc;

/// How an execution goes on when it is time.
pub(super) enum Way {
    /// Nothing has to come first.
    AtOnce,
    /// A timer fires, of this operation.
    Fires(usize, Timer),
    /// A callback comes out, of this operation.
    Completes(usize, Callback),
}

/// How something comes out that another has done.
pub(super) struct Outcome {
    pub(super) status: &'static str,
    /// What was said of it, in this field.
    pub(super) said: Option<(&'static str, Value)>,
}

impl Outcome {
    /// With this result, if there is one.
    pub(super) fn success(result: Option<Value>) -> Outcome {
        Outcome { status: "SUCCEEDED", said: result.map(|result| ("Result", result)) }
    }

    pub(super) fn failure(error: Value) -> Outcome {
        Outcome { status: "FAILED", said: Some(("Error", error)) }
    }
}

impl Execution {
    pub(super) fn ways(&self) -> Vec<Way> {
        if self.work != Work::Waits || self.invocation == 0 || !self.unseen.is_empty() {
            return vec![Way::AtOnce];
        }
        let timers = self
            .operations
            .iter()
            .enumerate()
            .flat_map(|(at, operation)| operation.timers().map(move |(due, timer)| (due, at, timer)));
        let mut timers: Vec<(u64, usize, Timer)> = timers.collect();
        timers.sort_by_key(|(due, at, _)| (*due, *at));
        let mut ways = Vec::new();
        // Signs of life put their timer off, so another may be first.
        let is_put_off = |timer: Timer| timer == Timer::Heartbeat;
        ways.extend(timers.iter().filter(|(.., timer)| is_put_off(*timer)).map(|t| Way::Fires(t.1, t.2)));
        let first = timers.iter().find(|(.., timer)| !is_put_off(*timer));
        ways.splice(0..0, first.map(|(_, at, timer)| Way::Fires(*at, *timer)));
        for (at, operation) in self.operations.iter().enumerate() {
            ways.extend(self.outcomes(operation).into_iter().map(|outcome| Way::Completes(at, outcome)));
        }
        ways
    }

    /// How what another is to say may come out: as it is declared by its name, by that of the function, or by that of the context
    /// that it is of.
    fn outcomes(&self, operation: &Stored) -> Vec<Callback> {
        if operation.awaits_another().is_none() {
            return Vec::new();
        }
        let failure = || json!({"ErrorType": "CallbackError", "ErrorMessage": "it failed"});
        let usual = || vec![Callback::Succeeds(None), Callback::Fails(failure())];
        let declared = self.declared_by_name(operation).or_else(|| self.durable.callbacks.get("*"));
        declared.cloned().unwrap_or_else(usual)
    }

    /// How it may come out as it is declared by its name.
    pub(super) fn declared_by_name(&self, operation: &Stored) -> Option<&Vec<Callback>> {
        let names = operation.awaits_another()?;
        let parent = self.operations.iter().find(|other| other.text("Id") == operation.text("ParentId"));
        let names = names.into_iter().chain(parent.map(|parent| parent.text("Name")));
        names.chain([bare(operation.invoked())]).find_map(|name| self.durable.callbacks.get(name))
    }

    /// In how many ways it may go on when it is time; it waits for somebody else if there is none.
    pub(crate) fn choices(&self) -> usize {
        self.ways().len()
    }

    /// Why its handler cannot be invoked yet, if so.
    pub(crate) fn waits_for(&self) -> Option<String> {
        let mut invoked = self.operations.iter().filter(|one| one.is("CHAINED_INVOKE", "STARTED"));
        let mut waits = || match invoked.next() {
            Some(one) => format!("{}, which it has invoked", bare(one.invoked())),
            None => format!("{}, which waits for something, although nothing is under way", self.name),
        };
        self.ways().is_empty().then(&mut waits)
    }

    pub(super) fn fire(&mut self, at: usize, timer: Timer) -> String {
        let due = self.operations[at].timers().find(|(_, other)| *other == timer).map(|(due, _)| due);
        self.now = self.now.max(due.unwrap_or_default());
        let now = self.now;
        self.operation(at).fire(timer, now);
        self.happened(at);
        let (name, attempts) = (self.operations[at].name(), self.operations[at].attempts());
        let said = match timer {
            Timer::Due if self.operations[at].text("Type") == "STEP" => {
                format!("it is time for attempt {} of {name}", attempts + 1)
            }
            Timer::Due => format!("{name} is over"),
            Timer::TimeOut => format!("{name} times out"),
            Timer::Heartbeat => format!("{name} shows no sign of life"),
        };
        self.touch(at);
        self.fire_what_is_due();
        said
    }

    /// What is due by now fires, too.
    pub(super) fn fire_what_is_due(&mut self) {
        for at in 0..self.operations.len() {
            let due = self.operations[at].timers().find(|(due, _)| *due <= self.now);
            if let Some((_, timer)) = due {
                let now = self.now;
                self.operation(at).fire(timer, now);
                self.happened(at);
                self.touch(at);
            }
        }
    }

    pub(super) fn complete(&mut self, at: usize, outcome: &Callback) -> String {
        let name = self.operations[at].name();
        match outcome {
            Callback::Succeeds(result) => {
                self.come_out(at, Outcome::success(result.clone().map(Value::from)));
                format!("{name} succeeds")
            }
            Callback::Fails(error) => {
                self.come_out(at, Outcome::failure(error.clone()));
                format!("{name} fails")
            }
        }
    }

    /// What another was to say is said: a result, if there is one, or an error.
    pub(super) fn come_out(&mut self, at: usize, Outcome { status, said }: Outcome) {
        if let Some((field, said)) = said {
            self.operation(at).set(field, said);
        }
        let now = self.now;
        self.operation(at).come_to(status, now);
        self.happened(at);
        self.touch(at);
    }

    /// The handler is to be told of an operation.
    pub(super) fn touch(&mut self, at: usize) {
        let id = self.operations[at].text("Id").to_string();
        if !self.unseen.contains(&id) {
            self.unseen.push(id);
        }
    }

    /// Which operation is the callback of this id, if it is of this execution.
    fn callback(&self, id: &str) -> Option<usize> {
        let is_it = |operation: &Arc<Stored>| {
            operation.text("Type") == "CALLBACK" && operation.detail("CallbackId") == id
        };
        self.operations.iter().position(is_it)
    }

    /// A callback is completed by somebody who knows its id.
    fn complete_callback(&mut self, at: usize, how: &str, body: &str) -> Answer {
        if self.operations[at].text("Status") != "STARTED" || self.work == Work::Over {
            return invalid("Callback has already been completed");
        }
        match how {
            "succeed" => self.come_out(at, Outcome::success(Some(body.into()))),
            "fail" => {
                let error = serde_json::from_str(body).unwrap_or_default();
                self.come_out(at, Outcome::failure(error));
            }
            _ => {}
        }
        self.refresh();
        Answer::json(200, "{}")
    }
}

/// A callback of one of these is completed by somebody who knows it.
pub(crate) fn complete(executions: &mut [Arc<Execution>], ask: &Ask) -> Answer {
    let mut parts = ask.path.split('/').rev();
    let (how, id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let completed = executions.iter_mut().find_map(|execution| {
        let at = execution.callback(id)?;
        Some(Arc::make_mut(execution).complete_callback(at, how, &ask.body))
    });
    completed.unwrap_or_else(|| error(404, "ResourceNotFoundException", "no callback has this id"))
}
