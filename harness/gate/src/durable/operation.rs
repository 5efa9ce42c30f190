//! One operation of a durable execution, as the service stores it.
use serde_json::{Map, Value, json};

/// A step, a wait, a context, a callback: in the fields of the service's API, times as seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stored(pub(super) Map<String, Value>);

/// What an operation waits for that may come from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Timer {
    /// The next attempt of a step is due, or a wait is over.
    Due,
    /// Nobody has completed a callback in time.
    TimeOut,
    /// Nobody has shown a sign of life in time.
    Heartbeat,
}

/// Fields of an update that an operation takes over.
const KEPT: [&str; 3] = ["ParentId", "Name", "SubType"];

impl Stored {
    /// What an update of an operation begins with that is not known yet.
    pub(super) fn begun_by(update: &Value, now: u64) -> Stored {
        let mut fields = Map::new();
        for name in ["Id", "Type"] {
            fields.insert(name.into(), update[name].clone());
        }
        for name in KEPT {
            if let Some(value) = update.get(name).filter(|value| !value.is_null()) {
                fields.insert(name.into(), value.clone());
            }
        }
        fields.insert("StartTimestamp".into(), now.into());
        Stored(fields)
    }

    pub(super) fn text(&self, field: &str) -> &str {
        self.0.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn is(&self, kind: &str, status: &str) -> bool {
        self.text("Type") == kind && self.text("Status") == status
    }

    /// What people call it.
    pub(super) fn name(&self) -> String {
        match (self.text("Name"), self.text("SubType"), self.text("Type")) {
            ("", "", kind) => kind.to_lowercase(),
            ("", kind, _) => kind.to_lowercase(),
            (name, ..) => name.into(),
        }
    }

    /// The field with what only its kind has.
    fn of_its_kind(&self) -> &'static str {
        match self.text("Type") {
            "STEP" => "StepDetails",
            "WAIT" => "WaitDetails",
            "CONTEXT" => "ContextDetails",
            "CALLBACK" => "CallbackDetails",
            "CHAINED_INVOKE" => "ChainedInvokeDetails",
            _ => "ExecutionDetails",
        }
    }

    pub(super) fn detail(&self, name: &str) -> &Value {
        self.0.get(self.of_its_kind()).map_or(&Value::Null, |details| &details[name])
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        let details = self.0.entry(self.of_its_kind()).or_insert_with(|| json!({}));
        details[name] = value;
    }

    /// Whether somebody else is to say how it comes out, and under which names that is declared.
    pub(super) fn awaits_another(&self) -> Option<[&str; 2]> {
        let is_awaited = self.is("CALLBACK", "STARTED") || self.is("CHAINED_INVOKE", "STARTED");
        (is_awaited && !self.is_carried_out()).then(|| [self.text("Name"), self.invoked()])
    }

    /// The function that is invoked, if one is.
    pub(super) fn invoked(&self) -> &str {
        self.invocation()["FunctionName"].as_str().unwrap_or_default()
    }

    /// How a function is invoked: the service's options, and as `Payload` with what; null if none is.
    pub(super) fn invocation(&self) -> &Value {
        self.0.get(INVOKED).unwrap_or(&Value::Null)
    }

    /// The function that it invokes is the execution of this number.
    pub(super) fn carry_out(&mut self, number: usize) {
        self.0.insert(CARRIED_OUT.into(), number.into());
    }

    pub(super) fn is_carried_out(&self) -> bool {
        self.0.contains_key(CARRIED_OUT)
    }

    /// When nobody has completed a callback in time, or shown a sign of life; null where there is no such time.
    pub(super) fn overdue(&self) -> (&Value, &Value) {
        let overdue = self.0.get(OVERDUE).unwrap_or(&Value::Null);
        (&overdue["end"], &overdue["heartbeat"])
    }

    pub(super) fn attempts(&self) -> u64 {
        self.detail("Attempt").as_u64().unwrap_or(0)
    }

    /// It is over, or goes on, at this time.
    pub(super) fn come_to(&mut self, status: &str, now: u64) {
        self.0.insert("Status".into(), status.into());
        if is_over(status) {
            self.0.insert("EndTimestamp".into(), now.into());
        }
    }

