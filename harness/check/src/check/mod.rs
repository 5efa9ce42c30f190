//! Searches the cases of a catalogue, within a budget, and reports what was found.
mod found;
pub mod jobs;
pub(crate) mod memory;
mod remedy;
mod search;
mod troubles;
mod watch;

pub use found::show;
pub use watch::{Budget, Clockwork, OneSearch, Part, Progress, Silent, Spectator};

use crate::{
    Asked, Case, Catalogue, OpenError, Situation,
    report::{self, Operation, Report, Skip, Specimens, Tool},
};
use anechoic_engine::search::{Exhaustive, Sample, Shard};
use search::Examined;

/// What is to be checked, and how.
#[derive(Clone)]
pub struct Request<'c> {
    /// Of what.
    pub catalogue: &'c Catalogue,
    /// Which of its cases.
    pub cases: Vec<&'c Case>,
    /// Within which bound.
    pub asked: Asked,
    /// How.
    pub search: Search,
    /// What is expected of the specimens.
    pub specimens: Specimens,
    /// Whether to try every kind of trouble by itself, too.
    pub troubles: bool,
    /// Whether to reproduce the observed trace, too.
    pub observed: bool,
    /// How long, at most.
    pub budget: Budget,
    /// How many searches may run at once: no more than this, and no more than there are cores.
    pub at_once: usize,
}

/// How the runs of a bound are found.
#[derive(Clone, Copy, Debug)]
pub enum Search {
    /// All of them, but for what would show nothing new.
    Exhaustive(Exhaustive),
    /// Some of them.
    Sample(Sample),
}

impl Search {
    fn shard(self) -> Option<Shard> {
        match self {
            Search::Exhaustive(exhaustive) => exhaustive.shard,
            Search::Sample(_) => None,
        }
    }

    /// How many states a search like it remembers.
    fn most_states(self) -> u64 {
        match self {
            Search::Exhaustive(exhaustive) => exhaustive.most_states,
            Search::Sample(_) => u64::MAX,
        }
    }

    fn reported(self) -> report::Search {
        match self {
            Search::Exhaustive(Exhaustive { reduce, threads, shard, .. }) => {
                // On several threads something sleeps only beside known states.
                let all = [
                    (Skip::States, reduce.states),
                    (Skip::Symmetry, reduce.symmetry),
                    (Skip::Sleep, reduce.sleep && (threads == 1 || reduce.states)),
                ];
                let skips = all.into_iter().filter(|(_, on)| *on).map(|(skip, _)| skip).collect();
                let shard = shard.map(|Shard { number, of }| report::Shard { number, of });
                report::Search::Exhaustive { skips, threads, shard }
            }
            Search::Sample(Sample { runs, seed, changes: None }) => report::Search::Random { seed, runs },
            Search::Sample(Sample { runs, seed, changes: Some(changes) }) => {
                report::Search::Pct { seed, runs, changes }
            }
        }
    }
}

impl Request<'_> {
    /// How many runs there will be, where that is settled beforehand: of a sample, each situation has as many.
    fn runs(&self) -> Option<u64> {
        match self.search {
            Search::Exhaustive(_) => None,
            Search::Sample(sample) => {
                let situations: usize =
                    self.cases.iter().map(|case| case.situations(&self.asked).count()).sum();
                Some(sample.runs.saturating_mul(situations as u64))
            }
        }
    }
}

