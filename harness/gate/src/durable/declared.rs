//! What is said of a durable function.
use serde_json::Value;
use std::collections::BTreeMap;

/// What is said of a handler whose executions are durable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durable {
    /// An execution ends after so many seconds, if it has not before.
    pub time_out: Option<u64>,
    /// An event brings as many operations at most; the others are to be asked for.
    pub page: Option<usize>,
    /// Statuses with which the service may refuse a checkpoint.
    pub refuses: Vec<u16>,
    /// How callbacks, and functions that it invokes, may come out: by the names that they, or the contexts that they are of, have,
    /// or by `*`. Others succeed without a value, or fail; a [function](crate::Function) that is not named runs.
    pub callbacks: BTreeMap<String, Vec<Callback>>,
    /// Whether the [history](crate::World::histories) of each is kept, which takes time and decides nothing.
    pub keeps_history: bool,
}

/// How a callback may come out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callback {
    /// With this result, as it is sent, if there is one.
    Succeeds(Option<String>),
    /// With this error, in the fields of the service's API.
    Fails(Value),
}
