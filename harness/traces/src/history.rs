//! What the records of a history share, which one of them says: what the execution was begun with, and so whose it is.
use crate::{Fields, Format, Place, Sequence, line::Raw};
use std::{cmp::Ordering, sync::Arc};

/// The history at hand. It may come page by page, and the last event first, so that what was not told yet is held back: no
/// service lets a history grow without an end.
#[derive(Clone, Debug, Default)]
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
    /// The events of the document at hand that are of it.
    page: Option<(Format, Numbers)>,
    /// Which of the pages that were read is the first of its own.
    pub(crate) first_page: usize,
    /// Whether the last of them says that more follows.
    pub(crate) is_unfinished: bool,
}

/// The numbers of events that follow one another, forwards or backwards.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    first: Sequence,
    last: Sequence,
    /// The first two that do not follow one another.
    pub(crate) gap: Option<(Sequence, Sequence)>,
}

impl Numbers {
    fn add(&mut self, number: Sequence) {
        let goes_on = match self.first.cmp(&self.last) {
            Ordering::Less => number.follows(self.last),
            Ordering::Equal => number.follows(self.last) || self.last.follows(number),
            Ordering::Greater => self.last.follows(number),
        };
        if !goes_on {
            self.gap.get_or_insert((self.last, number));
        }
        self.last = number;
    }

    pub(crate) fn least(&self) -> Sequence {
        self.first.min(self.last)
    }

    pub(crate) fn most(&self) -> Sequence {
        self.first.max(self.last)
    }

    /// Whether the last event comes first.
    pub(crate) fn goes_back(&self) -> bool {
        self.first > self.last
    }
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

    /// Another file begins, with which a history may go on that is known to, and to be about something.
    pub(crate) fn onwards(self, file: &Arc<str>) -> History {
        let History { name, about, last, file: old, number, .. } = self;
        if about.is_none() {
            return History::new(file);
        }
        let name = name.or_else(|| Some(format!("{old}#{number}").into()));
        History { name, about, last, is_interrupted: true, is_unfinished: true, ..History::new(file) }
    }

    /// A document is over. The next one may be the next page.
    pub(crate) fn interrupt(&mut self) {
        self.is_interrupted = true;
    }

    /// An event of the document at hand has this number.
    pub(crate) fn count(&mut self, format: Format, number: Sequence) {
        match &mut self.page {
            Some((_, numbers)) => numbers.add(number),
            None => self.page = Some((format, Numbers { first: number, last: number, gap: None })),
        }
    }

    /// The events of a document that is over.
    pub(crate) fn take_page(&mut self) -> Option<(Format, Numbers)> {
        self.page.take()
    }

    /// Whether an event of this number belongs to another history than the one at hand.
    pub(crate) fn is_left_by(&self, number: Option<Sequence>, begins: bool) -> bool {
        let goes_on =
            number.zip(self.last).is_some_and(|(this, last)| this.follows(last) || last.follows(this));
        self.is_over
            || begins && self.about.is_some()
            || self.is_interrupted && !goes_on && self.last.is_some()
    }

    /// Another one begins, behind so many pages.
    pub(crate) fn next(&mut self, first_page: usize) {
        let (file, number) = (self.file.clone(), self.number + 1);
        *self = History { file, number, first_page, ..History::default() };
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
