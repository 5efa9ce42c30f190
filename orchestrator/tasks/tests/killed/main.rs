//! The real process is killed, at each of its operations on the file in turn and at random moments, and started again
//! until its task has ended; then what is in the file is judged. The same is done with processes that are stopped and go on
//! while others run the same task, and on a disk that fills up.
//!
//! `ANECHOIC_KILLS=1000 cargo test -p anechoic-tasks --test killed -- --nocapture` is the long form: so many kills, and a tenth
//! as many stops and refusals.
#![cfg(unix)]
mod campaign;
mod errand;
mod full;
mod stopped;
mod tally;
mod torn;

use campaign::{Campaign, Process};
use errand::Errand;
use full::SmallDisk;
use std::{
    env,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use tally::Tally;

const KILLS: &str = "ANECHOIC_KILLS";
const SEED: u64 = 55;
const TASKS_PER_DISK: u32 = 50;

/// One campaign at a time, so that the time that it takes is its own.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many kills the long form was asked for.
fn asked() -> Option<u64> {
    env::var(KILLS).map(|kills| kills.parse().expect("ANECHOIC_KILLS is a number")).ok()
}

#[test]
fn whenever_the_process_is_killed_nothing_is_lost_or_done_twice() {
    let _alone = alone();
    let (begun, asked) = (Instant::now(), asked());
    let campaign = Campaign::new(Process::Real, SEED);
    match asked {
        // A stride of 4 meets each of the three instants of an operation in turn.
        None => campaign.kill_in_turn(Errand::Blocked, 4),
        Some(_) => Errand::ALL.into_iter().for_each(|errand| campaign.kill_in_turn(errand, 1)),
    }
    let in_turn = campaign.tally().kills;
    campaign.kill_at_random(asked.unwrap_or(in_turn + 16));
    let tally = campaign.tally();
    println!("{tally}, of them {in_turn} at each operation in turn; seed {SEED}, {:.1?}", begun.elapsed());
    assert!(tally.kills >= asked.unwrap_or(40), "{tally}");
    assert!(tally.is_clean(), "{tally}");
}

#[test]
fn whenever_one_of_two_processes_is_stopped_nothing_is_lost_or_done_twice() {
    let _alone = alone();
    let (begun, asked) = (Instant::now(), asked());
    let campaign = Campaign::new(Process::Real, SEED);
    match asked {
        None => campaign.stop_in_turn(Errand::Blocked, 7),
        Some(_) => Errand::ALL.into_iter().for_each(|errand| campaign.stop_in_turn(errand, 1)),
    }
    let in_turn = campaign.tally().stops;
    campaign.stop_at_random(asked.map_or(in_turn + 40, |asked| (asked / 10).max(in_turn + 40)));
    let tally = campaign.tally();
    println!("{tally}, of them {in_turn} at each operation in turn; seed {SEED}, {:.1?}", begun.elapsed());
    assert!(in_turn > 10 && tally.stops >= in_turn + 40, "{tally}");
    assert!(tally.is_clean(), "{tally}");
}

#[test]
fn whenever_the_disk_is_full_nothing_is_lost_or_done_twice() {
    let _alone = alone();
    let refusals = asked().map_or(20, |asked| asked / 10);
    let begun = Instant::now();
    let campaign = Campaign::new(Process::Real, SEED);
    campaign.limit_at_random(refusals);
    let tally = campaign.tally();
    println!("files of limited length: {tally}; seed {SEED}, {:.1?}", begun.elapsed());
    assert!(tally.refusals >= refusals && tally.is_clean(), "{tally}");

    let (begun, mut tally) = (Instant::now(), Tally::default());
    while tally.refusals < refusals {
        let Some(disk) = SmallDisk::mount() else {
            println!("skipped: a disk that is full, since this process may not mount one");
            return;
        };
        let campaign = Campaign::at(disk.path(), Process::Real, SEED + tally.refusals);
        campaign.fill_at_random(&disk, TASKS_PER_DISK);
        tally += campaign.tally();
    }
    println!("a disk that is full: {tally}; seed {SEED}, {:.1?}", begun.elapsed());
    assert!(tally.is_clean(), "{tally}");
}

#[test]
fn a_store_that_tears_batches_is_found_out() {
    let _alone = alone();
    let campaign = Campaign::new(Process::Torn, SEED);
    campaign.kill_in_turn(Errand::Blocked, 2);
    let tally = campaign.tally();
    println!("torn on purpose: {tally}");
    assert!(tally.lost > 0 && tally.drift > 0, "{tally}");
}
