//! A durable execution that is carried out: one invocation of its handler after the other.
use super::{Operation, answers::Next};
use crate::{
    ask::{Answer, Ask, Ended, To},
    conversation::Conversation,
    event::Event,
    known::Program,
    names,
    said::Said,
    shown::Shown,
    site::Site,
    step::Step,
    trouble::Trouble,
    world::World,
};
use anechoic_engine::{Asks, Client, Failure, Invocation, Over, Reply, Ticket, Waits};
use serde_json::{Value, json};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

/// An execution that is being carried out. The service is asked to invoke the handler, which is when a timer may fire; its process is
/// told of that; and what it answers is handed in to the service, which says how it goes on.
pub(crate) struct Carried {
    execution: usize,
    program: Arc<Program>,
    site: Arc<Site>,
    client: Client<World>,
    /// Since it was invoked first.
    process: Option<Conversation>,
    invocation: u64,
    /// The service is asked for this.
    asked: Option<(Ticket, Operation)>,
    /// The tokens that this process was told, in their order: it is told only which one of them each is, so that what it does
    /// next is not learnt anew for each.
    tokens: Vec<Arc<str>>,
}

impl Carried {
    pub(crate) fn new(
        execution: usize,
        program: Arc<Program>,
        site: Arc<Site>,
        client: Client<World>,
    ) -> Carried {
        let (tokens, process) = (Vec::new(), None);
        Carried { execution, program, site, client, process, invocation: 0, asked: None, tokens }
    }

    fn ask(&mut self, operation: Operation, body: &Value, asks: &mut Asks<World>) {
        let ask = Ask::of_the_runtime(self.execution, operation, body);
        self.asked = Some((asks.ask(Waits::Call(Arc::new(ask))), operation));
    }

    fn ask_to_be_invoked(&mut self, asks: &mut Asks<World>) {
        let actor = self.client.session().owner;
        self.ask(Operation::Invoke, &json!({"actor": actor}), asks);
    }

    /// The service says whether it is invoked, and with what.
    fn invoked(&mut self, answer: &Answer, asks: &mut Asks<World>) {
        let begins_anew = !self.process.as_ref().is_some_and(Conversation::asks_for_something);
        let told = if begins_anew { 0 } else { self.tokens.len() };
        let heard = self.heard(answer, told);
        if self.is_over(&heard.said, asks) {
            return;
        }
        let number = |field: &str| heard.said[field].as_u64();
        let attempt = number("attempt").and_then(|attempt| u32::try_from(attempt).ok());
        self.client.begin_attempt(attempt.unwrap_or(1));
        self.invocation = number("invocation").unwrap_or_default();
        // A body that goes on beside this invocation has the names of its own.
        if begins_anew {
            let name = self.client.fresh();
            let owner = names::owner(name.owner, name.number);
            let shown = Shown::wanted(&self.client);
            self.process = Some(Conversation::new(self.program.clone(), owner, shown));
            self.tokens.clear();
        }
        self.tokens.extend(heard.token.clone());
        let at = number("at").unwrap_or_default();
        let is_of_the_runtime = self.program.handler().durable.is_some();
        let event = Event { text: heard.told.clone(), at, is_of_the_runtime };
        let Some(process) = &mut self.process else { return };
        let step = process.begin(&event);
        self.follow(step, asks);
    }

    fn follow(&mut self, step: Result<Arc<Step>, Trouble>, asks: &mut Asks<World>) {
        let step = match step {
            Ok(step) => step,
            Err(trouble) => return asks.end(self.site.gone_astray(trouble)),
        };
        let (execution, tokens) = (self.execution, &self.tokens);
        let Some(process) = &mut self.process else { return };
        let ended = process.follow(&step, asks, |ask| {
            let To::Durable(operation, None) = ask.to else { return ask };
            let key = (ask.digest(), execution, xxh3_128(tokens.join(" ").as_bytes()));
            self.site.durable.sent.of(key, || Arc::new(ask.sent_by(operation, execution, tokens)))
        });
        // A body that went on beside its invocation may come to an answer when nobody waits for one.
        if let Some(ended) = ended.filter(|_| self.asked.is_none()) {
            let said = match ended {
                Ended::Answered(answer) => {
                    json!({"answer": serde_json::from_str::<Value>(&answer).unwrap_or_default()})
                }
                Ended::Failed(words) => json!({"error": &*words}),
                Ended::Exited(words) => json!({"error": &*words, "kind": "Runtime.ExitError"}),
            };
            let (actor, number) = (self.client.session().owner, self.invocation);
            let said = json!({"actor": actor, "invocation": number, "said": said});
            self.ask(Operation::Respond, &said, asks);
        }
    }

