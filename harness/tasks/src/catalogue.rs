//! The cases: every scenario with every version of the handlers that it shows something of.
use crate::{SCENES, Scene, TaskScenario, VARIANTS, Variant, given, observed};
use anechoic::{
    AS_IF_ONCE, About, AsIfOnce, Asked, Case, Catalogue, Fault, Faults, Situation, Subject, Text, Trouble,
    Troubles, Variant as Version,
};
use std::{collections::BTreeMap, sync::LazyLock};

/// The catalogue of the task orchestrator.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue {
        question: "Does one failure have one effect?".into(),
        scenarios: SCENES.iter().map(|scene| About::new(scene.name, scene.about)).collect(),
        variants: VARIANTS.iter().map(version).collect(),
        troubles: Troubles { about: TROUBLES.into(), kinds: troubles() },
        given: given::abouts(),
        beyond: BEYOND.into(),
        usual: bound(),
        observed: Some(observed::reproduce),
        expression: Some("anechoic_task_cases::catalogue()".into()),
        promised: Vec::new(),
        processes: None,
        ..Catalogue::new("tasks", cases())
    });
    &CATALOGUE
}

/// The bound of a check that asks for no other.
fn bound() -> Asked {
    Asked {
        callers: 1..=3,
        faults: None,
        kinds: Faults::ALL,
        retries: Some(5),
        policy: Some("aws-default".into()),
        given: BTreeMap::new(),
    }
}

/// The situation in it that has the most callers.
pub fn usual() -> Situation {
    bound().situation()
}

/// What no bound contains.
const BEYOND: &str = "other numbers of callers and retries, more faults; more tasks at once than two; a batch that is torn in \
                      itself; the clock (where no time passes, a timer may fire whenever it is armed, which covers every timing)";

fn version(variant: &Variant) -> Version {
    let is_seen = variant.is_specimen() && variant.unseen.is_none();
    let breaks = variant.breaks.iter().map(|promise| promise.name()).chain(is_seen.then_some(AS_IF_ONCE));
    Version {
        about: variant.about.into(),
        breaks: breaks.map(Text::from).collect(),
        unseen: variant.unseen.map(Text::from),
        is_brief: variant.is_brief,
        ..Version::new(variant.name)
    }
}

fn cases() -> Vec<Case> {
    let pairs = VARIANTS.iter().flat_map(|variant| SCENES.iter().map(move |scene| (scene, variant)));
    pairs
        .filter(|(scene, variant)| variant.is_shown_in(scene))
        .map(|(scene, variant)| case(scene, variant))
        .collect()
}

fn case(scene: &'static Scene, variant: &'static Variant) -> Case {
    let mut case = Case::opened(scene.name, move |at| {
        Ok(Box::new(AsIfOnce::new(TaskScenario::open(scene, variant, at)?)) as Box<dyn Subject>)
    });
    case.variant = variant.name.into();
    case.has_callers = scene.has_callers;
    case.faults = scene.faults;
    case.spared = scene.spared.map(|(kinds, why)| (kinds, Text::from(why)));
    case
}

const TROUBLES: &str = "Each row allows one kind of trouble and no other. retry: a durable step alone, retried by its policy. \
                        concurrent callers: two and more, nothing goes wrong. Then one caller and faults of one kind; it is \
                        invoked again when it dies or gets an error. stale read: beside a cancel, which is who reads.";

/// The kinds of trouble, in the order of reports.
fn troubles() -> Vec<Trouble> {
    let faults = |name: &'static str, scene: &'static str, kinds: &'static [Fault]| {
        Trouble::new(name, move |asked: &Asked| {
            let faults = asked.faults.unwrap_or(2).max(1);
            vec![(scene.into(), Situation { callers: 1, kinds: Faults::of(kinds), ..asked.within(faults) })]
        })
    };
    vec![
        // A step that has one attempt is never retried.
        Trouble::new("retry", |asked| {
            let is_retried = alone(asked).attempts().is_none_or(|attempts| attempts > 1);
            let durable = compared().filter(|scene| is_retried && !scene.has_callers);
            durable.map(|scene| (scene.name.into(), alone(asked))).collect()
        }),
        Trouble::new("concurrent callers", |asked| {
            let counts = 2..=(*asked.callers.end()).max(2);
            let together = compared().filter(|scene| scene.has_callers);
            let all = together.flat_map(|scene| counts.clone().map(move |callers| (scene, callers)));
            all.map(|(scene, callers)| (scene.name.into(), Situation { callers, ..alone(asked) })).collect()
        }),
        faults("rejected", "fail-task", &[Fault::Rejected]),
        faults("lost acknowledgement", "fail-task", &[Fault::LostAcknowledgement]),
        faults("crash", "fail-task", &[Fault::CrashBefore, Fault::CrashAfter]),
        faults("late write", "fail-task", &[Fault::LateWrite]),
        faults("late answer", "fail-task", &[Fault::LateAnswer]),
        faults("stale read", "cancel-race", &[Fault::StaleRead]),
        faults("duplicate invocation", "fail-task", &[Fault::DuplicateInvocation]),
    ]
}

/// One caller, and nothing goes wrong.
fn alone(asked: &Asked) -> Situation {
    Situation { callers: 1, ..asked.within(0) }
}

/// The scenarios in which every version has a report of its own.
fn compared() -> impl Iterator<Item = &'static Scene> {
    SCENES
        .iter()
        .filter(|scene| VARIANTS.iter().all(|variant| variant.is_brief || variant.is_shown_in(scene)))
}
