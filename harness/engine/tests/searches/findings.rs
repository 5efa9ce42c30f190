//! What several searches found, put together.
use anechoic_engine::{
    Breaches, Coverage, Fault, Faults, Operation,
    search::{Covered, Findings, Path},
};
use std::collections::BTreeMap;

fn written(times: u64) -> Coverage {
    let can = Faults::of(&[Fault::Rejected]);
    BTreeMap::from([(
        Operation { name: "write".into(), can },
        BTreeMap::from([(None, times), (Some(Fault::Rejected), 1)]),
    )])
}

fn found(executions: u64, complete: bool, faults: u32) -> Findings {
    Findings {
        executions,
        complete,
        finished: executions / 2,
        states: executions * 3,
        longest: executions as u32,
        covered: Some(Covered { faults: Some(faults), few_switches: None }),
        happened: executions,
        coverage: written(executions),
        broken: BTreeMap::from([((0, "lost".into()), Path(vec![faults]))]),
        end_states: [u128::from(executions)].into_iter().collect(),
        ..Findings::default()
    }
}

#[test]
fn what_two_bounds_show_is_added_up_and_covered_is_what_both_have_covered() {
    let mut both = Findings::of_no_bound();
    both.join(found(4, true, 2));
    assert_eq!((both.complete, both.covered), (true, found(4, true, 2).covered), "the first alone");
    both.join(found(10, true, 1));
    assert!(both.complete);
    assert_eq!((both.executions, both.finished, both.states, both.longest), (14, 7, 42, 10));
    assert_eq!((both.happened, both.end_states.len()), (4 | 10, 2));
    assert_eq!(both.covered, found(4, true, 2).covered, "what is complete covers everything");
    let operation = both.coverage.into_values().next().expect("one operation");
    assert_eq!((operation[&None], operation[&Some(Fault::Rejected)]), (14, 2));
    assert_eq!(both.broken[&(0, "lost".into())].0, [2], "the run that was found first");
}

#[test]
fn both_are_complete_only_if_each_is() {
    for (first, second) in [(false, true), (true, false)] {
        let mut both = Findings::of_no_bound();
        both.join(found(1, first, 0));
        both.join(found(1, second, 0));
        assert!(!both.complete);
    }
    // One that ended before its first run is incomplete, whatever comes before or after it.
    let mut both = Findings::of_no_bound();
    both.join(found(5, true, 0));
    both.join(found(0, false, 0));
    assert!(!both.complete);
}

#[test]
fn covered_is_what_each_part_has_covered_that_is_not_complete() {
    let covered = |parts: &[(bool, u32)]| {
        let mut both = Findings::of_no_bound();
        for (complete, faults) in parts {
            both.join(found(1, *complete, *faults));
        }
        both.covered.and_then(|covered| covered.faults)
    };
    assert_eq!(covered(&[(true, 0), (false, 2)]), Some(2), "the first has no run with more faults");
    assert_eq!(covered(&[(false, 2), (true, 0)]), Some(2));
    assert_eq!(covered(&[(false, 2), (true, 3), (false, 1)]), Some(1));
    let mut both = Findings::of_no_bound();
    both.join(found(1, false, 2));
    both.join(Findings::default());
    assert_eq!(both.covered, None, "one part that was not begun has covered nothing");
}

#[test]
fn each_promise_and_word_is_reported_once_and_a_happening_by_its_position() {
    let mut breaches = Breaches::default();
    for (promise, word) in [(0, "lost"), (0, "lost"), (0, "duplicate"), (1, "lost")] {
        breaches.report(promise, word, || unreachable!("nobody reads it"));
    }
    assert!(!breaches.is_clean());
    breaches.happens(3);
    breaches.happens(0);
    let text = format!("{breaches:?}");
    assert_eq!((text.matches("Breach {").count(), text.contains("happened: 9")), (3, true), "{text}");
}
