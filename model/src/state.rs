use crate::Status;
use alloc::vec::Vec;

/// Everything that the specification knows of a task.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    /// Where it stands.
    pub status: Status,
    /// The terminal events that were emitted, oldest first. Right is: none before the end, then one, of the
    /// status in which the task ended.
    pub events: Vec<Status>,
    /// Concurrency slots that the user's counter still counts for this task. Right is 0 or 1.
    pub slots: i64,
}

/// What may be asked of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Input {
    /// Give it a concurrency slot.
    Admit,
    /// Move it on, provided it stands at `from`.
    Move {
        /// Where the caller thinks it stands.
        from: Status,
        /// Where it should go.
        to: Status,
    },
    /// Report its failure, seen while it stood at `from`. Asking twice is asking once.
    Fail {
        /// Where the caller thinks it stands.
        from: Status,
    },
    /// End it on its user's behalf, wherever it stands. Asking twice is asking once.
    Cancel,
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It is so now; whether by this call or by one like it is all the same.
    Done,
    /// It is not, and this call changed nothing.
    Refused(Status),
}

impl State {
    /// A task at `status` that has emitted nothing, with its slot if that status requires one.
    pub fn new(status: Status) -> State {
        State { status, events: Vec::new(), slots: i64::from(status.must_hold_slot()) }
    }

    /// The task moved to `to`: the slot is given back and the end announced, both exactly when it is due.
    fn moved(&self, to: Status) -> State {
        let mut next = State { status: to, ..self.clone() };
        if to.is_terminal() {
            next.events.push(to);
        }
        if !to.may_hold_slot() {
            next.slots = 0;
        }
        next
    }
}

/// The whole of the specification: what a task becomes when `input` is asked of it, and what is answered.
pub fn step(state: &State, input: Input) -> (State, Answer) {
    let status = state.status;
    let refused = || (state.clone(), Answer::Refused(status));
    match input {
        Input::Admit if status == Status::Submitted => (State { slots: 1, ..state.clone() }, Answer::Done),
        Input::Admit => refused(),
        Input::Move { from, to } if status == from && from.may_become(to) => {
            // Nobody works on a task without a slot.
            if to.must_hold_slot() && state.slots != 1 { refused() } else { (state.moved(to), Answer::Done) }
        }
        Input::Move { .. } => refused(),
        Input::Fail { .. } if status == Status::Failed => (state.clone(), Answer::Done),
        Input::Fail { from } => step(state, Input::Move { from, to: Status::Failed }),
        Input::Cancel if status == Status::Cancelled => (state.clone(), Answer::Done),
        Input::Cancel => step(state, Input::Move { from: status, to: Status::Cancelled }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    /// 11 statuses, 11 x 11 = 121 pairs, of which the table of the lifecycle allows
    /// 3 + 3 + 4 + 4 + 5 + 3 + 3 + 0 + 0 + 0 + 0 = 25.
    #[test]
    fn of_121_pairs_the_25_legal_transitions_are_accepted_and_the_96_others_refused() {
        let (mut accepted, mut refused) = (0, 0);
        for from in Status::ALL {
            for to in Status::ALL {
                let state = State { slots: i64::from(from.may_hold_slot()), ..State::new(from) };
                match step(&state, Input::Move { from, to }) {
                    (next, Answer::Done) => {
                        assert!(from.may_become(to));
                        assert_eq!(next.status, to);
                        accepted += 1;
                    }
                    (next, answer) => {
                        assert_eq!((next, answer), (state, Answer::Refused(from)), "{from} to {to}");
                        refused += 1;
                    }
                }
            }
        }
        assert_eq!((accepted, refused), (25, 96));
    }

    #[test]
    fn terminal_is_final_whatever_is_asked() {
        let ends = Status::ALL.into_iter().filter(|status| status.is_terminal());
        for end in ends.clone() {
            let state = State { events: vec![end], ..State::new(end) };
            for from in Status::ALL {
                let moves = Status::ALL.into_iter().map(|to| Input::Move { from, to });
                for input in moves.chain([Input::Admit, Input::Fail { from }, Input::Cancel]) {
                    assert_eq!(step(&state, input).0, state, "{end}: {input:?}");
                }
            }
        }
        assert_eq!(ends.count(), 4);
    }

    #[test]
    fn every_end_is_announced_once_and_gives_the_slot_back() {
        for from in Status::ALL {
            for &to in from.successors().iter().filter(|to| to.is_terminal()) {
                let (next, answer) = step(&State::new(from), Input::Move { from, to });
                assert_eq!(answer, Answer::Done);
                assert_eq!((next.events, next.slots), (vec![to], 0), "{from} to {to}");
            }
        }
    }

    #[test]
    fn a_task_without_a_slot_is_not_hydrated() {
        let waiting = State::new(Status::Submitted);
        let hydrate = Input::Move { from: Status::Submitted, to: Status::Hydrating };
        assert_eq!(step(&waiting, hydrate), (waiting.clone(), Answer::Refused(Status::Submitted)));
        let (admitted, _) = step(&waiting, Input::Admit);
        assert_eq!(step(&admitted, Input::Admit).0, admitted, "admitted twice holds one slot");
        assert_eq!(step(&admitted, hydrate), (State::new(Status::Hydrating), Answer::Done));
        let (queued, _) = step(&admitted, Input::Move { from: Status::Submitted, to: Status::Queued });
        assert_eq!(queued.slots, 0, "a queued task holds none");
    }

    #[test]
    fn a_task_that_is_being_finalized_can_no_longer_be_cancelled() {
        let state = State::new(Status::Finalizing);
        assert_eq!(step(&state, Input::Cancel), (state, Answer::Refused(Status::Finalizing)));
    }

    #[test]
    fn a_failure_seen_elsewhere_is_refused() {
        let state = State::new(Status::Running);
        let fail = Input::Fail { from: Status::Hydrating };
        assert_eq!(step(&state, fail), (state, Answer::Refused(Status::Running)));
    }

    #[test]
    fn a_task_that_is_cancelled_twice_is_cancelled_once_and_both_are_told_so() {
        let (cancelled, answer) = step(&State::new(Status::Running), Input::Cancel);
        assert_eq!((cancelled.events.as_slice(), answer), ([Status::Cancelled].as_slice(), Answer::Done));
        assert_eq!(step(&cancelled, Input::Cancel), (cancelled, Answer::Done));
    }
}
