//! The search is right before it is fast: it counts what a pencil counts, and skips only what shows nothing new.
use anechoic::Situation;
use anechoic::search::{Exhaustive, Findings, Path, Reduce, Sample, Unlimited, Watch, count, shortest};
use anechoic::{Bound, Fault, Faults, Subject};
use anechoic_model::Promise;
use anechoic_task_cases::{SCENES, VARIANTS, usual};
use anechoic_tests::{ENDS, attempts, broken, scenario, search};

const fn sample(seed: u64, runs: u64) -> Sample {
    Sample { runs, seed, changes: None }
}

fn quiet(callers: usize) -> Situation {
    Situation { callers, faults: 0, retries: 0, ..usual() }
}

/// k callers of three operations each, in every order: (3k)! / (3!)^k.
///
/// ```text
/// k = 2    6! / 6^2 =                720 / 36   = 20
/// k = 3    9! / 6^3 =            362,880 / 216  = 1,680
/// k = 4   12! / 6^4 =        479,001,600 / 1296 = 369,600
/// ```
#[test]
fn the_naive_search_makes_exactly_as_many_runs_as_there_are_orders() {
    for (callers, orders) in [(2, 20), (3, 1_680), (4, 369_600)] {
        let found = search(&scenario("fail-task", "unguarded", &quiet(callers)), Reduce::NOTHING);
        assert_eq!((found.executions, found.finished, found.complete), (orders, orders, true));
        assert_eq!(orders, (1..=3 * callers as u64).product::<u64>() / 6_u64.pow(callers as u32));
    }
}

/// The number that a search of all runs would come to, counted without making them, is the number that it does come to.
#[test]
fn counted_runs_are_the_runs_that_the_naive_search_makes() {
    for callers in 2..=6 {
        let counted = count(&scenario("fail-task", "unguarded", &quiet(callers))).expect("a number");
        assert_eq!(counted, (1..=3 * callers as u128).product::<u128>() / 6_u128.pow(callers as u32));
    }
    let mut compared = 0;
    for scene in SCENES {
        let settings = Situation { callers: 2, faults: 1, retries: 1, ..usual() };
        let variant =
            VARIANTS.iter().find(|variant| variant.is_shown_in(scene)).expect("what ships, at least");
        let subject = scenario(scene.name, variant.name, &settings);
        let naive = Exhaustive::reduce(Reduce::NOTHING).search(&subject, &mut AtMost(NAIVE_RUNS));
        if naive.complete {
            assert_eq!(count(&subject), Some(naive.executions.into()), "{}", scene.name);
            compared += 1;
        }
    }
    assert!(compared >= 4, "{compared} scenes have few enough runs");
}

/// Three callers beside a cancel have billions of runs with one fault of any kind; a search of four callers takes less than
/// a thousandth of as many.
#[test]
fn the_large_race_is_exhausted_in_a_thousandth_of_the_runs_of_a_smaller_one() {
    let with = |callers, faults| Situation { callers, faults, ..usual() };
    let smaller = count(&scenario("cancel-race", "unguarded", &with(3, 1))).expect("a number");
    let found =
        Exhaustive::default().search(&scenario("cancel-race", "unguarded", &with(4, 1)), &mut Unlimited);
    assert!(found.complete);
    assert!(u128::from(found.executions) * 1000 <= smaller, "{} runs; {smaller}", found.executions);
    println!("cancel-race, unguarded: naive {smaller} runs with 3 callers and 1 fault");
}

/// The winner of k gated callers steps three times, each loser once: the first step is the winner's, and the losers
/// step anywhere after it. k * (k+1)! / 2! orders.
#[test]
fn the_gated_callers_have_as_many_orders_as_a_pencil_finds() {
    for (callers, orders) in [(2, 2 * 3), (3, 3 * 12), (4, 4 * 60)] {
        let found = search(&scenario("fail-task", "gated", &quiet(callers)), Reduce::NOTHING);
        assert_eq!(found.executions, orders, "{callers} callers");
    }
}

/// Every scene and version, within bounds that are small enough for the naive search to make every run.
#[test]
fn every_reduction_finds_the_same_ends_and_the_same_broken_promises_as_the_naive_search() {
    let with = |callers, faults, retries, client_attempts| Situation {
        callers,
        faults,
        retries,
        given: attempts(client_attempts),
        ..usual()
    };
    let bounds = [with(2, 0, 5, 1), with(1, 1, 2, 2), with(2, 1, 0, 2), with(1, 2, 1, 1)];
    let (mut compared, mut runs, mut clever) = (0, 0, 0);
    for scene in SCENES {
        for variant in VARIANTS.iter().filter(|variant| variant.is_shown_in(scene)) {
            for settings in &bounds {
                let subject = scenario(scene.name, variant.name, settings);
                let naive = Exhaustive { collect: ENDS, ..Exhaustive::reduce(Reduce::NOTHING) }.search(
                    &subject,
                    &mut AtMost(if !variant.is_brief { NAIVE_RUNS } else { NAIVE_RUNS / 20 }),
                );
                if !naive.complete {
                    continue;
                }
                runs += naive.executions;
                for (states, symmetry, sleep) in REDUCTIONS {
                    let reduced = search(&subject, Reduce { states, symmetry, sleep, ..Reduce::ALL });
                    let what = format!("{} {} {settings:?}", scene.name, variant.name);
                    assert_eq!(reduced.end_states, naive.end_states, "{what}");
                    assert_eq!(broken(&reduced), broken(&naive), "{what}");
                    compared += 1;
                    if (states, symmetry, sleep) == (true, true, true) {
                        clever += reduced.executions;
                    }
                }
            }
        }
    }
    println!("{compared} comparisons; {runs} naive runs, {clever} with every reduction");
    assert!(clever * 10 < runs, "{clever} runs instead of {runs}");
    assert!(
        compared >= 80,
        "{compared} of 96 comparisons: the others have too many runs for the naive search"
    );
}

