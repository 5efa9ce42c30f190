use super::{
    Broken, Rule, is_reachable,
    moves::{Moves, became, unknown},
};
use crate::{
    storage::Storage,
    trace::{Case, Judged, Owner, Standing},
    view,
};
use anechoic_model::{Promise, Status};

pub(super) struct TransitionsAreLegal;

impl Rule for TransitionsAreLegal {
    const PROMISE: Promise = Promise::TransitionsAreLegal;

    fn always(storage: &Storage, broken: &mut Broken<'_>) {
        let moved = storage.moved.map(|(from, to)| (view::status(from), view::status(to)));
        if let Some((from, to)) = moved.filter(|(from, to)| is_illegal(*from, *to)) {
            broken.report("illegal move", || became(from, to));
        }
    }

    fn of_trace(case: &Case, _: Option<&Owner>) -> Judged {
        let Some(moves) = Moves::of(case) else { return unknown() };
        if !case.ours.ways {
            return Judged::unknown("nothing says which changes of status are legal here ([lifecycle] ours)");
        }
        let known = |(from, to): (Standing, Standing)| from.status().zip(to.status());
        let jumped = moves.changes().filter_map(known).find(|(from, to)| is_illegal(*from, *to));
        // Between two rows that do not follow each other there may have been others.
        match jumped {
            Some((from, to)) if !moves.says_from_where && is_reachable(from, to) => {
                Judged::unknown("the rows are too far apart to show every change of status")
            }
            jumped => moves.judged(jumped.map(|(from, to)| (Standing::At(from), Standing::At(to)))),
        }
    }

    fn is_shown_by_a_part(case: &Case) -> bool {
        let known = |(from, to): (Standing, Standing)| from.status().zip(to.status());
        let Some(moves) = Moves::of(case) else { return false };
        let mut told = moves.told().filter_map(known);
        let mut all = moves.changes().filter_map(known);
        told.any(|(from, to)| is_illegal(from, to)) || all.any(|(from, to)| !is_reachable(from, to))
    }
}

/// What begins at an end is told of by another promise.
fn is_illegal(from: Status, to: Status) -> bool {
    !from.is_terminal() && !from.may_become(to)
}
