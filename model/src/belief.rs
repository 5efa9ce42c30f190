use crate::{Answer, Input, State, step};
use alloc::{collections::BTreeSet, vec::Vec};

/// A call in the belief, by the order in which it was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call(usize);

/// What may be true of a task, given the calls that were made and the answers that came.
///
/// A call takes effect at one instant between being made and being answered, or, when its answer never came,
/// at any later time, or never. So silence leaves more possible and speech leaves less. It is
/// linearizability with unknown outcomes, for one small object.
///
/// ```
/// use anechoic_model::{Answer, Belief, Input, State, Status};
///
/// let mut belief = Belief::new(State::new(Status::Hydrating));
/// let lost = belief.make(Input::Fail { from: Status::Hydrating });
/// assert_eq!(belief.states().len(), 2, "it happened, or it did not");
///
/// let retried = belief.make(Input::Fail { from: Status::Hydrating });
/// belief.hear(retried, Answer::Done);
/// assert_eq!(belief.states().len(), 1, "now it has, and once");
/// # let _ = lost;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Belief {
    /// The calls, and whether an answer may yet be heard.
    calls: Vec<(Input, bool)>,
    worlds: BTreeSet<World>,
}

/// One way in which it may have gone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct World {
    state: State,
    /// For each call: what it was answered when it took effect, or nothing if it has not yet.
    answers: Vec<Option<Answer>>,
}

impl Belief {
    /// Certainty: the task is in this state and nothing was asked yet.
    pub fn new(state: State) -> Belief {
        Belief { calls: Vec::new(), worlds: BTreeSet::from([World { state, answers: Vec::new() }]) }
    }

    /// A call is made. From now on it may take effect.
    pub fn make(&mut self, input: Input) -> Call {
        self.add(input, true)
    }

    /// A call is made whose answer nobody will hear. It stays possible for ever.
    pub fn make_unheard(&mut self, input: Input) {
        self.add(input, false);
    }

    fn add(&mut self, input: Input, heard: bool) -> Call {
        self.calls.push((input, heard));
        let waiting = core::mem::take(&mut self.worlds).into_iter().map(|mut world| {
            world.answers.push(None);
            world
        });
        let mut todo: Vec<World> = waiting.collect();
        while let Some(world) = todo.pop() {
            if !self.worlds.contains(&world) {
                todo.extend(world.successors(&self.calls));
                self.worlds.insert(world);
            }
        }
        Call(self.calls.len() - 1)
    }

    /// The call was answered: it has taken effect, with this answer. A call that is never answered needs no
    /// word; it stays possible.
    pub fn hear(&mut self, call: Call, answer: Answer) {
        self.worlds.retain(|world| world.answers[call.0] == Some(answer));
    }

    /// The states in which the task may be. Empty if no order of the calls explains the answers.
    pub fn states(&self) -> BTreeSet<&State> {
        self.worlds.iter().map(|world| &world.state).collect()
    }

    /// Whether the task may be in this state.
    pub fn allows(&self, state: &State) -> bool {
        self.worlds.iter().any(|world| world.state == *state)
    }
}

impl World {
    /// The same, with one more of the waiting calls taking effect.
    fn successors<'a>(&'a self, calls: &'a [(Input, bool)]) -> impl Iterator<Item = World> + 'a {
        let waiting = (0..calls.len()).filter(|&call| self.answers[call].is_none());
        waiting.filter_map(|call| {
            let (input, heard) = calls[call];
            let (state, answer) = step(&self.state, input);
            if !heard && state == self.state {
                return None;
            }
            let mut next = World { state, answers: self.answers.clone() };
            // What nobody hears tells no worlds apart.
            next.answers[call] = Some(if heard { answer } else { Answer::Done });
            Some(next)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Status;

    const FAIL: Input = Input::Fail { from: Status::Hydrating };

    #[test]
    fn two_calls_at_once_may_take_effect_in_either_order() {
        let mut belief = Belief::new(State::new(Status::Hydrating));
        let (fail, cancel) = (belief.make(FAIL), belief.make(Input::Cancel));
        let ends: Vec<Status> = belief.states().iter().map(|state| state.status).collect();
        assert_eq!(ends, [Status::Hydrating, Status::Failed, Status::Cancelled]);
        belief.hear(fail, Answer::Refused(Status::Cancelled));
        assert_eq!(belief.states().len(), 1);
        belief.hear(cancel, Answer::Done);
        assert!(belief.allows(&step(&State::new(Status::Hydrating), Input::Cancel).0));
    }

    #[test]
    fn a_call_made_after_an_answer_cannot_have_taken_effect_before_it() {
        let mut belief = Belief::new(State::new(Status::Hydrating));
        let first = belief.make(FAIL);
        belief.hear(first, Answer::Done);
        let late = belief.make(Input::Cancel);
        belief.hear(late, Answer::Done);
        assert_eq!(belief.states().len(), 0, "nothing explains a cancel of a failed task");
    }

    #[test]
    fn a_lost_call_may_still_arrive_after_a_later_one() {
        let mut belief = Belief::new(State::new(Status::Hydrating));
        let _lost = belief.make(Input::Cancel);
        let fail = belief.make(FAIL);
        belief.hear(fail, Answer::Done);
        assert_eq!(belief.states().len(), 1, "failed before the lost cancel came, which then did nothing");
    }

    #[test]
    fn a_call_that_nobody_hears_stays_possible_and_need_not_have_happened() {
        let running = State::new(Status::Running);
        let mut belief = Belief::new(running.clone());
        belief.make_unheard(Input::Cancel);
        let cancelled = step(&running, Input::Cancel).0;
        assert!(belief.allows(&running) && belief.allows(&cancelled));
        assert!(!belief.allows(&State::new(Status::Completed)), "nobody asked for that");
    }
}
