use super::{
    case::{Call, Case},
    note::Stood,
    owner::{Owner, Slots, held},
};
use anechoic_model::{Answer, Belief, Input, Promise, State, Status};
use std::borrow::Cow;

/// What a trace tells of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The trace shows that it was kept.
    Holds,
    /// The trace does not show enough.
    CannotTell,
    /// The trace shows that it was broken.
    Violated,
}

impl Verdict {
    /// The name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::CannotTell => "cannot tell",
            Verdict::Violated => "violated",
        }
    }
}

/// A verdict, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub why: Cow<'static, str>,
}

impl Judged {
    fn holds(why: impl Into<Cow<'static, str>>) -> Judged {
        Judged { verdict: Verdict::Holds, why: why.into() }
    }

    fn unknown(why: impl Into<Cow<'static, str>>) -> Judged {
        Judged { verdict: Verdict::CannotTell, why: why.into() }
    }

    fn violated(why: impl Into<Cow<'static, str>>) -> Judged {
        Judged { verdict: Verdict::Violated, why: why.into() }
    }
}

/// The verdict on each promise, in the order of [`Promise::ALL`].
pub type Verdicts = [Judged; Promise::ALL.len()];

/// Judges a task by every promise, in the order of [`Promise::ALL`].
pub(crate) fn judge(case: &Case, owner: Option<&Owner>) -> Verdicts {
    let event = exactly_one_event(case);
    let counter = counter_does_not_drift(owner);
    let announced = every_failure_is_announced(case);
    let at_rest = [&event, &counter, &announced];
    let model = if at_rest.iter().any(|judged| judged.verdict == Verdict::Violated) {
        Judged::unknown("another promise already says what is wrong")
    } else {
        agrees_with_model(case, owner)
    };
    let [is_final, legal] = moves(case);
    let (cap, sessions, edits) = (cap_is_kept(owner), one_session(case), one_edit(case));
    [event, counter, is_final, legal, announced, cap, sessions, edits, healthy_is_not_failed(case), model]
}

