use super::{
    CommandError,
    args::{self, Format},
    invocation,
    outputs::{Outputs, deliver, is_whole},
    progress::Bar,
    saved::{self, Kept},
};
use crate::{
    Exit, SCENES, Scene, Settings, VARIANTS, Variant,
    check::{Budget, Request, Search, check as carry_out},
    judge::judge,
    report::{Document, Specimens},
    settings,
    show::{
        annotated,
        text::{self, Next},
        words::word,
    },
};
use anechoic::search::{Collect, Exhaustive, Reduce, Sample, Shard};
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, atomic::AtomicBool},
};

/// A sample that is given no number has this many runs.
const RUNS: u64 = 10_000;
/// In a PCT sample that is given no number, priorities change so often in a run.
const CHANGES: u64 = 3;

pub(super) fn check(args: &args::Check, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let request = request(args)?;
    args.outputs.check()?;
    let inputs: Vec<(&str, &Path)> =
        args.baseline.as_deref().map(|file| ("--baseline", file)).into_iter().collect();
    let outputs = Outputs::prepare(&args.outputs, &inputs, args.regressions.as_deref())?;
    let baseline = args.baseline.as_deref().map(super::baseline).transpose()?;
    let kept = Kept::load(args.regressions.as_deref())?;
    let saved = kept.as_ref().map(Kept::replay);
    let bar = Bar::new();
    let mut report = carry_out(&request, &bar);
    bar.finish();
    report.saved = saved.unwrap_or_default();
    report.baseline = baseline;
    if let Some(kept) = &kept {
        report.pending = kept.pending.len();
        kept.recognise(&mut report);
    }
    outputs.place_runs(&mut report);
    let judgement = judge(&report);
    let new = kept.as_ref().map(|kept| kept.not_kept(&report)).unwrap_or_default();
    let mut text = match args.outputs.format {
        Format::Text => {
            let pending = new.iter().map(|(path, _): &(PathBuf, _)| path.display().to_string()).collect();
            let folder = kept.as_ref().map(|kept| kept.folder.as_path());
            let next = Next { page: outputs.page(), pending, review: review(folder), command: invocation() };
            text::report(&report, &judgement, &next)
        }
        Format::Json => Document::new(report.clone()).to_text(),
    };
    if args.outputs.annotations.is_some() {
        text = annotated(&report, &judgement, invocation(), &text);
    }
    let files = || {
        let mut failed = saved::keep(&new);
        failed.extend(outputs.write(&report, &judgement));
        failed
    };
    Ok(deliver(&text, out, files, judgement.exit))
}

/// The command that reviews a folder of saved runs.
fn review(folder: Option<&Path>) -> String {
    match folder.filter(|folder| *folder != Path::new(args::KEPT)) {
        Some(folder) => format!("{} review {}", invocation(), word(&folder.display().to_string())),
        None => format!("{} review", invocation()),
    }
}

fn request(args: &args::Check) -> Result<Request, CommandError> {
    let search = search(args)?;
    let scenes: Vec<&'static Scene> =
        SCENES.iter().filter(|scene| is_asked_for(scene.name, &args.scenarios)).collect();
    let mut variants: Vec<&'static Variant> =
        VARIANTS.iter().filter(|variant| is_asked_for(variant.name, &args.variant)).collect();
    let strangers: Vec<&str> =
        args.variant.iter().map(String::as_str).filter(|name| !is_shown(name, &scenes)).collect();
    if !strangers.is_empty() {
        let what =
            format!("no scenario that was asked for shows what {} does otherwise", strangers.join(", "));
        return Err(CommandError::Usage(what));
    }
    variants.retain(|variant| is_shown(variant.name, &scenes));
    let policy = settings::policy(&args.policy).expect("the parser knows the presets");
    let default = Settings::default();
    let exactly = args.callers.map(|callers| callers as usize);
    let settings = Settings {
        callers_from: exactly.unwrap_or(default.callers_from),
        callers: exactly.unwrap_or(default.callers),
        faults: args.faults.map_or(default.faults, |faults| faults as u32),
        faults_everywhere: args.faults.is_some(),
        retries: args.retries as u32,
        client_attempts: args.client_attempts.map(|attempts| attempts as u32),
        policy,
        ..default
    };
    let exhaustive = args.search == args::Search::Exhaustive;
    let budget = Budget {
        time: args.max_time,
        executions: args.max_executions.unwrap_or(u64::MAX),
        interrupted: interrupted(),
    };
    let mut request = Request {
        scenes,
        variants,
        settings,
        search,
        specimens: Specimens::LikeAnyOther,
        troubles: args.scenarios.is_empty() && exhaustive,
        observed: args.scenarios.is_empty() && args.variant.is_empty(),
        budget,
    };
    // By default, every specimen breaks exactly what it names. A narrower check cannot ask for all of it.
    request.specimens = match (args.variant.is_empty(), is_whole(args, &request)) {
        (false, _) => Specimens::LikeAnyOther,
        (true, true) => Specimens::BreakExactlyTheirs,
        (true, false) => Specimens::BreakOnlyTheirs,
    };
    Ok(request)
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
    if samples && (args.shard.is_some() || args.threads > 1 || args.outputs.coverage.is_some()) {
        return usage("--shard, --threads and --coverage are for the searches that make every run");
    }
    let sample = |changes| {
        Search::Sample(Sample { runs: args.runs.unwrap_or(RUNS), seed: args.seed.unwrap_or(0), changes })
    };
    let reduce = match (args.search, args.reduce.unwrap_or(args::Reduce::All)) {
        (args::Search::Random, _) => return Ok(sample(None)),
        (args::Search::Pct, _) => return Ok(sample(Some(args.changes.unwrap_or(CHANGES) as u32))),
        (args::Search::Naive, _) | (_, args::Reduce::None) => Reduce::NOTHING,
        (_, args::Reduce::State) => Reduce { states: true, ..Reduce::NOTHING },
        (_, args::Reduce::Sleep) => Reduce { sleep: true, ..Reduce::NOTHING },
        (_, args::Reduce::Symmetry) => Reduce { sleep: false, ..Reduce::ALL },
        (_, args::Reduce::All) => Reduce::ALL,
    };
    let shard = args.shard.map(|(number, of)| Shard { number, of });
    let collect = Collect { coverage: args.outputs.coverage.is_some(), ..Collect::default() };
    Ok(Search::Exhaustive(Exhaustive { reduce, threads: args.threads as usize, shard, collect }))
}

/// Whether the user has had enough, or the machine: then the check ends with what is known by then. Whoever says so again
/// does not wait for that.
pub(super) fn interrupted() -> &'static AtomicBool {
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

fn is_shown(variant: &str, scenes: &[&Scene]) -> bool {
    Variant::named(variant).is_some_and(|variant| scenes.iter().any(|scene| variant.is_shown_in(scene)))
}

fn is_asked_for(name: &str, asked: &[String]) -> bool {
    asked.is_empty() || asked.iter().any(|asked| asked == name)
}
