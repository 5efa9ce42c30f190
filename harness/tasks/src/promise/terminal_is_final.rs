use super::{
    Broken, Rule,
    moves::{Moves, became, unknown},
};
use crate::{
    storage::Storage,
    trace::{Case, Judged, Owner},
    view,
};
use anechoic_model::Promise;

pub(super) struct TerminalIsFinal;

impl Rule for TerminalIsFinal {
    const PROMISE: Promise = Promise::TerminalIsFinal;

    fn always(storage: &Storage, broken: &mut Broken<'_>) {
        let moved = storage.moved.map(|(from, to)| (view::status(from), view::status(to)));
        if let Some((from, to)) = moved.filter(|(from, _)| from.is_terminal()) {
            broken.report("revived", || became(from, to));
        }
    }

    fn of_trace(case: &Case, _: Option<&Owner>) -> Judged {
        let Some(moves) = Moves::of(case) else { return unknown() };
        moves.judged(moves.changes().find(|(from, _)| from.is_terminal()))
    }

    fn is_shown_by_a_part(_: &Case) -> bool {
        true
    }
}
