//! What a handler asks and is answered, without what differs from run to run and decides nothing.
use crate::{
    durable::{Operation, Spelling},
    wire::{Held, Message},
};
use serde_json::Value;
use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};
use xxhash_rust::xxh3::xxh3_128;

/// Whom a handler asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum To {
    /// DynamoDB, for this operation.
    Tables(String),
    /// The outside service of this number.
    Service(usize),
    /// The service of durable executions, about the one of this number, if that is known.
    Durable(Operation, Option<usize>),
    /// Nobody who is here.
    Nobody,
}

/// A request of a handler's.
#[derive(Clone)]
pub struct Ask {
    pub(crate) to: To,
    pub(crate) method: String,
    pub(crate) path: String,
    /// JSON with its keys in order, if it is JSON.
    pub(crate) body: Arc<str>,
    /// The value of the header `idempotency-key`.
    pub(crate) key: Option<String>,
    /// Of an SDK that tries again by itself, in which attempt of how many it is: `attempt=2; max=3`.
    pub(crate) attempt: String,
    digest: u128,
}

impl Ask {
    pub(crate) fn of(held: &Held) -> Ask {
        let Message { method, path, body, .. } = &held.message;
        let header = |name| held.message.header(name).unwrap_or_default().to_string();
        let target = header("x-amz-target");
        let to = match (held.door.checked_sub(1), target.strip_prefix("DynamoDB_20120810.")) {
            (Some(service), _) => To::Service(service),
            (None, Some(operation)) => To::Tables(operation.into()),
            (None, None) => match durable(&held.message) {
                Some(operation) => To::Durable(operation, None),
                None => To::Nobody,
            },
        };
        // Which execution it is about is known from whoever asks.
        let path = match &to {
            To::Durable(Operation::Checkpoint(_) | Operation::State, _) => {
                path.rsplit('/').next().unwrap_or_default().to_string()
            }
            _ => path.clone(),
        };
        let body = canonical(body);
        let key = held.message.header("idempotency-key").map(str::to_string);
        let attempt = header("amz-sdk-request");
        Ask::new(to, (method.clone(), path), body.into(), key, attempt)
    }

    /// What nobody sends: the runtime's own doing, about this execution.
    pub(crate) fn of_the_runtime(execution: usize, operation: Operation, body: &Value) -> Ask {
        let to = To::Durable(operation, Some(execution));
        Ask::new(to, Default::default(), body.to_string().into(), None, String::new())
    }

    /// The same about this execution, with this body.
    pub(crate) fn of_execution(&self, operation: Operation, execution: usize, body: Arc<str>) -> Ask {
        let to = To::Durable(operation, Some(execution));
        let (method, path) = (self.method.clone(), self.path.clone());
        Ask::new(to, (method, path), body, None, self.attempt.clone())
    }

    fn new(
        to: To,
        (method, path): (String, String),
        body: Arc<str>,
        key: Option<String>,
        attempt: String,
    ) -> Ask {
        let all = format!("{to:?}\0{method}\0{path}\0{key:?}\0{attempt}\0{body}");
        Ask { to, method, path, body, key, attempt, digest: xxh3_128(all.as_bytes()) }
    }

    /// The same with other texts.
    pub(crate) fn map(self: &Arc<Ask>, text: impl Fn(&str) -> Option<String>) -> Arc<Ask> {
        let (path, body) = (text(&self.path), text(&self.body));
        let key = self.key.as_deref().and_then(&text);
        if path.is_none() && body.is_none() && key.is_none() {
            return self.clone();
        }
        let body = body.map_or_else(|| self.body.clone(), Into::into);
        let key = key.or_else(|| self.key.clone());
        Arc::new(self.with(path.unwrap_or_else(|| self.path.clone()), body, key))
    }

    /// The same with these in the places of its own.
    pub(crate) fn with(&self, path: String, body: Arc<str>, key: Option<String>) -> Ask {
        Ask::new(self.to.clone(), (self.method.clone(), path), body, key, self.attempt.clone())
    }

    pub(crate) fn digest(&self) -> u128 {
        self.digest
    }

    /// The body as JSON; null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }

    /// In which attempt of its client it is, if that is not the first.
    pub(crate) fn client_attempt(&self) -> Option<&str> {
        let attempt = self.attempt.strip_prefix("attempt=")?.split(';').next()?;
        (attempt != "1").then_some(attempt)
    }
}

impl PartialEq for Ask {
    fn eq(&self, other: &Ask) -> bool {
        self.digest == other.digest
    }
}

impl Eq for Ask {}

impl Hash for Ask {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.digest.hash(state);
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.to {
            To::Tables(operation) => write!(f, "{operation} {}", self.body)?,
            To::Durable(operation, _) => write!(f, "{operation:?} {} {}", self.path, self.body)?,
            To::Service(_) | To::Nobody => write!(f, "{} {} {}", self.method, self.path, self.body)?,
        }
        self.key.as_ref().map_or(Ok(()), |key| write!(f, " (idempotency-key: {key})"))?;
        self.client_attempt().map_or(Ok(()), |attempt| write!(f, " (client attempt {attempt})"))
    }
}

/// What the service of durable executions is asked by this message, if it is.
fn durable(message: &Message) -> Option<Operation> {
    let route = message.route().strip_prefix("/2025-12-01/")?;
    if route.starts_with("durable-execution-callbacks/") {
        return Some(Operation::Callback);
    }
    match route.strip_prefix("durable-executions/")?.rsplit('/').next()? {
        "state" => Some(Operation::State),
        "checkpoint" => {
            let is_python = message.header("user-agent").is_some_and(|agent| agent.contains("sdk-python"));
            Some(Operation::Checkpoint(if is_python { Spelling::Small } else { Spelling::Capitals }))
        }
        _ => None,
    }
}

/// What a handler is answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Arc<str>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: impl Into<Arc<str>>) -> Answer {
        Answer {
            status,
            headers: vec![("content-type".into(), "application/json".into())],
            body: body.into(),
        }
    }

    /// Whether it says that all went well.
    pub(crate) fn is_fine(&self) -> bool {
        (200..400).contains(&self.status)
    }
}

/// What became of a delivery, as the handler says it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Ended {
    /// It answered.
    Answered(Arc<str>),
    /// It failed, in these words.
    Failed(Arc<str>),
    /// Its process ended before it answered, in these words.
    Exited(Arc<str>),
}

impl Ended {
    /// The same with another text.
    pub(crate) fn map(&self, text: impl Fn(&str) -> Option<String>) -> Ended {
        match self {
            Ended::Answered(answer) => {
                Ended::Answered(text(answer).map_or_else(|| answer.clone(), Into::into))
            }
            Ended::Failed(words) => Ended::Failed(text(words).map_or_else(|| words.clone(), Into::into)),
            Ended::Exited(words) => Ended::Exited(text(words).map_or_else(|| words.clone(), Into::into)),
        }
    }
}

/// JSON with its keys in order; anything else as it is.
pub(crate) fn canonical(body: &[u8]) -> String {
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => value.to_string(),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}
