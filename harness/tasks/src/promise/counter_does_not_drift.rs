use super::{AtRest, Broken, FOREIGN_COUNTER, Rule, SEVERAL_COUNTERS};
use crate::trace::{Case, Judged, Owner, Slots};
use anechoic_model::Promise;

pub(super) struct CounterDoesNotDrift;

impl Rule for CounterDoesNotDrift {
    const PROMISE: Promise = Promise::CounterDoesNotDrift;

    fn at_rest(ended: &AtRest<'_>, broken: &mut Broken<'_>) {
        let (state, others) = (&ended.state, ended.others);
        let may_hold = state.status.may_hold_slot() && ended.rest.service.row().slot;
        let held = i64::from(state.status.must_hold_slot() || may_hold);
        if state.slots != held {
            let word = if state.slots > held { "leaked slot" } else { "double release" };
            broken.report(word, || drifted(others + state.slots, others + held));
        }
    }

    fn of_trace(case: &Case, owner: Option<&Owner>) -> Judged {
        let Some(owner) = owner else {
            return Judged::unknown("nothing in this input shows whose task it is");
        };
        let Some((first, last)) = &owner.counter else {
            return Judged::unknown("nothing in this input shows the counter");
        };
        if !case.ours.ways {
            return Judged::unknown(FOREIGN_COUNTER);
        }
        if owner.standless > 0 {
            return Judged::unknown("nothing shows where the task stands");
        }
        if !owner.is_one && !case.ours.is_declared {
            return Judged::unknown(SEVERAL_COUNTERS);
        }
        if !owner.is_ordered {
            return Judged::unknown("no clock tells which reading of the counter is the last");
        }
        let begins = first.what.before.unwrap_or(first.what.value);
        let ends = last.what.value;
        let Slots { least, most, now } = owner.slots;
        let changed = ends - begins;
        if ends < now {
            Judged::violated(format!("the counter says {ends}, but the tasks hold {now} slots"))
        } else if (least..=most).contains(&changed) && !owner.shows_a_change {
            Judged::unknown("the counter is shown once, and nothing shows what changed it")
        } else if (least..=most).contains(&changed) && least == most {
            Judged::holds(format!("the counter went from {begins} to {ends}, as the slots that are held did"))
        } else if (least..=most).contains(&changed) {
            Judged::unknown("nothing shows how many slots were held when the counter was first seen")
        } else {
            let expected = if changed > most { begins + most } else { begins + least };
            Judged::violated(drifted(ends, expected))
        }
    }
}

fn drifted(counted: i64, expected: i64) -> String {
    format!("the counter says {counted}, expected {expected}")
}
