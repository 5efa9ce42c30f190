//! A level with over a million runs is interrupted for the runs with few context switches, if they are few.
use crate::maze::{Fork, Maze, cost, deed, state};
use anechoic_engine::{
    Cost, Way,
    search::{Covered, Exhaustive, Findings, Reduce, Unlimited, Watch},
};

/// 32^4 runs, of which one has no switch. And then two actors that each do one thing, whose order does not matter; only
/// who begins with the second need not switch.
fn large(taken: &[usize]) -> Option<Fork> {
    let switching = |way| Way { cost: Cost { faults: 0, switches: 1 }, ..way };
    let ways = match taken {
        [] => vec![Way::default(); 2],
        [1] => vec![deed(0, 0), deed(1, 0)],
        [1, 0] => vec![switching(deed(1, 0))],
        [1, 1] => vec![deed(0, 0)],
        [0, rest @ ..] if rest.len() < 4 => (0..32).map(|way| cost(0, u32::from(way > 0))).collect(),
        _ => return None,
    };
    Some(Fork { ways, state: state(&taken), apart: true, ..Fork::default() })
}

/// Ends the search as soon as this much is covered, or after so many runs.
struct Until(Covered, u64);

impl Watch for Until {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        so_far.covered != Some(self.0) && so_far.executions < self.1
    }
}

fn search(reduce: Reduce, switches: u32) -> Findings {
    let maze = Maze::new(large, |taken| matches!(taken, [1, 0, 0] | [1, 1, 0]));
    let covered = Covered { faults: None, few_switches: Some((0, switches)) };
    Exhaustive::reduce(reduce).search(&maze, &mut Until(covered, 1_020_000))
}

#[test]
fn first_come_the_runs_without_a_switch_then_those_with_one_and_with_two() {
    for switches in [0, 2] {
        let found = search(Reduce { symmetry: false, ..Reduce::ALL }, switches);
        assert_eq!(found.covered.and_then(|covered| covered.few_switches), Some((0, switches)));
        assert!(found.breaks(0) && !found.complete, "the run without a switch is not left to the other");
        assert!(found.executions < 1_010_000, "{} runs", found.executions);
    }
}

/// Without known states, the runs with few switches would be as many again.
#[test]
fn where_states_are_not_told_apart_the_level_goes_on() {
    let found = search(Reduce { sleep: true, ..Reduce::BEGINNINGS }, 0);
    assert_eq!((found.covered, found.executions), (None, 1_020_000));
}

/// The threads of the level wait meanwhile.
#[test]
fn so_they_do_on_several_threads() {
    let maze = Maze::new(large, |taken| matches!(taken, [1, 0, 0] | [1, 1, 0]));
    let never = Covered { faults: Some(9), few_switches: None };
    let how = Exhaustive { threads: 2, ..Exhaustive::reduce(Reduce { symmetry: false, ..Reduce::ALL }) };
    let found = how.search(&maze, &mut Until(never, 1_020_000));
    assert_eq!(found.covered.and_then(|covered| covered.few_switches), Some((0, 2)));
    assert!(found.breaks(0) && !found.complete && found.executions >= 1_020_000);
}

/// Every run of the level has no switch, so it is worth no interruption: a quarter of what was made is spent to find that out.
#[test]
fn where_few_switches_do_not_make_few_runs_the_level_goes_on() {
    let alike = |taken: &[usize]| {
        let fork = Fork { ways: vec![Way::default(); 32], state: state(&taken), ..Fork::default() };
        (taken.len() < 4).then_some(fork)
    };
    let all = 32_u64.pow(4);
    for threads in [1, 2] {
        let how = Exhaustive { threads, ..Exhaustive::reduce(Reduce { symmetry: false, ..Reduce::ALL }) };
        let found = how.search(&Maze::harmless(alike), &mut Unlimited);
        assert_eq!(
            (found.complete, found.covered),
            (true, Some(Covered { faults: Some(0), few_switches: None }))
        );
        assert!(found.executions >= all, "{} runs", found.executions);
        // Threads are asked to stop now and then.
        assert!(threads > 1 || found.executions <= all + 250_000, "{} runs", found.executions);
    }
}
