//! A durable execution, as the service keeps it.
use super::{
    Spelling,
    answers::{Next, error, invalid, next},
    chained::Caller,
    declared::Durable,
    history::History,
    operation::{Stored, is_over},
    rules,
    ways::Way,
};
use crate::{ask::Answer, clock, names};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

/// Who carries an execution out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Work {
    /// Nobody: it waits.
    Waits,
    /// Nobody: the last invocation has failed.
    Failed,
    /// This actor.
    By(u64),
    /// Nobody any more.
    Over,
}

/// A durable execution.
#[derive(Clone)]
pub(crate) struct Execution {
    pub(super) durable: Arc<Durable>,
    /// Who has it carried out, if another does.
    pub(super) caller: Option<Caller>,
    /// Whether its function is not durable: it is invoked once.
    pub(super) is_plain: bool,
    /// What people call it.
    pub(crate) name: String,
    /// Its number among the executions of a run.
    number: usize,
    /// The first is the execution itself.
    pub(super) operations: Vec<Arc<Stored>>,
    pub(super) work: Work,
    /// Who has carried it out, ever.
    actors: Vec<u64>,
    pub(super) invocation: u64,
    /// How many checkpoints there were.
    sequence: u64,
    /// Seconds since 1970. Only timers move it.
    pub(super) now: u64,
    /// When it began.
    begun: u64,
    /// What changed since the handler was told last.
    pub(super) unseen: Vec<String>,
    /// The last checkpoint, by the token of the client: the client's own retry is answered again.
    answered: Option<(String, Answer)>,
    /// What has happened, if that is kept. It decides nothing, so no fingerprint has it.
    pub(super) history: Option<History>,
    digest: u128,
    /// And one of all that it is.
    identity: u128,
}

const BEGINNING: u64 = clock::BEGINNING / 1000;

impl Execution {
    pub(crate) fn new(name: String, number: usize, input: &str, durable: Arc<Durable>) -> Execution {
        Execution::begun((name, number), input, durable, BEGINNING)
    }

    /// One that begins at this time.
    pub(super) fn begun(
        (name, number): (String, usize),
        input: &str,
        durable: Arc<Durable>,
        begun: u64,
    ) -> Execution {
        let own = json!({"Id": names::of_an_execution(number, 0), "Type": "EXECUTION", "Name": name});
        let mut own = Stored::begun_by(&own, begun);
        own.set("InputPayload", input.into());
        own.come_to("STARTED", begun);
        let mut execution = Execution {
            history: durable.keeps_history.then(History::default),
            durable,
            caller: None,
            is_plain: false,
            name,
            number,
            operations: vec![Arc::new(own)],
            work: Work::Waits,
            actors: Vec::new(),
            invocation: 0,
            sequence: 0,
            now: begun,
            begun,
            unseen: Vec::new(),
            answered: None,
            digest: 0,
            identity: 0,
        };
        execution.happened(0);
        execution.refresh();
        execution
    }

    /// A fingerprint of all that decides anything.
    pub(crate) fn digest(&self) -> u128 {
        self.digest
    }

    /// A fingerprint of all that it is, times and history, too: what it does when it is asked something hangs on nothing else.
    pub(super) fn identity(&self) -> u128 {
        self.identity
    }

    pub(super) fn refresh(&mut self) {
        let operations: Vec<Value> = self.operations.iter().map(|one| one.without_times()).collect();
        let answered = self.answered.as_ref().map(|(token, _)| token);
        let all = json!([operations, self.token(), self.unseen, answered, self.actors]);
        self.digest = xxh3_128(format!("{all}{:?}{:?}", self.work, self.caller).as_bytes());
        let operations: Vec<&Map<String, Value>> = self.operations.iter().map(|one| &one.0).collect();
        let answered = self.answered.as_ref().map(|(_, answer)| (answer.status, &answer.body));
        let all = json!([operations, self.number, self.now, self.history(), self.name]);
        let all = format!("{}{all}{answered:?}{:?}", self.digest, self.durable);
        self.identity = xxh3_128(all.as_bytes());
    }

    /// An operation that is to change.
    pub(super) fn operation(&mut self, at: usize) -> &mut Stored {
        Arc::make_mut(&mut self.operations[at])
    }

    pub(super) fn arn(&self) -> String {
        let (name, id) = (&self.name, names::of_an_execution(self.number, 0));
        format!("arn:aws:lambda:us-east-1:000000000000:function:{name}:$LATEST/durable-execution/{name}/{id}")
    }

    /// An invocation knows the state by its latest token; a later invocation makes it stale.
    fn token(&self) -> String {
        format!("{}.{}", self.invocation, self.sequence)
    }

