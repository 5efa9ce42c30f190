//! A run, as a trace would show it.
use super::{Entry, Table};
use anechoic::{
    Breaches, InProcess, Outcome, Premise, Record, Rest, Room, Scenario, Source, Step, StepKind, Subject,
};
use anechoic_model::{Answer, Input};
use anechoic_orchestrator::{EventRow, Status, TaskId};
use anechoic_task_cases::{Made, Storage, TaskScenario};
use anechoic_traces::Fields;
use jiff::{SignedDuration, Timestamp};
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};
use ulid::Ulid;

/// Looks on while a scenario is run, and remembers what its record does not hold: the keys of the events, and what was
/// asked and answered.
struct Onlooker<'s> {
    scenario: &'s TaskScenario,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    events: Vec<EventRow>,
    /// Where the task stood, and whether it held a slot.
    rows: VecDeque<Row>,
    /// The same of another task of the user's that acts, too: in the beginning, and in the end.
    neighbour: Vec<(TaskId, Row)>,
    calls: Vec<Made>,
    /// How often the comment was edited.
    edits: u32,
    /// How many slots the user is granted, if that is limited.
    cap: Option<i64>,
}

/// Where a task stands, and whether it holds a slot.
type Row = (Status, bool);

impl Seen {
    fn look(&mut self, storage: &Storage) {
        self.cap = Some(storage.cap).filter(|cap| *cap < i64::MAX);
        let row = (storage.row().status, storage.row().slot);
        if self.rows.back() != Some(&row) {
            self.rows.push_back(row);
        }
        for event in storage.events() {
            if self.events.iter().all(|known| known.id != event.id) {
                self.events.push(event.clone());
            }
        }
    }

    fn look_beside(&mut self, storage: &Storage) {
        let neighbour = storage.neighbour.as_ref().map(|neighbour| neighbour.id);
        let row = neighbour.and_then(|id| Some((id, storage.tables.task(id)?)));
        self.neighbour.extend(row.map(|(id, row)| (id, (row.status, row.slot))));
    }
}

impl Onlooker<'_> {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Scenario for Onlooker<'_> {
    type Service = Storage;

    fn promises(&self) -> Vec<anechoic::Promise> {
        self.scenario.promises()
    }

    fn is_timed(&self) -> bool {
        self.scenario.is_timed()
    }

    fn premises(&self) -> &[Premise] {
        self.scenario.premises()
    }

    fn service(&self) -> Storage {
        self.scenario.service()
    }

    fn set_up(&self, room: &mut Room<Storage>, chosen: &[usize]) {
        self.scenario.set_up(room, chosen);
        let mut seen = self.seen();
        seen.look(&room.service_mut());
        seen.look_beside(&room.service_mut());
    }

    fn always(&self, storage: &Storage, breaches: &mut Breaches) {
        self.seen().look(storage);
        self.scenario.always(storage, breaches);
    }

    fn at_rest(&self, rest: &Rest<'_, Storage>, breaches: &mut Breaches) {
        {
            let mut seen = self.seen();
            seen.look_beside(rest.service);
            seen.calls = self.scenario.made(rest);
            seen.edits = rest.service.edits;
        }
        self.scenario.at_rest(rest, breaches);
    }
}

/// What came of a run, its record, and what a trace would show of it.
pub struct Witnessed {
    /// What came of it.
    pub outcome: Outcome,
    /// Its record.
    pub record: Record,
    /// What a trace would show.
    pub entries: Vec<Entry>,
}

/// Makes a run, and tells what a trace would show of it. A run in which no time passes gets a millisecond for each of
/// its steps; where it passes, a microsecond, lest a table not tell what came first.
pub fn witness(subject: &InProcess<TaskScenario>, source: &mut dyn Source, start: Timestamp) -> Witnessed {
    let onlooker = Onlooker { scenario: &subject.scenario, seen: Mutex::default() };
    let watched = InProcess { scenario: onlooker, bound: subject.bound };
    let (outcome, record) = watched.record(source);
    let begins = subject.scenario.service();
    let mut seen = watched.scenario.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut teller = Teller {
        task: begins.task.id.to_string(),
        user: begins.task.user.to_string(),
        entries: Vec::new(),
        latest: None,
        cap: seen.cap,
        actors: vec![None; record.actors.len()],
    };
    let (calls, edits) = (seen.calls.clone(), seen.edits);
    let neighbour = std::mem::take(&mut seen.neighbour);
    teller.begin(&mut seen, start);
    teller.beside(neighbour.first(), start);
    teller.begin_around(&record, &mut seen, start);
    teller.asked(start, &calls);
    let pace =
        if subject.is_timed() { SignedDuration::from_micros(1) } else { SignedDuration::from_millis(1) };
    let at = |step: &Step| {
        start + SignedDuration::try_from(step.at).unwrap_or(SignedDuration::MAX) + pace * step.number as i32
    };
    teller.steps(&record, seen, at);
    let end = record.steps.last().map_or(start, at);
    teller.beside(neighbour.last().filter(|last| neighbour.first() != Some(last)), end);
    teller.answered(end, &calls);
    teller.edited(end, edits);
    Witnessed { outcome, record, entries: teller.entries }
}

