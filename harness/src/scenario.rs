use crate::{
    Settings,
    scene::{Cast, Scene},
    storage::Storage,
    variant::Variant,
    view,
    world::Weather,
};
use anechoic::{Bound, Breaches, End, InProcess, Premise, Rest, Room, Runtime, Scenario, Semantics, Start};
use anechoic_model::{Answer, Belief, Input, Promise, State};
use anechoic_orchestrator::{Ended, Task, TaskId, TaskRow, UserId};
use std::{collections::BTreeMap, sync::Mutex};
use ulid::Ulid;

/// The task that was observed: its ULID carries 2026-05-04T19:59:56.427Z.
const TASK: Ulid = match Ulid::from_string("01KQT96W0B8J48HDWGF4YA9V7D") {
    Ok(id) => id,
    Err(_) => panic!("a ULID"),
};

/// The slots of the user's other tasks: enough for a counter that is clamped at zero to show every decrement.
pub(crate) const OTHERS: i64 = 7;

/// The client attempts that a run chooses from if none are prescribed: none beyond the first, and the default of
/// the AWS SDKs.
const CLIENT_ATTEMPTS: [u32; 2] = [1, 3];

/// One scene with one version of the handlers.
pub struct TaskScenario {
    variant: &'static Variant,
    cast: Cast,
    client_attempts: Vec<u32>,
    premises: Vec<Premise>,
    begins: Storage,
    /// What the model allows at rest, by the calls made and the answers given.
    allowed: Mutex<BTreeMap<Calls, Belief>>,
}

type Calls = Vec<(Input, Option<Answer>)>;

impl TaskScenario {
    /// The scene, within the bound that the settings describe.
    pub fn new(scene: &Scene, variant: &'static Variant, settings: &Settings) -> InProcess<TaskScenario> {
        let task = Task { id: TaskId(TASK), user: UserId::new("user-1") };
        let row = TaskRow::new(task.user.clone(), scene.begins).holding_a_slot();
        let begins = Storage::new(task.clone(), row, OTHERS + 1);
        let runtime = Runtime {
            policy: settings.policy.policy.clone().at_most(settings.retries.saturating_add(1)),
            semantics: Semantics::AtLeastOncePerRetry,
            start: Start::FireAndForget,
        };
        // Without faults every request is answered, and a client has nothing to try again.
        let client_attempts = match settings.client_attempts {
            Some(attempts) => vec![attempts],
            None if settings.faults == 0 => vec![1],
            None => CLIENT_ATTEMPTS.to_vec(),
        };
        let ways = client_attempts.iter().map(u32::to_string).collect();
        let premises = vec![Premise { what: "attempts of the store's client", ways }];
        let weather = Weather { client_attempts: 1, start: settings.start, lead: settings.lead };
        let cast = Cast { site: scene.site, task, callers: settings.callers, weather, runtime };
        let allowed = Mutex::default();
        let scenario = TaskScenario { variant, cast, client_attempts, premises, begins, allowed };
        let Settings { faults, kinds, retries, timed, .. } = *settings;
        InProcess { scenario, bound: Bound { faults, kinds, retries, timed } }
    }

    /// The run's calls, in the model's words, and what each was answered.
    fn calls(&self, rest: &Rest<'_, Storage>) -> Calls {
        let mut calls = Calls::new();
        for (class, end) in &rest.ends {
            calls.extend(self.cast.inputs(*class).iter().map(|input| (*input, None)));
            if let Some((_, answer)) = calls.last_mut() {
                *answer = answered(end);
            }
        }
        calls.sort_unstable();
        calls
    }

    fn model_allows(&self, calls: Calls, state: &State) -> bool {
        let mut allowed = self.allowed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let start = || view::state(&self.begins, OTHERS);
        allowed.entry(calls).or_insert_with_key(|calls| believe(start(), calls)).allows(state)
    }
}

fn answered(end: &End<Ended>) -> Option<Answer> {
    match end {
        End::Answered(ended) => Some(view::answer(*ended)),
        End::GaveUp | End::Died | End::Superseded => None,
    }
}

/// What may be true after these calls, all of them made before any was answered.
fn believe(start: State, calls: &Calls) -> Belief {
    let mut belief = Belief::new(start);
    let made: Vec<_> = calls.iter().map(|(input, _)| belief.make(*input)).collect();
    for (call, (_, answer)) in made.into_iter().zip(calls) {
        if let Some(answer) = answer {
            belief.hear(call, *answer);
        }
    }
    belief
}

