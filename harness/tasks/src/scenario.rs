use crate::{
    Given,
    promise::{self, AtRest},
    scene::{Beside, Cast, Entrance, Lot, Scene, Word},
    storage::Storage,
    variant::Variant,
    view,
    world::Weather,
};
use anechoic::{
    Bound, Breaches, End, InProcess, Premise, Rest, Room, Runtime, Scenario, Seen, Semantics, Situation,
    Start, Text,
};
use anechoic_model::{Answer, Belief, Input, State};
use anechoic_orchestrator::{Ended, Status, Task, TaskId, TaskRow, UserId, is_silent};
use std::{collections::BTreeMap, sync::Mutex};
use ulid::Ulid;

/// The task that was observed: its ULID carries 2026-05-04T19:59:56.427Z.
const TASK: Ulid = match Ulid::from_string("01KQT96W0B8J48HDWGF4YA9V7D") {
    Ok(id) => id,
    Err(_) => panic!("a ULID"),
};

/// The slots of the user's other tasks: enough for a counter that is clamped at zero to show every decrement.
pub(crate) const OTHERS: i64 = 7;

/// One scene with one version of the handlers.
pub struct TaskScenario {
    scene: &'static Scene,
    enter: Entrance,
    cast: Cast,
    client_attempts: Vec<u32>,
    premises: Vec<Premise>,
    begins: Storage,
    /// Whether there may be as many faults as a step has attempts.
    steps_may_be_exhausted: bool,
    /// Whether time passes, as where a trace is told second by second.
    is_timed: bool,
    /// What the model allows at rest, by where the task began, the calls made and the answers given.
    allowed: Mutex<BTreeMap<(State, Calls), Belief>>,
}

/// A call of a run, as it ended.
#[derive(Clone, Debug)]
pub struct Made {
    /// What was asked.
    pub input: Input,
    /// What was answered, if that was told.
    pub answer: Option<Answer>,
    /// Whether whoever made it considers the matter settled.
    pub settled: bool,
}

/// The calls made of a task, and for each what it was answered, if that was heard.
type Calls = Vec<(Input, Option<Answer>)>;

impl TaskScenario {
    /// The scene with this version of the handlers, in a situation.
    ///
    /// # Errors
    /// What is given that has no meaning.
    pub fn open(
        scene: &'static Scene,
        variant: &'static Variant,
        at: &Situation,
    ) -> Result<InProcess<TaskScenario>, String> {
        let given = Given::read(&at.given)?;
        let task = Task { id: TaskId(TASK), user: UserId::new("user-1") };
        let mut begins = Storage::new(task.clone(), OTHERS);
        let runtime = Runtime {
            policy: given.step_policy(at),
            semantics: Semantics::AtLeastOncePerRetry,
            start: Start::FireAndForget,
        };
        let client_attempts = given.client_attempts(at.faults);
        let attempts = client_attempts.iter().map(u32::to_string).collect();
        let mut premises = vec![Premise { what: "attempts of the store's client".into(), ways: attempts }];
        if scene.lots.len() > 1 {
            let lots = scene.lots.iter().map(|lot| lot.name.to_string()).collect();
            premises.push(Premise { what: "the task".into(), ways: lots });
        }
        let lot = &scene.lots[0];
        let (start, lead) = (given.start, given.lead.unwrap_or_default());
        let weather = Weather { luck: lot.luck, client_attempts: 1, start, lead };
        let callers = if scene.has_callers { at.callers } else { 1 };
        let attempts = match scene.has_callers {
            true => at.retries.saturating_add(1),
            false => runtime.policy.attempts.unwrap_or(u32::MAX),
        };
        let steps_may_be_exhausted = at.faults >= attempts;
        let cast = Cast { lot, task, callers, weather, runtime };
        if scene.lots.len() == 1 {
            (scene.prepare)(&cast, &mut begins);
        }
        let allowed = Mutex::default();
        let scenario = TaskScenario {
            scene,
            enter: variant.entrance(scene),
            cast,
            client_attempts,
            premises,
            begins,
            steps_may_be_exhausted,
            is_timed: given.lead.is_some(),
            allowed,
        };
        let bound = at.bound();
        let bound = Bound { kinds: scene.kinds(bound.kinds), ..bound };
        Ok(InProcess { scenario, bound })
    }

    /// The actors of a run for which this was chosen.
    fn cast(&self, chosen: &[usize]) -> Cast {
        let lot = &self.scene.lots[chosen.get(1).copied().unwrap_or(0)];
        let client_attempts = self.client_attempts[chosen[0]];
        let weather = Weather { client_attempts, luck: lot.luck, ..self.cast.weather };
        Cast { weather, lot, ..self.cast.clone() }
    }

    /// The run's calls, in the model's words, and what each was answered.
    fn calls(&self, cast: &Cast, rest: &Rest<'_, Storage>) -> Calls {
        let mut calls = Calls::new();
        for (class, end) in &rest.ends {
            let asks = cast.beside(*class).map_or_else(|| (self.scene.asks)(cast.lot), Beside::asks);
            calls.extend(asks.inputs.iter().map(|input| (*input, None)));
            if let Some((_, answer)) = calls.last_mut().filter(|_| asks.is_told) {
                *answer = answered(end);
            }
        }
        calls.sort_unstable();
        calls
    }

