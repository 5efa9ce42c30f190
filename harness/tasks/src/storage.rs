use crate::scene::Word;
use anechoic::{Digest, Fingerprinter, Footprint, Fresh, Service, Text};
use anechoic_orchestrator::{
    EventId, EventKind, EventRow, Status, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Guard, Tables, Token, Write},
};
use jiff::Timestamp;
use std::hash::Hash;
use ulid::Ulid;

/// The real tables, as the service of a run: what a batch does to them is the orchestrator's own code.
#[derive(Clone, Debug, Hash)]
pub struct Storage {
    /// The tables.
    pub tables: Tables,
    /// The task.
    pub task: Task,
    /// The row's earlier versions, oldest first, for reads that are stale.
    older: Vec<TaskRow>,
    /// The change of status that the last request made.
    pub(crate) moved: Option<(Status, Status)>,
    /// Where the task stood in the beginning.
    pub(crate) began: TaskRow,
    /// Another task of the user's, if it acts, too.
    pub neighbour: Option<Task>,
    /// How many slots the user is granted.
    pub cap: i64,
    /// How many sessions were started for the task.
    pub(crate) sessions: u32,
    /// The comment on the pull request, whether the failure is to be told there, and how often it was edited.
    pub(crate) comment: String,
    pub(crate) is_told: bool,
    /// How often it was edited.
    pub edits: u32,
}

/// The column that shows the task's terminal events, and what it shows if there is none.
pub(crate) const EVENTS: &str = "events by id";
pub(crate) const NO_EVENT: &str = "–";

#[derive(Clone, Debug, Hash)]
pub enum Request {
    Commit(Batch),
    Read(TaskId, Consistency),
    Counter(UserId),
    SlotsHeld(UserId),
    StartSession { is_idempotent: bool },
    ReadComment,
    EditComment(String),
}

#[derive(Clone, Debug, Hash)]
pub enum Response {
    Commit(Commit),
    Row(Option<TaskRow>),
    Counter(Counter),
    SlotsHeld(i64),
    Session(u32),
    Comment(String),
    Edited,
}

impl Storage {
    /// The tables, where the user has `others` active tasks besides this one.
    pub(crate) fn new(task: Task, others: i64) -> Storage {
        let mut tables = Tables::default();
        let began = TaskRow::new(task.user.clone(), Status::Submitted);
        tables.insert_task(task.id, began.clone());
        tables.set_active_count(task.user.clone(), others);
        Storage {
            tables,
            task,
            older: Vec::new(),
            moved: None,
            began,
            neighbour: None,
            cap: i64::MAX,
            sessions: 0,
            comment: String::new(),
            is_told: false,
            edits: 0,
        }
    }

    /// The task's events.
    pub fn events(&self) -> impl Iterator<Item = &EventRow> {
        self.tables.events().filter(|event| event.task == self.task.id)
    }

    /// Lets the task begin at a status, with all that belongs to it: its slot, or its event.
    pub(crate) fn stand_at(&mut self, status: Status, at: Timestamp) {
        let mut row = TaskRow::new(self.task.user.clone(), status);
        if status.needs_slot() {
            row = row.holding_a_slot();
            self.hold_a_slot();
        }
        if let Some(kind) = EventKind::of_end(status) {
            let event = EventRow { task: self.task.id, id: EventId::of_end(self.task.id), kind, at };
            self.tables.commit(&Batch::of([Write::AppendEvent(event)]));
        }
        self.put_row(row);
    }

    /// Lets the task begin as one that was admitted.
    pub(crate) fn stand_admitted(&mut self) {
        let row = TaskRow::new(self.task.user.clone(), Status::Submitted).holding_a_slot();
        self.hold_a_slot();
        self.put_row(row);
    }

    fn hold_a_slot(&mut self) {
        let count = self.active() + 1;
        self.tables.set_active_count(self.task.user.clone(), count);
    }

    /// Lets the task begin with this row.
    pub(crate) fn put_row(&mut self, row: TaskRow) {
        self.began = row.clone();
        self.tables.insert_task(self.task.id, row);
    }

    /// The user's active tasks, as the counter has it.
    pub(crate) fn active(&self) -> i64 {
        self.tables.active_count(&self.task.user)
    }

    /// The row of another task that acts, if one does.
    pub(crate) fn another_task(&self) -> Option<&TaskRow> {
        self.neighbour.as_ref().and_then(|neighbour| self.tables.task(neighbour.id))
    }

