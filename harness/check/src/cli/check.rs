use super::{
    CommandError, Context,
    args::{self, KEPT},
    outputs::{Ending, Outputs},
    progress::Bar,
};
use crate::{
    Asked, Catalogue, Exit,
    check::{Budget, Request, Search, check as carry_out, memory},
    kept::Kept,
    report::Specimens,
    show::{COVERAGE, words::word},
};
use anechoic_engine::search::{Collect, Exhaustive, Reduce, Sample, Shard};
use anechoic_evidence::shown;
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use std::{
    io,
    path::Path,
    sync::{Arc, LazyLock, atomic::AtomicBool},
};

/// A sample that is given no number has this many runs.
const RUNS: u64 = 10_000;
/// In a PCT sample that is given no number, priorities change so often in a run.
const CHANGES: u64 = 3;

pub(super) fn check(
    context: &Context<'_>,
    args: &args::Check,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    let catalogue = context.catalogue;
    let request = request(catalogue, args)?;
    args.outputs.check()?;
    let inputs: Vec<(&str, &Path)> =
        args.baseline.as_deref().map(|file| ("--baseline", file)).into_iter().collect();
    let outputs = Outputs::prepare(catalogue, &args.outputs, &inputs, args.regressions.as_deref())?;
    let baseline = args.baseline.as_deref().map(|file| super::baseline(file, catalogue)).transpose()?;
    let kept = load(args.regressions.as_deref())?;
    let saved = kept.as_ref().map(|kept| kept.replay(catalogue));
    let bar = Bar::new();
    let mut report = carry_out(&request, &bar)?;
    bar.finish();
    report.saved = saved.unwrap_or_default();
    report.baseline = baseline;
    if let Some(kept) = &kept {
        report.pending = kept.pending.len();
        kept.recognise(&mut report);
    }
    let review = review(context, kept.as_ref().map(|kept| kept.folder.as_path()));
    Ok(outputs.deliver(context, &args.outputs, report, &Ending { kept, review }, out))
}

/// The folder of saved runs that was asked for, or else the usual one if it is there.
fn load(asked: Option<&Path>) -> Result<Option<Kept>, CommandError> {
    let usual = Path::new(KEPT);
    // If anything is there, it is looked at, whatever it is.
    match asked.or(usual.symlink_metadata().is_ok().then_some(usual)) {
        None => Ok(None),
        Some(folder) => {
            let kept = Kept::read(folder)?;
            if asked.is_some() && kept.accepted.is_empty() && kept.pending.is_empty() {
                return Err(CommandError::Foreign(format!("{}: no saved run in it", shown(folder))));
            }
            Ok(Some(kept))
        }
    }
}

/// The command that reviews a folder of saved runs.
fn review(context: &Context<'_>, folder: Option<&Path>) -> String {
    let command = &context.command;
    match folder.filter(|folder| *folder != Path::new(KEPT)) {
        Some(folder) => format!("{command} review {}", word(&folder.display().to_string())),
        None => format!("{command} review"),
    }
}

fn request<'c>(catalogue: &'c Catalogue, args: &args::Check) -> Result<Request<'c>, CommandError> {
    let search = search(args)?;
    let is_asked_for =
        |name: &str, asked: &[String]| asked.is_empty() || asked.iter().any(|asked| asked == name);
    let cases = catalogue.cases.iter().filter(|case| {
        is_asked_for(&case.scenario, &args.scenarios) && is_asked_for(&case.variant, &args.variant)
    });
    let cases: Vec<_> = cases.collect();
    let strangers: Vec<&str> = args
        .variant
        .iter()
        .map(String::as_str)
        .filter(|name| !cases.iter().any(|case| case.variant == *name))
        .collect();
    if !strangers.is_empty() {
        let what =
            format!("no scenario that was asked for shows what {} does otherwise", strangers.join(", "));
        return Err(CommandError::Usage(what));
    }
    let asked = asked(catalogue, &args.bound)?;
    let is_exhaustive = args.search == args::Search::Exhaustive;
    // By default, every specimen breaks exactly what it names. A narrower check cannot ask for all of it.
    let is_all =
        args.scenarios.is_empty() && matches!(search, Search::Exhaustive(_)) && asked == catalogue.usual;
    let specimens = match (args.variant.is_empty(), is_all) {
        (false, _) => Specimens::LikeAnyOther,
        (true, true) => Specimens::BreakExactlyTheirs,
        (true, false) => Specimens::BreakOnlyTheirs,
    };
    let budget = Budget {
        time: args.max_time,
        executions: args.max_executions.unwrap_or(u64::MAX),
        interrupted: interrupted(),
    };
    Ok(Request {
        catalogue,
        cases,
        asked,
        search,
        specimens,
        troubles: (args.scenarios.is_empty() || args.troubles) && is_exhaustive,
        observed: args.scenarios.is_empty() && args.variant.is_empty(),
        budget,
        at_once: usize::MAX,
    })
}

