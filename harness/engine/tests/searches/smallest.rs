//! The smallest run that breaks a promise, and runs that are made smaller.
use crate::{
    exhaustive::AtMost,
    maze::{Fork, Maze, cost, state},
};
use anechoic_engine::search::{Path, Unlimited, nearest_passing, shortest, shrink};

/// Five ways to the same breach: each point says what its ways cost in faults and switches.
fn detours(taken: &[usize]) -> Option<Fork> {
    let ways = match taken {
        [] => vec![cost(1, 0), cost(0, 2), cost(0, 1), cost(0, 0), cost(0, 0)],
        // Here the switches come late.
        [3, 0] => vec![cost(0, 2)],
        [4, 0, 0] => vec![cost(0, 1)],
        [_] | [4, 0] | [3, 0, 0] => vec![cost(0, 0)],
        _ => return None,
    };
    Some(Fork { ways, state: state(&taken), ..Fork::default() })
}

fn arrived(taken: &[usize]) -> bool {
    matches!(taken, [0..=2, 0] | [3 | 4, 0, 0, 0])
}

#[test]
fn the_smallest_run_has_the_fewest_faults_then_switches_then_steps() {
    let maze = Maze::new(detours, arrived);
    assert_eq!(shortest(&maze, 0, &mut Unlimited), Some(Path(vec![2, 0])));
    assert_eq!(shortest(&maze, 1, &mut Unlimited), None, "nothing breaks that");
    assert_eq!(shortest(&maze, 0, &mut AtMost(2)), None, "the watch ended it before");
}

/// 2^60 runs, and 61 states.
#[test]
fn a_known_state_is_not_looked_at_again() {
    let far = |taken: &[usize]| {
        let fork = Fork { ways: vec![cost(0, 0), cost(0, 1)], state: state(&taken.len()), ..Fork::default() };
        (taken.len() < 60).then_some(fork)
    };
    let maze = Maze::new(far, |taken| taken.len() == 60);
    assert_eq!(shortest(&maze, 0, &mut AtMost(10_000)), Some(Path(vec![0; 60])));
}

/// Ten points with four ways each, of which the later ones cost more.
fn paved(taken: &[usize]) -> Option<Fork> {
    let ways = vec![cost(0, 0), cost(0, 1), cost(1, 0), cost(1, 1)];
    (taken.len() < 10).then(|| Fork { ways, ..Fork::default() })
}

fn shrunk(breaks: fn(&[usize]) -> bool, path: &[u32]) -> Vec<u32> {
    let small = shrink(&Maze::new(paved, breaks), 0, Path(path.to_vec()), &mut AtMost(10_000));
    // The breach ends the run that counts; the rest goes along the first way.
    let used = small.0.iter().rposition(|way| *way > 0).map_or(0, |last| last + 1);
    small.0[..used].to_vec()
}

#[test]
fn what_is_not_needed_for_the_breach_is_left_out() {
    let one_fault = |taken: &[usize]| taken.contains(&2);
    assert_eq!(shrunk(one_fault, &[3, 1, 0, 2, 1, 3, 2]), [2]);
    assert_eq!(shrunk(one_fault, &[4, 9, 2]), [2], "nor what is not there");
    let a_switch_and_then_a_fault =
        |taken: &[usize]| taken.iter().position(|way| *way == 1).is_some_and(|at| taken[at..].contains(&2));
    assert_eq!(shrunk(a_switch_and_then_a_fault, &[0, 3, 1, 3, 0, 0, 2]), [1, 2]);
}

#[test]
fn a_way_is_replaced_by_an_earlier_one_where_that_will_do() {
    assert_eq!(shrunk(|taken| taken.iter().any(|way| *way > 0), &[3]), [1]);
    assert_eq!(shrunk(|taken| taken.len() == 3, &[3, 2, 1]), []);
}

/// One of a pair alone does not help.
#[test]
fn what_must_go_together_goes_together() {
    fn pairs(taken: &[usize]) -> bool {
        taken.iter().filter(|way| **way == 3).count() % 2 == 0 && taken.contains(&1)
    }
    assert_eq!(shrunk(pairs, &[3, 3, 0, 3, 3, 1]), [1]);
    let whole = |taken: &[usize]| taken.len() == 10 && pairs(taken);
    assert_eq!(shrunk(whole, &[1, 0, 0, 0, 0, 0, 0, 0, 3, 3]), [1], "at the very end, too");
}

#[test]
fn a_run_that_breaks_nothing_and_one_that_may_not_be_tried_stay_as_they_are() {
    let path = Path(vec![3, 2, 1]);
    assert_eq!(shrink(&Maze::harmless(paved), 0, path.clone(), &mut AtMost(100)), path);
    let maze = Maze::new(paved, |taken| taken.len() == 10);
    assert_eq!(shrink(&maze, 0, path, &mut AtMost(0)).0, [3, 2, 1, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn the_nearest_passing_run_parts_as_late_as_it_can() {
    // Three forks of three ways; what begins with 1, or ends with 2, breaks.
    let fork = |taken: &[usize]| (taken.len() < 3).then(|| Fork::of(3));
    let maze = Maze::new(fork, |taken| taken.first() == Some(&1) || taken.get(2) == Some(&2));
    assert_eq!(nearest_passing(&maze, &Path(vec![0, 1, 2]), &mut Unlimited), Some(Path(vec![0, 1, 0])));
    assert_eq!(nearest_passing(&maze, &Path(vec![1, 0, 0]), &mut Unlimited), Some(Path(vec![0])));
    let hopeless = Maze::new(fork, |taken| !taken.is_empty());
    assert_eq!(nearest_passing(&hopeless, &Path(vec![0, 0, 0]), &mut Unlimited), None);
    assert_eq!(
        nearest_passing(&maze, &Path(vec![0, 1, 2]), &mut AtMost(0)),
        None,
        "the watch ended it before"
    );
}