/// What a step of the record leaves.
#[derive(Clone, Copy)]
struct Cells<'r> {
    task: &'r str,
    events: &'r str,
    active: &'r str,
}

impl<'r> Cells<'r> {
    fn of(record: &Record, cells: &'r [String]) -> Cells<'r> {
        let cell = |name| {
            let at = record
                .columns
                .iter()
                .position(|column| *column == name)
                .expect("the tables have this column");
            cells[at].as_str()
        };
        Cells { task: cell("task"), events: cell("events by id"), active: cell("active") }
    }

    fn events(&self) -> usize {
        self.events.split_whitespace().filter(|word| *word != "–").count()
    }
}

struct Teller {
    task: String,
    user: String,
    entries: Vec<Entry>,
    /// The task's row as it was told last.
    latest: Option<Fields>,
    /// How many slots the user is granted, if that is limited.
    cap: Option<i64>,
    /// The step and the attempt that each actor is in.
    actors: Vec<Option<(String, String)>>,
}

impl Teller {
    fn about_task(&self, fields: &[(&str, &str)]) -> Fields {
        [("task_id", self.task.as_str())].iter().chain(fields).copied().collect()
    }

    fn tell(&mut self, at: Timestamp, table: Table, fields: Fields, before: Option<Fields>) {
        self.entries.push(Entry { at, table, fields, before });
    }

    fn row(&self, status: &str, slot: bool) -> Fields {
        let slot = slot.to_string();
        self.about_task(&[("user_id", &self.user), ("status", status), ("slot", &slot)])
    }

    fn counter(&self, value: &str) -> Fields {
        let mut fields: Fields =
            [("user_id", self.user.as_str()), ("active_count", value)].into_iter().collect();
        if let Some(cap) = self.cap {
            fields.add("cap", cap.to_string());
        }
        fields
    }

    /// Where the task stands before anything happens.
    fn begin(&mut self, seen: &mut Seen, at: Timestamp) {
        if let Some((status, slot)) = seen.rows.pop_front() {
            let row = self.row(status.name(), slot);
            self.latest = Some(row.clone());
            self.tell(at, Table::Things, row, None);
        }
    }

    /// What else is there before anything happens.
    fn begin_around(&mut self, record: &Record, seen: &mut Seen, at: Timestamp) {
        let cells = Cells::of(record, &record.initial);
        self.tell(at, Table::Owners, self.counter(cells.active), None);
        // Every task's events begin with one of its creation.
        let id = Ulid::from_parts(at.as_millisecond().unsigned_abs(), 0).to_string();
        let created = self.about_task(&[("event_id", &id), ("event_type", "task_created")]);
        self.tell(at, Table::Events, created, None);
        for event in seen.events.drain(..cells.events()) {
            self.tell(at, Table::Events, self.event(&event), None);
        }
        let begun = self.about_task(&[("history", "ExecutionStarted")]);
        self.tell(at, Table::Log, begun, None);
    }

    /// Another task of the user's.
    fn beside(&mut self, neighbour: Option<&(TaskId, Row)>, at: Timestamp) {
        if let Some((id, (status, slot))) = neighbour {
            let (id, slot) = (id.to_string(), slot.to_string());
            let fields = [
                ("task_id", id.as_str()),
                ("user_id", &self.user),
                ("status", status.name()),
                ("slot", &slot),
            ];
            self.tell(at, Table::Things, fields.into_iter().collect(), None);
        }
    }

    fn asked(&mut self, at: Timestamp, calls: &[Made]) {
        for (call, made) in calls.iter().enumerate() {
            let call = call.to_string();
            let mut fields = self.about_task(&[("call", &call)]);
            fields.extend(spell(made.input).into_iter().collect());
            self.tell(at, Table::Log, fields, None);
        }
    }

    fn answered(&mut self, at: Timestamp, calls: &[Made]) {
        for (call, made) in calls.iter().enumerate() {
            let call = call.to_string();
            let answer = match made.answer {
                Some(Answer::Done) => vec![("answer", "done")],
                Some(Answer::Refused(status)) => vec![("answer", "refused"), ("status", status.name())],
                None if made.settled => vec![("answer", "settled")],
                None => continue,
            };
            let mut fields = self.about_task(&[("call", &call)]);
            fields.extend(answer.into_iter().collect());
            self.tell(at, Table::Log, fields, None);
        }
    }

