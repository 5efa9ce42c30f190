use super::{Clockwork, Request, Search, found};
use crate::{
    Scene, Settings, TaskScenario, Variant,
    report::{Bound, Broken, Covered, Operation, Searched, Sometimes, Spared},
};
use anechoic::{
    Faults, Subject,
    search::{Findings, Path},
};
use anechoic_model::Promise;
use std::collections::BTreeMap;

/// What was found of one version in one scenario, with what a report does not hold.
pub(super) struct Found {
    pub(super) searched: Searched,
    /// The runs of the broken promises, in their order.
    pub(super) runs: Vec<Run>,
    coverage: anechoic::Coverage,
}

/// A run, and what it is a run of.
pub(super) struct Run {
    pub(super) scene: &'static Scene,
    pub(super) variant: &'static Variant,
    pub(super) settings: Settings,
    pub(super) path: Path,
}

/// The bounds that the settings describe for a scene: one for each number of callers, where there are callers.
pub(crate) fn bounds<'s>(scene: &Scene, settings: &'s Settings) -> impl Iterator<Item = Settings> + use<'s> {
    let callers = if scene.has_callers() { settings.callers_from..=settings.callers } else { 1..=1 };
    let faults = scene.most_faults(settings);
    callers.map(move |callers| Settings { callers_from: callers, callers, faults, ..settings.clone() })
}

/// Searches one version in one scenario, and makes what it finds small.
pub(super) fn search(
    scene: &'static Scene,
    variant: &'static Variant,
    request: &Request,
    clockwork: &Clockwork<'_>,
) -> Found {
    let began = clockwork.elapsed();
    let mut findings = Findings::of_no_bound();
    let mut sometimes = Vec::new();
    let mut broken: BTreeMap<usize, (Settings, Path)> = BTreeMap::new();
    for settings in bounds(scene, &request.settings) {
        let subject = TaskScenario::new(scene, variant, &settings);
        let mut watch = clockwork.watch(format!("{} {}", scene.name, variant.name));
        let found = match request.search {
            _ if watch.is_over() => Findings::default(),
            Search::Exhaustive(how) => how.search(&subject, &mut watch),
            Search::Sample(sample) => sample.search(&subject, &mut watch),
        };
        for ((promise, _), path) in &found.broken {
            broken.entry(*promise).or_insert_with(|| (settings.clone(), path.clone()));
        }
        findings.join(found);
        sometimes = subject.sometimes();
    }
    let elapsed = clockwork.elapsed().saturating_sub(began);
    let mut runs = Vec::new();
    let mut reported = Vec::new();
    for (promise, (settings, path)) in broken {
        let found = found::Broke { scene, variant, promise: Promise::ALL[promise] };
        let (run, shown) = found.smallest(&request.settings, (&settings, &path), clockwork);
        let mut ways: Vec<String> = findings.words(promise).map(ToString::to_string).collect();
        ways.push(shown.way.clone());
        ways.sort();
        ways.dedup();
        reported.push(Broken { promise: Promise::ALL[promise].name().into(), ways, run: shown });
        runs.push(run);
    }
    let searched = Searched {
        scenario: scene.name.into(),
        variant: variant.name.into(),
        bound: bound(scene, &request.settings),
        executions: findings.executions,
        finished: findings.finished,
        states: findings.states,
        complete: findings.complete && !matches!(request.search, Search::Sample(_)),
        covered: findings
            .covered
            .map(|covered| Covered { faults: covered.faults, few_switches: covered.few_switches }),
        milliseconds: matches!(request.search, Search::Exhaustive(_))
            .then(|| u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)),
        sometimes: sometimes
            .iter()
            .enumerate()
            .map(|(at, what)| Sometimes {
                what: what.to_string(),
                happened: findings.happened & 1 << at != 0,
            })
            .collect(),
        broken: reported,
    };
    Found { searched, runs, coverage: findings.coverage }
}

fn bound(scene: &Scene, settings: &Settings) -> Bound {
    let names = |kinds: Faults| kinds.iter().map(|kind| kind.name().into()).collect();
    let alone = !scene.has_callers();
    let faults = scene.most_faults(settings);
    let within = Settings { faults, ..settings.clone() };
    Bound {
        callers_from: if alone { 1 } else { settings.callers_from },
        callers: if alone { 1 } else { settings.callers },
        faults,
        kinds: names(settings.kinds),
        spared: scene.spared().map(|(kinds, why)| Spared { kinds: names(kinds), why: why.into() }),
        retries: settings.retries,
        attempts: settings.attempts(),
        policy: settings.policy.name.into(),
        client_attempts: within.client_attempts(),
    }
}

impl Found {
    /// Which operation went wrong in which way.
    pub(super) fn operations(&self, kinds: Faults) -> impl Iterator<Item = Operation> {
        self.coverage.iter().map(move |(operation, times)| {
            let times = |fault| times.get(&fault).copied().unwrap_or(0);
            let can = operation.can.intersection(kinds);
            let (hit, missed): (Vec<_>, Vec<_>) = can.iter().partition(|fault| times(Some(*fault)) > 0);
            Operation {
                scenario: self.searched.scenario.clone(),
                variant: self.searched.variant.clone(),
                operation: operation.name.clone(),
                went_well: times(None),
                faults: hit.iter().map(|fault| (fault.name().into(), times(Some(*fault)))).collect(),
                never: missed.iter().map(|fault| fault.name().into()).collect(),
            }
        })
    }
}
