use super::{AtRest, Broken, Rule};
use crate::{
    storage::Storage,
    trace::{Case, Judged, Owner, Standing},
};
use anechoic::show::words::plural;
use anechoic_model::{Promise, Status};
use std::fmt::Display;

pub(super) struct ExactlyOneEvent;

impl Rule for ExactlyOneEvent {
    const PROMISE: Promise = Promise::ExactlyOneEvent;

    fn always(storage: &Storage, broken: &mut Broken<'_>) {
        let events = storage.events().count();
        if events > 1 {
            broken.report("duplicate", || duplicate(events));
        }
    }

    fn at_rest(ended: &AtRest<'_>, broken: &mut Broken<'_>) {
        let state = &ended.state;
        let (events, status) = (state.events.len(), state.status);
        if events > 1 {
            broken.report("duplicate", || duplicate(events));
        }
        if status.is_terminal() && events == 0 {
            broken.report("lost event", || lost(status));
        }
        for event in state.events.iter().filter(|event| **event != status) {
            broken.report("false event", || falsely(*event, status));
        }
    }

    fn of_trace(case: &Case, _: Option<&Owner>) -> Judged {
        let events = case.events.len();
        if events > 1 && case.ours.events {
            return match case.begins_again {
                false => Judged::violated(duplicate(events)),
                true => Judged::unknown(format!(
                    "{events} terminal events, and an event of a name that is not known says that the task began again"
                )),
            };
        }
        if let Some(why) = case.unclear_events() {
            return Judged::unknown(why);
        }
        let end = match case.end() {
            Ok(end) => end,
            Err(why) => {
                return Judged::unknown(format!("{}, but {why}", plural(events as u64, "terminal event")));
            }
        };
        if let Some(event) = case.events.iter().find(|event| Standing::At(event.what) != end) {
            return Judged::violated(falsely(event.what, end));
        }
        match events {
            0 if !case.shows_events => Judged::unknown("nothing in this input shows the task's events"),
            0 if end.is_terminal() => Judged::violated(lost(end)),
            0 => Judged::holds(format!("no terminal event: the task stands at {end}")),
            _ => Judged::holds(format!("1 terminal event: the task is {end}")),
        }
    }

    fn is_shown_by_a_part(case: &Case) -> bool {
        case.events.len() > 1
    }
}

fn duplicate(events: usize) -> String {
    format!("{events} terminal events for one task, expected 1")
}

fn lost(status: impl Display) -> String {
    format!("0 terminal events, expected 1: the task is {status}")
}

fn falsely(event: Status, status: impl Display) -> String {
    format!("an event says {event}, but the task is {status}")
}
