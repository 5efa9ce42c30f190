//! temporary
use anechoic::search::*;
use anechoic_cli::*;
fn main() {
    let t0 = std::time::Instant::now();
    for k in [2, 3, 4] {
        let s = TaskScenario::new(Scene::named("fail-task").unwrap(), Variant::named("unguarded").unwrap(), &Settings { callers: k, faults: 0, retries: 0, ..Settings::default() });
        for r in [Reduce::Nothing, Reduce::States] {
            let t = std::time::Instant::now();
            let f = exhaustive(&s, r, true, &mut Unlimited);
            println!("{k} {r:?} {} {} {:?} ends {} {:?}", f.executions, f.states, t.elapsed(), f.end_states.len(), f.broken.keys());
        }
    }
    for scene in SCENES { for v in VARIANTS { for faults in 0..=2 {
        let s = TaskScenario::new(scene, v, &Settings{faults, ..Settings::default()});
        let t = std::time::Instant::now();
        let f = exhaustive(&s, Reduce::States, false, &mut Unlimited);
        println!("{} {} {faults}: {} {} longest {} {:?} {:?}", scene.name, v.name, f.executions, f.states, f.longest, t.elapsed(), f.broken.keys());
    }}}
    println!("{:?}", t0.elapsed());
}
