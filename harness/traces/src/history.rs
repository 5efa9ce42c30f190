//! What the records of a history share, which one of them says: what the execution was begun with, and so whose it is.
use crate::{Fields, Format, Place, Sequence, line::Raw};
use std::sync::Arc;

/// The history at hand. It may come page by page, and the last event first, so that what was not told yet is held back: no
/// service lets a history grow without an end.
#[derive(Default)]
pub(crate) struct History {
    file: Arc<str>,
    /// Which of the file's it is.
    number: u64,
    name: Option<Arc<str>>,
    /// What the execution was begun with, once that was read.
    pub(crate) about: Option<Fields>,
    /// What was read before.
    pub(crate) held: Vec<(Place, Format, Raw)>,
    last: Option<Sequence>,
    /// Whether a document ended since the last event.
    is_interrupted: bool,
    /// Whether its first event came last, so that nothing more belongs to it.
    is_over: bool,
}

impl History {
    /// None yet in this file.
    pub(crate) fn new(file: &str) -> History {
        History { file: file.into(), ..History::default() }
    }

    /// Whose numbers its events have. A history does not say whose it is, and two have nothing to do with each other.
    pub(crate) fn name(&mut self) -> Arc<str> {
        let (file, number) = (&self.file, self.number);
        self.name.get_or_insert_with(|| format!("{file}#{number}").into()).clone()
    }

    /// A document is over. The next one may be the next page.
    pub(crate) fn interrupt(&mut self) {
        self.is_interrupted = true;
    }

    /// Whether an event of this number belongs to another history than the one at hand.
    pub(crate) fn is_left_by(&self, number: Option<Sequence>, begins: bool) -> bool {
        let goes_on =
            number.zip(self.last).is_some_and(|(this, last)| this.follows(last) || last.follows(this));
        self.is_over
            || begins && self.about.is_some()
            || self.is_interrupted && !goes_on && self.last.is_some()
    }

    /// Another one begins.
    pub(crate) fn next(&mut self) {
        *self = History { file: self.file.clone(), number: self.number + 1, ..History::default() };
    }

    /// An event of this number was read, which may say what the history is about. Gives back what was held until then.
    pub(crate) fn read(
        &mut self,
        number: Option<Sequence>,
        about: Option<Fields>,
    ) -> Vec<(Place, Format, Raw)> {
        self.last = number.or(self.last);
        self.is_interrupted = false;
        if about.is_none() {
            return Vec::new();
        }
        self.about = about;
        self.is_over = !self.held.is_empty();
        std::mem::take(&mut self.held)
    }
}
