use super::{AtRest, Broken, Rule};
use crate::{
    storage::Storage,
    trace::{Case, Judged, Owner},
};
use anechoic_model::{Promise, Status};

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
        if events > 1 {
            return Judged::violated(duplicate(events));
        }
        if case.without_key > 0 {
            let without = case.without_key;
            return Judged::unknown(format!(
                "{without} terminal events without a durable key, which cannot be counted"
            ));
        }
        if let Some((says, stands)) = false_event(case) {
            return Judged::violated(falsely(says, stands));
        }
        match (events, case.end()) {
            (_, None) => {
                Judged::unknown(format!("{events} terminal events, but nothing shows where the task stands"))
            }
            (0, Some(_)) if !case.shows_events => {
                Judged::unknown("nothing in this input shows the task's events")
            }
            (0, Some(end)) if end.is_terminal() => Judged::violated(lost(end)),
            (0, Some(end)) => Judged::holds(format!("no terminal event: the task stands at {end}")),
            (_, Some(end)) => Judged::holds(format!("1 terminal event: the task is {end}")),
        }
    }

    fn is_shown_by_a_part(case: &Case) -> bool {
        case.events.len() > 1
    }
}

fn duplicate(events: usize) -> String {
    format!("{events} terminal events for one task, expected 1")
}

fn lost(status: Status) -> String {
    format!("0 terminal events, expected 1: the task is {status}")
}

fn falsely(event: Status, status: Status) -> String {
    format!("an event says {event}, but the task is {status}")
}

/// An event that says something else than where the task stands.
fn false_event(case: &Case) -> Option<(Status, Status)> {
    let end = case.end()?;
    let false_event = case.events.iter().find(|event| event.what != end)?;
    Some((false_event.what, end))
}
