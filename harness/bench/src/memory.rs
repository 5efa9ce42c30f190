//! How much memory a search takes for each state that it meets.
use crate::{measure::peak, ours::large};
use anechoic::search::{Exhaustive, Unlimited};

/// Searches whose states are many; each takes some seconds.
const SEARCHES: [(&str, usize, u32); 3] =
    [("cancel-race", 4, 2), ("cancel-race", 5, 3), ("whole-task", 1, 2)];

/// Searches one after the other in this process, so a later one needs more than those before it.
pub(crate) fn measure() {
    println!("{:<34}{:>12}{:>10}{:>16}", "search", "states", "KiB", "bytes a state");
    for search in SEARCHES {
        let (name, subject) = large(search);
        let before = peak();
        let found = Exhaustive::default().search(&subject, &mut Unlimited);
        let (states, grown) = (found.states, peak() - before);
        let each = grown as f64 * 1024.0 / states as f64;
        println!("{name:<34}{states:>12}{grown:>10}{each:>16.1}");
    }
}
