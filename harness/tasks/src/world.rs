use crate::{
    specimens::Surroundings,
    storage::{Request, Response, Storage, event_id, token},
};
use anechoic::{Client, NoAnswer};
use anechoic_orchestrator::{
    Blueprints, Clock, Comments, Dependencies, Error, EventId, Guardrail, Screening, SessionId,
    SessionRefused, Sessions, Store, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Unavailable},
};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// The outside world of a handler, in a run: the real tables behind a client to which anything may happen, and the
/// services around them, which do what the run's luck has it.
#[derive(Clone)]
pub(crate) struct World {
    client: Client<Storage>,
    weather: Weather,
}

/// What the world is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weather {
    /// What the services besides the store do.
    pub(crate) luck: Luck,
    /// How often the store's client sends a request before it reports an error.
    pub(crate) client_attempts: u32,
    /// When the run begins.
    pub(crate) start: Timestamp,
    /// How long the handler takes from the guardrail's word to its first write. Zero unless the run is timed.
    pub(crate) lead: Duration,
}

/// What becomes of a task, besides what goes wrong with requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Luck {
    /// All goes well.
    Well,
    /// Its blueprint cannot be loaded.
    NoBlueprint,
    /// It fails its pre-flight checks.
    NotFit,
    /// The guardrail blocks it.
    Blocked,
    /// Its session does not start.
    NoSession,
}

/// What the guardrail says.
const BLOCKED: &str = "PROMPT_ATTACK LOW";
/// What the agent service says.
const NO_ROOM: &str = "no capacity";

impl World {
    pub(crate) fn new(client: Client<Storage>, weather: Weather) -> World {
        World { client, weather }
    }

    /// Sends a request as the store's client does: again and again, as long as there is no answer.
    async fn send(&self, request: Request) -> Result<Response, Unavailable> {
        for _retry in 1..self.weather.client_attempts {
            if let Ok(response) = self.client.call(request.clone()).await {
                return Ok(response);
            }
        }
        self.client.call(request).await.map_err(|NoAnswer| Unavailable)
    }
}

impl Store for World {
    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        match self.send(Request::Counter(user.clone())).await? {
            Response::Counter(counter) => Ok(counter),
            _ => unreachable!("a counter is answered with a counter"),
        }
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        match self.send(Request::SlotsHeld(user.clone())).await? {
            Response::SlotsHeld(slots) => Ok(slots),
            _ => unreachable!("a count is answered with a count"),
        }
    }

    async fn commit(&self, mut batch: Batch) -> Result<Commit, Unavailable> {
        // A transaction carries a token that its retries share; a single write does not.
        if batch.writes.len() > 1 && self.weather.client_attempts > 1 {
            batch.token = Some(token(self.client.fresh()));
        }
        match self.send(Request::Commit(batch)).await? {
            Response::Commit(commit) => Ok(commit),
            _ => unreachable!("a commit is answered with a commit"),
        }
    }

    async fn task(&self, id: TaskId, consistency: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        match self.send(Request::Read(id, consistency)).await? {
            Response::Row(row) => Ok(row),
            _ => unreachable!("a read is answered with a row"),
        }
    }
}

impl Blueprints for World {
    async fn load(&self, _: TaskId) -> Result<Screening, Error> {
        Ok(self.weather.judges(Luck::NoBlueprint, "the blueprint cannot be loaded"))
    }
}

impl Dependencies for World {
    async fn check(&self, _: TaskId) -> Result<Screening, Error> {
        Ok(self.weather.judges(Luck::NotFit, "a dependency is missing"))
    }
}

impl Clock for World {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.client.now()).unwrap_or(SignedDuration::MAX);
        // A trace may begin a moment before time ends.
        self.weather.start.checked_add(passed).unwrap_or(Timestamp::MAX)
    }
}

impl Guardrail for World {
    async fn screen(&self, _: TaskId) -> Result<Screening, Error> {
        if self.weather.luck != Luck::Blocked {
            return Ok(Screening::Passed);
        }
        self.client.note(|| format!("Content blocked by guardrail, {BLOCKED}"));
        if !self.weather.lead.is_zero() {
            self.client.sleep(self.weather.lead).await;
        }
        Ok(Screening::Blocked(BLOCKED.into()))
    }
}

impl World {
    /// Starts a session; the one of the task, if the service is told whose it is.
    async fn session(&self, is_idempotent: bool) -> Result<SessionId, Error> {
        if self.weather.luck == Luck::NoSession {
            self.client.note(|| format!("the session does not start: {NO_ROOM}"));
            return Err(SessionRefused { reason: NO_ROOM.into() }.into());
        }
        match self.client.call(Request::StartSession { is_idempotent }).await {
            Ok(Response::Session(number)) => Ok(SessionId::new(&format!("session-{number}"))),
            Ok(_) => unreachable!("a start is answered with a session"),
            Err(NoAnswer) => Err(Error::NoAnswer("the agent service")),
        }
    }
}

impl Comments for World {
    async fn read(&self, _: TaskId) -> Result<String, Error> {
        match self.client.call(Request::ReadComment).await {
            Ok(Response::Comment(body)) => Ok(body),
            Ok(_) => unreachable!("a look at a comment is answered with its body"),
            Err(NoAnswer) => Err(Error::NoAnswer("the pull request")),
        }
    }

    async fn edit(&self, _: TaskId, body: &str) -> Result<(), Error> {
        match self.client.call(Request::EditComment(body.into())).await {
            Ok(_) => Ok(()),
            Err(NoAnswer) => Err(Error::NoAnswer("the pull request")),
        }
    }
}

impl Weather {
    fn judges(&self, bad: Luck, reason: &str) -> Screening {
        if self.luck == bad { Screening::Blocked(reason.into()) } else { Screening::Passed }
    }
}

impl Surroundings for World {
    async fn start_another_session(&self) -> Result<SessionId, Error> {
        self.session(false).await
    }

    fn fresh_event_id(&self) -> EventId {
        event_id(self.client.fresh(), self.now())
    }

    fn log(&self, line: &'static str) {
        self.client.note(|| line.into());
    }
}

impl Sessions for World {
    async fn start(&self, _: TaskId) -> Result<SessionId, Error> {
        self.session(true).await
    }
}
