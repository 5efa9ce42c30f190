//! A store that makes a mistake does not pass: for each mistake, the test that finds it.
use anechoic_conformance::{Subject, batches, concurrent, counters, rows, run, tokens};
use anechoic_orchestrator::{
    EventRow, MemoryStore, Store, Task, TaskId, TaskRow, UserId,
    store::{Batch, Commit, Consistency, Counter, Guard, Token, Unavailable, Write},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Mutex,
    thread,
    time::Duration,
};

#[derive(Clone, Copy, Debug)]
enum Mistake {
    None,
    ForgetsTokens,
    RemembersRefusedTokens,
    TearsBatches,
    NamesTheLastWrite,
    ShowsNoTask,
    IgnoresGuards,
    CountsByReadingAndWriting,
    ReadsAnOldRow,
    CountsEverybodysSlots,
}

/// The memory store, with a mistake.
struct Mistaken<'t> {
    tables: &'t MemoryStore,
    mistake: Mistake,
    refused: &'t Mutex<Vec<Token>>,
    first: &'t Mutex<Vec<(TaskId, TaskRow)>>,
}

impl Store for Mistaken<'_> {
    async fn commit(&self, mut batch: Batch) -> Result<Commit, Unavailable> {
        let token = batch.token;
        match self.mistake {
            Mistake::ForgetsTokens => batch.token = None,
            Mistake::RemembersRefusedTokens => {
                let refused = self.refused.lock().expect("whole");
                if token.is_some_and(|token| refused.contains(&token)) {
                    return Ok(Commit::Applied);
                }
            }
            Mistake::TearsBatches => {
                for (position, write) in batch.writes.into_iter().enumerate() {
                    if let Commit::Refused { task, .. } = self.tables.commit(Batch::of([write])).await? {
                        return Ok(Commit::Refused { write: position, task });
                    }
                }
                return Ok(Commit::Applied);
            }
            Mistake::IgnoresGuards => {
                for write in &mut batch.writes {
                    if let Write::Count { guard, .. } = write {
                        *guard = Guard::Always;
                    }
                }
            }
            Mistake::CountsByReadingAndWriting => {
                for write in &mut batch.writes {
                    if let Write::Count { user, delta, .. } = write {
                        let seen = self.tables.active_count(user);
                        thread::sleep(Duration::from_millis(1));
                        *delta += seen - self.tables.active_count(user);
                    }
                }
            }
            _ => {}
        }
        let last = batch.writes.len() - 1;
        let mut commit = self.tables.commit(batch).await?;
        if let Commit::Refused { write, task } = &mut commit {
            match self.mistake {
                Mistake::RemembersRefusedTokens => self.refused.lock().expect("whole").extend(token),
                Mistake::NamesTheLastWrite => *write = last,
                Mistake::ShowsNoTask => *task = None,
                _ => {}
            }
        }
        Ok(commit)
    }

    async fn task(&self, id: TaskId, consistency: Consistency) -> Result<Option<TaskRow>, Unavailable> {
        if let Mistake::ReadsAnOldRow = self.mistake {
            let first = self.first.lock().expect("whole");
            return Ok(first.iter().find(|(task, _)| *task == id).map(|(_, row)| row.clone()));
        }
        self.tables.task(id, consistency).await
    }

    async fn counter(&self, user: &UserId) -> Result<Counter, Unavailable> {
        self.tables.counter(user).await
    }

    async fn slots_held(&self, user: &UserId) -> Result<i64, Unavailable> {
        let others = i64::from(matches!(self.mistake, Mistake::CountsEverybodysSlots));
        Ok(self.tables.slots_held(user).await? + others)
    }
}

impl Subject for Mistaken<'_> {
    async fn insert(&self, task: &Task, row: TaskRow) {
        self.first.lock().expect("whole").push((task.id, row.clone()));
        self.tables.insert(task, row);
    }

    async fn events(&self, task: TaskId) -> Vec<EventRow> {
        self.tables.events(task)
    }
}

/// Whether the test that follows passes on a store that makes this mistake.
macro_rules! passes {
    ($mistake:expr, $test:path) => {{
        let (tables, refused, first) = (MemoryStore::new(), Mutex::default(), Mutex::default());
        let connect = || Mistaken { tables: &tables, mistake: $mistake, refused: &refused, first: &first };
        catch_unwind(AssertUnwindSafe(|| run($test(&connect)))).is_ok()
    }};
}

macro_rules! finds {
    ($($mistake:ident: $test:path;)*) => {
        $(
            assert!(passes!(Mistake::None, $test), "{} fails a store that is right", stringify!($test));
            assert!(!passes!(Mistake::$mistake, $test), "{:?} passes", Mistake::$mistake);
        )*
    };
}

#[test]
fn each_mistake_is_found_by_its_test_and_a_store_without_passes() {
    finds! {
        ForgetsTokens: tokens::a_batch_with_a_token_is_applied_once;
        ForgetsTokens: concurrent::sixteen_senders_of_one_token_apply_it_once;
        RemembersRefusedTokens: tokens::a_refused_batch_does_not_use_up_its_token;
        TearsBatches: batches::a_refused_batch_changes_nothing;
        NamesTheLastWrite: batches::a_refusal_names_the_first_write_that_failed;
        ShowsNoTask: batches::a_refusal_shows_the_task_as_it_stands;
        ShowsNoTask: concurrent::of_sixteen_writers_exactly_one_wins;
        IgnoresGuards: counters::every_guard_judges_the_counter;
        IgnoresGuards: concurrent::sixteen_writers_take_no_more_slots_than_there_are;
        CountsByReadingAndWriting: concurrent::sixteen_writers_lose_no_count;
        ReadsAnOldRow: rows::a_read_shows_what_was_answered_before;
        ReadsAnOldRow: rows::a_change_leaves_alone_what_it_does_not_name;
        CountsEverybodysSlots: counters::slots_are_counted_by_the_rows_of_one_user;
    }
}
