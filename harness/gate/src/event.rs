//! What a handler is told of.
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_128;

/// An event, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Event {
    pub(crate) text: Arc<str>,
    /// When it comes: milliseconds after the beginning of the run, by the clock of the gate.
    pub(crate) at: u64,
    /// Whether a runtime of ours has made it, with times of the clock of the gate.
    pub(crate) is_of_the_runtime: bool,
}

impl Event {
    pub(crate) fn digest(&self) -> u128 {
        xxh3_128(self.text.as_bytes()) ^ u128::from(self.at)
    }
}
