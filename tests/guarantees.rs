//! Which version of `fail_task` keeps which promise.
use anechoic::{
    AS_IF_ONCE, Exit, Situation,
    check::{Budget, Request, Search, Silent, check},
    judge::judge,
    report::Specimens,
};
use anechoic::{
    Fault, Faults,
    search::{Exhaustive, Reduce, Unlimited, shortest},
};
use anechoic_model::Promise;
use anechoic_task_cases::{SCENES, VARIANTS, catalogue, usual};
use anechoic_tests::{attempts, broken, scenario, scenes_of, search};
use std::{collections::BTreeSet, time::Duration};

const LOST: Faults = Faults::of(&[Fault::LostAcknowledgement]);
const CRASH: Faults = Faults::of(&[Fault::CrashBefore, Fault::CrashAfter]);

#[test]
fn unguarded_duplicates_under_retry_alone_and_under_concurrency_alone() {
    for (scene, callers) in
        [("hydrate-context", 1), ("start-session", 1), ("fail-task", 2), ("cancel-race", 1)]
    {
        let settings = Situation { callers, faults: 0, ..usual() };
        let found = broken(&search(&scenario(scene, "unguarded", &settings), Reduce::ALL));
        assert!(found.contains(&("exactly_one_event", "duplicate")), "{scene}: {found:?}");
        assert!(found.contains(&("counter_does_not_drift", "double release")), "{scene}: {found:?}");
    }
}

#[test]
fn gated_never_duplicates_whatever_happens() {
    for scene in scenes_of("gated") {
        let found = broken(&search(&scenario(scene.name, "gated", &usual()), Reduce::ALL));
        assert!(!found.contains(&("exactly_one_event", "duplicate")), "{}: {found:?}", scene.name);
    }
}

#[test]
fn gated_holds_under_any_retry_and_any_concurrency_alone() {
    for scene in scenes_of("gated") {
        let settings = Situation { faults: 0, ..usual() };
        let found = search(&scenario(scene.name, "gated", &settings), Reduce::ALL);
        assert!(found.complete && found.broken.is_empty(), "{}: {:?}", scene.name, broken(&found));
    }
}

#[test]
fn gated_loses_the_event_and_leaks_the_slot_under_one_lost_acknowledgement_and_under_one_crash() {
    // One caller, its first write applied and unanswered: nothing smaller can go wrong. A caller that is invoked again
    // after a crash finds the transition lost, and says nothing: one step more.
    for (kinds, steps) in [(LOST, 1), (CRASH, 2)] {
        let settings = Situation { callers: 1, faults: 1, kinds, given: attempts(1), ..usual() };
        let subject = scenario("fail-task", "gated", &settings);
        let found = broken(&search(&subject, Reduce::ALL));
        for expected in [("exactly_one_event", "lost event"), ("counter_does_not_drift", "leaked slot")] {
            assert!(found.contains(&expected), "{kinds:?}: {found:?}");
        }
        for promise in
            [Promise::ExactlyOneEvent, Promise::CounterDoesNotDrift, Promise::EveryFailureIsAnnounced]
        {
            let path = shortest(&subject, promise as usize, &mut Unlimited).expect("a counterexample");
            let outcome = path.run(&subject);
            assert_eq!((outcome.steps, outcome.at_rest), (steps, true), "{kinds:?} {promise}");
        }
    }
}

#[test]
fn gated_releases_twice_when_the_client_itself_repeats_a_decrement() {
    let settings =
        |times| Situation { callers: 1, faults: 1, kinds: LOST, given: attempts(times), ..usual() };
    let doubled = ("counter_does_not_drift", "double release");
    assert!(broken(&search(&scenario("fail-task", "gated", &settings(3)), Reduce::ALL)).contains(&doubled));
    assert!(!broken(&search(&scenario("fail-task", "gated", &settings(1)), Reduce::ALL)).contains(&doubled));
}

/// All faults of all kinds, two in a run (and one in a whole task, unless more is asked for), three callers where there are callers, six attempts where there are attempts.
#[test]
fn atomic_holds_every_promise_in_the_whole_default_bound() {
    for scene in SCENES {
        let faults = scene.faults;
        let found = search(&scenario(scene.name, "atomic", &Situation { faults, ..usual() }), Reduce::ALL);
        assert!(found.complete && found.finished > 0, "{}", scene.name);
        assert!(found.broken.is_empty(), "{}: {:?}", scene.name, broken(&found));
        let reads =
            !["fail-task", "hydrate-context", "start-session", "admission", "fan-out"].contains(&scene.name);
        // The store refuses nothing for reasons of its own, and its batches are atomic.
        let kinds = scene.kinds(Faults::ALL).without(Faults::of(&[Fault::Refused, Fault::TornBatch]));
        for fault in kinds.iter().filter(|fault| *fault != Fault::StaleRead || reads) {
            assert!(found.faults.contains(fault), "{}: {fault} never happened", scene.name);
        }
        println!("{}: {} runs, {} states", scene.name, found.executions, found.states);
    }
}

/// A policy that gives up after one attempt lets one rejected write lose the failure: no code can help that, and the
/// check says so.
#[test]
fn even_atomic_loses_a_failure_whose_only_attempt_is_rejected() {
    let settings = Situation { retries: 0, faults: 1, given: attempts(1), ..usual() };
    let found = broken(&search(&scenario("hydrate-context", "atomic", &settings), Reduce::ALL));
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [("every_failure_is_announced", "dropped failure")]);
}

#[test]
fn every_specimen_breaks_exactly_the_promises_that_it_names_and_what_ships_breaks_none() {
    let request = Request {
        catalogue: catalogue(),
        cases: catalogue().cases.iter().collect(),
        asked: catalogue().usual.clone(),
        search: Search::Exhaustive(Exhaustive::default()),
        specimens: Specimens::BreakExactlyTheirs,
        troubles: true,
        observed: true,
        budget: Budget::time(Duration::from_secs(24 * 60 * 60)),
        at_once: usize::MAX,
    };
    let report = check(&request, &Silent).expect("it has a meaning");
    for variant in VARIANTS {
        let results = report.of(variant.name).flat_map(|searched| &searched.broken);
        let troubles = report.troubles.iter().filter(|trouble| trouble.variant == variant.name);
        let broken: BTreeSet<&str> = results
            .map(|broken| broken.promise.as_str())
            .chain(troubles.flat_map(|trouble| trouble.broken.keys().map(String::as_str)))
            .collect();
        let named: BTreeSet<&str> = report
            .asked
            .variant(variant.name)
            .expect("asked for")
            .breaks
            .iter()
            .map(String::as_str)
            .collect();
        let is_seen = variant.is_specimen() && variant.unseen.is_none();
        assert_eq!(named.contains(AS_IF_ONCE), is_seen, "{}", variant.name);
        assert_eq!(broken, named, "{}", variant.name);
    }
    assert_eq!(report.troubles.len(), 27);
    for trouble in &report.troubles {
        assert!(trouble.complete && trouble.reached, "{trouble:?}: every kind of trouble came");
    }
    assert_eq!(judge(&report).exit, Exit::Holds);
}
