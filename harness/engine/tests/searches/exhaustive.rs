//! The search makes the runs that a pencil counts.
use crate::maze::{Fork, Maze, cost, deed, state};
use anechoic_engine::{
    Faults, Subject, Way,
    search::{Ahead, Collect, Covered, Exhaustive, Findings, Reduce, Shard, Unlimited, Watch, count},
};
use std::sync::atomic::Ordering;

const NAIVELY: Reduce = Reduce::NOTHING;
const STATES: Reduce = Reduce { states: true, ..Reduce::BEGINNINGS };
pub(crate) const SLEEP: Reduce = Reduce { sleep: true, ..Reduce::BEGINNINGS };

fn search(subject: &dyn Subject, reduce: Reduce) -> Findings {
    let ends = Collect { end_states: true, coverage: false };
    Exhaustive { collect: ends, ..Exhaustive::reduce(reduce) }.search(subject, &mut Unlimited)
}

/// Two ways at each of so many points.
fn doors(points: usize) -> impl Fn(&[usize]) -> Option<Fork> + Sync {
    move |taken| (taken.len() < points).then(|| Fork::of(2))
}

#[test]
fn the_naive_search_makes_every_run_once_and_says_how_it_was() {
    let maze =
        Maze::new(|taken| (taken.len() < 3).then(|| Fork::of(taken.len() + 1)), |taken| taken == [0, 1]);
    let found = search(&maze, NAIVELY);
    assert_eq!((found.executions, found.finished, found.end_states.len()), (6, 6, 6), "1 · 2 · 3");
    assert_eq!((found.longest, found.faults, found.states, found.complete), (3, Faults::NONE, 0, true));
    assert!(found.breaks(0) && found.words(0).eq(["broken"]) && !found.breaks(1));
    assert_eq!(found.broken[&(0, "broken".into())].0, [0, 1, 0], "the first run that breaks it");
    assert_eq!(maze.made[1].load(Ordering::Relaxed), 0, "and nobody keeps states for it");
    assert!(maze.sometimes().is_empty(), "a subject need not say what must happen");
}

#[test]
fn a_bare_search_asks_for_nothing_that_costs_time() {
    let maze = Maze::harmless(doors(3));
    let found = Exhaustive::reduce(NAIVELY).search(&maze, &mut Unlimited);
    assert_eq!((found.executions, maze.made[2].load(Ordering::Relaxed)), (8, 0));
    assert!(found.end_states.is_empty());
}

#[test]
fn a_search_may_end_with_the_fewest_faults_that_break_a_promise() {
    let thrice = |taken: &[usize]| {
        let faults = taken.iter().sum::<usize>() as u32;
        (taken.len() < 3).then(|| Fork { ways: vec![cost(0, 0), cost(1, 0)], faults, ..Fork::default() })
    };
    let maze = Maze::new(thrice, |taken| taken == [0, 0, 1]);
    let how = Exhaustive { ends_when_broken: true, ..Exhaustive::reduce(SLEEP) };
    let found = how.search(&maze, &mut Unlimited);
    assert_eq!((found.executions, found.complete, found.breaks(0)), (1 + 4, false, true));
    assert_eq!(found.covered, Some(Covered { faults: Some(1), few_switches: None }));
    assert!(how.search(&Maze::harmless(thrice), &mut Unlimited).complete, "nothing is broken");
}

/// The n-th pass makes the runs with at most n faults: of 3 points 1, then 1 + 3, then 1 + 3 + 3, then all 8.
#[test]
fn a_search_goes_from_fewer_faults_to_more_and_names_what_it_has_covered() {
    let maze = Maze::harmless(|taken: &[usize]| {
        let faults = taken.iter().sum::<usize>() as u32;
        (taken.len() < 3).then(|| Fork {
            ways: vec![cost(0, 0), cost(1, 0)],
            faults,
            state: state(&taken),
            ..Fork::default()
        })
    });
    let found = search(&maze, STATES);
    assert_eq!((found.executions, found.complete), (1 + 4 + 7 + 8, true));
    assert_eq!(found.covered, Some(Covered { faults: Some(3), few_switches: None }));
    let stopped = Exhaustive::reduce(STATES).search(&maze, &mut AtMost(1 + 4 + 3));
    assert_eq!((stopped.executions, stopped.complete), (8, false));
    assert_eq!(stopped.covered, Some(Covered { faults: Some(1), few_switches: None }));
}