    /// What the history of the pull request's comment tells.
    fn edited(&mut self, at: Timestamp, edits: u32) {
        for edit in 1..=edits {
            let fields = self.about_task(&[("edit_id", &format!("edit-{edit}"))]);
            self.tell(at, Table::Log, fields, None);
        }
    }

    fn event(&self, event: &EventRow) -> Fields {
        let id = event.id.0.to_string();
        self.about_task(&[("event_id", &id), ("event_type", event.kind.name()), ("user_id", &self.user)])
    }

    /// The next versions of the task's row, up to the one that stands there.
    fn moved(&mut self, at: Timestamp, status: &str, rows: &mut VecDeque<Row>) {
        if rows.iter().any(|(stands, _)| stands.name() == status) {
            while let Some((stands, slot)) = rows.pop_front() {
                let row = self.row(stands.name(), slot);
                let before = self.latest.replace(row.clone());
                self.tell(at, Table::Things, row, before);
                if stands.name() == status {
                    break;
                }
            }
        }
    }

    fn steps(&mut self, record: &Record, seen: Seen, at: impl Fn(&Step) -> Timestamp) {
        let (mut events, mut rows) = (seen.events.into_iter(), seen.rows);
        let mut before = Cells::of(record, &record.initial);
        // A choice may be older than the tables.
        for step in record.steps.iter().filter(|step| step.kind != StepKind::Choice) {
            let (at, after) = (at(step), Cells::of(record, &step.cells));
            match step.kind {
                StepKind::Note => self.remark(at, step),
                StepKind::Checkpoint | StepKind::Attempt(_) | StepKind::Timer => self.runtime(at, step),
                StepKind::Operation if step.answer.starts_with("session-") => {
                    let fields = self.about_task(&[("session_id", &step.answer)]);
                    self.tell(at, Table::Log, self.during(step, fields), None);
                }
                StepKind::Operation
                | StepKind::Wait
                | StepKind::End
                | StepKind::Invocation { .. }
                | StepKind::Choice => {}
            }
            if before.task != after.task || before.active != after.active {
                self.moved(at, after.task, &mut rows);
            }
            for event in events.by_ref().take(after.events() - before.events()) {
                self.tell(at, Table::Events, self.during(step, self.event(&event)), None);
            }
            if before.active != after.active {
                let change = (self.counter(after.active), self.counter(before.active));
                self.tell(at, Table::Owners, change.0, Some(change.1));
            }
            before = after;
        }
        // A row that changed nothing else, and that nothing else followed.
        let end = record.steps.last().map(at);
        if let (Some(at), Some((last, _))) = (end, rows.back().copied()) {
            self.moved(at, last.name(), &mut rows);
        }
    }

    /// Adds in which attempt of which step something was done.
    fn during(&self, step: &Step, mut fields: Fields) -> Fields {
        if let Some(Some((name, attempt))) = step.actor.map(|actor| &self.actors[actor]) {
            fields.add("step", name.clone());
            fields.add("attempt", attempt.clone());
        }
        fields
    }

    fn remark(&mut self, at: Timestamp, step: &Step) {
        let fields = self.about_task(&[("text", &step.what)]);
        self.tell(at, Table::Log, self.during(step, fields), None);
    }

    /// What a history tells: that an attempt began, and that it failed.
    fn runtime(&mut self, at: Timestamp, step: &Step) {
        let Some(actor) = step.actor else { return };
        if let Some((name, attempt)) = step.what.split_once(": attempt ") {
            let attempt = attempt.split(',').next().unwrap_or_default().to_string();
            self.actors[actor] = Some((name.into(), attempt));
            self.history(at, step, "StepStarted");
        } else if step.what.starts_with("checkpoint RETRY") || step.what.starts_with("checkpoint FAIL") {
            self.history(at, step, "StepFailed");
        }
    }

    fn history(&mut self, at: Timestamp, step: &Step, kind: &str) {
        let fields = self.about_task(&[("history", kind)]);
        self.tell(at, Table::Log, self.during(step, fields), None);
    }
}

/// The names under which a call is written.
fn spell(input: Input) -> Vec<(&'static str, String)> {
    match input {
        Input::Fail { from } => vec![("ask", "fail".into()), ("from", from.to_string())],
        Input::Move { from, to } => {
            vec![("ask", "move".into()), ("from", from.to_string()), ("status", to.to_string())]
        }
        Input::Cancel => vec![("ask", "cancel".into())],
        Input::Admit => vec![("ask", "admit".into())],
    }
}
