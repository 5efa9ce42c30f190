//! Where a task stands, in words that are ours or somebody else's; and by whose rules that is judged.
use anechoic_model::Status;
use anechoic_traces::{Lifecycle, Mapping, Role, Words};
use std::fmt;

/// Where a task stands, as far as its word is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There.
    At(Status),
    /// At a status that is no end, by the mapping; nothing more is known of it.
    Open,
    /// At a word that nothing is known of.
    Unknown,
}

impl Standing {
    /// What this word of a record means; and whether it is a word that nobody has told of.
    pub(super) fn of(word: &str, means: &str, mapping: &Mapping) -> (Standing, bool) {
        let ours = named(means).map(Standing::At);
        match mapping.lifecycle() {
            Some(Lifecycle::Own { terminal }) => match terminal.iter().any(|end| end == word) {
                true => (ours.unwrap_or(Standing::Unknown), false),
                false => (Standing::Open, false),
            },
            Some(Lifecycle::Foreign) => (Standing::Unknown, false),
            Some(Lifecycle::Ours) | None => (ours.unwrap_or(Standing::Unknown), ours.is_none()),
        }
    }

    pub(crate) fn is_terminal(self) -> bool {
        self.status().is_some_and(Status::is_terminal)
    }

    /// The status of the model, if it is one.
    pub(crate) fn status(self) -> Option<Status> {
        match self {
            Standing::At(status) => Some(status),
            Standing::Open | Standing::Unknown => None,
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Standing::At(status) => status.fmt(f),
            Standing::Open => f.pad("a status that is no end"),
            Standing::Unknown => f.pad("an unknown status"),
        }
    }
}

/// The status of this name.
pub(super) fn named(name: &str) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status.name() == name)
}

/// What is judged by our rules. What is somebody else's cannot be told by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ours {
    /// The words for events mean what they do among ours.
    pub(crate) events: bool,
    /// The words for statuses do, as far as they are ends.
    pub(crate) ends: bool,
    /// So do the ways from one to another, and which of them hold a slot that a counter counts.
    pub(crate) ways: bool,
    /// What logs tell of statuses is told of the same ones.
    pub(crate) logs: bool,
    /// Somebody says whose they are, so that what looks as if it was of several is of one.
    pub(crate) is_declared: bool,
    /// More than words that many lifecycles have shows that they are ours, or somebody says so. Without that, what would break a
    /// rule of ours may keep one of theirs.
    pub(crate) is_sure: bool,
}

/// Words for statuses that are not ours, and that nobody has told of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Strange {
    /// Among the rows of tables.
    pub(super) in_rows: bool,
    /// Among what logs tell.
    pub(super) in_logs: bool,
    /// Whether there is also a word that only ours has: an event of ours, or a status that hardly any other lifecycle knows.
    pub(super) has_ours: bool,
}

/// Statuses that hardly any other lifecycle knows.
pub(super) const ONLY_OURS: [Status; 4] =
    [Status::PendingUploads, Status::Hydrating, Status::AwaitingApproval, Status::Finalizing];

impl Ours {
    /// What is said of the lifecycle decides. If nothing is said, it is ours if its names and all of its words are; one
    /// that is looked for under other names is ours only in its ends.
    pub(super) fn of(mapping: &Mapping, strange: Strange) -> Ours {
        let renamed = [Role::Entity, Role::Status].into_iter().any(|role| mapping.renames(role));
        let (ends, ways) = match mapping.lifecycle() {
            Some(Lifecycle::Ours) => (true, true),
            Some(Lifecycle::Own { .. }) => (true, false),
            Some(Lifecycle::Foreign) => (false, false),
            None if renamed => (true, false),
            None => (!strange.in_rows, !strange.in_rows),
        };
        let is_declared = renamed || mapping.lifecycle().is_some();
        let events = ends || mapping.has_words_for_events();
        let is_sure = is_declared || mapping.has_words_for_events() || strange.has_ours;
        Ours { events, ends, ways, logs: is_declared || !strange.in_logs, is_declared, is_sure }
    }
}

/// The words that a mapping may lead to.
pub fn words() -> Words<'static> {
    const STATUSES: [&str; Status::ALL.len()] = names();
    const ENDS: [&str; 4] =
        [Status::Completed.name(), Status::Failed.name(), Status::Cancelled.name(), Status::TimedOut.name()];
    Words { events: &super::facts::EVENTS, statuses: &STATUSES, ends: &ENDS }
}

const fn names() -> [&'static str; Status::ALL.len()] {
    let mut names = [""; Status::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = Status::ALL[at].name();
        at += 1;
    }
    names
}
