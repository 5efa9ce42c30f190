use super::{
    CommandError,
    args::{self, Emit},
};
use crate::{
    Exit,
    show::{emit, run},
    situation::{Replayed, TaskReplay, explain},
};
use anechoic_evidence::{ReplayFile, shown};
use anechoic_model::Promise;
use std::{io, path::Path};

pub(super) fn replay(args: &args::Replay, out: &mut dyn io::Write) -> Result<Exit, CommandError> {
    let (file, found) = again(&args.file)?;
    if let Some(Emit::Test) = args.emit {
        out.write_all(emit::test(&file).as_bytes())?;
        return Ok(Exit::Holds);
    }
    out.write_all(run::replayed(&shown(&args.file), &file, &found).as_bytes())?;
    Ok(if found.outcome.breaches.is_empty() { Exit::Holds } else { Exit::Violated })
}

/// Makes a saved run again, exactly as it was saved.
pub(super) fn again(path: &Path) -> Result<(ReplayFile<TaskReplay>, Replayed), CommandError> {
    let file = ReplayFile::<TaskReplay>::load(path)?;
    let foreign = |what: String| CommandError::Foreign(format!("{}: {what}", shown(path)));
    if !Promise::ALL.iter().any(|promise| promise.name() == file.promise) {
        return Err(foreign(format!("no promise `{}`", file.promise)));
    }
    let found = file.subject.replay(&file.choices).map_err(foreign)?;
    if let Err(diverged) = &found.fits {
        return Err(foreign(explain(diverged)));
    }
    Ok((file, found))
}
