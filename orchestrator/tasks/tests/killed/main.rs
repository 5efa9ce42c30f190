//! The real process is killed, at each of its operations on the file in turn and at random moments, and started again
//! until its task has ended; then what is in the file is judged.
//!
//! `ANECHOIC_KILLS=1000 cargo test -p anechoic-tasks --test killed -- --nocapture` is the long form.
#![cfg(unix)]
mod campaign;
mod errand;
mod tally;
mod torn;

use campaign::{Campaign, Process};
use errand::Errand;
use std::{env, time::Instant};

const KILLS: &str = "ANECHOIC_KILLS";
const SEED: u64 = 55;

#[test]
fn whenever_the_process_is_killed_nothing_is_lost_or_done_twice() {
    let begun = Instant::now();
    let campaign = Campaign::new(Process::Real, SEED);
    let asked = env::var(KILLS).map(|kills| kills.parse().expect("ANECHOIC_KILLS is a number")).ok();
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
fn a_store_that_tears_batches_is_found_out() {
    let campaign = Campaign::new(Process::Torn, SEED);
    campaign.kill_in_turn(Errand::Blocked, 2);
    let tally = campaign.tally();
    println!("torn on purpose: {tally}");
    assert!(tally.lost > 0 && tally.drift > 0, "{tally}");
}