/// The bound: the catalogue's usual one, but for what was asked for.
pub(super) fn asked(catalogue: &Catalogue, args: &args::Bound) -> Result<Asked, CommandError> {
    let usual = catalogue.usual.clone();
    let mut given = usual.given.clone();
    for (name, value) in &args.given {
        if !catalogue.given.iter().any(|known| known.name == *name) {
            let known: Vec<&str> = catalogue.given.iter().map(|known| &*known.name).collect();
            let known = if known.is_empty() { "nothing".into() } else { known.join(", ") };
            let what = format!("--given: nothing of the name `{name}` can be given here; expected {known}");
            return Err(CommandError::Usage(what));
        }
        given.insert(name.clone(), value.clone());
    }
    Ok(Asked {
        callers: args.callers.map_or(usual.callers, |callers| callers as usize..=callers as usize),
        faults: args.faults.map(|faults| faults as u32).or(usual.faults),
        retries: args.retries.map(|retries| retries as u32).or(usual.retries),
        policy: args.policy.clone().or(usual.policy),
        given,
        ..usual
    })
}

fn search(args: &args::Check) -> Result<Search, CommandError> {
    let usage = |what: &str| Err(CommandError::Usage(what.into()));
    let samples = matches!(args.search, args::Search::Random | args::Search::Pct);
    if !samples && (args.runs.is_some() || args.seed.is_some()) {
        return usage("--runs and --seed are for --search random and pct; the other searches make every run");
    }
    if args.search != args::Search::Pct && args.changes.is_some() {
        return usage("--changes is for --search pct");
    }
    if args.search != args::Search::Exhaustive && args.reduce.is_some() {
        return usage("--reduce is for --search exhaustive");
    }
    let shares = args.shard.is_some() || args.threads > 1 || args.states.is_some();
    if samples && (shares || args.outputs.files.of(COVERAGE).is_some()) {
        return usage("--shard, --threads, --states and --coverage are for the searches that make every run");
    }
    let sample = |changes| {
        Search::Sample(Sample { runs: args.runs.unwrap_or(RUNS), seed: args.seed.unwrap_or(0), changes })
    };
    let reduce = match (args.search, args.reduce.unwrap_or(args::Reduce::All)) {
        (args::Search::Random, _) => return Ok(sample(None)),
        (args::Search::Pct, _) => return Ok(sample(Some(args.changes.unwrap_or(CHANGES) as u32))),
        (args::Search::Naive, _) | (_, args::Reduce::None) => Reduce::NOTHING,
        (_, args::Reduce::Beginning) => Reduce::BEGINNINGS,
        (_, args::Reduce::State) => Reduce { states: true, ..Reduce::BEGINNINGS },
        (_, args::Reduce::Sleep) => Reduce { sleep: true, ..Reduce::BEGINNINGS },
        (_, args::Reduce::Symmetry) => Reduce { sleep: false, ..Reduce::ALL },
        (_, args::Reduce::All) => Reduce::ALL,
    };
    let shard = args.shard.map(|(number, of)| Shard { number, of });
    let collect = Collect { coverage: args.outputs.files.of(COVERAGE).is_some(), ..Collect::default() };
    let threads = args.threads as usize;
    let most_states = args.states.unwrap_or_else(|| memory::states(memory::searches(args.threads)));
    Ok(Search::Exhaustive(Exhaustive {
        reduce,
        threads,
        most_states,
        shard,
        collect,
        ends_when_broken: false,
    }))
}

/// Whether the user has had enough, or the machine: then the check ends with what is known by then. Whoever says so again
/// does not wait for that.
pub fn interrupted() -> &'static AtomicBool {
    static INTERRUPTED: LazyLock<Arc<AtomicBool>> = LazyLock::new(|| {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // Where no handler can be set, a signal ends the command as it always did. The order counts: the first signal
            // must not find the flag that it sets.
            let _ = flag::register_conditional_default(signal, Arc::clone(&interrupted));
            let _ = flag::register(signal, Arc::clone(&interrupted));
        }
        interrupted
    });
    &INTERRUPTED
}
