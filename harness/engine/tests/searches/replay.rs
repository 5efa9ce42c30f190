//! A recorded run is made again, or it is said where it departs from its record.
use crate::maze::{Fork, Maze};
use anechoic_engine::{
    Pick, Source, Subject,
    search::{Diverged, Path, Replay, Tape},
};
use std::sync::atomic::Ordering;

/// Three points; at the second there is only one way.
fn gates() -> Maze<impl Fn(&[usize]) -> Option<Fork> + Sync> {
    Maze::harmless(|taken: &[usize]| [3, 1, 2].get(taken.len()).map(|ways| Fork::of(*ways)))
}

fn replay(labels: &[&str]) -> Result<(), Diverged> {
    let labels: Vec<String> = labels.iter().map(ToString::to_string).collect();
    let mut replay = Replay::new(&labels);
    gates().run(&mut replay);
    replay.finish()
}

#[test]
fn a_run_is_made_again_by_the_labels_of_its_choices() {
    assert_eq!(replay(&["way 2", "way 1"]), Ok(()));
    let offered = |ways: usize| (0..ways).map(|way| format!("way {way}")).collect::<Vec<String>>();
    let other = Diverged { at: 2, recorded: Some("way 7".into()), offered: offered(2) };
    assert_eq!(replay(&["way 2", "way 7"]), Err(other));
    assert_eq!(replay(&["way 2"]), Err(Diverged { at: 2, recorded: None, offered: offered(2) }));
    let left_over = Diverged { at: 3, recorded: Some("way 0".into()), offered: Vec::new() };
    assert_eq!(replay(&["way 0", "way 0", "way 0", "way 0"]), Err(left_over));
}

#[test]
fn a_run_is_made_again_by_its_ways_and_then_goes_on_along_the_first() {
    let maze = Maze::new(|taken| (taken.len() < 3).then(|| Fork::of(3)), |taken| taken == [2, 1, 0]);
    let outcome = Path(vec![2, 1]).run(&maze);
    assert_eq!((outcome.steps, outcome.breaches.len(), outcome.at_rest), (3, 1, true));
    assert_eq!(maze.made[2].load(Ordering::Relaxed), 0, "nobody asks for ends or for coverage");
    assert_eq!(Path(vec![2, 1]).replay(&maze).0.breaches, outcome.breaches);
}

/// The ways that a tape takes at points with so many.
fn tape(bytes: &[u8], ways: &[usize]) -> Vec<usize> {
    let mut tape = Tape::new(bytes);
    let mut taken = Vec::new();
    for ways in ways {
        let Pick::Take(way) = tape.pick(&Fork::of(*ways)) else { unreachable!("a tape never ends a run") };
        taken.push(way);
    }
    taken
}

#[test]
fn a_tape_spends_a_byte_where_there_is_a_choice_and_two_where_there_are_many_ways() {
    assert_eq!(tape(&[5, 9, 4], &[3, 1, 256, 2, 2]), [2, 0, 9, 0, 0], "then the first way everywhere");
    assert_eq!(tape(&[1, 3, 7], &[1000, 10]), [259, 7]);
    assert_eq!(tape(&[3, 232, 1], &[1000, 2]), [0, 1], "1000 of 1000 is the first again");
    assert_eq!(tape(&[2, 2], &[600]), [514]);
}
