use super::{Broken, Rule};
use crate::{
    storage::Storage,
    trace::{Case, Judged, Owner, Tally},
};
use anechoic_model::Promise;

pub(super) struct OneSessionPerTask;

impl Rule for OneSessionPerTask {
    const PROMISE: Promise = Promise::OneSessionPerTask;

    fn always(storage: &Storage, broken: &mut Broken<'_>) {
        let sessions = storage.sessions as usize;
        if sessions > 1 {
            broken.report("second session", || started(sessions));
        }
    }

    fn of_trace(case: &Case, _: Option<&Owner>) -> Judged {
        match case.sessions {
            _ if !case.ours.ends => Judged::unknown("it is not known what the sessions of the task are"),
            0 | 1 => Judged::unknown("a session that left no trace may have been started, too"),
            sessions => Judged::violated(started(sessions)),
        }
    }

    fn is_shown_by_a_part(_: &Case) -> bool {
        true
    }

    fn counts(tally: &Tally) -> bool {
        tally.is_broken(Self::PROMISE)
    }
}

fn started(sessions: usize) -> String {
    format!("{sessions} sessions were started for one task")
}