    /// The slots that the user's other tasks hold.
    pub(crate) fn others(&self, idle: i64) -> i64 {
        idle + i64::from(self.another_task().is_some_and(|row| row.slot))
    }

    /// The task's row.
    pub fn row(&self) -> &TaskRow {
        self.tables.task(self.task.id).expect("a task is never deleted")
    }
}

/// A name drawn in a run, as the random part of a ULID.
pub(crate) fn event_id(fresh: Fresh, at: Timestamp) -> EventId {
    EventId(Ulid::from_parts(at.as_millisecond().unsigned_abs(), mark(fresh)))
}

pub(crate) fn token(fresh: Fresh) -> Token {
    Token(mark(fresh))
}

fn mark(fresh: Fresh) -> u128 {
    u128::from(fresh.owner) << 32 | u128::from(fresh.number)
}

/// The name as it was drawn; none, if it was made from the task.
fn drawn(mark: u128) -> Option<Fresh> {
    const MADE_FROM_THE_TASK: u128 = (1 << 80) - 1;
    (mark != MADE_FROM_THE_TASK).then_some(Fresh { owner: (mark >> 32) as u32, number: mark as u32 })
}

impl Service for Storage {
    type Request = Request;
    type Response = Response;
    type Answer = Word;

    // No step returns an id, and nobody reads the events.
    const NAMES_OUTLIVE_INVOCATIONS: bool = false;

    fn snapshot(&self) -> Option<Storage> {
        Some(self.clone())
    }

    fn apply(&mut self, request: &Request) -> Response {
        self.moved = None;
        match request {
            Request::Commit(batch) => {
                let changes_task = batch.writes.iter().any(|write| matches!(write, Write::Task(_)));
                let before = changes_task.then(|| self.row().clone());
                let commit = self.tables.commit(batch);
                if let Some(before) = before.filter(|before| before.status != self.row().status) {
                    self.moved = Some((before.status, self.row().status));
                    self.older.push(before);
                }
                Response::Commit(commit)
            }
            Request::Read(id, _) => Response::Row(self.tables.task(*id).cloned()),
            Request::Counter(user) => Response::Counter(self.tables.counter(user)),
            Request::SlotsHeld(user) => Response::SlotsHeld(self.tables.slots_held(user)),
            Request::StartSession { is_idempotent } => {
                self.sessions = if *is_idempotent { 1 } else { self.sessions + 1 };
                Response::Session(self.sessions)
            }
            Request::ReadComment => Response::Comment(self.comment.clone()),
            Request::EditComment(body) => {
                self.comment.clone_from(body);
                self.edits += 1;
                Response::Edited
            }
        }
    }

    fn digest(&self, digest: &mut Digest) {
        digest.shared(self.row());
        digest.shared(&self.active());
        if let Some(neighbour) = &self.neighbour {
            // Where another task acts, somebody recounts.
            digest.shared(&(self.tables.task(neighbour.id), self.tables.counter(&self.task.user).version));
        }
        digest.shared(&(self.sessions, self.edits, &self.comment));
        for (version, row) in self.older.iter().enumerate() {
            digest.shared(&(version, row));
        }
        for event in self.events() {
            match drawn(event.id.0.random()) {
                Some(name) => digest.named(name, &event.kind),
                None => digest.shared(event),
            }
        }
        for token in self.tables.tokens() {
            if let Some(name) = drawn(token.0) {
                digest.named_while_in_use(name, &"token");
            }
        }
    }

    fn footprint(&self, request: &Request) -> Footprint {
        match request {
            Request::Read(id, _) => Footprint::nothing().reads(&(0, id.0)),
            Request::Counter(user) => Footprint::nothing().reads(&(2, user)),
            // Whatever changes a slot changes the counter, too.
            Request::SlotsHeld(_) => Footprint::everything(),
            Request::StartSession { .. } => Footprint::nothing().writes(&3),
            Request::ReadComment => Footprint::nothing().reads(&4),
            Request::EditComment(_) => Footprint::nothing().writes(&4),
            Request::Commit(batch) => {
                batch.writes.iter().fold(Footprint::nothing(), |footprint, write| match write {
                    Write::Task(change) => footprint.writes(&(0, change.id.0)),
                    Write::Beat { task, .. } => footprint.writes(&(0, task.0)),
                    Write::PutEvent(event) | Write::AppendEvent(event) => footprint.writes(&(1, event.id.0)),
                    Write::Count { user, .. } => footprint.writes(&(2, user)),
                })
            }
        }
    }

