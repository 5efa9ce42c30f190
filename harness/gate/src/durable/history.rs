//! What has happened to an execution, as `GetDurableExecutionHistory` tells it: an event for each thing.
use super::{Execution, operation::Stored};
use serde_json::{Map, Value, json};

/// The events so far.
#[derive(Clone, Default)]
pub(super) struct History(Vec<Value>);

impl History {
    fn add(&mut self, kind: &str, at: u64, mut event: Map<String, Value>, details: Value) {
        event.insert("EventId".into(), (self.0.len() + 1).into());
        event.insert("EventType".into(), kind.into());
        event.insert("EventTimestamp".into(), at.into());
        event.insert(format!("{kind}Details"), details);
        self.0.push(event.into());
    }
}

impl Execution {
    /// What has happened to it so far, if that is kept: events in the fields of the service's API, times as seconds since 1970.
    pub(crate) fn history(&self) -> Option<&[Value]> {
        self.history.as_ref().map(|history| &*history.0)
    }

    /// An operation has come to where it stands.
    pub(super) fn happened(&mut self, at: usize) {
        let (operation, now) = (&self.operations[at], self.now);
        let Some(history) = &mut self.history else { return };
        let Some((outcome, details)) = operation.outcome(now) else { return };
        let kept = ["Id", "Name", "ParentId", "SubType"].into_iter();
        let kept = kept.filter_map(|field| Some((field.to_string(), operation.0.get(field)?.clone())));
        history.add(&format!("{}{outcome}", operation.kind()), now, kept.collect(), details);
    }

    /// What an operation has invoked is this execution.
    pub(super) fn tell_of(&mut self, at: usize, arn: Option<String>) {
        let id = self.operations[at].0.get("Id");
        let Some(history) = &mut self.history else { return };
        let started = history.0.iter_mut().rfind(|event| event.get("Id") == id);
        if let (Some(event), Some(arn)) = (started, arn) {
            event["ChainedInvokeStartedDetails"]["DurableExecutionArn"] = arn.into();
        }
    }

    /// An invocation is over: with an error, if its handler has not answered, or with an answer.
    pub(super) fn invocation_completed(&mut self, error: Option<(&str, &str)>) {
        let (now, request) = (self.now, format!("{}-{}", self.name, self.invocation));
        let Some(history) = &mut self.history else { return };
        let mut details = json!({"StartTimestamp": now, "EndTimestamp": now, "RequestId": request});
        if let Some((kind, words)) = error {
            details["Error"] = payload(json!({"ErrorType": kind, "ErrorMessage": words}));
        }
        history.add("InvocationCompleted", now, Map::new(), details);
    }
}

impl Stored {
    /// As events call its kind.
    fn kind(&self) -> &'static str {
        match self.text("Type") {
            "STEP" => "Step",
            "WAIT" => "Wait",
            "CONTEXT" => "Context",
            "CALLBACK" => "Callback",
            "CHAINED_INVOKE" => "ChainedInvoke",
            _ => "Execution",
        }
    }

    /// How an event says where it stands, and what else is to be said of that; nothing of a step that is ready for another attempt.
    fn outcome(&self, now: u64) -> Option<(&'static str, Value)> {
        let outcome = match self.text("Status") {
            "STARTED" => return Some(("Started", self.beginning())),
            // A check of a condition has said that it is to be checked again.
            "PENDING" if self.detail("Error").is_null() => "Succeeded",
            "PENDING" | "FAILED" => "Failed",
            "SUCCEEDED" => "Succeeded",
            "CANCELLED" => "Cancelled",
            "TIMED_OUT" => "TimedOut",
            _ => return None,
        };
        let mut details = Map::new();
        let said = if outcome == "Succeeded" { "Result" } else { "Error" };
        if !self.detail(said).is_null() {
            details.insert(said.into(), payload(self.detail(said).clone()));
        }
        match self.text("Type") {
            "WAIT" => {
                details.insert("Duration".into(), self.lasts(self.detail("ScheduledEndTimestamp")));
            }
            "STEP" => {
                let mut retry = json!({"CurrentAttempt": self.attempts()});
                let next = self.detail("NextAttemptTimestamp").as_u64();
                if let Some(next) = next.filter(|_| self.text("Status") == "PENDING") {
                    retry["NextAttemptDelaySeconds"] = next.saturating_sub(now).into();
                }
                details.insert("RetryDetails".into(), retry);
            }
            _ => {}
        }
        Some((outcome, details.into()))
    }

    fn beginning(&self) -> Value {
        let mut details = match self.text("Type") {
            "EXECUTION" => json!({"Input": payload(self.detail("InputPayload").clone())}),
            "WAIT" => {
                let end = self.detail("ScheduledEndTimestamp");
                json!({"Duration": self.lasts(end), "ScheduledEndTimestamp": end})
            }
            "CALLBACK" => {
                let (end, beat) = self.overdue();
                let (end, beat) = (self.lasts(end), self.lasts(beat));
                json!({"CallbackId": self.detail("CallbackId"), "Timeout": end, "HeartbeatTimeout": beat})
            }
            "CHAINED_INVOKE" => {
                let Value::Object(mut told) = self.invocation().clone() else { return Value::Null };
                let input = told.remove("Payload").filter(|input| !input.is_null()).map(payload);
                told.extend([("Input".to_string(), input.unwrap_or_default())]);
                told.extend([("ExecutedVersion".to_string(), "$LATEST".into())]);
                told.into()
            }
            _ => json!({}),
        };
        if let Value::Object(fields) = &mut details {
            fields.retain(|_, value| !value.is_null());
        }
        details
    }

    /// In seconds, until this time.
    fn lasts(&self, until: &Value) -> Value {
        let begun = self.0.get("StartTimestamp").and_then(Value::as_u64).unwrap_or_default();
        until.as_u64().map_or(Value::Null, |until| until.saturating_sub(begun).into())
    }
}

fn payload(of: Value) -> Value {
    json!({"Payload": of, "Truncated": false})
}
