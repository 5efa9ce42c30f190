use super::{Batch, Commit, Counter, TaskWrite, Token, Write};
use crate::{EventId, EventRow, TaskId, TaskRow, UserId};

/// The three tables as plain data, and what a batch does to them.
///
/// Kept in sorted vectors: there are few rows in them, and they are made and dropped millions of times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tables {
    tasks: Vec<(TaskId, TaskRow)>,
    events: Vec<((TaskId, EventId), EventRow)>,
    active: Vec<(UserId, Counter)>,
    tokens: Vec<(Token, ())>,
}

impl Tables {
    /// Puts a task's row there, whatever was there before.
    pub fn insert_task(&mut self, id: TaskId, row: TaskRow) {
        put(&mut self.tasks, id, row);
    }

    /// Sets a user's counter of active tasks.
    pub fn set_active_count(&mut self, user: UserId, count: i64) {
        let version = self.counter(&user).version + 1;
        put(&mut self.active, user, Counter { count, version });
    }

    /// A task's row.
    pub fn task(&self, id: TaskId) -> Option<&TaskRow> {
        get(&self.tasks, &id)
    }

    /// All rows of the events table, by task and event id.
    pub fn events(&self) -> impl Iterator<Item = &EventRow> {
        self.events.iter().map(|(_, row)| row)
    }

    /// A user's counter of active tasks; a user without one has none.
    pub fn active_count(&self, user: &UserId) -> i64 {
        self.counter(user).count
    }

    /// A user's counter of active tasks, with its version.
    pub fn counter(&self, user: &UserId) -> Counter {
        get(&self.active, user).copied().unwrap_or_default()
    }

    /// How many slots a user's tasks hold, by the tasks' rows.
    pub fn slots_held(&self, user: &UserId) -> i64 {
        self.tasks.iter().filter(|(_, row)| row.slot && row.user == *user).count() as i64
    }

    /// The marks of the batches that were applied.
    pub fn tokens(&self) -> impl Iterator<Item = Token> {
        self.tokens.iter().map(|(token, ())| *token)
    }

    /// Applies the batch whole, or not at all.
    pub fn commit(&mut self, batch: &Batch) -> Commit {
        if batch.token.is_some_and(|token| get(&self.tokens, &token).is_some()) {
            return Commit::Applied;
        }
        if let Some(write) = batch.writes.iter().position(|write| !self.allows(write)) {
            let task = batch.writes[write].task().and_then(|task| self.task(task).cloned());
            return Commit::Refused { write, task };
        }
        for write in &batch.writes {
            self.apply(write);
        }
        if let Some(token) = batch.token {
            put(&mut self.tokens, token, ());
        }
        Commit::Applied
    }

    fn allows(&self, write: &Write) -> bool {
        match write {
            Write::Task(change) => self.task(change.id).is_some_and(|row| change.expect.matches(row)),
            Write::PutEvent(_) => true,
            Write::AppendEvent(event) => get(&self.events, &(event.task, event.id)).is_none(),
            Write::Beat { task, at } => self.task(*task).is_some_and(|row| row.hears(*at)),
            Write::Count { user, guard, .. } => guard.allows(self.counter(user)),
        }
    }

    fn apply(&mut self, write: &Write) {
        match write {
            Write::Task(change) => {
                if let Some(row) = get_mut(&mut self.tasks, &change.id) {
                    change.apply(row);
                }
            }
            Write::PutEvent(event) | Write::AppendEvent(event) => {
                put(&mut self.events, (event.task, event.id), event.clone());
            }
            Write::Beat { task, at } => {
                if let Some(row) = get_mut(&mut self.tasks, task) {
                    row.heartbeat_at = Some(*at);
                }
            }
            Write::Count { user, delta, .. } => {
                let count = self.active_count(user) + delta;
                self.set_active_count(user.clone(), count);
            }
        }
    }
}

impl TaskWrite {
    /// What it makes of the task's row, once its condition holds.
    pub fn apply(&self, row: &mut TaskRow) {
        row.status = self.status;
        row.updated_at = self.at;
        if let Some(slot) = self.slot {
            row.slot = slot;
        }
        if let Some(message) = &self.error_message {
            row.error_message = Some(message.clone());
        }
        if let Some(session) = &self.session {
            row.session = Some(session.clone());
            row.started_at = Some(self.at);
        }
    }
}

fn get<'t, K: Ord, V>(table: &'t [(K, V)], key: &K) -> Option<&'t V> {
    table.binary_search_by(|(at, _)| at.cmp(key)).ok().map(|index| &table[index].1)
}

fn get_mut<'t, K: Ord, V>(table: &'t mut [(K, V)], key: &K) -> Option<&'t mut V> {
    table.binary_search_by(|(at, _)| at.cmp(key)).ok().map(|index| &mut table[index].1)
}

fn put<K: Ord, V>(table: &mut Vec<(K, V)>, key: K, value: V) {
    match table.binary_search_by(|(at, _)| at.cmp(&key)) {
        Ok(index) => table[index].1 = value,
        Err(index) => table.insert(index, (key, value)),
    }
}