    fn digest_request(&self, request: &Request, into: &mut Fingerprinter) {
        let batch = match request {
            Request::Commit(batch) => batch,
            Request::StartSession { is_idempotent } => return is_idempotent.hash(into),
            Request::EditComment(body) => return body.hash(into),
            // A read is never late.
            Request::Read(..) | Request::Counter(_) | Request::SlotsHeld(_) | Request::ReadComment => return,
        };
        batch.token.and_then(|token| drawn(token.0)).map(|name| name.number).hash(into);
        for write in &batch.writes {
            match write {
                Write::PutEvent(EventRow { id, kind, .. })
                | Write::AppendEvent(EventRow { id, kind, .. }) => {
                    (drawn(id.0.random()).map(|name| name.number), kind).hash(into);
                }
                Write::Task(change) => change.hash(into),
                Write::Beat { task, at } => (task, at).hash(into),
                Write::Count { user, delta, guard } => (user, delta, guard).hash(into),
            }
            std::mem::discriminant(write).hash(into);
        }
    }

    fn older_versions(&self, request: &Request) -> usize {
        match request {
            Request::Read(_, Consistency::Eventual) => self.older.len(),
            _ => 0,
        }
    }

    fn apply_stale(&self, _: &Request, age: usize) -> Response {
        Response::Row(self.older.get(self.older.len() - age).cloned())
    }

    fn reaches(&self, request: &Request) -> Vec<Text> {
        let whom = match request {
            Request::Commit(_) | Request::Read(..) | Request::Counter(_) | Request::SlotsHeld(_) => "tables",
            Request::StartSession { .. } => "sessions",
            Request::ReadComment | Request::EditComment(_) => "pull request",
        };
        vec![whom.into()]
    }

    fn describe(&self, request: &Request) -> String {
        match request {
            Request::Commit(batch) => {
                batch.writes.iter().map(describe_write).collect::<Vec<String>>().join(" + ")
            }
            Request::Read(_, Consistency::Eventual) => "read task".into(),
            Request::Read(_, Consistency::Strong) => "read task (consistent)".into(),
            Request::Counter(_) => "read counter".into(),
            Request::SlotsHeld(_) => "count slots held".into(),
            Request::StartSession { is_idempotent: true } => "start the session".into(),
            Request::StartSession { is_idempotent: false } => "start a session".into(),
            Request::ReadComment => "read comment".into(),
            Request::EditComment(_) => "edit comment".into(),
        }
    }

    fn describe_response(&self, response: &Response) -> String {
        match response {
            Response::Commit(Commit::Applied) => "done".into(),
            Response::Commit(Commit::Refused { task: Some(row), .. }) => format!("refused: {}", row.status),
            Response::Commit(Commit::Refused { task: None, .. }) => "refused".into(),
            Response::Row(Some(row)) => row.status.to_string(),
            Response::Row(None) => "no such task".into(),
            Response::Counter(counter) => counter.count.to_string(),
            Response::SlotsHeld(slots) => slots.to_string(),
            Response::Session(number) => format!("session-{number}"),
            Response::Comment(body) if body.is_empty() => "empty".into(),
            Response::Comment(body) => format!("“{body}”"),
            Response::Edited => "done".into(),
        }
    }

    fn cells(&self) -> Vec<(Text, String)> {
        let events = self.events().map(|event| event.kind.name().trim_start_matches("task_"));
        let events = events.collect::<Vec<&str>>().join(" ");
        vec![
            ("task".into(), self.row().status.to_string()),
            (EVENTS.into(), if events.is_empty() { NO_EVENT.into() } else { events }),
            ("active".into(), self.active().to_string()),
        ]
    }
}

fn describe_write(write: &Write) -> String {
    match write {
        Write::Task(change) => format!("task → {}", change.status),
        Write::Beat { .. } => "sign of life".into(),
        Write::PutEvent(event) => format!("put {}", event.kind.name()),
        Write::AppendEvent(event) => format!("append {}", event.kind.name()),
        Write::Count { delta, guard, .. } => match guard {
            Guard::Always => format!("active {delta:+}"),
            Guard::AboveZero => format!("active {delta:+} if > 0"),
            Guard::Below(cap) => format!("active {delta:+} if < {cap}"),
            Guard::At(_) => format!("active {delta:+} if unchanged"),
        },
    }
}
