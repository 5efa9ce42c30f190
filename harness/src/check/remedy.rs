use super::{Clockwork, Counterexample};
use crate::{Settings, TaskScenario, VARIANTS, Variant};
use anechoic::{
    StepKind,
    search::{Collect, Exhaustive, Findings, Reduce},
};
use anechoic_model::Promise;

/// One thing that is otherwise, and what the bound of the run comes to then.
pub struct Remedy {
    /// What is otherwise.
    pub change: String,
    /// Whether the promise holds; nothing, if that was not searched to its end.
    pub holds: Option<bool>,
    /// Which other promises are broken.
    pub others: Vec<Promise>,
    /// How many runs say so.
    pub executions: u64,
}

/// Takes away, one at a time, what a run needs, and searches its bound again.
pub(super) fn remedies(found: &Counterexample, clockwork: &Clockwork<'_>) -> Vec<Remedy> {
    let (scene, variant, settings) = found.situation();
    let mut remedies = Vec::new();
    let mut ask = |change: String, variant: &'static Variant, settings: Settings| {
        let mut watch = clockwork.watch(format!("{} {}", scene.name, change));
        let search = Exhaustive { reduce: Reduce::ALL, threads: 1, shard: None, collect: Collect::default() };
        let findings = search.search(&TaskScenario::new(scene, variant, &settings), &mut watch);
        remedies.push(Remedy::of(change, found.promise, &findings));
    };
    if found.size.faults > 0 {
        let change = match found.size.faults {
            1 => "nothing goes wrong".to_string(),
            many => format!("one thing less goes wrong ({} in all)", many - 1),
        };
        ask(change, variant, Settings { faults: found.size.faults - 1, ..settings.clone() });
    }
    let is_retried = found.record.steps.iter().any(|step| step.kind == StepKind::Invocation);
    if is_retried && settings.retries > 0 {
        ask("nothing is tried again".into(), variant, Settings { retries: 0, ..settings.clone() });
    }
    if scene.has_callers() && settings.callers > 1 {
        let callers = settings.callers - 1;
        let change = if callers == 1 { "one caller alone".into() } else { format!("{callers} callers") };
        ask(change, variant, Settings { callers_from: callers, callers, ..settings.clone() });
    }
    // The versions that are compared are listed from the worst to the best; a mistake of its own has what ships instead.
    let compared = VARIANTS.iter().filter(|other| other.is_compared() && other.is_shown_in(scene));
    let better = compared.skip_while(|other| match variant.is_own_mistake() {
        true => other.is_specimen(),
        false => other.name != variant.name,
    });
    for other in better.filter(|other| other.name != variant.name) {
        ask(format!("the handlers are `{}`", other.name), other, settings.clone());
    }
    remedies
}

impl Remedy {
    fn of(change: String, promise: Promise, findings: &Findings) -> Remedy {
        let breaks = |promise: &Promise| findings.breaks(*promise as usize);
        let others = Promise::ALL.into_iter().filter(|other| *other != promise && breaks(other));
        let holds = match (breaks(&promise), findings.complete && findings.finished > 0) {
            (true, _) => Some(false),
            (false, true) => Some(true),
            (false, false) => None,
        };
        Remedy { change, holds, others: others.collect(), executions: findings.executions }
    }
}