/// Every reduction alone and with the others. Symmetry works on states only.
const REDUCTIONS: [(bool, bool, bool); 5] = [
    (true, false, false),
    (false, false, true),
    (true, true, false),
    (true, false, true),
    (true, true, true),
];

/// As many runs as the naive search gets for one comparison.
const NAIVE_RUNS: u64 = 300_000;

struct AtMost(u64);

impl Watch for AtMost {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        so_far.executions < self.0
    }
}

#[test]
fn a_smallest_run_breaks_its_promise_in_its_last_step_and_no_smaller_bound_breaks_it() {
    for (scene, variant, promise, faults, steps) in [
        ("fail-task", "unguarded", Promise::ExactlyOneEvent, 0, 5),
        ("fail-task", "unguarded", Promise::CounterDoesNotDrift, 0, 6),
        ("hydrate-context", "unguarded", Promise::ExactlyOneEvent, 0, 9),
        ("fail-task", "gated", Promise::EveryFailureIsAnnounced, 1, 1),
        // Six attempts of: to HYDRATING, to FAILED, checkpoint, timer; but for the last timer.
        ("hydrate-context", "gated", Promise::EveryFailureIsAnnounced, 1, 23),
    ] {
        let settings = |faults| Situation { callers: 2, faults, given: attempts(1), ..usual() };
        let callers = if faults == 0 { 2 } else { 1 };
        let subject = scenario(scene, variant, &Situation { callers, ..settings(faults) });
        let path =
            shortest(&subject, promise as usize, &mut Unlimited).expect("a run that breaks the promise");
        let outcome = path.run(&subject);
        let breach =
            outcome.breaches.iter().find(|breach| breach.promise == promise as usize).expect("broken");
        assert_eq!(breach.step, steps, "{scene} {variant} {promise}");
        if faults > 0 {
            let fewer = search(&scenario(scene, variant, &settings(faults - 1)), Reduce::ALL);
            assert!(!fewer.breaks(promise as usize));
        }
    }
}

/// A sample of many runs contains none that breaks a promise with fewer faults, or with no switch and fewer steps.
#[test]
fn no_random_run_is_smaller_than_the_smallest() {
    let settings = Situation { callers: 1, faults: 1, retries: 1, given: attempts(1), ..usual() };
    let kinds =
        Faults::of(&[Fault::Rejected, Fault::LostAcknowledgement, Fault::CrashBefore, Fault::CrashAfter]);
    let settings = Situation { kinds, ..settings };
    // With a single actor there are no switches, so fewest faults and then fewest steps is all there is to it.
    for (scene, variant) in
        [("fail-task", "gated"), ("hydrate-context", "gated"), ("start-session", "unguarded")]
    {
        let subject = scenario(scene, variant, &settings);
        let smallest = |promise| {
            let path = shortest(&subject, promise, &mut Unlimited).expect("the sample has one");
            size(&subject, &path, promise)
        };
        for seed in 0..300 {
            for ((promise, _), path) in &sample(seed, 10).search(&subject, &mut Unlimited).broken {
                assert!(smallest(*promise) <= size(&subject, path, *promise), "{scene} {variant} {promise}");
            }
        }
        assert!(smallest(Promise::CounterDoesNotDrift as usize) > (0, 0));
    }
}

/// Faults and steps until the promise is broken.
fn size(subject: &dyn Subject, path: &Path, promise: usize) -> (usize, u32) {
    let (outcome, record) = path.replay(subject);
    let step = outcome.breaches.iter().find(|breach| breach.promise == promise).expect("broken").step;
    (record.steps.iter().filter(|at| at.number <= step && at.fault.is_some()).count(), step)
}

#[test]
fn a_random_search_is_a_function_of_its_seed() {
    let subject = scenario("cancel-race", "gated", &usual());
    let paths =
        |seed| sample(seed, 500).search(&subject, &mut Unlimited).broken.into_values().collect::<Vec<Path>>();
    assert_eq!(paths(7), paths(7));
    assert_ne!(paths(7), paths(8));
    assert!(!paths(7).is_empty(), "two faults break a gated handler often");
}

#[test]
fn without_faults_in_the_bound_no_fault_happens() {
    let mut subject = scenario("hydrate-context", "gated", &usual());
    subject.bound = Bound { faults: 0, ..subject.bound };
    assert_eq!(search(&subject, Reduce::ALL).faults, Faults::NONE);
}
