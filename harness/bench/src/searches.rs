//! How long large searches take, on one thread and on two.
use crate::ours::large;
use anechoic::search::{Exhaustive, Unlimited};
use std::time::Instant;

/// Searches that take seconds: a scenario, callers and faults.
const SEARCHES: [(&str, usize, u32); 4] =
    [("cancel-race", 3, 3), ("cancel-race", 5, 3), ("cancel-race", 8, 3), ("whole-task", 1, 2)];

/// Makes each on one thread and then on two, all of it.
pub(crate) fn measure() {
    println!(
        "{:<34}{:>8}{:>12}{:>12}{:>9}{:>10}{:>9}",
        "search", "threads", "runs", "states", "time", "µs a run", "faster"
    );
    for search in SEARCHES {
        let mut alone = None;
        for threads in [1, 2] {
            // What is known of a state in one search must not speed up another.
            let (name, subject) = large(search);
            let began = Instant::now();
            let how = Exhaustive { threads, ..Exhaustive::default() };
            let found = how.search(&subject, &mut Unlimited);
            let seconds = began.elapsed().as_secs_f64();
            assert!(found.complete, "nothing ends it early");
            let (runs, states) = (found.executions, found.states);
            let each = seconds * 1e6 / runs as f64;
            let faster = *alone.get_or_insert(seconds) / seconds;
            println!(
                "{name:<34}{threads:>8}{runs:>12}{states:>12}{:>9}{each:>10.2}{:>9}",
                format!("{seconds:.1} s"),
                format!("{faster:.2}")
            );
        }
    }
}
