use super::CommandError;
use crate::{Exit, Variant, check::TaskReplay, outcome::Outcome};
use anechoic_evidence::ReplayFile;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// What became of a saved run.
pub(super) struct Regression {
    file: PathBuf,
    variant: String,
    promise: String,
    /// Whether it still breaks its promise; a run that the code does not allow any more does not.
    breaks: bool,
}

/// Makes every saved run in a folder again.
pub(super) fn replay(folder: &Path) -> Result<Vec<Regression>, CommandError> {
    let foreign = |error: io::Error| CommandError::Foreign(format!("{}: {error}", folder.display()));
    let entries = fs::read_dir(folder).map_err(foreign)?.collect::<io::Result<Vec<_>>>().map_err(foreign)?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    if files.is_empty() {
        return Err(CommandError::Foreign(format!("{}: no saved run in it", folder.display())));
    }
    files.into_iter().map(again).collect()
}

fn again(file: PathBuf) -> Result<Regression, CommandError> {
    let saved = ReplayFile::<TaskReplay>::load(&file)?;
    let replayed = saved.subject.replay(&saved.choices);
    let replayed = replayed.map_err(|what| CommandError::Foreign(format!("{}: {what}", file.display())))?;
    let promise = anechoic_model::Promise::ALL.iter().position(|promise| promise.name() == saved.promise);
    let promise = promise.ok_or_else(|| {
        CommandError::Foreign(format!("{}: no promise `{}`", file.display(), saved.promise))
    })?;
    let breaks =
        replayed.fits.is_ok() && replayed.outcome.breaches.iter().any(|breach| breach.promise == promise);
    Ok(Regression { file, variant: saved.subject.variant, promise: saved.promise, breaks })
}

/// Code must not break its promise in a run that it once broke it in; a specimen must.
pub(super) fn judge(regressions: &[Regression], outcome: &mut Outcome) {
    let mut well = 0;
    for Regression { file, variant, promise, breaks } in regressions {
        let specimen = Variant::named(variant).is_some_and(Variant::is_specimen);
        let file = file.display();
        match (specimen, breaks) {
            (false, true) => {
                outcome.add(Exit::Violated, &format!("{variant} breaks {promise} again, in {file}"))
            }
            (true, false) => {
                outcome.add(
                    Exit::Violated,
                    &format!("{variant} is a specimen that does not break {promise} any more, in {file}"),
                );
            }
            _ => well += 1,
        }
    }
    if well > 0 {
        outcome.add(Exit::Holds, &format!("{well} saved runs were made again, and end as they should"));
    }
}
