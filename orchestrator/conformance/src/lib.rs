//! What every store must do, as tests that any store can run: [`suite!`] makes one test of each.
//!
//! `tests/memory.rs` runs them on the memory store, `tests/mistaken.rs` on stores that make one mistake each.
pub mod batches;
pub mod concurrent;
pub mod counters;
mod fixture;
pub mod rows;
pub mod tokens;

pub use fixture::run;

use anechoic_orchestrator::{EventRow, Store, Task, TaskId, TaskRow};
use std::future::Future;

/// A connection to the store under test, with what the tests need to set a scene and to look behind it.
pub trait Subject: Store {
    /// Puts a new task there; if it holds a slot, its user's counter counts it.
    fn insert(&self, task: &Task, row: TaskRow) -> impl Future<Output = ()>;

    /// The events of a task, by id.
    fn events(&self, task: TaskId) -> impl Future<Output = Vec<EventRow>>;
}

/// Makes one test of each thing that a store must do.
///
/// `$connect` is a function that makes a new connection to the tables, always the same tables. Tests use it from several
/// threads, and each test uses tasks and users of its own.
#[macro_export]
macro_rules! suite {
    ($connect:expr) => {
        $crate::suite! { @tests $connect;
            batches::a_refused_batch_changes_nothing
            batches::a_refusal_names_the_first_write_that_failed
            batches::a_refusal_shows_the_task_as_it_stands
            batches::a_task_that_does_not_exist_refuses_whoever_writes_it
            batches::every_part_of_what_is_expected_of_a_task_counts
            batches::an_event_is_appended_once_and_put_again_and_again
            batches::events_are_sorted_by_id_whatever_their_order
            tokens::a_batch_with_a_token_is_applied_once
            tokens::another_token_is_another_batch
            tokens::a_refused_batch_does_not_use_up_its_token
            counters::every_guard_judges_the_counter
            counters::a_version_counts_every_change_and_nothing_else
            counters::slots_are_counted_by_the_rows_of_one_user
            rows::a_row_comes_back_as_it_was_put
            rows::a_change_leaves_alone_what_it_does_not_name
            rows::a_session_begins_with_its_change
            rows::only_news_of_an_agent_at_work_is_a_sign_of_life
            rows::a_read_shows_what_was_answered_before
            concurrent::of_sixteen_writers_exactly_one_wins
            concurrent::sixteen_writers_lose_no_count
            concurrent::sixteen_writers_take_no_more_slots_than_there_are
            concurrent::sixteen_senders_of_one_token_apply_it_once
        }
    };
    (@tests $connect:expr; $($module:ident :: $case:ident)*) => {
        $(#[test]
        fn $case() {
            $crate::run($crate::$module::$case(&$connect));
        })*
    };
}