    /// The run's calls, as a trace would tell of them.
    pub fn made(&self, rest: &Rest<'_, Storage>) -> Vec<Made> {
        let cast = self.cast(rest.chosen);
        let mut all = Vec::new();
        for (class, end) in &rest.ends {
            let asks = cast.beside(*class).map_or_else(|| (self.scene.asks)(cast.lot), Beside::asks);
            let made = asks.inputs.iter().map(|input| Made { input: *input, answer: None, settled: false });
            let mut made: Vec<Made> = made.collect();
            if let Some(last) = made.last_mut() {
                last.answer = answered(end).filter(|_| asks.is_told);
                last.settled = self.is_over(&cast, *class, end);
            }
            all.extend(made);
        }
        all
    }

    /// Whether the model allows a run to end so, for the calls made in it and the answers given.
    pub(crate) fn model_allows(&self, cast: &Cast, rest: &Rest<'_, Storage>, state: &State) -> bool {
        let (calls, storage) = (self.calls(cast, rest), rest.service);
        let mut allowed = self.allowed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let start = view::beginning(&storage.began);
        let belief = allowed.entry((start, calls)).or_insert_with_key(|(start, calls)| believe(start, calls));
        belief.allows(state)
    }

    /// Whether somebody considers the failure dealt with.
    pub(crate) fn is_accepted(&self, cast: &Cast, rest: &Rest<'_, Storage>) -> bool {
        rest.ends.iter().any(|(class, end)| self.is_over(cast, *class, end))
    }

    /// Whether this actor considers the failure dealt with: it was told so, or its runtime has given up.
    fn is_over(&self, cast: &Cast, class: usize, end: &End<Word>) -> bool {
        cast.beside(class).is_none()
            && (self.scene.settles)(cast.lot)
            && match end {
                End::Answered(word) => word.is_none_or(|word| word == Ended::AsAsked),
                End::GaveUp => !self.scene.has_callers,
                End::Died | End::Superseded => false,
            }
    }

    /// Whether a task may have been failed the way it was: something failed in this run, or a step may have been tried in
    /// vain as often as its policy allows.
    pub(crate) fn may_fail(&self, storage: &Storage, lot: &Lot) -> bool {
        let row = storage.row();
        let silent = || {
            let was = TaskRow { status: Status::Running, ..row.clone() };
            is_silent(&was, self.cast.weather.start)
        };
        self.steps_may_be_exhausted || if row.heartbeat_at.is_some() { silent() } else { lot.fails }
    }
}

fn answered(end: &End<Word>) -> Option<Answer> {
    match end {
        End::Answered(word) => word.map(view::answer),
        End::GaveUp | End::Died | End::Superseded => None,
    }
}

/// What may be true after these calls, all of them made before any was answered.
fn believe(start: &State, calls: &Calls) -> Belief {
    let mut belief = Belief::new(start.clone());
    // Calls without an answer first: they only add states, so the order among them does not matter.
    for (input, _) in calls.iter().filter(|(_, answer)| answer.is_none()) {
        belief.make_unheard(*input);
    }
    let heard: Vec<_> = calls
        .iter()
        .filter_map(|(input, answer)| answer.map(|answer| (belief.make(*input), answer)))
        .collect();
    for (call, answer) in heard {
        belief.hear(call, answer);
    }
    belief
}

impl Scenario for TaskScenario {
    type Service = Storage;

    fn is_timed(&self) -> bool {
        self.is_timed
    }

    fn promises(&self) -> Vec<anechoic::Promise> {
        view::promises()
    }

    fn sometimes(&self) -> Vec<Text> {
        self.scene.ends.iter().map(|end| end.name().into()).collect()
    }

    fn premises(&self) -> &[Premise] {
        &self.premises
    }

    fn service(&self) -> Storage {
        self.begins.clone()
    }

    fn set_up(&self, room: &mut Room<Storage>, chosen: &[usize]) {
        let cast = self.cast(chosen);
        if self.scene.lots.len() > 1 {
            (self.scene.prepare)(&cast, &mut room.service_mut());
        }
        (self.enter)(&cast, room);
    }

    fn always(&self, storage: &Storage, breaches: &mut Breaches) {
        promise::always(storage, breaches);
    }

    /// All that the outside can see; the events without their ids and times.
    fn observe(&self, storage: &Storage, seen: &mut Seen) {
        let mut events: Vec<&str> = storage.events().map(|event| event.kind.name()).collect();
        events.sort_unstable();
        seen.cell("task", storage.row().status);
        seen.cell("events", events);
        seen.cell("active", storage.active());
        seen.cell("sessions", storage.sessions);
        seen.cell("comment", &storage.comment);
        seen.cell("edits", storage.edits);
        if let Some(other) = storage.another_task() {
            seen.cell("another task", other.status);
        }
    }

    fn refuses(&self, word: &Word) -> bool {
        word.is_some_and(|ended| ended != Ended::AsAsked)
    }

    fn at_rest(&self, rest: &Rest<'_, Storage>, breaches: &mut Breaches) {
        let others = rest.service.others(OTHERS);
        let state = view::state(rest.service, others);
        if let Some(end) = self.scene.ends.iter().position(|end| *end == state.status) {
            breaches.happens(end);
        }
        let ended = AtRest { scenario: self, cast: self.cast(rest.chosen), rest, state, others };
        promise::at_rest(&ended, breaches);
    }
}