    /// The answer has been handed in, or was lost.
    fn responded(&mut self, said: Option<&Answer>, asks: &mut Asks<World>) {
        let said = said.map(|answer| serde_json::from_str(&answer.body).unwrap_or_default());
        // Of whose answer the service never heard, it invokes again.
        let said: Value = said.unwrap_or_else(|| json!({"next": Next::Again.name()}));
        if self.is_over(&said, asks) {
            return;
        }
        if self.process.as_ref().is_some_and(Conversation::asks_for_something) {
            self.client.note(|| {
                "its body goes on, although the invocation is over: beside the next one, in the same process".into()
            });
            return self.ask_to_be_invoked(asks);
        }
        match said["next"].as_str() {
            Some(next) if next == Next::Failed.name() => {
                let words = said["error"].as_str().unwrap_or_default().to_string();
                asks.end(Over::Returned(Err(Failure::new(words))));
            }
            _ => asks.end(Over::Again),
        }
    }

    /// Ends the delivery if the service says that nothing more is to be done, and says whether it does.
    fn is_over(&mut self, said: &Value, asks: &mut Asks<World>) -> bool {
        let words = || said["result"].as_str().unwrap_or_default().into();
        match said["next"].as_str() {
            Some(next) if next == Next::Done.name() => asks.end(Over::Returned(Ok(Said::fine(words())))),
            Some(next) if next == Next::Refused.name() => {
                asks.end(Over::Returned(Ok(Said::refusal(words()))));
            }
            Some(next) if next == Next::Superseded.name() => asks.end(Over::Superseded),
            _ => return false,
        }
        true
    }

    /// What the service says, as a process is told it that was told so many tokens before.
    fn heard(&self, answer: &Answer, tokens: usize) -> Arc<Heard> {
        let key = (xxh3_128(answer.body.as_bytes()), tokens);
        self.site.durable.heard.of(key, || Arc::new(Heard::of(&answer.body, tokens)))
    }

    fn told(&mut self, answer: Arc<Answer>) -> Arc<Answer> {
        let heard = self.heard(&answer, self.tokens.len());
        let Some(token) = heard.token.clone() else { return answer };
        self.tokens.push(token);
        // What comes next belongs to another step.
        if heard.ends_a_step {
            self.client.begin_attempt(1);
        }
        Arc::new(Answer { body: heard.told.clone(), ..Answer::clone(&answer) })
    }
}

/// What the service says.
pub(super) struct Heard {
    /// All of it but the event.
    said: Value,
    /// The event, or the answer, with its token told as the process knows it.
    told: Arc<str>,
    token: Option<Arc<str>>,
    ends_a_step: bool,
}

impl Heard {
    fn of(body: &str, tokens: usize) -> Heard {
        let mut said: Value = serde_json::from_str(body).unwrap_or_default();
        let mut told = match said.get_mut("event") {
            Some(event) => event.take(),
            None => said.clone(),
        };
        let changed = told["NewExecutionState"]["Operations"].as_array().into_iter().flatten();
        let is_over =
            |operation: &Value| matches!(operation["Status"].as_str(), Some("SUCCEEDED" | "FAILED"));
        let mut ended = changed.filter(|operation| operation["Type"] == "STEP" && is_over(operation));
        let ends_a_step = ended.next().is_some();
        let token = told.get_mut("CheckpointToken").map(|token| {
            let known = token.as_str().unwrap_or_default().into();
            *token = Value::from(token_told(tokens + 1));
            known
        });
        Heard { told: told.to_string().into(), said, token, ends_a_step }
    }
}

/// What a process is told in place of the n-th token that it gets, from 1.
fn token_told(number: usize) -> String {
    format!("token-{number}")
}

impl Invocation<World> for Carried {
    fn resume(&mut self, reply: Option<(Ticket, Reply<World>)>, asks: &mut Asks<World>) {
        let Some((ticket, reply)) = reply else { return self.ask_to_be_invoked(asks) };
        if let Some((_, operation)) = self.asked.take_if(|(asked, _)| *asked == ticket) {
            let answer = match &reply {
                Reply::Response(Ok(answer)) => Some(&**answer),
                _ => None,
            };
            return match (operation, answer) {
                (Operation::Respond, answer) => self.responded(answer, asks),
                (_, Some(answer)) => self.invoked(answer, asks),
                (_, None) => asks.end(Over::Again),
            };
        }
        let reply = match reply {
            Reply::Response(Ok(answer)) => Reply::Response(Ok(self.told(answer))),
            other => other,
        };
        let Some(process) = &mut self.process else { return };
        let step = process.tell(ticket, &reply);
        self.follow(step, asks);
    }
}

impl Ask {
    /// The same as the service takes it: of this execution, and with its real token.
    fn sent_by(&self, operation: Operation, execution: usize, tokens: &[Arc<str>]) -> Ask {
        let mut body = self.json();
        if let Some(token) = body.get_mut("CheckpointToken") {
            let known = (1..=tokens.len()).find(|number| *token == token_told(*number));
            *token = known.map_or(Value::Null, |number| Value::from(&*tokens[number - 1]));
        }
        self.of_execution(operation, execution, body.to_string().into())
    }
}
