//! The laws of the model and of the retry policies, on whatever quickcheck makes up.
use anechoic::Situation;
use anechoic::{Policy, search::Tape};
use anechoic_model::{Answer, Belief, Input, Promise, State, Status, step};
use anechoic_task_cases::{Given, usual};
use anechoic_tests::scenario;
use quickcheck::{Arbitrary, Gen, QuickCheck, TestResult};
use std::time::Duration;

/// Something that may be asked of a task.
#[derive(Clone, Copy, Debug)]
struct Asked(Input);

impl Arbitrary for Asked {
    fn arbitrary(g: &mut Gen) -> Asked {
        let status = |g: &mut Gen| *g.choose(&Status::ALL).expect("eleven statuses");
        Asked(match u8::arbitrary(g) % 5 {
            0 => Input::Admit,
            1 => Input::Fail { from: status(g) },
            2 => Input::Cancel,
            _ => {
                // Mostly along the lifecycle, else little would ever happen.
                let from = status(g);
                let to = g.choose(from.successors()).copied().unwrap_or(Status::Failed);
                Input::Move { from, to }
            }
        })
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Asked>> {
        // A cancel is the simplest thing to ask.
        let simpler = (self.0 != Input::Cancel).then_some(Asked(Input::Cancel));
        Box::new(simpler.into_iter())
    }
}

/// What a task has been through.
#[derive(Clone, Debug)]
struct Life(Vec<Asked>);

impl Arbitrary for Life {
    fn arbitrary(g: &mut Gen) -> Life {
        Life(Vec::arbitrary(g))
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Life>> {
        Box::new(self.0.shrink().map(Life))
    }
}

impl Life {
    fn lived(&self) -> State {
        self.0.iter().fold(State::new(Status::Submitted), |state, Asked(input)| step(&state, *input).0)
    }
}

/// When steps are retried, and how chance falls.
#[derive(Clone, Debug)]
struct Schedule {
    preset: usize,
    attempts: u32,
    luck: Vec<u8>,
}

impl Arbitrary for Schedule {
    fn arbitrary(g: &mut Gen) -> Schedule {
        let (preset, attempts) = (usize::arbitrary(g) % Policy::presets().len(), u32::arbitrary(g) % 12 + 1);
        Schedule { preset, attempts, luck: Vec::arbitrary(g) }
    }

