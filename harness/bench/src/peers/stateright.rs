//! stateright: the scenario written again as a model, since it cannot run the handlers.
use crate::{
    measure::{Goal, Said},
    subject::Variant,
};
use stateright::{Checker, Model, Property};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    failed: bool,
    events: u8,
    counter: i8,
    /// By caller: its next operation, or [`DONE`].
    next: Vec<u8>,
}

const DONE: u8 = 3;

#[derive(Clone)]
struct FailTask {
    variant: Variant,
    callers: usize,
    goal: Goal,
}

impl Model for FailTask {
    type State = State;
    type Action = usize;

    fn init_states(&self) -> Vec<State> {
        vec![State { failed: false, events: 0, counter: 8, next: vec![0; self.callers] }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<usize>) {
        actions.extend((0..self.callers).filter(|caller| state.next[*caller] != DONE));
    }

    fn next_state(&self, before: &State, caller: usize) -> Option<State> {
        let mut state = before.clone();
        let won = !state.failed;
        state.next[caller] = match (self.variant, state.next[caller]) {
            (Variant::Atomic, _) => {
                state.events += u8::from(won);
                state.counter -= i8::from(won);
                DONE
            }
            (Variant::Gated, 0) if !won => DONE,
            (_, 0) => 1,
            (_, 1) => {
                state.events += 1;
                2
            }
            _ => {
                state.counter -= 1;
                DONE
            }
        };
        state.failed = true;
        Some(state)
    }

    fn properties(&self) -> Vec<Property<FailTask>> {
        vec![Property::always("one failure, one effect", |model: &FailTask, state: &State| {
            let busy = state.next.iter().any(|next| *next != DONE);
            model.goal == Goal::Exhaust || busy || (state.events == 1 && state.counter == 7)
        })]
    }
}

pub(crate) fn measure(variant: Variant, callers: usize, goal: Goal) -> Said {
    let checker = FailTask { variant, callers, goal }.checker().spawn_bfs().join();
    Said {
        executions: checker.state_count() as u64,
        states: checker.unique_state_count() as u64,
        exhausted: checker.is_done() && checker.discoveries().is_empty(),
        found: !checker.discoveries().is_empty(),
    }
}
