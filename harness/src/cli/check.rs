use super::{
    CommandError,
    args::{self, Format},
    files::{Contents, Files},
    invocation,
    progress::Bar,
    regressions::{self, Kept},
};
use crate::{
    Baseline, Exit, SCENES, Scene, Settings, VARIANTS, Variant,
    check::{Budget, Counterexample, CoverageJson, Finding, Request, Search, check as carry_out},
    observed::Observed,
    outcome::{Specimens, judge},
    report::{
        json::CheckJson,
        text::{self, Next},
    },
    settings,
};
use anechoic::search::{Collect, Exhaustive, Reduce, Sample, Shard};
use jiff::{Timestamp, tz::TimeZone};
use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
};

/// A sample that is given no number has this many runs.
const RUNS: u64 = 10_000;
/// In a PCT sample that is given no number, priorities change so often in a run.
const CHANGES: u64 = 3;

pub(super) fn check(args: &args::Check, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let request = request(args)?;
    let files = Files::prepare(args)?;
    let baseline = args.baseline.as_deref().map(Baseline::load).transpose()?.unwrap_or_default();
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let kept = Kept::load(args.regressions.as_deref())?;
    let regressions = kept.as_ref().map(Kept::replay).transpose()?;
    let bar = Bar::new();
    let report = carry_out(request, &bar);
    let findings = Finding::all(&report, interrupted());
    bar.finish();
    let observed = (args.scenarios.is_empty() && args.variant.is_empty() && args.shard.is_none())
        .then(Observed::reproduce);
    let specimens = expectation(args);
    let mut outcome = judge(&report, observed.as_ref(), specimens, (&baseline, today));
    if let (Some(regressions), Some(kept)) = (regressions, &kept) {
        regressions::judge(&regressions, kept.pending.len(), &mut outcome);
    }
    let add_new = |kept: &Kept| kept.add_new(&report, specimens);
    let pending = kept.as_ref().map(add_new).transpose()?.unwrap_or_default();
    let coverage = args.coverage.is_some().then(|| CoverageJson::new(&report));
    let annotations = files.write(&Contents {
        report: &report,
        findings: &findings,
        observed: observed.as_ref(),
        coverage: coverage.as_ref(),
        outcome: &outcome,
        specimens,
        baseline: (&baseline, today),
        kept: kept.as_ref(),
    })?;
    let text = match args.format {
        Format::Text => {
            let next = Next { page: files.page(), pending, command: invocation() };
            let replay = |found: &Counterexample| files.replay(found);
            text::report(&report, &findings, observed.as_ref(), coverage.as_ref(), &outcome, &next, replay)
        }
        Format::Json => CheckJson::new(&report, &outcome, specimens, |found| files.saved(found)).to_text(),
    };
    out.write_all((text + &annotations).as_bytes())?;
    Ok(outcome.exit)
}

/// By default, every specimen breaks exactly what it names. A narrower check cannot ask for all of it.
fn expectation(args: &args::Check) -> Specimens {
    let unbounded = args::Check {
        format: args.format,
        out: args.out.clone(),
        coverage: args.coverage.clone(),
        junit: args.junit.clone(),
        sarif: args.sarif.clone(),
        summary: args.summary.clone(),
        report: args.report.clone(),
        annotations: args.annotations,
        baseline: args.baseline.clone(),
        regressions: args.regressions.clone(),
        threads: args.threads,
        max_time: args.max_time,
        max_executions: args.max_executions,
        ..args::Check::default()
    };
    match (args.variant.is_empty(), *args == unbounded) {
        (false, _) => Specimens::LikeAnyOther,
        (true, true) => Specimens::BreakExactlyTheirs,
        (true, false) => Specimens::BreakOnlyTheirs,
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
    let exhaustive = args.search == args::Search::Exhaustive && args.shard.is_none();
    let budget = Budget {
        time: args.max_time,
        executions: args.max_executions.unwrap_or(u64::MAX),
        interrupted: interrupted(),
    };
    Ok(Request {
        scenes,
        variants,
        settings,
        search,
        matrix: args.scenarios.is_empty() && exhaustive,
        budget,
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
    if samples && (args.shard.is_some() || args.threads > 1 || args.coverage.is_some()) {
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
    let collect = Collect { coverage: args.coverage.is_some(), ..Collect::default() };
    Ok(Search::Exhaustive(Exhaustive { reduce, threads: args.threads as usize, shard, collect }))
}

/// Whether the user has had enough: then the check ends with what is known by then.
pub(super) fn interrupted() -> &'static AtomicBool {
    static INTERRUPTED: AtomicBool = AtomicBool::new(false);
    // Where no handler can be set, an interrupt ends the command as it always did.
    let _ = ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed));
    &INTERRUPTED
}

fn is_shown(variant: &str, scenes: &[&Scene]) -> bool {
    Variant::named(variant).is_some_and(|variant| scenes.iter().any(|scene| variant.is_shown_in(scene)))
}

fn is_asked_for(name: &str, asked: &[String]) -> bool {
    asked.is_empty() || asked.iter().any(|asked| asked == name)
}
