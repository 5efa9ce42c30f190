use super::{Broken, FOREIGN_COUNTER, Rule, SEVERAL_COUNTERS};
use crate::{
    storage::Storage,
    trace::{Case, Judged, Owner, Tally},
};
use anechoic_model::Promise;

pub(super) struct CapIsKept;

impl Rule for CapIsKept {
    const PROMISE: Promise = Promise::CapIsKept;

    fn always(storage: &Storage, broken: &mut Broken<'_>) {
        let (count, cap) = (storage.tables.active_count(&storage.task.user), storage.cap);
        if count > cap {
            broken.report("over the cap", || over(count, cap));
        }
    }

    fn of_trace(case: &Case, owner: Option<&Owner>) -> Judged {
        let Some(owner) = owner else {
            return Judged::unknown("nothing in this input shows whose task it is");
        };
        if !owner.counts_slots {
            return Judged::unknown(FOREIGN_COUNTER);
        }
        if !owner.is_one && !case.ours.is_declared {
            return Judged::unknown(SEVERAL_COUNTERS);
        }
        match (owner.over_cap, owner.cap) {
            (Some((value, cap)), _) => Judged::violated(over(value, cap)),
            (None, None) => {
                Judged::unknown("no record of the user's counter says how many slots are granted (cap)")
            }
            (None, Some(cap)) if owner.shows_every_change => {
                Judged::holds(format!("every change of the counter is shown, and it was never above {cap}"))
            }
            (None, Some(_)) => Judged::unknown(
                "between two readings the counter may have been higher; a stream of its changes would show it",
            ),
        }
    }

    fn is_shown_by_a_part(_: &Case) -> bool {
        true
    }

    fn counts(tally: &Tally) -> bool {
        tally.is_broken(Self::PROMISE)
    }
}

fn over(count: i64, cap: i64) -> String {
    format!("the user's tasks hold {count} slots, granted are {cap}")
}
