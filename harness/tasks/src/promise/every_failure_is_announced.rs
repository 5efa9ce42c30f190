use super::{AtRest, Broken, Rule};
use crate::trace::{Call, Case, Judged, Owner};
use anechoic_model::{Answer, Input, Promise};
use std::fmt::Display;

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
        let end = match case.end() {
            Ok(end) => end,
            Err(why) => return Judged::unknown(why),
        };
        if end.is_terminal() {
            return match (case.events.is_empty(), case.unclear_events()) {
                (false, _) if case.ours.events => Judged::holds("the end is announced"),
                (_, Some(why)) => Judged::unknown(why),
                (_, None) if case.shows_events => Judged::violated(untold(end)),
                (_, None) => Judged::unknown("nothing in this input shows the task's events"),
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

fn untold(status: impl Display) -> String {
    format!("the task is {status} and nobody is told")
}

fn dropped(status: impl Display) -> String {
    format!("the failure was accepted, but the task still stands at {status}")
}
