use super::{
    CommandError,
    args::{self, Format},
    invocation,
    outputs::{Outputs, deliver},
};
use crate::{
    Exit,
    judge::judge,
    report::{Apart, Document, DocumentError, Report, join},
    show::{
        annotations,
        text::{self, Next},
    },
};
use anechoic_evidence::read_whole;
use std::{fmt::Display, io, path::Path};

/// More than the report of any check.
const MOST: u64 = 1 << 30;

pub(super) fn merge(args: &args::Merge, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let mut inputs: Vec<(&str, &Path)> =
        args.files.iter().map(|file| ("a report that is merged", file.as_path())).collect();
    inputs.extend(args.baseline.as_deref().map(|file| ("--baseline", file)));
    let outputs = Outputs::prepare(&args.outputs, &inputs, None)?;
    let mut parts = Vec::new();
    for file in &args.files {
        parts.push(load(file)?);
    }
    let mut report = join(parts).map_err(|apart| match &apart {
        Apart::Foreign { part, .. } => foreign(&args.files[*part], &apart),
        Apart::Nothing | Apart::Missing(_) => CommandError::Foreign(apart.to_string()),
    })?;
    if let Some(file) = &args.baseline {
        report.baseline = Some(super::baseline(file)?);
    }
    outputs.place_runs(&mut report);
    let judgement = judge(&report);
    let next = Next { page: Some(outputs.page()), pending: Vec::new(), command: invocation() };
    let mut text = match args.outputs.format {
        Format::Text => text::report(&report, &judgement, &next),
        Format::Json => Document::new(report.clone()).to_text(),
    };
    if args.outputs.annotations.is_some() {
        text += &annotations(&report, &judgement, invocation());
    }
    Ok(deliver(&text, out, || outputs.write(&report, &judgement), judgement.exit))
}

fn foreign(path: &Path, what: impl Display) -> CommandError {
    CommandError::Foreign(format!("{}: {what}", path.display()))
}

fn load(path: &Path) -> Result<Report, CommandError> {
    let bytes = read_whole(path, MOST).map_err(|error| foreign(path, error))?;
    Document::read(&bytes).map_err(|error| match error {
        DocumentError::Malformed { .. } => CommandError::Foreign(format!("{}:{error}", path.display())),
        _ => foreign(path, error),
    })
}
