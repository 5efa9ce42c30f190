//! What is skipped would have shown nothing new: on hundreds of generated subjects, every combination of reductions
//! finds the same end states and the same broken promises as the naive search.
mod anew;
mod cells;
#[path = "../common/locks.rs"]
mod locks;
mod names;
mod programs;
mod waiting;

use anechoic_engine::{
    AS_IF_ONCE, EVERY_RUN_ENDS, Subject, Text,
    search::{Collect, Exhaustive, Findings, Reduce, Shard, Unlimited, Watch, shortest},
};
use programs::{forgetful, several, subjects};
use proptest::{
    prelude::Strategy,
    prop_assert, prop_assert_eq,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use rustc_hash::FxHashSet;
use std::{
    collections::BTreeSet,
    fmt::Debug,
    sync::atomic::{AtomicU64, Ordering},
};
use waiting::waiting;

pub(crate) const ENDS: Collect = Collect { end_states: true, coverage: false };

/// A naive search of so many runs is compared within a second.
const MOST: u64 = 6_000;

/// As many runs as the naive search gets for one subject; larger ones are left out.
struct AtMost(u64);

impl Watch for AtMost {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        so_far.executions < self.0
    }
}

fn broken(findings: &Findings) -> BTreeSet<(usize, Text)> {
    findings.broken.keys().cloned().collect()
}

/// Every combination of what a search may skip. Symmetry works on states only.
fn reductions() -> Vec<Reduce> {
    let on = [false, true];
    on.into_iter()
        .flat_map(|states| on.into_iter().map(move |symmetry| (states, symmetry)))
        .flat_map(|(states, symmetry)| {
            on.into_iter().map(move |sleep| Reduce { states, symmetry, sleep, ..Reduce::ALL })
        })
        .filter(|reduce| reduce.states || !reduce.symmetry)
        .collect()
}

/// Every reduction finds what the naive search has found, and so do two threads, and three machines with one or two.
fn agree(subject: &(impl Subject + Clone), naive: &Findings) -> Result<(), TestCaseError> {
    let how = |reduce| Exhaustive { collect: ENDS, ..Exhaustive::reduce(reduce) };
    let parts = |threads| {
        (1..=3).map(move |number| {
            let shard = Some(Shard { number, of: 3 });
            Exhaustive { threads, shard, ..how(Reduce::ALL) }
        })
    };
    let alone = reductions().into_iter().map(|reduce| vec![how(reduce)]);
    // With memory for a few states only.
    let forgetful = |threads, most_states| vec![Exhaustive { threads, most_states, ..how(Reduce::ALL) }];
    let together = [
        vec![Exhaustive { threads: 2, ..how(Reduce::ALL) }],
        parts(1).collect(),
        parts(2).collect(),
        forgetful(1, 3),
        forgetful(2, 3),
    ];
    for reduce in [Reduce::ALL, Reduce { sleep: false, ..Reduce::ALL }] {
        anew::goes_back(subject, &how(reduce))?;
    }
    for together in alone.chain(together) {
        // Each with a subject of its own: what one has found of a state must not speak for another.
        let search = |part: &Exhaustive| part.search(&subject.clone(), &mut Unlimited);
        let found: Vec<Findings> = together.iter().map(search).collect();
        let ends: FxHashSet<u128> = found.iter().flat_map(|found| &found.end_states).copied().collect();
        prop_assert!(found.iter().all(|found| found.complete));
        if let [Exhaustive { reduce: Reduce::BEGINNINGS, .. }] = &*together {
            prop_assert_eq!(found[0].executions, naive.executions, "every run is made");
        }
        prop_assert_eq!(&ends, &naive.end_states, "{:?}", together);
        let all: BTreeSet<_> = found.iter().flat_map(broken).collect();
        prop_assert_eq!(all, broken(naive), "{:?}", together);
    }
    // One promise that holds makes a smallest run be looked for in all states there are; another would do so again.
    let (broken, kept): (Vec<usize>, Vec<usize>) =
        (0..subject.promises().len()).partition(|promise| naive.breaks(*promise));
    for promise in broken.into_iter().chain(kept.into_iter().take(1)) {
        let smallest = shortest(&subject.clone(), promise, &mut Unlimited);
        prop_assert_eq!(smallest.is_some(), naive.breaks(promise), "the smallest run of {}", promise);
    }
    Ok(())
}

/// Compares so many subjects, and says how many of them were small enough, how many of these had faults, how many do not end as
/// if once, and how many do not end.
fn compare<S: Subject + Clone + Debug>(subjects: impl Strategy<Value = S>, cases: u32) -> [u64; 4] {
    let counts = [const { AtomicU64::new(0) }; 4];
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    // A fixed seed: what was compared is a fact of this version.
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    let checked = runner.run(&subjects, |subject| {
        let naively = Exhaustive { collect: ENDS, ..Exhaustive::reduce(Reduce::NOTHING) };
        let naive = naively.search(&subject, &mut AtMost(MOST));
        if !naive.complete {
            return Ok(());
        }
        let promises = subject.promises();
        let breaks = |name| {
            let at = promises.iter().position(|promise| promise.name == name);
            at.is_some_and(|at| naive.breaks(at))
        };
        let facts = [true, !naive.faults.is_empty(), breaks(AS_IF_ONCE), breaks(EVERY_RUN_ENDS)];
        for (count, is) in counts.iter().zip(facts) {
            count.fetch_add(u64::from(is), Ordering::Relaxed);
        }
        agree(&subject, &naive)
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
    counts.map(AtomicU64::into_inner)
}

#[test]
fn every_combination_of_reductions_finds_what_the_naive_search_finds() {
    let [compared, faulty, unlike, _] = compare(subjects(), 1650);
    println!("{compared} subjects compared, {faulty} of them with faults; the others were too large");
    assert!(compared >= 1200 && faulty >= 700, "{compared} compared, {faulty} with faults");
    assert!(unlike >= 300 && compared - unlike >= 300, "{unlike} do not end as if once");
}

#[test]
fn so_it_does_where_actors_have_several_requests_under_way() {
    let [compared, faulty, unlike, _] = compare(several(), 1250);
    println!("{compared} subjects compared, {faulty} of them with faults; the others were too large");
    assert!(compared >= 800 && faulty >= 400, "{compared} compared, {faulty} with faults");
    assert!(unlike >= 200 && compared - unlike >= 200, "{unlike} do not end as if once");
}

#[test]
fn so_it_does_where_names_do_not_outlive_their_invocations() {
    let [compared, faulty, ..] = compare(forgetful(), 100);
    assert!(compared >= 40 && faulty >= 40, "{compared} compared, {faulty} with faults");
}

#[test]
fn so_it_does_where_requests_wait_and_the_service_learns_of_ends_at_once() {
    waits(compare(waiting::<false>(), 800));
}

#[test]
fn so_it_does_where_the_service_learns_of_ends_late() {
    waits(compare(waiting::<true>(), 800));
}

#[track_caller]
fn waits([compared, faulty, unlike, unending]: [u64; 4]) {
    println!(
        "{compared} subjects compared, {faulty} with faults, {unlike} not as if once, {unending} wait for ever"
    );
    assert!(compared >= 500 && faulty >= 200, "{compared} compared, {faulty} with faults");
    assert!(unlike >= 60 && unending >= 100 && compared - unending >= 100, "{unlike} and {unending}");
}
