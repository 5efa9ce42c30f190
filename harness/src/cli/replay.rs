use super::{
    CommandError,
    args::{self, Emit},
};
use crate::{
    Exit,
    check::{Replayed, TaskReplay},
    report::{emit, text},
};
use anechoic::search::Diverged;
use anechoic_evidence::{ReplayFile, harmless};
use anechoic_model::Promise;
use std::{io, path::Path};
use tracing_subscriber::{filter::LevelFilter, fmt::format::FmtSpan};

pub(super) fn replay(args: &args::Replay, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    if args.spans {
        // Without the times, which are not of the run.
        let spans = tracing_subscriber::fmt().without_time().with_target(false).with_ansi(false);
        spans
            .with_span_events(FmtSpan::NEW)
            .with_max_level(LevelFilter::TRACE)
            .with_writer(io::stderr)
            .init();
    }
    let (file, found) = again(&args.file)?;
    if let Some(Emit::Test) = args.emit {
        out.write_all(emit::test(&file).as_bytes())?;
        return Ok(Exit::Holds);
    }
    out.write_all(text::replayed(&args.file.display().to_string(), &file, &found).as_bytes())?;
    Ok(if found.outcome.breaches.is_empty() { Exit::Holds } else { Exit::Violated })
}

/// Makes a saved run again, exactly as it was saved.
pub(super) fn again(path: &Path) -> Result<(ReplayFile<TaskReplay>, Replayed), CommandError> {
    let file = ReplayFile::<TaskReplay>::load(path)?;
    let foreign = |what: String| CommandError::Foreign(format!("{}: {what}", path.display()));
    if !Promise::ALL.iter().any(|promise| promise.name() == file.promise) {
        return Err(foreign(format!("no promise `{}`", file.promise)));
    }
    let found = file.subject.replay(&file.choices).map_err(foreign)?;
    if let Err(diverged) = &found.fits {
        return Err(foreign(explain(diverged)));
    }
    Ok((file, found))
}

/// Where a run and its record part, and why.
fn explain(diverged: &Diverged) -> String {
    let at = diverged.at;
    let recorded = diverged.recorded.as_deref().map(|recorded| harmless(recorded, 200));
    match (&recorded, diverged.offered.as_slice()) {
        (Some(recorded), []) => {
            format!("choice {at} is `{recorded}`, but the run is over before it: the code has changed since")
        }
        (Some(recorded), offered) => {
            let offered: String = offered.iter().map(|way| format!("\n    {way}")).collect();
            format!(
                "choice {at} is `{recorded}`, which the run does not offer any more: the code has changed since.\n  \
                 expected one of{offered}"
            )
        }
        (None, offered) => {
            let offered: String = offered.iter().map(|way| format!("\n    {way}")).collect();
            format!(
                "choice {at} is missing: the run goes on where the file ends.\n  expected one of{offered}"
            )
        }
    }
}
