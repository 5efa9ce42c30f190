//! How much memory a search takes for each state that it meets.
use crate::measure::peak;
use anechoic::{
    Situation,
    search::{Exhaustive, Unlimited},
};
use anechoic_task_cases::{Scene, TaskScenario, Variant, usual};

/// Searches whose states are many; each takes some seconds.
const SEARCHES: [(&str, usize, u32); 3] =
    [("cancel-race", 4, 2), ("cancel-race", 5, 3), ("whole-task", 1, 2)];

/// Searches one after the other in this process, so a later one needs more than those before it.
pub(crate) fn measure() {
    println!("{:<34}{:>12}{:>10}{:>16}", "search", "states", "KiB", "bytes a state");
    for (scene, callers, faults) in SEARCHES {
        let scene = Scene::named(scene).expect("a scenario");
        let atomic = Variant::named("atomic").expect("a variant");
        let settings = Situation { callers, faults, ..usual() };
        let subject = TaskScenario::open(scene, atomic, &settings).expect("nothing strange is given");
        let before = peak();
        let found = Exhaustive::default().search(&subject, &mut Unlimited);
        let (states, grown) = (found.states, peak() - before);
        let each = grown as f64 * 1024.0 / states as f64;
        let name = format!("{}, {callers} callers, {faults} faults", scene.name);
        println!("{name:<34}{states:>12}{grown:>10}{each:>16.1}");
    }
}
