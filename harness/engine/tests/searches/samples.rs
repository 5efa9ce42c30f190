//! Samples: by chance at every step, or by priorities that change a few times.
use crate::{
    exhaustive::AtMost,
    maze::{Fork, Maze, cost, deed},
};
use anechoic_engine::search::{Sample, Unlimited};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, atomic::Ordering},
};

#[test]
fn by_chance_every_way_is_taken_as_often_as_any_other() {
    let taken = Mutex::new(BTreeMap::new());
    let maze = Maze::harmless(|ways: &[usize]| {
        if let Some(way) = ways.first() {
            *taken.lock().expect("whole").entry(*way).or_insert(0) += 1;
        }
        ways.is_empty().then(|| Fork::of(5))
    });
    let found = Sample { runs: 1000, seed: 7, changes: None }.search(&maze, &mut Unlimited);
    assert_eq!(
        (found.executions, found.complete, found.states),
        (1000, false, 0),
        "a sample is never complete"
    );
    assert_eq!(maze.made[1].load(Ordering::Relaxed), 0, "no states are kept for it");
    let taken = taken.into_inner().expect("whole");
    assert!(taken.len() == 5 && taken.values().all(|times| (150..250).contains(times)), "{taken:?}");
}

#[test]
fn a_sample_ends_when_the_watch_says_so_and_keeps_the_run_that_broke_a_promise() {
    let maze = Maze::new(|taken| (taken.len() < 3).then(|| Fork::of(2)), |taken| taken == [1, 0, 1]);
    for changes in [None, Some(1)] {
        let sample = Sample { runs: 1000, seed: 1, changes };
        assert_eq!(sample.search(&maze, &mut AtMost(10)).executions, 10);
        assert_eq!(sample.search(&maze, &mut Unlimited).broken[&(0, "broken".into())].0, [1, 0, 1]);
    }
}

const STEPS: usize = 4;

/// Who went, in each of a number of runs in which three actors take four steps each.
fn orders(changes: u32, runs: u64) -> Vec<Vec<usize>> {
    let orders = Mutex::new(Vec::new());
    let left = |went: &[usize]| -> Vec<usize> {
        (0..3).filter(|actor| went.iter().filter(|who| *who == actor).count() < STEPS).collect()
    };
    let maze = Maze::harmless(|taken: &[usize]| {
        let mut went = Vec::new();
        for way in taken {
            went.push(left(&went)[*way]);
        }
        let ways: Vec<_> = left(&went).into_iter().map(|actor| deed(actor, 0)).collect();
        if ways.is_empty() {
            orders.lock().expect("whole").push(went);
            return None;
        }
        Some(Fork { ways, ..Fork::default() })
    });
    Sample { runs, seed: 3, changes: Some(changes) }.search(&maze, &mut Unlimited);
    orders.into_inner().expect("whole")
}

/// How often the next one to go is another although the last one could go on, and who was made to wait.
fn preempted(order: &[usize]) -> Vec<usize> {
    let ends = |actor: usize| order.iter().rposition(|who| *who == actor);
    (1..order.len())
        .filter(|at| order[*at] != order[at - 1] && ends(order[at - 1]) > Some(*at))
        .map(|at| order[at - 1])
        .collect()
}

#[test]
fn as_long_as_no_priority_changes_everybody_goes_on_until_done() {
    let orders = orders(0, 200);
    assert!(orders.iter().all(|order| preempted(order).is_empty()));
    assert_eq!(orders.into_iter().collect::<BTreeSet<_>>().len(), 6, "whoever is first, second and third");
}

#[test]
fn whoever_falls_behind_waits_for_everybody_else() {
    let orders = orders(1, 400);
    assert!(orders.iter().all(|order| preempted(order).len() <= 1));
    let behind: Vec<_> = orders.iter().filter(|order| !preempted(order).is_empty()).collect();
    assert!(behind.iter().all(|order| order.last() == preempted(order).first()));
    assert!((150..380).contains(&behind.len()), "in {} of 400 runs", behind.len());
    assert!(behind.into_iter().collect::<BTreeSet<_>>().len() > 20, "anywhere");
}

#[test]
fn who_fell_behind_first_goes_before_who_fell_behind_later() {
    let twice = orders(2, 2000).into_iter().map(|order| (preempted(&order), order));
    let twice: Vec<_> = twice.filter(|(behind, _)| behind.len() == 2 && behind[0] != behind[1]).collect();
    assert!(twice.len() > 100, "{}", twice.len());
    assert!(twice.iter().all(|(behind, order)| order.last() == Some(&behind[1])));
}

/// At each of 20 points something may go wrong. It is tried at four of them, which may be the same.
#[test]
fn faults_come_a_few_times_and_where_nothing_else_can_happen() {
    let faults = Mutex::new(Vec::new());
    let maze = Maze::harmless(|taken: &[usize]| {
        if taken.len() == 20 {
            faults.lock().expect("whole").push(taken[..19].iter().sum::<usize>());
            return None;
        }
        let ways = if taken.len() == 19 { vec![cost(1, 0)] } else { vec![cost(0, 0), cost(1, 0)] };
        Some(Fork { ways, ..Fork::default() })
    });
    Sample { runs: 300, seed: 5, changes: Some(1) }.search(&maze, &mut Unlimited);
    let faults = faults.into_inner().expect("whole");
    assert!(faults.iter().all(|faults| *faults <= 4));
    assert!(faults.iter().filter(|faults| **faults >= 2).count() > 200, "{faults:?}");
}
