use super::case::{Call, Case, Cases, Counted, Sighting, Stood};
use anechoic_model::{Answer, Belief, Input, Promise, State, Status};
use jiff::Timestamp;
use std::{borrow::Cow, cmp::Ordering, ops::RangeInclusive};
use ulid::Ulid;

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
pub(crate) fn judge(cases: &Cases, case: &Case) -> Verdicts {
    let event = exactly_one_event(case);
    let counter = counter_does_not_drift(cases, case);
    let announced = every_failure_is_announced(case);
    let at_rest = [&event, &counter, &announced];
    let model = if at_rest.iter().any(|judged| judged.verdict == Verdict::Violated) {
        Judged::unknown("another promise already says what is wrong")
    } else {
        agrees_with_model(cases, case)
    };
    let [is_final, legal] = moves(case);
    let cap = Judged::unknown("nothing in a trace shows how many slots a user is granted");
    let edits = Judged::unknown("nothing in a trace shows the pull request");
    let healthy = Judged::unknown("nothing in a trace shows whether anything failed");
    [event, counter, is_final, legal, announced, cap, one_session(case), edits, healthy, model]
}

fn one_session(case: &Case) -> Judged {
    match case.sessions.len() {
        0 | 1 => Judged::unknown("a session that left no trace may have been started, too"),
        sessions => Judged::violated(format!("{sessions} sessions were started for one task")),
    }
}

/// The same for an input that is incomplete. What is there stays there; what is missing may be in the rest, so that
/// nothing holds, and nothing is violated by what is missing.
pub(crate) fn judge_incomplete(cases: &Cases, case: &Case, why: &str) -> Verdicts {
    let mut judged = judge(cases, case);
    let shown = |promise| match promise {
        Promise::ExactlyOneEvent => case.events.len() > 1,
        Promise::TerminalIsFinal | Promise::OneSessionPerTask => true,
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
    let false_event = case.events.iter().find(|event| event.what.end != end)?;
    Some((false_event.what.end, end))
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

fn is_reachable(from: Status, to: Status) -> bool {
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

/// How many slots a task holds that stands like this.
fn held(stood: &Stood) -> RangeInclusive<i64> {
    match (stood.status.must_hold_slot(), stood.status.may_hold_slot(), stood.slot) {
        (true, ..) | (_, true, Some(true)) => 1..=1,
        (false, true, None) => 0..=1,
        (false, ..) => 0..=0,
    }
}

fn counter_does_not_drift(cases: &Cases, case: &Case) -> Judged {
    let Some(owner) = case.owner else {
        return Judged::unknown("nothing in this input shows whose task it is");
    };
    let counters = &cases.counters[owner];
    let (Some(first), Some(last)) = (counters.first(), counters.last()) else {
        return Judged::unknown("nothing in this input shows the counter");
    };
    let begins = first.what.before.unwrap_or(first.what.value);
    let ends = last.what.value;
    let (mut least, mut most, mut now) = (0, 0, 0);
    for task in cases.owned[owner].iter().map(|task| &cases.cases[*task]) {
        let Some(end) = task.stands.last() else {
            return Judged::unknown("nothing shows where the task stands");
        };
        let (before, after) = (held_at(task, first), held(&end.what));
        least += after.start() - before.end();
        most += after.end() - before.start();
        now += after.start();
    }
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

/// How many slots a task held when its owner's counter was first seen.
fn held_at(task: &Case, counted: &Sighting<Counted>) -> RangeInclusive<i64> {
    let compare = |stands: &&Sighting<Stood>| stands.compare(counted);
    let before = task.stands.iter().rev().find(|stands| compare(stands) == Some(Ordering::Less));
    let unclear = task.stands.iter().filter(|stands| compare(stands).is_none());
    if let Some(known) = before.or_else(|| unclear.clone().next()) {
        return unclear.fold(held(&known.what), |all, stands| {
            let other = held(&stands.what);
            *all.start().min(other.start())..=*all.end().max(other.end())
        });
    }
    // It was changed later, and says from where.
    let first = task.stands.first().map(|first| first.what);
    if let Some(before) = first.and_then(|first| first.before) {
        return held(&Stood { status: before, before: None, slot: None });
    }
    let is_younger = || {
        let born = Ulid::from_string(&task.task).ok()?.timestamp_ms();
        Some(counted.time()? < Timestamp::from_millisecond(born.try_into().ok()?).ok()?)
    };
    if is_younger() == Some(true) { 0..=0 } else { 0..=1 }
}

/// By how much the slots of the owner's other tasks changed; nothing, if that is not shown.
fn changed_by_others(cases: &Cases, case: &Case, counted: &Sighting<Counted>) -> Option<i64> {
    let owned = cases.owned.get(case.owner?)?.iter().map(|task| &cases.cases[*task]);
    let mut changed = 0;
    for task in owned.filter(|task| task.task != case.task) {
        let (before, after) = (held_at(task, counted), held(&task.stands.last()?.what));
        if before.start() != before.end() || after.start() != after.end() {
            return None;
        }
        changed += after.start() - before.start();
    }
    Some(changed)
}

fn agrees_with_model(cases: &Cases, case: &Case) -> Judged {
    if case.calls.is_empty() {
        return Judged::unknown("nothing shows what was asked of the task");
    }
    let counters = case.owner.map(|owner| &cases.counters[owner]);
    let (Some(first), Some(last), true) = (case.stands.first(), case.stands.last(), case.shows_events) else {
        return Judged::unknown("nothing shows the whole state of the task");
    };
    let Some((begins, ends)) = counters.and_then(|counters| Some((counters.first()?, counters.last()?)))
    else {
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
    let Some(by_others) = changed_by_others(cases, case, begins) else {
        return Judged::unknown("nothing shows what the user's other tasks did to the counter");
    };
    let changed = ends.what.value - begins.what.before.unwrap_or(begins.what.value) - by_others;
    let state = State {
        status: last.what.status,
        events: case.events.iter().map(|event| event.what.end).collect(),
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
