use super::{
    CommandError,
    args::{self, Format},
    invocation,
    progress::Progress,
};
use crate::{
    Exit, SCENES, Scene, Settings, VARIANTS, Variant,
    check::{Counterexample, Report, Request, Search, check as carry_out},
    observed::Observed,
    outcome::{Specimens, judge},
    report::{json::CheckJson, text},
    settings,
};
use anechoic_evidence::write_whole;
use std::{fs, io, path::Path};

/// A random search that is given no number makes this many runs.
const RUNS: u64 = 10_000;

pub(super) fn check(args: &args::Check, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let request = request(args)?;
    let unwritable = |error| CommandError::Unwritable { path: args.out.clone(), error };
    fs::create_dir_all(&args.out).map_err(unwritable)?;
    let plain = *args == args::Check { format: args.format, out: args.out.clone(), ..args::Check::default() };
    let progress = Progress::new();
    let report = carry_out(request, &progress);
    progress.finish();
    let observed = (args.scenarios.is_empty() && args.variant.is_empty()).then(Observed::reproduce);
    let specimens = match (args.variant.is_empty(), plain) {
        (false, _) => Specimens::LikeAnyOther,
        (true, true) => Specimens::BreakExactlyTheirs,
        (true, false) => Specimens::BreakOnlyTheirs,
    };
    let outcome = judge(&report, observed.as_ref(), specimens);
    save(&report, &args.out).map_err(unwritable)?;
    let saved = |found: &Counterexample| args.out.join(file_name(found)).display().to_string();
    let text = match args.format {
        Format::Text => text::report(&report, observed.as_ref(), &outcome, invocation(), saved),
        Format::Json => CheckJson::new(&report, &outcome, saved).to_text(),
    };
    out.write_all(text.as_bytes())?;
    Ok(outcome.exit)
}

fn request(args: &args::Check) -> Result<Request, CommandError> {
    let search = match args.search {
        args::Search::Random => {
            Search::Random { runs: args.runs.unwrap_or(RUNS), seed: args.seed.unwrap_or(0) }
        }
        _ if args.runs.is_some() || args.seed.is_some() => {
            return Err(CommandError::Usage(
                "--runs and --seed are for --search random; the other searches make every run".into(),
            ));
        }
        args::Search::Exhaustive => Search::Exhaustive,
        args::Search::Naive => Search::Naive,
    };
    let scenes: Vec<&'static Scene> =
        SCENES.iter().filter(|scene| is_asked_for(scene.name, &args.scenarios)).collect();
    let variants: Vec<&'static Variant> =
        VARIANTS.iter().filter(|variant| is_asked_for(variant.name, &args.variant)).collect();
    let policy = settings::policy(&args.policy).expect("the parser knows the presets");
    let settings = Settings {
        callers: args.callers as usize,
        faults: args.faults,
        retries: args.retries,
        client_attempts: args.client_attempts,
        policy,
        ..Settings::default()
    };
    let matrix = args.scenarios.is_empty() && search == Search::Exhaustive;
    Ok(Request { scenes, variants, settings, search, matrix, max_time: args.max_time })
}

fn is_asked_for(name: &str, asked: &[String]) -> bool {
    asked.is_empty() || asked.iter().any(|asked| asked == name)
}

fn save(report: &Report, folder: &Path) -> io::Result<()> {
    for found in report.checked.iter().flat_map(|checked| &checked.counterexamples) {
        write_whole(&folder.join(file_name(found)), found.file.to_json().as_bytes())?;
    }
    Ok(())
}

fn file_name(found: &Counterexample) -> String {
    let subject = &found.file.subject;
    format!("{}.{}.{}.json", subject.scenario, subject.variant, found.promise)
}
