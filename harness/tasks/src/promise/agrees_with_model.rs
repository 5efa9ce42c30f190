use super::{
    AtRest, Broken, Rule, counter_does_not_drift::CounterDoesNotDrift,
    every_failure_is_announced::EveryFailureIsAnnounced, exactly_one_event::ExactlyOneEvent,
};
use crate::trace::{Case, Judged, Owner, Standing, Stood, Tally, Verdict, held};
use anechoic_model::{Belief, Promise, State, Status};

/// Refinement itself. It is reported only where no other promise already says what is wrong.
pub(super) struct AgreesWithModel;

impl Rule for AgreesWithModel {
    const PROMISE: Promise = Promise::AgreesWithModel;

    fn at_rest(ended: &AtRest<'_>, broken: &mut Broken<'_>) {
        if broken.is_first() && !ended.scenario.model_allows(&ended.cast, ended.rest, &ended.state) {
            broken.report("disagrees", || disagrees(ended.state.status));
        }
    }

    fn of_trace(case: &Case, owner: Option<&Owner>) -> Judged {
        let others = [
            ExactlyOneEvent::of_trace(case, owner),
            CounterDoesNotDrift::of_trace(case, owner),
            EveryFailureIsAnnounced::of_trace(case, owner),
        ];
        match others.iter().any(|judged| judged.verdict == Verdict::Violated) {
            true => Judged::unknown("another promise already says what is wrong"),
            false => explained(case, owner),
        }
    }

    fn counts(tally: &Tally) -> bool {
        tally.shows_calls()
    }
}

/// Whether the calls and their answers explain how the task stands.
fn explained(case: &Case, owner: Option<&Owner>) -> Judged {
    if case.calls.is_empty() {
        return Judged::unknown("nothing shows what was asked of the task");
    }
    if !case.ours.ways || case.unclear_events().is_some() {
        return Judged::unknown("the model knows nothing of this lifecycle");
    }
    let (Some(first), true) = (case.stands.first(), case.shows_events) else {
        return Judged::unknown("nothing shows the whole state of the task");
    };
    let Some((owner, (begins, ends))) = owner.and_then(|owner| Some((owner, owner.counter.as_ref()?))) else {
        return Judged::unknown("nothing in this input shows the counter");
    };
    let status = first.what.before.unwrap_or(first.what.status).status();
    let (Some(status), Ok(Standing::At(end))) = (status, case.end()) else {
        return Judged::unknown("nothing shows the whole state of the task");
    };
    let slots = *held(&Stood { status: Standing::At(status), ..first.what }).start();
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
        status: end,
        events: case.events.iter().map(|event| event.what).collect(),
        slots: slots + changed,
    };
    if belief.allows(&state) {
        Judged::holds("the calls and their answers explain how the task stands")
    } else {
        Judged::violated(disagrees(state.status))
    }
}

fn disagrees(status: Status) -> String {
    format!("the task is {status}, which no order of the calls explains together with their answers")
}
