//! What a durable step has written, so that in the reference a write that a later attempt makes again counts once.
use crate::{Fingerprinter, Service};
use std::hash::Hash;

/// The writes of one durable step, in a serial run: those of its attempts before, and of the one at work.
pub(crate) struct Written<S: Service> {
    is_kept: bool,
    /// How many names had been drawn when the first attempt began.
    drawn: u32,
    /// Each write that was carried out, and how it was answered.
    all: Vec<(u128, S::Response)>,
    /// The writes of this attempt.
    now: Vec<u128>,
    /// Whether a step was tried again.
    pub(crate) is_retried: bool,
}

impl<S: Service> Default for Written<S> {
    fn default() -> Written<S> {
        Written { is_kept: false, drawn: 0, all: Vec::new(), now: Vec::new(), is_retried: false }
    }
}

impl<S: Service> Written<S> {
    /// From now on writes are kept, and made once.
    pub(crate) fn keep_all(&mut self) {
        self.is_kept = true;
    }

    /// A body begins: that of another step, if this is its first attempt. A later one draws the same names as the first, so
    /// that what it writes under them is the same.
    pub(crate) fn begin(&mut self, attempt: u32, drawn: &mut u32) {
        if !self.is_kept {
            return;
        }
        self.now.clear();
        if attempt == 1 {
            self.all.clear();
            self.drawn = *drawn;
        } else {
            self.is_retried = true;
            *drawn = self.drawn;
        }
    }

    /// The key of a write of this attempt: its operation, its target, and its ordinal among those; none for a read, or
    /// outside of a step.
    pub(crate) fn key(&mut self, service: &S, request: &S::Request) -> Option<u128> {
        let only_reads = || service.footprint(request).only_reads();
        if !self.is_kept || service.is_checkpoint(request) || only_reads() {
            return None;
        }
        let text = format!("{request:?}");
        let operation = text.split(|other: char| !other.is_alphanumeric()).next().unwrap_or_default();
        let write = Fingerprinter::of(&(operation, service.target(request)));
        let ordinal = self.now.iter().filter(|other| **other == write).count();
        self.now.push(write);
        Some(Fingerprinter::of(&(write, ordinal)))
    }

    /// How an earlier attempt's write of this key was answered.
    pub(crate) fn earlier(&self, key: u128) -> Option<S::Response> {
        self.all.iter().find(|(known, _)| *known == key).map(|(_, response)| response.clone())
    }

    pub(crate) fn keep(&mut self, key: u128, response: S::Response) {
        self.all.push((key, response));
    }

    /// Adds it to a state, if there is any of it.
    pub(crate) fn add_to(&self, fingerprinter: &mut Fingerprinter) {
        if !self.all.is_empty() {
            (&self.all, &self.now).hash(fingerprinter);
        }
    }
}
