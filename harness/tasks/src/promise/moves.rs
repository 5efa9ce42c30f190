//! The changes of status that a trace shows: as a row before and after, or as two rows.
use crate::trace::{Case, Judged};
use anechoic_model::Status;
use std::borrow::Cow;

pub(super) struct Moves {
    /// Where the task stood, one after the other.
    seen: Vec<Status>,
    /// Whether rows say where they came from.
    pub(super) says_from_where: bool,
}

impl Moves {
    /// None if nothing shows where the task stood before.
    pub(super) fn of(case: &Case) -> Option<Moves> {
        let mut moves = Moves { seen: Vec::new(), says_from_where: false };
        for stands in &case.stands {
            if let Some(before) = stands.what.before {
                moves.says_from_where = true;
                if moves.seen.last() != Some(&before) {
                    moves.seen.push(before);
                }
            }
            moves.seen.push(stands.what.status);
        }
        (moves.says_from_where || case.stands.len() >= 2).then_some(moves)
    }

    pub(super) fn changes(&self) -> impl Iterator<Item = (Status, Status)> {
        self.seen.windows(2).map(|pair| (pair[0], pair[1])).filter(|(from, to)| from != to)
    }

    pub(super) fn judged(&self, broken: Option<(Status, Status)>) -> Judged {
        match broken {
            Some((from, to)) => Judged::violated(became(from, to)),
            None => Judged::holds(match self.changes().count() {
                1 => Cow::from("1 change of status is shown"),
                changes => format!("{changes} changes of status are shown").into(),
            }),
        }
    }
}

pub(super) fn unknown() -> Judged {
    Judged::unknown("nothing shows where the task stood before")
}

pub(super) fn became(from: Status, to: Status) -> String {
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
