//! What may be true of a task, line after line: the states of the model that are consistent with all lines so far, any
//! steps that the trace does not show allowed between them.
use anechoic_model::{Answer, Input, State, Status, step};
use std::{collections::BTreeSet, fmt};

/// One way in which it may have gone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hypothesis {
    state: State,
    /// How many slots the counter counts for other tasks, once it was seen.
    others: Option<i64>,
}

/// What a line shows of a task, in its order among the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// It stands there.
    Stands(Status),
    /// There is an event of this end, the n-th terminal event of its task, counted from 1.
    Event(Status, usize),
    /// The counter of its owner, who has no other task in the trace.
    Counts(i64),
}

/// The hypotheses that are left.
#[derive(Clone, Debug)]
pub(crate) struct Hypotheses(BTreeSet<Hypothesis>);

impl Hypotheses {
    /// Nothing is known but that the task has not ended yet.
    pub(crate) fn new() -> Hypotheses {
        let open = Status::ALL.into_iter().filter(|status| !status.is_terminal());
        let states = open.flat_map(|status| {
            let slots = i64::from(status.must_hold_slot())..=i64::from(status.may_hold_slot());
            slots.map(move |slots| State { slots, ..State::new(status) })
        });
        Hypotheses(states.map(|state| Hypothesis { state, others: None }).collect())
    }

    /// The hypotheses that are also consistent with this. None, if nothing explains it.
    pub(crate) fn narrowed(&self, shown: Shown) -> Option<Hypotheses> {
        Hypotheses(self.and_hidden()).with(shown)
    }

    /// The same, where this is of the same moment as the line before it: then nothing happened between them, unless
    /// nothing else explains it.
    pub(crate) fn narrowed_at_once(&self, shown: Shown) -> Option<Hypotheses> {
        self.with(shown).or_else(|| self.narrowed(shown))
    }

    fn with(&self, shown: Shown) -> Option<Hypotheses> {
        let left: BTreeSet<_> = self.0.iter().filter_map(|known| known.with(shown)).collect();
        if left.is_empty() { None } else { Some(Hypotheses(left)) }
    }

    /// Whether one of them shows exactly so many events and this status and counter in the end, as far as they are shown.
    pub(crate) fn allow(&self, events: Option<usize>, status: Option<Status>, counter: Option<i64>) -> bool {
        self.0.iter().any(|known| {
            events.is_none_or(|events| events == known.state.events.len())
                && status.is_none_or(|status| status == known.state.status)
                && counter.is_none_or(|counter| known.counts().is_none_or(|own| own == counter))
        })
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Hypothesis> {
        self.0.iter()
    }

    /// All that may follow without being seen.
    fn and_hidden(&self) -> BTreeSet<Hypothesis> {
        let (mut reached, mut todo) = (BTreeSet::new(), self.0.iter().cloned().collect::<Vec<_>>());
        while let Some(known) = todo.pop() {
            if reached.insert(known.clone()) {
                todo.extend(inputs(known.state.status).map(|(_, input)| Hypothesis {
                    state: step(&known.state, input).0,
                    others: known.others,
                }));
            }
        }
        reached
    }
}

/// All that can be asked of a task that stands there, by its name.
fn inputs(status: Status) -> impl Iterator<Item = (String, Input)> {
    let moves = Status::ALL.into_iter().filter(move |to| *to != status);
    let moves = moves.map(move |to| (format!("a move to {to}"), Input::Move { from: status, to }));
    let others = [
        ("another failure".to_string(), Input::Fail { from: status }),
        ("a cancel".into(), Input::Cancel),
        ("an admission".into(), Input::Admit),
    ];
    others.into_iter().chain(moves)
}

impl Hypothesis {
    fn counts(&self) -> Option<i64> {
        self.others.map(|others| others + self.state.slots)
    }

    /// The same, if it is consistent with what is shown.
    fn with(&self, shown: Shown) -> Option<Hypothesis> {
        let consistent = match shown {
            Shown::Stands(status) => self.state.status == status,
            Shown::Event(end, number) => self.state.events.get(number - 1) == Some(&end),
            Shown::Counts(value) => self.counts().is_none_or(|own| own == value),
        };
        let others = match shown {
            Shown::Counts(value) => Some(value - self.state.slots),
            _ => self.others,
        };
        consistent.then(|| Hypothesis { state: self.state.clone(), others })
    }

