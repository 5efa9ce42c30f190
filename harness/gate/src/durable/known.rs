//! What is known of durable executions: each is asked the same in many runs.
use super::{Execution, delivery::Heard};
use crate::{
    ask::{Answer, Ask},
    memo::Memo,
};
use std::sync::Arc;

/// What it is afterwards, and what it answers.
type Done = (Arc<Execution>, Arc<Answer>);

#[derive(Default)]
pub(crate) struct Known {
    /// What an execution does that is asked something, in one of several ways.
    pub(super) asked: Memo<(u128, u128, u32), Done>,
    /// How a process is told what the service says, by how many tokens it was told before.
    pub(super) heard: Memo<(u128, usize), Arc<Heard>>,
    /// How the service takes what a process sends that was told these tokens.
    pub(super) sent: Memo<(u128, usize, u128), Arc<Ask>>,
}
