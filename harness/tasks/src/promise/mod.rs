//! What is promised: a file for each promise, which says how a run breaks it and what a trace tells of it, and a row of the
//! table below.
mod agrees_with_model;
mod cap_is_kept;
mod counter_does_not_drift;
mod every_failure_is_announced;
mod exactly_one_event;
mod healthy_is_not_failed;
mod moves;
mod one_edit_per_failure;
mod one_session_per_task;
mod terminal_is_final;
mod transitions_are_legal;

pub(crate) use moves::is_reachable;

use crate::{
    TaskScenario,
    scene::Cast,
    storage::Storage,
    trace::{Case, Judged, Owner, Tally, Verdict, Verdicts},
};
use anechoic::{Breaches, Rest, Text};
use anechoic_model::{Promise, State};

/// What a file of this folder says of its promise.
trait Rule {
    /// Which it is.
    const PROMISE: Promise;

    /// How a run breaks it, at any time.
    fn always(_: &Storage, _: &mut Broken<'_>) {}

    /// How a run breaks it, once all is quiet.
    fn at_rest(_: &AtRest<'_>, _: &mut Broken<'_>) {}

    /// What a trace tells of it.
    fn of_trace(case: &Case, owner: Option<&Owner>) -> Judged;

    /// Whether a trace that is incomplete shows all the same that it is broken: what is missing cannot mend it.
    fn is_shown_by_a_part(_: &Case) -> bool {
        false
    }

    /// Whether it counts in the verdict on a trace for which no promise is named. What hardly any trace can show to be kept
    /// counts only if it is broken.
    fn counts(_: &Tally) -> bool {
        true
    }
}

/// What is said of what would break a rule of ours, where nothing shows that it is ours.
const NOT_SURE: &str =
    "but words that many lifecycles have are all that makes it one of Anechoic's ([lifecycle] ours)";

/// Takes back what is told by rules that may be somebody else's, or of records that may be of several tasks.
fn doubt_whose(case: &Case, judged: &mut Judged) {
    let doubt = match case.scopes.apart() {
        _ if judged.verdict == Verdict::CannotTell => None,
        Some(apart) if !case.ours.is_declared => Some(apart.to_string()),
        _ => (judged.verdict == Verdict::Violated && !case.ours.is_sure).then(|| NOT_SURE.into()),
    };
    if let Some(doubt) = doubt {
        *judged = Judged::unknown(format!("{}; {doubt}", judged.why));
    }
}

/// What of an input may be missing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Missing<'m> {
    Nothing,
    /// What follows in this file, if anything does: it does not say where it ends.
    Perhaps(&'m str),
    /// Something, for this reason.
    Something(&'m str),
}

impl Missing<'_> {
    /// Takes back what a part does not show. What holds in a file that may go on held so far, and is no pass by itself.
    fn doubt(self, judged: &mut Judged, is_shown_by_a_part: bool) {
        let is_of_what_is_missing = judged.verdict == Verdict::Violated && !is_shown_by_a_part;
        match self {
            Missing::Perhaps(file) if is_of_what_is_missing => {
                let so_far = format!("so far, {}; {file} does not say where it ends", judged.why);
                *judged = Judged { is_so_far: true, ..Judged::unknown(so_far) };
            }
            Missing::Something(why) if is_of_what_is_missing || judged.verdict == Verdict::Holds => {
                *judged = Judged::unknown(format!("the input is incomplete: {why}"));
            }
            _ => {}
        }
    }
}

/// What is said of the counter of a lifecycle that is not ours.
const FOREIGN_COUNTER: &str =
    "nothing says that the counter counts slots of Anechoic's statuses ([lifecycle] ours)";

/// What is said of counters of one owner that are told of several places.
const SEVERAL_COUNTERS: &str =
    "what counts is told of several places, each of which may have a counter of its own";

/// A run at rest, as the promises look at it.
pub(crate) struct AtRest<'r> {
    pub(crate) scenario: &'r TaskScenario,
    pub(crate) cast: Cast,
    pub(crate) rest: &'r Rest<'r, Storage>,
    pub(crate) state: State,
    /// The slots that the user's other tasks hold.
    pub(crate) others: i64,
}

/// Where a promise says how it is broken.
struct Broken<'b> {
    promise: Promise,
    breaches: &'b mut Breaches,
}

impl Broken<'_> {
    fn report(&mut self, word: impl Into<Text>, detail: impl FnOnce() -> String) {
        self.breaches.report(self.promise as usize, word, detail);
    }

    /// Whether no promise has been reported as broken at rest so far.
    fn is_first(&self) -> bool {
        self.breaches.is_clean()
    }
}

/// The promises, in the order of the model's.
macro_rules! promises {
    ($($promise:ident :: $type:ident),+ $(,)?) => {
        const _: () = {
            let all = [$($promise::$type::PROMISE),+];
            let mut at = 0;
            while at < Promise::ALL.len() {
                assert!(all[at] as usize == at, "the rows are in the order of the model's promises");
                at += 1;
            }
            assert!(all.len() == Promise::ALL.len(), "every promise of the model has a row");
        };

        /// Says how a run breaks promises, at any time.
        pub(crate) fn always(storage: &Storage, breaches: &mut Breaches) {
            $($promise::$type::always(storage, &mut Broken { promise: $promise::$type::PROMISE, breaches });)+
        }

        /// Says how a run breaks promises, once all is quiet.
        pub(crate) fn at_rest(ended: &AtRest<'_>, breaches: &mut Breaches) {
            $($promise::$type::at_rest(ended, &mut Broken { promise: $promise::$type::PROMISE, breaches });)+
        }

        /// Judges what a trace shows of a task by every promise, in the order of [`Promise::ALL`]. What is there stays there;
        /// what is missing may be in the rest, so that nothing is violated by what is missing, and nothing holds in a part.
        pub(crate) fn judge(case: &Case, owner: Option<&Owner>, missing: Missing<'_>) -> Verdicts {
            let shown = [$($promise::$type::is_shown_by_a_part(case)),+];
            let mut judged = [$($promise::$type::of_trace(case, owner)),+];
            for (own, shown) in judged.iter_mut().zip(shown) {
                missing.doubt(own, shown);
                doubt_whose(case, own);
            }
            judged
        }

        /// The promises that count in the verdict on a trace for which none is named.
        pub(crate) fn counting(tally: &Tally) -> Vec<Promise> {
            let counts = [$(($promise::$type::PROMISE, $promise::$type::counts(tally))),+];
            counts.into_iter().filter(|(_, counts)| *counts).map(|(promise, _)| promise).collect()
        }
    };
}

promises![
    exactly_one_event::ExactlyOneEvent,
    counter_does_not_drift::CounterDoesNotDrift,
    terminal_is_final::TerminalIsFinal,
    transitions_are_legal::TransitionsAreLegal,
    every_failure_is_announced::EveryFailureIsAnnounced,
    cap_is_kept::CapIsKept,
    one_session_per_task::OneSessionPerTask,
    one_edit_per_failure::OneEditPerFailure,
    healthy_is_not_failed::HealthyIsNotFailed,
    agrees_with_model::AgreesWithModel,
];
