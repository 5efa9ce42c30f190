//! Samples find bugs beyond exhaustion, and what they find is made small.
use anechoic::Situation;
use anechoic::{
    Subject,
    search::{Findings, Path, Sample, Tape, Unlimited, Watch, shortest, shrink},
};
use anechoic_model::Promise;
use anechoic_task_cases::usual;
use anechoic_tests::scenario;

/// Eight callers and four faults: far more runs than anybody could make.
fn beyond_exhaustion(scene: &str, variant: &str) -> impl Subject {
    scenario(scene, variant, &Situation { callers: 8, faults: 4, ..usual() })
}

#[test]
fn random_and_pct_samples_break_the_specimens_and_not_what_ships() {
    for changes in [None, Some(3)] {
        let sample = Sample { runs: 3_000, seed: 7, changes };
        for (variant, breaks) in [("unguarded", true), ("gated", true), ("atomic", false)] {
            for scene in ["fail-task", "cancel-race"] {
                let found = sample.search(&beyond_exhaustion(scene, variant), &mut Unlimited);
                assert_eq!(!found.broken.is_empty(), breaks, "{scene} {variant} {changes:?}");
                assert_eq!((found.executions, found.complete), (3_000, false), "a sample is never all");
            }
        }
    }
}

#[test]
fn a_pct_sample_is_a_function_of_its_seed_and_differs_from_a_random_one() {
    let subject = beyond_exhaustion("cancel-race", "gated");
    let paths = |seed, changes| {
        let found = Sample { runs: 200, seed, changes }.search(&subject, &mut Unlimited);
        found.broken.into_values().collect::<Vec<Path>>()
    };
    assert_eq!(paths(7, Some(3)), paths(7, Some(3)));
    assert_ne!(paths(7, Some(3)), paths(8, Some(3)));
    assert_ne!(paths(7, Some(3)), paths(7, None));
}

/// As many runs as this.
struct AtMost(u64);

impl Watch for AtMost {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        so_far.executions < self.0
    }
}

/// Faults and steps of a run, up to the step that breaks the promise.
fn size(subject: &dyn Subject, path: &Path, promise: Promise) -> (usize, u32) {
    let (outcome, record) = path.replay(subject);
    let step =
        outcome.breaches.iter().find(|breach| breach.promise == promise as usize).expect("broken").step;
    (record.steps.iter().filter(|at| at.number <= step && at.fault.is_some()).count(), step)
}

#[test]
fn shrinking_a_long_run_keeps_its_promise_broken_and_comes_close_to_the_smallest() {
    for (scene, variant, promise) in [
        ("fail-task", "unguarded", Promise::ExactlyOneEvent),
        ("hydrate-context", "gated", Promise::EveryFailureIsAnnounced),
        ("cancel-race", "gated", Promise::CounterDoesNotDrift),
    ] {
        let subject = scenario(scene, variant, &Situation { callers: 3, ..usual() });
        let found = Sample { runs: 2_000, seed: 3, changes: None }.search(&subject, &mut Unlimited);
        let long = found.broken.iter().find(|((broken, _), _)| *broken == promise as usize).expect("a run").1;
        let small = shrink(&subject, promise as usize, long.clone(), &mut AtMost(5_000));
        let smallest = shortest(&subject, promise as usize, &mut Unlimited).expect("a run");
        let [long, small, smallest] = [long, &small, &smallest].map(|path| size(&subject, path, promise));
        assert!(smallest <= small && small <= long, "{smallest:?} {small:?} {long:?}");
        assert_eq!(small.0, smallest.0, "{scene} {variant}: no fault too many");
        assert!(small.1 <= smallest.1 + 4, "{scene} {variant}: {small:?}, and the smallest is {smallest:?}");
    }
}

#[test]
fn every_tape_is_a_run_and_the_empty_one_takes_the_first_way_everywhere() {
    let subject = beyond_exhaustion("cancel-race", "atomic");
    for tape in [&[][..], &[0; 9], &[255; 300], &[1, 2, 3, 4, 5, 6, 7, 8, 9]] {
        let outcome = subject.run(&mut Tape::new(tape));
        assert!(outcome.at_rest && outcome.breaches.is_empty(), "{tape:?}: {outcome:?}");
    }
    let (first, empty) = (Path::default().run(&subject), subject.run(&mut Tape::new(&[])));
    assert_eq!(first.steps, empty.steps);
}
