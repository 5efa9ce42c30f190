use super::{CommandError, Context, replay};
use crate::{Exit, show::sides};
use std::{io, path::Path};

/// Both runs hold unless one of them breaks a promise now.
pub(super) fn diff(
    context: &Context<'_>,
    left: &Path,
    right: &Path,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    let runs = [replay::again(context.catalogue, left)?, replay::again(context.catalogue, right)?];
    let [(_, one), (_, other)] = &runs;
    out.write_all(sides::sides(&one.record, &other.record).as_bytes())?;
    let breaks = runs.iter().any(|(_, run)| !run.outcome.breaches.is_empty());
    Ok(if breaks { Exit::Violated } else { Exit::Holds })
}
