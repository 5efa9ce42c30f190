//! One search on several threads.
use crate::{
    exhaustive::{AtMost, SLEEP, independent},
    maze::{Fork, Maze, cost, state},
};
use anechoic_engine::search::{Collect, Exhaustive, Findings, Reduce, Unlimited, Watch};
use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

const TWO: Exhaustive = Exhaustive {
    reduce: Reduce::NOTHING,
    threads: 2,
    most_states: u64::MAX,
    shard: None,
    ends_when_broken: false,
    collect: Collect { end_states: true, coverage: false },
};

#[test]
fn together_they_make_every_run_once() {
    let maze = Maze::new(|taken| (taken.len() < 11).then(|| Fork::of(2)), |taken| taken == [1; 11]);
    for threads in [2, 3] {
        let found = Exhaustive { threads, ..TWO }.search(&maze, &mut Unlimited);
        assert_eq!((found.executions, found.finished, found.end_states.len()), (2048, 2048, 2048));
        assert_eq!((found.longest, found.complete), (11, true));
        assert_eq!(found.broken[&(0, "broken".into())].0, [1; 11]);
    }
}

#[test]
fn a_thread_that_has_nothing_to_do_is_given_a_part_of_anothers_work() {
    let at_work = Mutex::new(BTreeSet::new());
    let maze = Maze::harmless(|taken: &[usize]| {
        if taken.is_empty() {
            let mut at_work = at_work.lock().expect("whole");
            at_work.insert(format!("{:?}", thread::current().id()));
            let alone = at_work.len() < 2;
            drop(at_work);
            // Time for the other to come, as long as it has not.
            thread::sleep(Duration::from_millis(u64::from(alone)));
        }
        (taken.len() < 11).then(|| Fork::of(2))
    });
    assert_eq!(TWO.search(&maze, &mut Unlimited).executions, 2048);
    assert_eq!(at_work.into_inner().expect("whole").len(), 2);
}

/// What sleeps in one thread may not have been searched yet in another.
#[test]
fn nothing_sleeps_where_there_are_several() {
    let maze = Maze::harmless(independent(3));
    assert_eq!(Exhaustive { reduce: SLEEP, ..TWO }.search(&maze, &mut Unlimited).finished, 6);
}

/// A watch that is told how many runs were made ends the search; each thread still ends the run that it is making.
#[test]
fn they_stop_when_the_watch_says_so() {
    let maze = Maze::harmless(|taken: &[usize]| {
        if taken.is_empty() {
            thread::sleep(Duration::from_millis(1));
        }
        (taken.len() < 40).then(|| Fork::of(2))
    });
    let found = TWO.search(&maze, &mut AtMost(20));
    assert!(!found.complete && (20..100_000).contains(&found.executions), "{} runs", found.executions);
}

/// Remembers what it hears: how many runs, and how many states.
struct Hears<'h>(&'h Mutex<Vec<(u64, u64)>>);

impl Watch for Hears<'_> {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        self.0.lock().expect("whole").push((so_far.executions, so_far.states));
        true
    }
}

/// In the second pass, the watch hears of the runs of the first, and of its states.
#[test]
fn the_watch_hears_of_all_passes() {
    let (heard, made) = (Mutex::new(Vec::new()), AtomicU64::new(0));
    let of_both = |heard: &Mutex<Vec<(u64, u64)>>| {
        heard.lock().expect("whole").iter().any(|(runs, states)| *runs > 64 && *states == 64)
    };
    let maze = Maze::harmless(|taken: &[usize]| {
        // Well into the second pass, there is time for the watch to look.
        if taken.is_empty() && made.fetch_add(1, Ordering::Relaxed) == 100 {
            (0..5000).take_while(|_| !of_both(&heard)).for_each(|_| thread::sleep(Duration::from_millis(1)));
        }
        let faults = u32::from(taken.first() == Some(&1));
        let ways = vec![cost(0, 0), cost(u32::from(taken.is_empty()), 0)];
        (taken.len() < 7).then(|| Fork { ways, faults, state: state(&taken), ..Fork::default() })
    });
    let states = Reduce { states: true, ..Reduce::BEGINNINGS };
    let found = Exhaustive { reduce: states, ..TWO }.search(&maze, &mut Hears(&heard));
    assert_eq!((found.executions, found.states, found.complete), (64 + 128, 127, true));
    assert!(of_both(&heard), "{heard:?}");
    assert!(heard.into_inner().expect("whole").is_sorted(), "they become more");
}
