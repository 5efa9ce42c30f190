use super::{
    CommandError, Context,
    args::{self, Emit},
};
use crate::{
    Catalogue, Exit, ReplayFile,
    replay::{Replayed, explain},
    show::{emit, run},
};
use anechoic_evidence::shown;
use std::{io, path::Path};

pub(super) fn replay(
    context: &Context<'_>,
    args: &args::Replay,
    out: &mut dyn io::Write,
) -> Result<Exit, CommandError> {
    let (file, found) = again(context.catalogue, &args.file)?;
    if let Some(Emit::Test) = args.emit {
        let Some(expression) = &context.catalogue.expression else {
            let what = "--emit: the catalogue does not say by which Rust expression a test gets at it";
            return Err(CommandError::Usage(what.into()));
        };
        out.write_all(emit::test(&file, expression).as_bytes())?;
        return Ok(Exit::Holds);
    }
    out.write_all(run::replayed(&shown(&args.file), &file, &found).as_bytes())?;
    Ok(if found.outcome.breaches.is_empty() { Exit::Holds } else { Exit::Violated })
}

/// Makes a saved run again, exactly as it was saved.
pub(super) fn again(catalogue: &Catalogue, path: &Path) -> Result<(ReplayFile, Replayed), CommandError> {
    let file = ReplayFile::load(path)?;
    let foreign = |what: String| CommandError::Foreign(format!("{}: {what}", shown(path)));
    if let Some(test) = file.test_command(path) {
        return Err(foreign(format!("it is a run of a test; make it again with\n  {test}")));
    }
    let found = catalogue.again(&file).map_err(foreign)?;
    if !found.knows(&file.promise) {
        return Err(foreign(format!("no promise `{}`", file.promise)));
    }
    if let Err(diverged) = &found.fits {
        return Err(foreign(explain(diverged)));
    }
    Ok((file, found))
}
