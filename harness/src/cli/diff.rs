use super::{CommandError, replay};
use crate::{Exit, show::sides};
use std::{io, path::Path};

/// Both runs hold unless one of them breaks a promise now.
pub(super) fn diff(left: &Path, right: &Path, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let runs = [replay::again(left)?, replay::again(right)?];
    let [(_, one), (_, other)] = &runs;
    out.write_all(sides::sides(&one.record, &other.record).as_bytes())?;
    let breaks = runs.iter().any(|(_, run)| !run.outcome.breaches.is_empty());
    Ok(if breaks { Exit::Violated } else { Exit::Holds })
}