#[test]
fn what_follows_a_known_state_is_not_made_again() {
    // At each point, only how many second ways were taken matters: 1 + 2 + 3 + 4 states before the last step.
    let maze = Maze::harmless(|taken: &[usize]| {
        let seen = (taken.len(), taken.iter().sum::<usize>());
        (taken.len() < 4).then(|| Fork { state: state(&seen), ..Fork::of(2) })
    });
    let found = search(&maze, STATES);
    assert_eq!((found.states, found.finished), (10, 8), "two runs end after each of the last four states");
    assert_eq!((search(&maze, NAIVELY).executions, count(&maze)), (16, Some(16)));
}

/// One fault is all there is: it may come before the state, or after it.
#[test]
fn a_state_that_is_met_with_fewer_faults_than_before_is_searched_again() {
    let once = |taken: &[usize]| {
        let (ways, faults) = match taken {
            [] => (vec![cost(1, 0), cost(0, 0)], 0),
            [0] => (vec![cost(0, 0)], 1),
            [1] => (vec![cost(0, 0), cost(1, 0)], 0),
            _ => return None,
        };
        Some(Fork { ways, faults, state: state(&taken.len()), ..Fork::default() })
    };
    assert!(search(&Maze::new(once, |taken| taken == [1, 1]), STATES).breaks(0));
}

#[test]
fn runs_are_counted_without_being_made_only_where_states_can_be_told_apart() {
    let far = Maze::harmless(|taken: &[usize]| {
        (taken.len() < 100).then(|| Fork { state: state(&taken.len()), ..Fork::of(2) })
    });
    assert_eq!(count(&far), Some(1 << 100));
    let farther = Maze::harmless(|taken: &[usize]| {
        (taken.len() < 128).then(|| Fork { state: state(&taken.len()), ..Fork::of(2) })
    });
    assert_eq!(count(&farther), None, "more than fit");
    assert_eq!(count(&Maze::harmless(doors(2))), None, "no states");
}

/// Actors that each do one thing, which nothing else depends on.
pub(crate) fn independent(actors: usize) -> impl Fn(&[usize]) -> Option<Fork> + Sync {
    move |taken| {
        let mut left: Vec<usize> = (0..actors).collect();
        for way in taken {
            left.remove(*way);
        }
        let ways: Vec<Way> = left.into_iter().map(|actor| deed(actor, 1)).collect();
        (!ways.is_empty()).then(|| Fork { ways, apart: true, ..Fork::default() })
    }
}

/// Of two actors beyond the eighth, either goes first.
#[test]
fn actors_that_never_conflict_make_one_run_and_those_beyond_the_eighth_do_not_sleep() {
    for (actors, runs) in [(1, 1), (3, 1), (9, 1), (10, 2)] {
        let found = search(&Maze::harmless(independent(actors)), SLEEP);
        assert_eq!((found.finished, found.complete), (runs, true), "{actors} actors");
    }
}

#[test]
fn an_actor_that_sleeps_may_still_do_something_else() {
    let maze = Maze::harmless(|taken: &[usize]| {
        let ways = match taken {
            [] => vec![deed(0, 0), deed(1, 0)],
            [0] => vec![deed(1, 0)],
            [1] => vec![deed(0, 0), deed(0, 1)],
            _ => return None,
        };
        Some(Fork { ways, apart: true, ..Fork::default() })
    });
    let found = search(&maze, SLEEP);
    assert_eq!(
        (found.finished, found.end_states.len()),
        (2, 2),
        "one order of the first deeds, and the other deed"
    );
}

