//! What is not known in a trace, by its names: words for events and statuses.
use super::{
    Seen,
    facts::{Fact, Kind, Says, unknown},
    standing::{ONLY_OURS, Standing, Strange},
};
use anechoic_traces::{Line, Mapping, Place, Role};
use std::collections::BTreeMap;

/// A word that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// What it is a word for: `event` or `status`.
    pub role: &'static str,
    /// The word.
    pub word: String,
    /// How many records have it.
    pub records: u64,
    /// Where it was read first.
    pub first: Place,
}

/// All that is not known.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    words: BTreeMap<(Kind, String), (u64, Place)>,
    pub(super) strange: Strange,
    seen: Seen,
}

/// So many words are remembered. What has more of them has no names, but ids.
const REMEMBERED: usize = 40;

impl Strangers {
    /// Takes note of what is not known in a line.
    pub(super) fn look(&mut self, line: &Line, mapping: &Mapping, fact: &Fact<'_>) {
        self.seen.look(line);
        if mapping.get(Role::Entity, &line.fields).is_none() {
            return;
        }
        self.strange.has_ours = self.strange.has_ours || is_ours(line, fact);
        let Some((kind, word)) = unknown(line, mapping, fact) else { return };
        if kind == Kind::Status {
            match line.format.is_log() {
                true => self.strange.in_logs = true,
                false => self.strange.in_rows = true,
            }
        }
        let is_full = self.words.len() >= REMEMBERED;
        match self.words.get_mut(&(kind, word.to_string())) {
            Some((records, _)) => *records += 1,
            None if is_full => {}
            None => {
                self.words.insert((kind, word.into()), (1, line.place.clone()));
            }
        }
    }

    /// All is read: what was not known.
    pub(super) fn told(self) -> (Vec<Stranger>, Seen) {
        let stranger = |((kind, word), (records, first))| {
            let role = match kind {
                Kind::Event => "event",
                Kind::Status => "status",
            };
            Stranger { role, word, records, first }
        };
        (self.words.into_iter().map(stranger).collect(), self.seen)
    }
}

/// Whether a line says what only ours says. Nobody else writes our own format.
fn is_ours(line: &Line, fact: &Fact<'_>) -> bool {
    let is_only_ours =
        |standing: Standing| standing.status().is_some_and(|status| ONLY_OURS.contains(&status));
    line.format.name() == "jsonl"
        || match *fact {
            Fact::Event { says, .. } => says != Says::Unknown,
            Fact::Stands { status, before, .. } => is_only_ours(status) || before.is_some_and(is_only_ours),
            Fact::Asked { .. } | Fact::Answered { .. } | Fact::Settled { .. } => true,
            Fact::Counts { .. } | Fact::Session(_) | Fact::Remark => false,
        }
}