    /// Why no step of the model leads from here to what is shown: every step that might, and the guard that was false.
    pub(crate) fn guards(&self, shown: Shown) -> Vec<(String, String)> {
        let status = self.state.status;
        let might = |input: &Input| match (shown, input) {
            (Shown::Event(end, _), Input::Fail { .. }) => end == Status::Failed,
            (Shown::Event(end, _), Input::Cancel) => end == Status::Cancelled,
            (Shown::Event(end, _) | Shown::Stands(end), Input::Move { to, .. }) => *to == end,
            (Shown::Counts(_), Input::Fail { .. } | Input::Cancel | Input::Admit) => true,
            _ => false,
        };
        let nothing = match shown {
            Shown::Event(_, number) => {
                format!("shows {}, not {number}", plural(self.state.events.len(), "event"))
            }
            Shown::Stands(_) => format!("stands at {status}"),
            Shown::Counts(_) => format!("counts {}", self.counts().unwrap_or_default()),
        };
        let of_step = |(name, input): (String, Input)| {
            let (next, answer) = step(&self.state, input);
            let why = match answer {
                Answer::Refused(at) => format!("needs another status: refused, the task stands at {at}"),
                Answer::Done if next == self.state => {
                    "needs a failure that is new: this one is done already, and \
                                                       changes nothing"
                        .into()
                }
                Answer::Done => format!("leads to {}", Hypothesis { state: next, others: self.others }),
            };
            (name, why)
        };
        let steps = inputs(status).filter(|(_, input)| might(input)).map(of_step);
        let steps = steps.chain([("no step at all".to_string(), nothing)]);
        steps.collect()
    }
}

fn plural(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

impl fmt::Display for Hypothesis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let State { status, events, slots } = &self.state;
        write!(
            f,
            "{status}, {}, {}",
            plural(events.len(), "event"),
            plural(usize::from(*slots != 0), "slot")
        )?;
        match self.counts() {
            Some(counts) => write!(f, ", counter {counts}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: fn(usize) -> Shown = |number| Shown::Event(Status::Failed, number);

    #[test]
    fn silence_leaves_more_and_speech_leaves_less() {
        let unknown = Hypotheses::new();
        // PENDING_UPLOADS and QUEUED hold no slot, SUBMITTED may, and the four others must.
        assert_eq!(unknown.iter().len(), 2 + 2 + 4);
        let failed = unknown.narrowed(EVENT(1)).expect("a failure explains it");
        assert_eq!(failed.iter().map(ToString::to_string).collect::<Vec<_>>(), ["FAILED, 1 event, 0 slots"]);
        assert!(failed.narrowed(EVENT(1)).is_some(), "told again");
        assert!(failed.narrowed(EVENT(2)).is_none(), "a second one");
        assert!(failed.narrowed(Shown::Stands(Status::Running)).is_none(), "revived");
    }

    #[test]
    fn steps_that_nobody_saw_may_have_been_taken_between_two_lines() {
        let running = Hypotheses::new().narrowed(Shown::Stands(Status::Queued)).expect("it may");
        let running = running.narrowed(Shown::Stands(Status::Running)).expect("by two steps that are hidden");
        assert_eq!(
            running.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["RUNNING, 0 events, 1 slot"]
        );
        assert!(running.narrowed(Shown::Stands(Status::Queued)).is_none(), "there is no way back");
    }

    #[test]
    fn a_counter_gives_back_one_slot_and_no_second_one() {
        let seen = Hypotheses::new().narrowed(Shown::Stands(Status::Hydrating)).expect("it may");
        let seen = seen.narrowed(Shown::Counts(8)).expect("7 others");
        let fewer = seen.narrowed(Shown::Counts(7)).expect("it ended");
        assert!(fewer.narrowed(Shown::Counts(6)).is_none());
        assert!(fewer.allow(None, None, Some(7)) && !fewer.allow(None, None, Some(8)));
    }

    #[test]
    fn what_is_shown_at_once_belongs_together() {
        let seen = Hypotheses::new().narrowed(Shown::Stands(Status::Hydrating)).expect("it may");
        let leaked = |seen: Option<Hypotheses>| {
            let ended = seen.and_then(|seen| seen.narrowed(Shown::Stands(Status::Failed))).expect("it ended");
            !ended.allow(None, None, Some(8))
        };
        assert!(leaked(seen.narrowed_at_once(Shown::Counts(8))));
        assert!(!leaked(seen.narrowed(Shown::Counts(8))), "it might have ended before the counter was read");
    }

    #[test]
    fn the_guard_that_was_false_is_named() {
        let failed = Hypotheses::new().narrowed(EVENT(1)).expect("it may");
        let guards = failed.iter().next().expect("one").guards(EVENT(2));
        let names: Vec<&str> = guards.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["another failure", "no step at all"]);
        assert!(guards[0].1.contains("done already") && guards[1].1 == "shows 1 event, not 2");
    }
}