/// 64 branches of depth 6 are opened to 32 of depth 6, with 16 runs each, and 64 of depth 7, with 8; dealt to three.
#[test]
fn shards_are_disjoint_complete_and_of_about_the_same_size() {
    let parts = |maze: &dyn Subject, of| {
        let part = |number| {
            let ends = Collect { end_states: true, coverage: false };
            let shard = Some(Shard { number, of });
            let part = Exhaustive { collect: ends, shard, ..Exhaustive::reduce(NAIVELY) };
            part.search(maze, &mut Unlimited)
        };
        (1..=of).map(part).collect::<Vec<Findings>>()
    };
    let doors = Maze::harmless(doors(10));
    let even = parts(&doors, 3);
    assert!(even.iter().map(|part| part.executions).eq([344, 344, 336]));
    let ends = even.iter().flat_map(|part| &part.end_states).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(ends.len(), 1024);
    // A ladder of 200 rungs, from each of which one may step down: 63 such branches, and the one that goes on.
    let ladder =
        Maze::harmless(|taken: &[usize]| (taken.len() < 200 && !taken.contains(&1)).then(|| Fork::of(2)));
    assert!(parts(&ladder, 2).iter().map(|part| part.executions).eq([169, 32]));
}

/// Of 3 · 2^13 runs that are all alike, the estimate is right from the start; and so it is of each pass over 2^10 of them.
#[test]
fn how_many_runs_there_will_be_is_known_where_all_ways_are_alike() {
    let maze = Maze::harmless(|taken: &[usize]| {
        (taken.len() < 14).then(|| Fork::of(if taken.is_empty() { 3 } else { 2 }))
    });
    for made in [1, 2, 3, 4096, 2 * 4096 + 1] {
        let stopped = Exhaustive::reduce(NAIVELY).search(&maze, &mut AtMost(made));
        let ahead = Some(Ahead { faults: None, executions: 3 << 13 });
        assert_eq!((stopped.executions, stopped.ahead), (made, ahead));
    }
    let maze = Maze::harmless(doors(10));
    let stopped = Exhaustive::reduce(STATES).search(&maze, &mut AtMost(100));
    assert_eq!(stopped.ahead, Some(Ahead { faults: Some(0), executions: 1 << 10 }));
}

/// A ladder of 30 rungs, from each of which one may step down, is gone from its top: after n of its 31 runs, 2^(n-31) of all seems to
/// be done, as each rung has half of what is left.
#[test]
fn where_ways_are_not_alike_the_estimate_is_too_high_and_comes_down() {
    let ladder =
        Maze::harmless(|taken: &[usize]| (taken.len() < 30 && !taken.contains(&1)).then(|| Fork::of(2)));
    for (made, estimate) in [(1, 1 << 30), (2, 1 << 30), (4, 4 << 27), (8, 8 << 23), (16, 16 << 15)] {
        let stopped = Exhaustive::reduce(NAIVELY).search(&ladder, &mut AtMost(made));
        assert_eq!(stopped.ahead, Some(Ahead { faults: None, executions: estimate }), "after {made}");
    }
}

/// Of a part of a bound, its own runs are estimated, each beginning that it was dealt taken for as much as any other: of two parts of 2^10
/// runs, each has 32 beginnings of 16.
#[test]
fn of_a_part_its_own_runs_are_estimated() {
    let maze = Maze::harmless(doors(10));
    let shard = Some(Shard { number: 1, of: 2 });
    for made in [64, 256] {
        let stopped = Exhaustive { shard, ..Exhaustive::reduce(NAIVELY) }.search(&maze, &mut AtMost(made));
        assert_eq!(stopped.ahead, Some(Ahead { faults: Some(0), executions: 512 }));
    }
}

/// What several threads have done is told together; of runs that are all alike, the estimate is right whoever has made which.
#[test]
fn how_many_runs_several_threads_will_make_is_known_where_all_ways_are_alike() {
    let maze = Maze::harmless(doors(16));
    let mut seen = Estimates::default();
    let made = Exhaustive { threads: 3, ..Exhaustive::reduce(NAIVELY) }.search(&maze, &mut seen);
    assert_eq!(made.executions, 1 << 16);
    let Estimates(seen) = seen;
    assert!(seen.iter().all(|estimate| (estimate - (1 << 16)).abs() <= 1), "{seen:?}");
}

/// What remains by the estimates, and what was made then.
#[derive(Default)]
struct Estimates(Vec<i64>);

impl Watch for Estimates {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        self.0.extend(so_far.ahead.map(|ahead| ahead.executions as i64));
        true
    }
}

/// As many runs as this.
pub(crate) struct AtMost(pub(crate) u64);

impl Watch for AtMost {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        so_far.executions < self.0
    }
}
