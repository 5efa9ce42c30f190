//! Anechoic.
use crate::{
    measure::{Goal, Said},
    subject::Variant,
};
use anechoic::search::{Exhaustive, Findings, Reduce, Watch};
use anechoic::{Situation, Subject};
use anechoic_task_cases::{Scene, TaskScenario, Variant as Version, usual};

/// What ships, with so many callers and faults, and what that is called: a search of it takes seconds.
pub(crate) fn large((scene, callers, faults): (&str, usize, u32)) -> (String, impl Subject) {
    let scene = Scene::named(scene).expect("a scenario");
    let atomic = Version::named("atomic").expect("a variant");
    let settings = Situation { callers, faults, ..usual() };
    let subject = TaskScenario::open(scene, atomic, &settings).expect("nothing strange is given");
    (format!("{}, {callers} callers, {faults} faults", scene.name), subject)
}

/// Stops at the first broken promise, if that is the goal.
struct Until(Goal);

impl Watch for Until {
    fn go_on(&mut self, so_far: &Findings) -> bool {
        self.0 == Goal::Exhaust || so_far.broken.is_empty()
    }
}

pub(crate) fn measure(tool: &str, variant: Variant, callers: usize, goal: Goal) -> Said {
    let scene = Scene::named("fail-task").expect("a scenario");
    let version = Version::named(variant.name()).expect("a variant");
    let settings = Situation { callers, faults: 0, retries: 0, ..usual() };
    let subject = TaskScenario::open(scene, version, &settings).expect("nothing strange is given");
    let how = match tool {
        "naive" => Exhaustive::reduce(Reduce::NOTHING),
        "every-run" => Exhaustive::reduce(Reduce::BEGINNINGS),
        "reduced" => Exhaustive::default(),
        _ => Exhaustive { threads: 2, ..Exhaustive::default() },
    };
    let found = how.search(&subject, &mut Until(goal));
    let Findings { executions, states, complete: exhausted, .. } = found;
    Said { executions, states, exhausted, found: !found.broken.is_empty() }
}