fn cap_is_kept(owner: Option<&Owner>) -> Judged {
    let Some(owner) = owner else {
        return Judged::unknown("nothing in this input shows whose task it is");
    };
    match (owner.over_cap, owner.cap) {
        (Some((value, cap)), _) => {
            Judged::violated(format!("the user's tasks hold {value} slots, granted are {cap}"))
        }
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

fn one_session(case: &Case) -> Judged {
    match case.sessions {
        0 | 1 => Judged::unknown("a session that left no trace may have been started, too"),
        sessions => Judged::violated(format!("{sessions} sessions were started for one task")),
    }
}

fn one_edit(case: &Case) -> Judged {
    match case.edits {
        0 => Judged::unknown("nothing in this input shows edits of the pull request's comment (edit_id)"),
        1 => Judged::unknown("an edit that left no trace may have been made, too"),
        edits => Judged::violated(format!("the comment was edited {edits} times for one failure")),
    }
}

fn healthy_is_not_failed(case: &Case) -> Judged {
    match end(case) {
        None => Judged::unknown("nothing shows where the task stands"),
        Some(Status::Failed) => {
            Judged::unknown("the task is FAILED, and no record shows whether anything had failed")
        }
        Some(end) => Judged::holds(format!("the task is {end}")),
    }
}

/// The same for an input that is incomplete. What is there stays there; what is missing may be in the rest, so that
/// nothing holds, and nothing is violated by what is missing.
pub(crate) fn judge_incomplete(case: &Case, owner: Option<&Owner>, why: &str) -> Verdicts {
    let mut judged = judge(case, owner);
    let shown = |promise| match promise {
        Promise::ExactlyOneEvent => case.events.len() > 1,
        Promise::TerminalIsFinal
        | Promise::CapIsKept
        | Promise::OneSessionPerTask
        | Promise::OneEditPerFailure => true,
        _ => false,
    };
    for promise in Promise::ALL {
        let own = &mut judged[promise as usize];
        if own.verdict == Verdict::Holds || own.verdict == Verdict::Violated && !shown(promise) {
            *own = Judged::unknown(format!("the input is incomplete: {why}"));
        }
    }
    judged
}

/// Where the task stands in the end.
pub(crate) fn end(case: &Case) -> Option<Status> {
    case.stands.last().map(|stands| stands.what.status)
}

/// An event that says something else than where the task stands.
fn false_event(case: &Case) -> Option<(Status, Status)> {
    let end = end(case)?;
    let false_event = case.events.iter().find(|event| event.what != end)?;
    Some((false_event.what, end))
}

fn exactly_one_event(case: &Case) -> Judged {
    let events = case.events.len();
    if events > 1 {
        return Judged::violated(format!("{events} terminal events for one task, expected 1"));
    }
    if case.without_key > 0 {
        let without = case.without_key;
        return Judged::unknown(format!(
            "{without} terminal events without a durable key, which cannot be counted"
        ));
    }
    if let Some((says, stands)) = false_event(case) {
        return Judged::violated(format!("an event says {says}, but the task is {stands}"));
    }
    match (events, end(case)) {
        (_, None) => {
            Judged::unknown(format!("{events} terminal events, but nothing shows where the task stands"))
        }
        (0, Some(_)) if !case.shows_events => {
            Judged::unknown("nothing in this input shows the task's events")
        }
        (0, Some(end)) if end.is_terminal() => {
            Judged::violated(format!("0 terminal events, expected 1: the task is {end}"))
        }
        (0, Some(end)) => Judged::holds(format!("no terminal event: the task stands at {end}")),
        (_, Some(end)) => Judged::holds(format!("1 terminal event: the task is {end}")),
    }
}

fn every_failure_is_announced(case: &Case) -> Judged {
    let Some(end) = end(case) else { return Judged::unknown("nothing shows where the task stands") };
    if end.is_terminal() {
        return match (case.events.is_empty(), case.without_key, case.shows_events) {
            (false, ..) => Judged::holds("the end is announced"),
            (true, 1.., _) => Judged::unknown("the end is announced by events without a durable key"),
            (true, 0, true) => Judged::violated(format!("the task is {end} and nobody is told")),
            (true, 0, false) => Judged::unknown("nothing in this input shows the task's events"),
        };
    }
    if case.calls.is_empty() {
        return Judged::unknown("nothing shows whether a failure was accepted");
    }
    let is_failure = |call: &Call| matches!(call.input, Some(Input::Fail { .. }));
    let accepted = |call: &Call| call.settled || is_failure(call) && call.answer == Some(Answer::Done);
    if case.calls.iter().any(accepted) {
        return Judged::violated(format!("the failure was accepted, but the task still stands at {end}"));
    }
    Judged::holds("no failure was accepted")
}

/// Every change of status that is shown: as a row before and after, or as two rows.
fn moves(case: &Case) -> [Judged; 2] {
    let mut seen: Vec<Status> = Vec::new();
    let mut shown = false;
    for stands in &case.stands {
        if let Some(before) = stands.what.before {
            shown = true;
            if seen.last() != Some(&before) {
                seen.push(before);
            }
        }
        seen.push(stands.what.status);
    }
    if !shown && case.stands.len() < 2 {
        let why = "nothing shows where the task stood before";
        return [Judged::unknown(why), Judged::unknown(why)];
    }
    let changes = || seen.windows(2).map(|pair| (pair[0], pair[1])).filter(|(from, to)| from != to);
    let revived = changes().find(|(from, _)| from.is_terminal());
    let jumped = changes().find(|(from, to)| !from.is_terminal() && !from.may_become(*to));
    let told = |broken: Option<(Status, Status)>| match broken {
        Some((from, to)) => Judged::violated(format!("{from} became {to}")),
        None => Judged::holds(match changes().count() {
            1 => Cow::from("1 change of status is shown"),
            changes => format!("{changes} changes of status are shown").into(),
        }),
    };
    // Between two rows that do not follow each other there may have been others.
    let is_sampled = !shown && jumped.is_some_and(|(from, to)| is_reachable(from, to));
    let legal = if is_sampled {
        Judged::unknown("the rows are too far apart to show every change of status")
    } else {
        told(jumped)
    };
    [told(revived), legal]
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

fn counter_does_not_drift(owner: Option<&Owner>) -> Judged {
    let Some(owner) = owner else {
        return Judged::unknown("nothing in this input shows whose task it is");
    };
    let Some((first, last)) = &owner.counter else {
        return Judged::unknown("nothing in this input shows the counter");
    };
    if owner.standless > 0 {
        return Judged::unknown("nothing shows where the task stands");
    }
    let begins = first.what.before.unwrap_or(first.what.value);
    let ends = last.what.value;
    let Slots { least, most, now } = owner.slots;
    let changed = ends - begins;
    if ends < now {
        Judged::violated(format!("the counter says {ends}, but the tasks hold {now} slots"))
    } else if (least..=most).contains(&changed) && least == most {
        Judged::holds(format!("the counter went from {begins} to {ends}, as the slots that are held did"))
    } else if (least..=most).contains(&changed) {
        Judged::unknown("nothing shows how many slots were held when the counter was first seen")
    } else {
        let expected = if changed > most { begins + most } else { begins + least };
        Judged::violated(format!("the counter says {ends}, expected {expected}"))
    }
}

fn agrees_with_model(case: &Case, owner: Option<&Owner>) -> Judged {
    if case.calls.is_empty() {
        return Judged::unknown("nothing shows what was asked of the task");
    }
    let (Some(first), Some(last), true) = (case.stands.first(), case.stands.last(), case.shows_events) else {
        return Judged::unknown("nothing shows the whole state of the task");
    };
    let Some((owner, (begins, ends))) = owner.and_then(|owner| Some((owner, owner.counter.as_ref()?))) else {
        return Judged::unknown("nothing in this input shows the counter");
    };
    let status = first.what.before.unwrap_or(first.what.status);
    let slots = *held(&Stood { status, ..first.what }).start();
    // What has ended was announced before.
    let events = if status.is_terminal() { vec![status] } else { Vec::new() };
    let mut belief = Belief::new(State { status, events, slots });
    let calls = || case.calls.iter().filter_map(|call| Some((call.input?, call.answer)));
    for (input, _) in calls().filter(|(_, answer)| answer.is_none()) {
        belief.make_unheard(input);
    }
    let heard = calls().filter_map(|(input, answer)| Some((input, answer?)));
    let heard: Vec<_> = heard.map(|(input, answer)| (belief.make(input), answer)).collect();
    for (call, answer) in heard {
        belief.hear(call, answer);
    }
    let Some(by_others) = owner.changed_by_others(case) else {
        return Judged::unknown("nothing shows what the user's other tasks did to the counter");
    };
    let changed = ends.what.value - begins.what.before.unwrap_or(begins.what.value) - by_others;
    let state = State {
        status: last.what.status,
        events: case.events.iter().map(|event| event.what).collect(),
        slots: slots + changed,
    };
    if belief.allows(&state) {
        Judged::holds("the calls and their answers explain how the task stands")
    } else {
        let status = state.status;
        Judged::violated(format!(
            "the task is {status}, which no order of the calls explains together with their answers"
        ))
    }
}
