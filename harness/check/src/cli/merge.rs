use super::{
    CommandError, Context, args,
    outputs::{Ending, Outputs},
};
use crate::{
    Exit,
    report::{Apart, Document, DocumentError, Report, join},
    show::COVERAGE,
};
use anechoic_evidence::{read_whole, shown, unreadable};
use std::{fmt::Display, io, path::Path};

/// More than the report of any check.
const MOST: u64 = 1 << 30;

pub(super) fn merge(
    context: &Context<'_>,
    args: &args::Merge,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    let mut inputs: Vec<(&str, &Path)> =
        args.files.iter().map(|file| ("a report that is merged", file.as_path())).collect();
    inputs.extend(args.baseline.as_deref().map(|file| ("--baseline", file)));
    args.outputs.check()?;
    let outputs = Outputs::prepare(context.catalogue, &args.outputs, &inputs, None)?;
    let mut parts = Vec::new();
    for file in &args.files {
        parts.push(load(file)?);
    }
    let mut report = join(parts).map_err(|apart| match &apart {
        Apart::Foreign { part, .. } => foreign(&args.files[*part], &apart),
        Apart::Nothing | Apart::Missing(_) => CommandError::Foreign(apart.to_string()),
    })?;
    match (&args.baseline, &mut report.baseline) {
        (Some(file), _) => report.baseline = Some(super::baseline(file, context.catalogue)?),
        // A day that has passed since the parts were searched has passed.
        (None, Some(baseline)) => baseline.today = baseline.today.max(super::today()?),
        (None, None) => {}
    }
    if args.outputs.files.of(COVERAGE).is_some() && report.coverage.is_none() {
        let what = "--coverage: the parts were searched without it; search them with it, too";
        return Err(CommandError::Usage(what.into()));
    }
    Ok(outputs.deliver(context, &args.outputs, report, &Ending::default(), out))
}

fn foreign(path: &Path, what: impl Display) -> CommandError {
    CommandError::Foreign(format!("{}: {what}", shown(path)))
}

fn load(path: &Path) -> Result<Report, CommandError> {
    let bytes = read_whole(path, MOST).map_err(|error| CommandError::Foreign(unreadable(path, &error)))?;
    Document::read(&bytes).map_err(|error| match error {
        DocumentError::Malformed { .. } => CommandError::Foreign(format!("{}:{error}", shown(path))),
        _ => foreign(path, error),
    })
}