/// Carries out a check. All of it together keeps within the budget: code is searched first and the table of troubles next,
/// since they are what is asked; then the specimens; and what would have to be otherwise last.
///
/// # Errors
/// What in the request has no meaning for a case.
pub fn check(request: &Request<'_>, spectator: &dyn Spectator) -> Result<Report, OpenError> {
    let Asked { callers, .. } = &request.asked;
    let least = Situation { callers: *callers.start(), ..request.asked.situation() };
    least.check().and_then(|()| request.asked.situation().check())?;
    if callers.is_empty() {
        let what = format!("callers are {callers:?}, which is no number of them; expected such as 1..=3");
        return Err(what.into());
    }
    request.catalogue.check()?;
    let clockwork = Clockwork::new(request.budget, spectator).of_runs(request.runs());
    clockwork.expects(request.cases.len());
    let asked = asked(request)?;
    let is_last = |(_, case): &(usize, &Case)| {
        let variant = asked.variant(&case.variant);
        variant.is_some_and(|variant| asked.is_on_purpose(variant))
    };
    let cases = request.cases.iter().copied().enumerate();
    let (last, first): (Vec<_>, Vec<_>) = cases.partition(is_last);
    // Either every search has one thread, or there is one search at a time.
    let at_once = match request.search {
        Search::Exhaustive(Exhaustive { threads, .. }) if threads > 1 => 1,
        _ => request.at_once,
    };
    let search = |cases: &[(usize, &Case)]| -> Result<Vec<(usize, Examined)>, OpenError> {
        let found = jobs::in_parallel(cases, at_once, |(at, case)| {
            let found = search::search(case, request, &clockwork)?;
            clockwork.has_done_one();
            Ok((*at, found))
        });
        found.into_iter().collect()
    };
    let mut all = search(&first)?;
    let troubles =
        if request.troubles { troubles::troubles(request, &asked, &clockwork)? } else { Vec::new() };
    all.extend(search(&last)?);
    all.sort_by_key(|(at, _)| *at);
    let all: Vec<Examined> = all.into_iter().map(|(_, found)| found).collect();
    let coverage = coverage(&all, request);
    let (results, paths): (Vec<_>, Vec<_>) =
        all.into_iter().map(|found| (found.searched, found.paths)).unzip();
    let mut report = Report {
        tool: Tool::running(),
        asked,
        results,
        troubles,
        observed: request.catalogue.observed.filter(|_| request.observed).map(|observe| observe()),
        saved: Vec::new(),
        pending: 0,
        baseline: None,
        coverage,
    };
    remedy::find_all(&mut report, &paths, request, &clockwork);
    // A scenario may be set up so that nothing could be proved with it; then it is no report.
    report.check().map_err(|unsound| unsound.to_string())?;
    Ok(report)
}

fn asked(request: &Request<'_>) -> Result<report::Asked, OpenError> {
    let Request { catalogue, cases, .. } = request;
    let mut promises: Vec<report::Promise> = Vec::new();
    for case in cases {
        let Some(at) = case.situations(&request.asked).next() else { continue };
        for promise in case.promises(&at)? {
            if !promises.iter().any(|known| known.name == promise.name) {
                let anechoic_engine::Promise { name, sentence } = promise;
                promises.push(report::Promise { name: name.into(), sentence: sentence.into() });
            }
        }
    }
    let scenarios =
        catalogue.scenarios.iter().filter(|scenario| cases.iter().any(|case| case.scenario == scenario.name));
    let variants =
        catalogue.variants.iter().filter(|variant| cases.iter().any(|case| case.variant == variant.name));
    Ok(report::Asked {
        catalogue: catalogue.name.clone().into(),
        question: catalogue.question.clone().into(),
        promises,
        scenarios: scenarios.map(|scenario| scenario.name.clone().into()).collect(),
        variants: variants
            .map(|variant| report::Variant {
                name: variant.name.clone().into(),
                breaks: variant.breaks.iter().map(ToString::to_string).collect(),
                unseen: variant.unseen.clone().map(String::from),
                is_brief: variant.is_brief,
            })
            .collect(),
        search: request.search.reported(),
        specimens: request.specimens,
        troubles: catalogue.troubles.about.clone().into(),
        beyond: catalogue.beyond.clone().into(),
    })
}

fn coverage(all: &[Examined], request: &Request<'_>) -> Option<Vec<Operation>> {
    let is_asked = matches!(request.search, Search::Exhaustive(exhaustive) if exhaustive.collect.coverage);
    is_asked.then(|| all.iter().flat_map(|found| found.operations(request.asked.kinds)).collect())
}