impl Scenario for TaskScenario {
    type Service = Storage;

    fn promises(&self) -> Vec<&'static str> {
        Promise::ALL.map(Promise::name).to_vec()
    }

    fn sometimes(&self) -> Vec<&'static str> {
        self.cast.ends().iter().map(|end| end.name()).collect()
    }

    fn premises(&self) -> &[Premise] {
        &self.premises
    }

    fn service(&self) -> Storage {
        self.begins.clone()
    }

    fn set_up(&self, room: &mut Room<Storage>, chosen: &[usize]) {
        let client_attempts = self.client_attempts[chosen[0]];
        let weather = Weather { client_attempts, ..self.cast.weather };
        (self.variant.enter)(&Cast { weather, ..self.cast.clone() }, room);
    }

    fn always(&self, storage: &Storage, breaches: &mut Breaches) {
        if let Some((from, to)) = storage.moved {
            let (from, to) = (view::status(from), view::status(to));
            if from.is_terminal() {
                report(breaches, Promise::TerminalIsFinal, "revived", || format!("{from} became {to}"));
            } else if !from.may_become(to) {
                report(breaches, Promise::TransitionsAreLegal, "illegal move", || {
                    format!("{from} became {to}")
                });
            }
        }
        check_duplicates(storage.tables.events().count(), breaches);
    }

    fn at_rest(&self, rest: &Rest<'_, Storage>, breaches: &mut Breaches) {
        let state = view::state(rest.service, OTHERS);
        let status = state.status;
        if let Some(end) = self.cast.ends().iter().position(|end| *end == status) {
            breaches.happens(end);
        }
        check_event(&state, breaches);
        let held = i64::from(status.must_hold_slot() || (status.may_hold_slot() && rest.service.row().slot));
        if state.slots != held {
            let word = if state.slots > held { "leaked slot" } else { "double release" };
            let counted = OTHERS + state.slots;
            report(breaches, Promise::CounterDoesNotDrift, word, || {
                format!("the counter says {counted}, expected {}", OTHERS + held)
            });
        }
        if !status.is_terminal() && rest.ends.iter().any(|(class, end)| self.is_over(*class, end)) {
            report(breaches, Promise::EveryFailureIsAnnounced, "dropped failure", || {
                format!("the failure was accepted, but the task still stands at {status}")
            });
        }
        if breaches.is_clean() && !self.model_allows(self.calls(rest), &state) {
            report(breaches, Promise::AgreesWithModel, "disagrees", || {
                format!(
                    "the task is {status}, which no order of the calls explains together with their answers"
                )
            });
        }
    }
}

impl TaskScenario {
    /// Whether this actor considers the failure dealt with: it was told so, or its runtime has given up.
    fn is_over(&self, class: usize, end: &End<Ended>) -> bool {
        self.cast.fails(class)
            && (*end == End::Answered(Ended::AsAsked) || (self.cast.is_durable() && *end == End::GaveUp))
    }
}

fn report(breaches: &mut Breaches, promise: Promise, word: &'static str, detail: impl FnOnce() -> String) {
    breaches.report(promise as usize, word, detail);
}

/// At any time: no second terminal event.
fn check_duplicates(events: usize, breaches: &mut Breaches) {
    if events > 1 {
        report(breaches, Promise::ExactlyOneEvent, "duplicate", || {
            format!("{events} terminal events for one task, expected 1")
        });
    }
}

/// At rest: one terminal event for an ended task, the right one, and none for any other.
fn check_event(state: &State, breaches: &mut Breaches) {
    let status = state.status;
    check_duplicates(state.events.len(), breaches);
    if status.is_terminal() && state.events.is_empty() {
        report(breaches, Promise::ExactlyOneEvent, "lost event", || {
            format!("0 terminal events, expected 1: the task is {status}")
        });
        report(breaches, Promise::EveryFailureIsAnnounced, "lost event", || {
            format!("the task is {status} and nobody is told")
        });
    }
    for event in state.events.iter().filter(|event| **event != status) {
        report(breaches, Promise::ExactlyOneEvent, "false event", || {
            format!("an event says {event}, but the task is {status}")
        });
    }
}