    fn shrink(&self) -> Box<dyn Iterator<Item = Schedule>> {
        let (preset, attempts) = (self.preset, self.attempts);
        let fewer = (1..attempts).map({
            let luck = self.luck.clone();
            move |attempts| Schedule { preset, attempts, luck: luck.clone() }
        });
        let simpler = self.luck.shrink().map(move |luck| Schedule { preset, attempts, luck });
        Box::new(fewer.chain(simpler))
    }
}

fn check<T: quickcheck::Testable>(law: T) {
    QuickCheck::new().tests(2_000).min_tests_passed(2_000).max_tests(100_000).quickcheck(law);
}

#[test]
fn a_retried_failure_changes_nothing_and_is_answered_alike() {
    fn law(life: Life, from: usize) -> bool {
        let from = Status::ALL[from % Status::ALL.len()];
        let (failed, answer) = step(&life.lived(), Input::Fail { from });
        let again = step(&failed, Input::Fail { from });
        again == (failed, answer)
    }
    check(law as fn(Life, usize) -> bool);
}

#[test]
fn an_end_is_announced_once_and_holds_no_slot_whatever_a_task_has_been_through() {
    fn law(life: Life) -> bool {
        let State { status, events, slots } = life.lived();
        let announced = if status.is_terminal() { events == [status] } else { events.is_empty() };
        announced && (0..=1).contains(&slots) && (status.may_hold_slot() || slots == 0)
    }
    check(law as fn(Life) -> bool);
}

#[test]
fn what_is_refused_changes_nothing() {
    fn law(life: Life, asked: Asked) -> bool {
        let state = life.lived();
        match step(&state, asked.0) {
            (next, Answer::Refused(status)) => next == state && status == state.status,
            (_, Answer::Done) => true,
        }
    }
    check(law as fn(Life, Asked) -> bool);
}

/// Two tasks are two states, so what is asked of one does not matter to the other; and of one task, two failures commute.
#[test]
fn failures_of_one_task_commute() {
    fn law(life: Life, one: usize, other: usize) -> bool {
        let fail = |at: usize| Input::Fail { from: Status::ALL[at % Status::ALL.len()] };
        let both = |first, second| step(&step(&life.lived(), first).0, second).0;
        both(fail(one), fail(other)) == both(fail(other), fail(one))
    }
    check(law as fn(Life, usize, usize) -> bool);
}

/// What one is less sure of may be more, never less; what one hears leaves less, never more.
#[test]
fn belief_grows_on_silence_and_shrinks_on_speech() {
    fn law(life: Life, calls: Vec<(Asked, bool)>) -> TestResult {
        if calls.len() > 5 {
            return TestResult::discard();
        }
        let mut truth = life.lived();
        let mut belief = Belief::new(truth.clone());
        for (Asked(input), answered) in calls {
            let before: Vec<State> = belief.states().into_iter().cloned().collect();
            let call = belief.make(input);
            let made = belief.states().len();
            if !before.iter().all(|state| belief.allows(state)) {
                return TestResult::error("a call that may not have happened yet ruled something out");
            }
            let (next, answer) = step(&truth, input);
            truth = next;
            if answered {
                belief.hear(call, answer);
                if belief.states().len() > made {
                    return TestResult::error("an answer made more possible");
                }
            }
            if !belief.allows(&truth) {
                return TestResult::error("what happened is not thought possible");
            }
        }
        TestResult::passed()
    }
    QuickCheck::new()
        .tests(500)
        .max_tests(100_000)
        .quickcheck(law as fn(Life, Vec<(Asked, bool)>) -> TestResult);
}

/// Every delay of every preset is within the bounds that its runtime documents.
#[test]
fn delays_stay_within_their_bounds() {
    fn law(schedule: Schedule, n: u32, luck: u16) -> bool {
        let preset = &Policy::presets()[schedule.preset];
        let n = n % 40 + 1;
        let second = Duration::from_secs(1);
        let delay = preset.policy.delay(n, f64::from(luck) / 65_536.0);
        let exponential = |first: f64, factor: f64, cap: f64| {
            Duration::from_secs_f64((first * factor.powf(f64::from(n - 1))).min(cap))
        };
        // Whole seconds are rounded, so they may be longer by a half.
        let whole = |limit: Duration| delay >= second && delay <= limit + second / 2;
        match preset.name {
            "aws-default" => whole(exponential(5.0, 2.0, 60.0)),
            "aws-linear" => delay == second * n,
            "temporal" => delay == exponential(1.0, 2.0, 100.0),
            "dbos" => delay == exponential(1.0, 2.0, 3600.0),
            "aws-create" => whole(exponential(5.0, 2.0, 300.0)),
            "aws-wait" => whole(exponential(5.0, 1.5, 300.0)),
            "restate" => {
                let middle = exponential(0.5, 2.0, 20.0);
                delay >= middle.mul_f64(0.699) && delay <= middle.mul_f64(1.301)
            }
            // One attempt, or what the user has to say.
            _ => true,
        }
    }
    check(law as fn(Schedule, u32, u16) -> bool);
}

/// A schedule of any preset, however chance falls, lets what ships have one effect; a run is a function of its tape.
#[test]
fn whatever_the_schedule_what_ships_has_one_effect() {
    fn law(schedule: Schedule) -> TestResult {
        let policy = Policy::presets().swap_remove(schedule.preset);
        let settings = Situation {
            policy: Some(policy.name.into()),
            retries: schedule.attempts - 1,
            faults: 3,
            given: Given { lead: Some(Duration::ZERO), ..Given::default() }.write(),
            ..usual()
        };
        let attempts = settings.attempts().unwrap_or(u32::MAX);
        let subject = scenario("hydrate-context", "atomic", &settings);
        let run = || anechoic::Subject::run(&subject, &mut Tape::new(&schedule.luck));
        let (outcome, again) = (run(), run());
        // So many faults may leave a failure without an attempt that reaches the store; no code can help that.
        let may_be_dropped = attempts <= settings.faults;
        let excused = |breach: &anechoic::Breach| may_be_dropped && breach.word == "dropped failure";
        if let Some(breach) = outcome.breaches.iter().find(|breach| !excused(breach)) {
            return TestResult::error(format!("{}: {}", Promise::ALL[breach.promise], breach.word));
        }
        TestResult::from_bool(outcome.at_rest && outcome.steps == again.steps)
    }
    QuickCheck::new().tests(5_000).max_tests(1_000_000).quickcheck(law as fn(Schedule) -> TestResult);
}
