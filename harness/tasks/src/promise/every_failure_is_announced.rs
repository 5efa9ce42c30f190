use super::{AtRest, Broken, Rule};
use crate::trace::{Call, Case, Judged, Owner};
use anechoic_model::{Answer, Input, Promise, Status};

pub(super) struct EveryFailureIsAnnounced;

impl Rule for EveryFailureIsAnnounced {
    const PROMISE: Promise = Promise::EveryFailureIsAnnounced;

    fn at_rest(ended: &AtRest<'_>, broken: &mut Broken<'_>) {
        let status = ended.state.status;
        if status.is_terminal() && ended.state.events.is_empty() {
            broken.report("lost event", || untold(status));
        }
        if !status.is_terminal() && ended.scenario.is_accepted(&ended.cast, ended.rest) {
            broken.report("dropped failure", || dropped(status));
        }
    }

    fn of_trace(case: &Case, _: Option<&Owner>) -> Judged {
        let Some(end) = case.end() else { return Judged::unknown("nothing shows where the task stands") };
        if end.is_terminal() {
            return match (case.events.is_empty(), case.without_key, case.shows_events) {
                (false, ..) => Judged::holds("the end is announced"),
                (true, 1.., _) => Judged::unknown("the end is announced by events without a durable key"),
                (true, 0, true) => Judged::violated(untold(end)),
                (true, 0, false) => Judged::unknown("nothing in this input shows the task's events"),
            };
        }
        if case.calls.is_empty() {
            return Judged::unknown("nothing shows whether a failure was accepted");
        }
        let is_failure = |call: &Call| matches!(call.input, Some(Input::Fail { .. }));
        let accepted = |call: &Call| call.settled || is_failure(call) && call.answer == Some(Answer::Done);
        if case.calls.iter().any(accepted) {
            return Judged::violated(dropped(end));
        }
        Judged::holds("no failure was accepted")
    }
}

fn untold(status: Status) -> String {
    format!("the task is {status} and nobody is told")
}

fn dropped(status: Status) -> String {
    format!("the failure was accepted, but the task still stands at {status}")
}
