use super::{Clockwork, Request, Search, found};
use crate::{
    Case, OpenError, Situation,
    report::{Bound, Broken, Compared, Covered, Operation, Premise, Searched, Sometimes, Spared},
};
use anechoic_engine::{
    self as engine, AS_IF_ONCE, Coverage, EVERY_RUN_ENDS, Faults, Subject, Text,
    search::{Findings, Path},
};
use std::collections::{BTreeMap, BTreeSet};

/// What was found of one case, with what a report does not hold.
pub(super) struct Examined {
    pub(super) searched: Searched,
    /// The runs of the broken promises, in their order.
    pub(super) paths: Vec<Path>,
    coverage: Coverage,
}

/// Searches one case, and makes what it finds small.
pub(super) fn search(
    case: &Case,
    request: &Request<'_>,
    clockwork: &Clockwork<'_>,
) -> Result<Examined, OpenError> {
    let began = clockwork.elapsed();
    let mut findings = Findings::of_no_bound();
    let mut broken: BTreeMap<usize, (Situation, Path)> = BTreeMap::new();
    let most = request.asked.within(case.most_faults(&request.asked));
    let subject = case.open(&most)?;
    let promises = subject.promises();
    let (mut compared, mut control) = (Vec::new(), None);
    for at in case.situations(&request.asked) {
        if case.promises(&at)? != promises {
            let what = format!("{} promises something else with {} callers", case.scenario, at.callers);
            return Err(what.into());
        }
        let once = |subject: &dyn Subject| {
            let mut watch = clockwork.watch(format!("{} {}", case.scenario, case.variant));
            match request.search {
                _ if watch.is_over() => Default::default(),
                Search::Exhaustive(how) => how.controlled(subject, &mut watch),
                Search::Sample(sample) => (sample.search(subject, &mut watch), None),
            }
        };
        let (subject, (found, beside)) = case.settled(&at, once, |(found, _)| found.diverged.is_some())?;
        if let Some(runs) = beside {
            control = Some(control.unwrap_or(0) + runs);
        }
        for ((promise, _), path) in &found.broken {
            if *promise >= promises.len() {
                // Those that it does not make itself come after its own.
                let ours = [EVERY_RUN_ENDS, AS_IF_ONCE];
                let own = promises.iter().filter(|promise| !ours.contains(&&*promise.name)).count();
                let what = format!(
                    "{} reports its promise number {}, counted from 0, as broken, and makes {own}",
                    case.scenario,
                    promise - ours.len() - own,
                );
                return Err(what.into());
            }
            broken.entry(*promise).or_insert_with(|| (at.clone(), path.clone()));
        }
        if found.executions > 0 {
            compared.extend(subject.compared());
        }
        findings.join(found);
    }
    let elapsed = clockwork.elapsed().saturating_sub(began);
    let promises: Vec<String> = promises.into_iter().map(|promise| promise.name.into()).collect();
    let mut paths = Vec::new();
    let mut reported = Vec::new();
    for (promise, first) in broken {
        let Some((path, run)) = found::smallest((case, promise), request, first, clockwork)? else {
            let name = &promises[promise];
            findings.diverged.get_or_insert_with(|| {
                format!("a run that broke {name} did not break it when it was made again").into()
            });
            continue;
        };
        let mut ways: Vec<String> = findings.words(promise).map(ToString::to_string).collect();
        ways.push(run.way.clone());
        ways.sort();
        ways.dedup();
        reported.push(Broken { promise: promises[promise].clone(), ways, run });
        paths.push(path);
    }
    let watch = clockwork.watch(format!("{} {}", case.scenario, case.variant));
    let mut go_on = || !watch.is_over();
    // A search that was cut is told as that; there is no time to look at it again.
    let is_cut = !findings.complete && !go_on();
    let confirmed = if findings.executions > 0 && !is_cut { subject.confirm(&mut go_on) } else { None };
    let otherwise = confirmed.as_ref().and_then(|confirmed| confirmed.otherwise.clone());
    findings.diverged = findings.diverged.take().or(otherwise);
    findings.complete &= findings.diverged.is_none();
    let happened = |at: usize| findings.happened & 1 << at != 0;
    let sometimes = subject.sometimes().into_iter().enumerate();
    let searched = Searched {
        scenario: case.scenario.clone().into(),
        variant: case.variant.clone().into(),
        bound: bound(case, request, &most, &*subject),
        promises,
        executions: findings.executions,
        finished: findings.finished,
        states: findings.states,
        forgotten: (findings.forgotten > 0).then_some(findings.forgotten),
        longest: findings.longest,
        complete: findings.complete && !matches!(request.search, Search::Sample(_)),
        diverged: findings.diverged.map(String::from),
        covered: findings
            .covered
            .map(|covered| Covered { faults: covered.faults, few_switches: covered.few_switches }),
        milliseconds: matches!(request.search, Search::Exhaustive(_))
            .then(|| u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)),
        sometimes: sometimes
            .map(|(at, what)| Sometimes { what: what.into(), happened: happened(at) })
            .collect(),
        compared: joined(compared),
        confirmed: confirmed.map(|confirmed| confirmed.what.into()),
        control: control.filter(|_| findings.complete),
        broken: reported,
    };
    Ok(Examined { searched, paths, coverage: findings.coverage })
}

/// What the situations of a case were compared with, all together. There is something to compare if there is in one of them.
fn joined(all: Vec<engine::Compared>) -> Option<Compared> {
    let idle = all.iter().map(|compared| compared.idle.clone()).collect::<Option<Vec<Text>>>();
    let mut unclear: BTreeSet<Text> = idle.into_iter().flat_map(|why| why.into_iter().next()).collect();
    let mut ignored = BTreeSet::new();
    let (mut runs, mut ends) = (0, 0);
    for compared in &all {
        (runs, ends) = (runs + compared.runs, ends + compared.ends as u64);
        unclear.extend(compared.doubts.iter().cloned());
        ignored.extend(compared.ignored.iter().cloned());
    }
    let texts = |texts: BTreeSet<Text>| texts.into_iter().map(String::from).collect();
    (!all.is_empty()).then(|| Compared { runs, ends, ignored: texts(ignored), unclear: texts(unclear) })
}

fn bound(case: &Case, request: &Request<'_>, most: &Situation, subject: &dyn Subject) -> Bound {
    let names = |kinds: Faults| kinds.iter().map(|kind| kind.name().into()).collect();
    let callers = if case.has_callers { request.asked.callers.clone() } else { 1..=1 };
    let spared = case.spared.as_ref();
    Bound {
        callers_from: *callers.start(),
        callers: *callers.end(),
        actors: case.actors.clone().map(String::from),
        faults: most.faults,
        kinds: names(most.kinds),
        spared: spared.map(|(kinds, why)| Spared { kinds: names(*kinds), why: why.clone().into() }),
        retries: most.retries,
        is_timed: subject.is_timed(),
        attempts: most.attempts(),
        policy: most.policy.clone(),
        given: most.given.clone(),
        premises: subject
            .premises()
            .into_iter()
            .map(|premise| Premise { what: premise.what.into(), ways: premise.ways })
            .collect(),
    }
}

impl Examined {
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