    /// Carries out an update that the rules allow. A callback that begins has this id.
    pub(super) fn update(&mut self, update: &Value, now: u64, callback: impl FnOnce() -> String) {
        let action = update["Action"].as_str().unwrap_or_default();
        let is_step = self.text("Type") == "STEP";
        if is_step && self.detail("Attempt").is_null() {
            self.set("Attempt", 0.into());
        }
        if is_step && action != "START" {
            self.set("Attempt", (self.attempts() + 1).into());
        }
        for (field, name) in [("Payload", "Result"), ("Error", "Error")] {
            if let Some(value) = update.get(field).filter(|value| !value.is_null() && action != "START") {
                self.set(name, value.clone());
            }
        }
        if let Some(options) = update.get("ContextOptions").filter(|options| options.is_object()) {
            self.set("ReplayChildren", options["ReplayChildren"].clone());
        }
        let after = |option: &Value| option.as_u64().filter(|seconds| *seconds > 0).map(|s| now + s);
        match (self.text("Type"), action) {
            ("WAIT", "START") => {
                let due = after(&update["WaitOptions"]["WaitSeconds"]).unwrap_or(now);
                self.set("ScheduledEndTimestamp", due.into());
            }
            ("CALLBACK", "START") => {
                let options = &update["CallbackOptions"];
                let (end, beat) =
                    (after(&options["TimeoutSeconds"]), after(&options["HeartbeatTimeoutSeconds"]));
                self.set("CallbackId", callback().into());
                // What the service alone knows goes by names that its API does not have.
                self.0.insert(OVERDUE.into(), json!({"end": end, "heartbeat": beat}));
            }
            ("CHAINED_INVOKE", "START") => {
                let mut invoked = update["ChainedInvokeOptions"].clone();
                invoked["Payload"] = update["Payload"].clone();
                self.0.insert(INVOKED.into(), invoked);
            }
            ("STEP", "RETRY") => {
                let due = after(&update["StepOptions"]["NextAttemptDelaySeconds"]).unwrap_or(now);
                self.set("NextAttemptTimestamp", due.into());
            }
            _ => {}
        }
        self.come_to(
            match action {
                "START" => "STARTED",
                "RETRY" => "PENDING",
                "SUCCEED" => "SUCCEEDED",
                "CANCEL" => "CANCELLED",
                _ => "FAILED",
            },
            now,
        );
    }

    /// What may end its waiting, and when.
    pub(super) fn timers(&self) -> impl Iterator<Item = (u64, Timer)> {
        let due = match (self.text("Type"), self.text("Status")) {
            ("STEP", "PENDING") => self.detail("NextAttemptTimestamp").as_u64(),
            ("WAIT", "STARTED") => self.detail("ScheduledEndTimestamp").as_u64(),
            _ => None,
        };
        let (end, beat) = match self.is("CALLBACK", "STARTED") {
            true => self.overdue(),
            false => (&Value::Null, &Value::Null),
        };
        let timers = [(due, Timer::Due), (end.as_u64(), Timer::TimeOut), (beat.as_u64(), Timer::Heartbeat)];
        timers.into_iter().filter_map(|(at, timer)| Some((at?, timer)))
    }

    /// One of its timers fires.
    pub(super) fn fire(&mut self, timer: Timer, now: u64) {
        match timer {
            Timer::Due if self.text("Type") == "STEP" => self.come_to("READY", now),
            Timer::Due => self.come_to("SUCCEEDED", now),
            Timer::TimeOut | Timer::Heartbeat => {
                let what = if timer == Timer::TimeOut { "Callback.Timeout" } else { "Callback.Heartbeat" };
                self.set("Error", json!({"ErrorType": what, "ErrorMessage": "Callback timed out"}));
                self.come_to("TIMED_OUT", now);
            }
        }
    }

    /// As it is told: times as the service's answers have them, in seconds, or in an event, in milliseconds.
    pub(super) fn told(&self, in_millis: bool) -> Value {
        let mut fields = self.0.clone();
        [OVERDUE, INVOKED, CARRIED_OUT].iter().for_each(|own| drop(fields.remove(*own)));
        let factor = if in_millis { 1000 } else { 1 };
        let scale = |fields: &mut Map<String, Value>| {
            for (name, value) in fields {
                if let Some(time) = value.as_u64().filter(|_| name.ends_with("Timestamp")) {
                    *value = (time * factor).into();
                }
            }
        };
        scale(&mut fields);
        if let Some(Value::Object(details)) = fields.get_mut(self.of_its_kind()) {
            scale(details);
        }
        Value::Object(fields)
    }

    /// All of it that decides anything: no times.
    pub(super) fn without_times(&self) -> Value {
        let mut told = self.told(false);
        // How it may come out hangs on whom it invokes.
        told[INVOKED] = self.invoked().into();
        let drop_times =
            |fields: &mut Map<String, Value>| fields.retain(|name, _| !name.ends_with("Timestamp"));
        if let Value::Object(fields) = &mut told {
            drop_times(fields);
            fields.values_mut().filter_map(Value::as_object_mut).for_each(drop_times);
        }
        told
    }
}

const OVERDUE: &str = "overdue";
/// The function that is invoked, and with what.
const INVOKED: &str = "invoked";
/// The execution that carries it out.
const CARRIED_OUT: &str = "carried out";

/// Whether an operation of this status is over.
pub(super) fn is_over(status: &str) -> bool {
    matches!(status, "SUCCEEDED" | "FAILED" | "CANCELLED" | "TIMED_OUT" | "STOPPED")
}
