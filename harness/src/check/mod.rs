//! Searches versions of the handlers in scenarios, within a budget, and reports what was found.
mod found;
pub(crate) mod jobs;
mod remedy;
mod search;
mod troubles;
mod watch;

pub(crate) use found::Broke;
pub(crate) use search::bounds;
pub use watch::{Budget, Clockwork, Progress, Silent, Spectator};

use crate::{
    Scene, Settings, VARIANTS, Variant, observed,
    report::{self, Asked, Operation, Report, Skip, Specimens, Tool},
};
use anechoic::search::{Exhaustive, Sample, Shard};
use anechoic_model::Promise;
use search::Found;

/// What is to be checked, and how.
#[derive(Clone)]
pub struct Request {
    /// In which scenes.
    pub scenes: Vec<&'static Scene>,
    /// Which versions of the handlers.
    pub variants: Vec<&'static Variant>,
    /// Within which bound.
    pub settings: Settings,
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

    fn reported(self) -> report::Search {
        match self {
            Search::Exhaustive(Exhaustive { reduce, threads, shard, .. }) => {
                // With several threads nothing sleeps.
                let all = [
                    (Skip::States, reduce.states),
                    (Skip::Symmetry, reduce.symmetry),
                    (Skip::Sleep, reduce.sleep && threads == 1),
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

/// What no bound contains.
const BEYOND: &str = "other numbers of callers and retries, more faults; more tasks at once than two; a batch that is torn in \
                      itself; a write or a checkpoint that lands late although its sender lives; the clock (a timer may \
                      fire whenever it is armed, which covers every timing)";

/// Carries out a check. All of it together keeps within the budget: what ships is searched first and the table of troubles
/// next, since they are what is asked; then the specimens; and what would have to be otherwise last.
pub fn check(request: &Request, spectator: &dyn Spectator) -> Report {
    let clockwork = Clockwork::new(request.budget, spectator);
    let asked = asked(request);
    let pairs = request
        .variants
        .iter()
        .flat_map(|variant| request.scenes.iter().map(move |scene| (*scene, *variant)));
    let pairs: Vec<_> = pairs.filter(|(scene, variant)| variant.is_shown_in(scene)).enumerate().collect();
    let is_last = |(_, (_, variant)): &(usize, (&Scene, &Variant))| {
        variant.is_specimen() && asked.specimens != Specimens::LikeAnyOther
    };
    let (last, first): (Vec<_>, Vec<_>) = pairs.into_iter().partition(is_last);
    // Either every search has one thread, or there is one search at a time.
    let at_once = match request.search {
        Search::Exhaustive(Exhaustive { threads, .. }) if threads > 1 => 1,
        _ => usize::MAX,
    };
    let search = |pairs: &[(usize, (&'static Scene, &'static Variant))]| {
        jobs::in_parallel(pairs, at_once, |(at, (scene, variant))| {
            (*at, search::search(scene, variant, request, &clockwork))
        })
    };
    let mut all = search(&first);
    let troubles = if request.troubles { troubles::troubles(request, &clockwork) } else { Vec::new() };
    all.extend(search(&last));
    all.sort_by_key(|(at, _)| *at);
    let all: Vec<Found> = all.into_iter().map(|(_, found)| found).collect();
    let coverage = coverage(&all, request);
    let (results, runs): (Vec<_>, Vec<_>) = all.into_iter().map(|found| (found.searched, found.runs)).unzip();
    let mut report = Report {
        tool: Tool::running(),
        asked,
        results,
        troubles,
        observed: request.observed.then(observed::reproduce),
        saved: Vec::new(),
        pending: 0,
        baseline: None,
        coverage,
    };
    remedy::find_all(&mut report, &runs, &clockwork);
    report
}

fn asked(request: &Request) -> Asked {
    let promise = |promise: Promise| report::Promise {
        name: promise.name().into(),
        sentence: promise.sentence().into(),
    };
    let variant = |variant: &&Variant| report::Variant {
        name: variant.name.into(),
        breaks: variant.breaks.iter().map(|promise| promise.name().into()).collect(),
        is_brief: !variant.is_compared(),
    };
    Asked {
        promises: Promise::ALL.into_iter().map(promise).collect(),
        scenarios: request.scenes.iter().map(|scene| scene.name.into()).collect(),
        variants: request.variants.iter().map(variant).collect(),
        search: request.search.reported(),
        specimens: request.specimens,
        beyond: BEYOND.into(),
    }
}

fn coverage(all: &[Found], request: &Request) -> Option<Vec<Operation>> {
    let is_asked = matches!(request.search, Search::Exhaustive(exhaustive) if exhaustive.collect.coverage);
    is_asked.then(|| all.iter().flat_map(|found| found.operations(request.settings.kinds)).collect())
}

/// The version that ships.
pub(crate) fn ships() -> Option<&'static Variant> {
    VARIANTS.iter().find(|variant| !variant.is_specimen())
}
