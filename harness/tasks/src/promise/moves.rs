//! The changes of status that a trace shows: as a row before and after, or as two rows.
use crate::trace::{Case, Judged, Standing};
use anechoic_model::Status;
use std::{borrow::Cow, fmt::Display};

pub(super) struct Moves {
    /// From where to where, one after the other.
    changes: Vec<(Standing, Standing)>,
    /// Those of them that a row says of itself.
    told: Vec<(Standing, Standing)>,
    /// Whether rows say where they came from.
    pub(super) says_from_where: bool,
    /// Why these need not be all, if so. What a row says of itself is so all the same.
    unclear: Option<&'static str>,
}

impl Moves {
    /// None if nothing shows where the task stood before.
    pub(super) fn of(case: &Case) -> Option<Moves> {
        let (mut changes, mut told) = (Vec::new(), Vec::new());
        let (mut says_from_where, mut all_known) = (false, true);
        let is_known = |standing: &Standing| *standing != Standing::Unknown;
        let mut stood = None;
        for stands in case.stands.iter().map(|stands| stands.what) {
            let begins = stands.before.unwrap_or(stands.status);
            let between = stood.filter(|_| case.is_ordered).map(|stood| (stood, begins));
            says_from_where |= stands.before.is_some();
            all_known &= is_known(&stands.status) && is_known(&begins);
            told.extend(stands.before.map(|before| (before, stands.status)));
            changes.extend(between.into_iter().chain([(begins, stands.status)]));
            stood = Some(stands.status);
        }
        for list in [&mut changes, &mut told] {
            list.retain(|(from, to)| from != to && is_known(from) && is_known(to));
        }
        let unclear = match (case.is_ordered, all_known) {
            (false, _) => Some("no clock tells in which order its rows were"),
            (_, false) => Some("it is not known what the statuses of the task mean"),
            _ => None,
        };
        let is_shown = says_from_where || case.stands.len() >= 2;
        is_shown.then_some(Moves { changes, told, says_from_where, unclear })
    }

    pub(super) fn changes(&self) -> impl Iterator<Item = (Standing, Standing)> {
        self.changes.iter().copied()
    }

    /// Those that a row says of itself: whatever else happened, they did.
    pub(super) fn told(&self) -> impl Iterator<Item = (Standing, Standing)> {
        self.told.iter().copied()
    }

    pub(super) fn judged(&self, broken: Option<(Standing, Standing)>) -> Judged {
        match (broken, self.unclear) {
            (Some((from, to)), _) => Judged::violated(became(from, to)),
            (None, Some(why)) => Judged::unknown(why),
            (None, None) => Judged::holds(match self.changes.len() {
                1 => Cow::from("1 change of status is shown"),
                changes => format!("{changes} changes of status are shown").into(),
            }),
        }
    }
}

pub(super) fn unknown() -> Judged {
    Judged::unknown("nothing shows where the task stood before")
}

pub(super) fn became(from: impl Display, to: impl Display) -> String {
    format!("{from} became {to}")
}

/// Whether the lifecycle has a way from one status to another, or they are the same.
pub(crate) fn is_reachable(from: Status, to: Status) -> bool {
    let mut reached = vec![from];
    let mut at = 0;
    while at < reached.len() {
        for next in reached[at].successors() {
            if !reached.contains(next) {
                reached.push(*next);
            }
        }
        at += 1;
    }
    reached.contains(&to)
}
