use crate::{Fault, Text};
use std::time::Duration;

/// The evidence of a run: all that happened, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Who took part, by name.
    pub actors: Vec<String>,
    /// What the shared state consists of, by name.
    pub columns: Vec<Text>,
    /// What it held in each column before the first step.
    pub initial: Vec<String>,
    /// What happened.
    pub steps: Vec<Step>,
    /// The labels of the choices that made the run; where there was no choice, none.
    pub choices: Vec<String>,
    /// Whether the run could not go on: something panicked, or it was taken for endless.
    pub is_broken_off: bool,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// When, in virtual time since the start.
    pub at: Duration,
    /// Which move of the run it belongs to, counted from 1; 0 before the first.
    pub number: u32,
    /// Who did it, by position in [`Record::actors`]; nobody if it is a premise of the whole run.
    pub actor: Option<usize>,
    /// What kind of thing it is.
    pub kind: StepKind,
    /// What was done.
    pub what: String,
    /// Whom it went to, by name: the stores and services that a request [reaches](crate::Service::reaches). Of anything else,
    /// nobody.
    pub reaches: Vec<Text>,
    /// What was answered; empty if nothing was.
    pub answer: String,
    /// What went wrong with it.
    pub fault: Option<Fault>,
    /// What the shared state held afterwards, by column.
    pub cells: Vec<String>,
    /// Whose effects it met: the earlier steps, by position in [`Record::steps`], that were the last to change what it
    /// read or wrote.
    pub met: Vec<usize>,
}

impl StepKind {
    /// Whether it is the runtime's doing, and not the handler's.
    pub fn is_runtime(self) -> bool {
        match self {
            StepKind::Checkpoint | StepKind::Attempt(_) | StepKind::Timer | StepKind::Invocation { .. } => {
                true
            }
            StepKind::Operation | StepKind::Wait | StepKind::End | StepKind::Note | StepKind::Choice => false,
        }
    }
}

/// The kinds of [`Step`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// A request to the service.
    Operation,
    /// A checkpoint for the durable runtime.
    Checkpoint,
    /// The body of a durable step runs, in this attempt, from 1.
    Attempt(u32),
    /// The time has passed that an invocation waited for.
    Timer,
    /// Something that was asked for cannot be carried out yet.
    Wait,
    /// The service learns that an invocation has ended.
    End,
    /// The runtime invokes a handler: again, or a second time beside the first.
    Invocation {
        /// Whether it is beside one that may still be at work.
        beside: bool,
    },
    /// Something a handler remarked.
    Note,
    /// A choice that is no move: a premise, which is nobody's; a draw; how long a request takes.
    Choice,
}