    /// Invokes the handler.
    pub(crate) fn invoke(&mut self, asked: &Value, way: usize) -> Answer {
        let actor = asked["actor"].as_u64().unwrap_or_default();
        if let Some(end) = self.end() {
            return end;
        }
        // Whose place another has taken is not invoked again; a second one beside the first is new.
        let is_known = self.actors.contains(&actor);
        if is_known && matches!(self.work, Work::By(other) if other != actor) {
            return next(Next::Superseded, "", "another invocation is at work");
        }
        if let Some(end) = self.has_died() {
            return end;
        }
        if self.work == Work::By(actor) {
            self.invocation_completed(Some(("Runtime.ExitError", "it has died")));
        }
        let was_waiting = self.work == Work::Waits;
        let happened = match self.ways().into_iter().nth(way) {
            Some(Way::Fires(at, timer)) => self.fire(at, timer),
            Some(Way::Completes(at, outcome)) => self.complete(at, &outcome),
            Some(Way::AtOnce) | None if is_known && was_waiting => "invoked again".into(),
            Some(Way::AtOnce) | None if is_known => "invoked again, since it has not answered".into(),
            Some(Way::AtOnce) | None => "invoked".into(),
        };
        if self.is_overdue() {
            let now = self.now;
            self.operation(0).come_to("TIMED_OUT", now);
            self.happened(0);
            self.work = Work::Over;
            self.refresh();
            return self.end().unwrap_or_else(|| next(Next::Refused, "", "timed out"));
        }
        if !is_known {
            self.actors.push(actor);
        }
        self.invocation += 1;
        (self.work, self.answered) = (Work::By(actor), None);
        let updated = std::mem::take(&mut self.unseen);
        let event = match self.is_plain {
            true => {
                serde_json::from_str(self.operations[0].detail("InputPayload").as_str().unwrap_or_default())
                    .unwrap_or_default()
            }
            false => json!({"DurableExecutionArn": self.arn(), "CheckpointToken": self.token(),
                "UpdatedOperationIds": updated, "InitialExecutionState": self.page(0, true)}),
        };
        self.refresh();
        let body = json!({"next": "begin", "shown": happened, "event": event, "invocation": self.invocation,
            "at": (self.now - BEGINNING) * 1000, "attempt": self.attempt()});
        Answer::json(200, body.to_string())
    }

    /// In which attempt the step is that this invocation goes on with; of several, the one that was tried most.
    fn attempt(&self) -> u64 {
        let open = |step: &&Arc<Stored>| step.is("STEP", "READY") || step.is("STEP", "STARTED");
        self.operations.iter().filter(open).map(|step| step.attempts()).max().unwrap_or(0) + 1
    }

    fn is_overdue(&self) -> bool {
        self.durable.time_out.is_some_and(|seconds| self.now >= self.begun + seconds)
    }

    /// The operations from one on, as many as go into one answer, and where the next ones begin.
    fn page(&self, from: usize, in_millis: bool) -> Value {
        let most = self.durable.page.unwrap_or(usize::MAX).max(1);
        let end = from.saturating_add(most).min(self.operations.len());
        let operations = self.operations[from.min(end)..end].iter().map(|one| one.told(in_millis));
        let mut page = json!({"Operations": operations.collect::<Vec<Value>>()});
        if end < self.operations.len() {
            page["NextMarker"] = format!("from-{end}").into();
        }
        page
    }

    /// More of the operations.
    pub(crate) fn state(&self, query: &str) -> Answer {
        let marker = query.split('&').find_map(|pair| pair.strip_prefix("Marker=from-"));
        let from = marker.and_then(|from| from.parse().ok()).unwrap_or(0);
        Answer::json(200, self.page(from, false).to_string())
    }

    /// Takes what an invocation has come to.
    pub(crate) fn checkpoint(&mut self, body: &Value, spelling: Spelling) -> Result<Answer, String> {
        let client = body["ClientToken"].as_str().unwrap_or_default();
        if let Some((_, answer)) =
            self.answered.as_ref().filter(|(known, _)| known == client && !known.is_empty())
        {
            return Ok(answer.clone());
        }
        if !matches!(self.work, Work::By(_)) || body["CheckpointToken"] != self.token() {
            let message = match spelling {
                Spelling::Capitals => "Invalid Checkpoint Token: it is not the latest",
                Spelling::Small => "Invalid checkpoint token: it is not the latest",
            };
            return Ok(invalid(message));
        }
        let updates = body["Updates"].as_array().map_or(&[][..], Vec::as_slice);
        if let Some(why) = rules::refused(&self.operations, updates) {
            return Err(why);
        }
        // Who asks for news and has none of its own has seen a timer's time come by its own clock.
        if updates.is_empty() {
            let timers = self.operations.iter().flat_map(|one| one.timers());
            self.now = self.now.max(timers.map(|(due, _)| due).min().unwrap_or(0));
        }
        for update in updates {
            self.update(update);
        }
        self.fire_what_is_due();
        self.sequence += 1;
        let unseen = std::mem::take(&mut self.unseen);
        let seen = |operation: &&Arc<Stored>| unseen.iter().any(|id| id == operation.text("Id"));
        let operations = self.operations.iter().filter(seen).map(|operation| operation.told(false));
        let operations: Vec<Value> = operations.collect();
        let body = json!({"CheckpointToken": self.token(), "NewExecutionState": {"Operations": operations}});
        let answer = Answer::json(200, body.to_string());
        self.answered = Some((client.into(), answer.clone()));
        self.refresh();
        Ok(answer)
    }

    fn update(&mut self, update: &Value) {
        if update["Type"] == "EXECUTION" {
            self.come_to_an_end(update["Action"] == "SUCCEED", &update["Payload"], &update["Error"]);
            return;
        }
        let id = update["Id"].as_str().unwrap_or_default();
        let known = self.operations.iter().position(|operation| operation.text("Id") == id);
        let at = known.unwrap_or_else(|| {
            self.operations.push(Arc::new(Stored::begun_by(update, self.now)));
            self.operations.len() - 1
        });
        let (number, now) = (self.number, self.now);
        self.operation(at).update(update, now, || names::of_an_execution(number, at as u16));
        self.happened(at);
        self.touch(at);
    }

    pub(super) fn come_to_an_end(&mut self, is_fine: bool, result: &Value, error: &Value) {
        let now = self.now;
        let own = self.operation(0);
        own.set("Result", result.clone());
        own.set("Error", error.clone());
        own.come_to(if is_fine { "SUCCEEDED" } else { "FAILED" }, now);
        self.happened(0);
    }

    /// Takes an invocation's answer.
    ///
    /// # Errors
    /// Why it is none that the service takes.
    pub(crate) fn respond(&mut self, asked: &Value) -> Result<Answer, String> {
        let actor = asked["actor"].as_u64().unwrap_or_default();
        if self.work != Work::By(actor) || asked["invocation"] != self.invocation {
            return Ok(next(Next::Superseded, "", "nobody waits for it any more"));
        }
        if self.is_plain {
            return Ok(self.answered_plainly(&asked["said"]));
        }
        if let Some(words) = asked["said"]["error"].as_str() {
            let kind = asked["said"]["kind"].as_str().unwrap_or("Error");
            self.invocation_completed(Some((kind, words)));
            self.work = Work::Failed;
            self.refresh();
            let body = json!({"next": Next::Failed.name(), "error": words, "shown": "the invocation failed"});
            return Ok(Answer::json(200, body.to_string()));
        }
        let answer = &asked["said"]["answer"];
        match answer["Status"].as_str() {
            Some("PENDING") => {
                self.invocation_completed(None);
                self.work = Work::Waits;
                self.refresh();
                return Ok(next(Next::Again, "", "it waits"));
            }
            Some(status @ ("SUCCEEDED" | "FAILED")) => {
                self.invocation_completed(None);
                // A result that is too long for an answer has come in a checkpoint.
                if !is_over(self.operations[0].text("Status")) {
                    self.come_to_an_end(status == "SUCCEEDED", &answer["Result"], &answer["Error"]);
                }
                self.work = Work::Over;
                self.refresh();
            }
            _ => {
                return Err(format!(
                    "answers with {answer}, which is no answer of a durable function: is the handler wrapped by the SDK?"
                ));
            }
        }
        Ok(self.end().unwrap_or_else(|| next(Next::Done, "", "")))
    }

    /// What whoever asks is told once all is over.
    pub(super) fn end(&self) -> Option<Answer> {
        let own = &self.operations[0];
        if self.work != Work::Over {
            return None;
        }
        let said = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
        Some(match own.text("Status") {
            "SUCCEEDED" => next(Next::Done, &said(own.detail("Result")), "the execution succeeds"),
            "TIMED_OUT" => next(Next::Refused, "timed out", "the execution times out"),
            _ => next(Next::Refused, &said(&own.detail("Error")["ErrorMessage"]), "the execution fails"),
        })
    }

    /// How the service may refuse a checkpoint.
    pub(crate) fn refusals(&self) -> Vec<Answer> {
        let refusal = |status: &u16| {
            let kind = match status {
                429 => "TooManyRequestsException",
                500.. => "ServiceException",
                _ => "ResourceNotFoundException",
            };
            error(*status, kind, "refused")
        };
        self.durable.refuses.iter().map(refusal).collect()
    }

    /// What it is as a row: its status, and how it has ended.
    pub(crate) fn row(&self) -> Map<String, Value> {
        let own = &self.operations[0];
        let text = |value: &Value| value.as_str().map_or(Value::Null, Value::from);
        let mut row = Map::new();
        row.insert("status".into(), own.text("Status").into());
        row.insert("input".into(), text(own.detail("InputPayload")));
        row.insert("result".into(), text(own.detail("Result")));
        row.insert("error".into(), text(&own.detail("Error")["ErrorMessage"]));
        row
    }
}
