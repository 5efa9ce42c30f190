use super::{CommandError, args::KEPT, files::unwritable};
use crate::{
    Exit, Variant,
    check::{Counterexample, Report, TaskReplay},
    outcome::{Outcome, Specimens},
};
use anechoic_evidence::{ReplayFile, write_whole};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The name of a run that nobody has looked at ends so.
const PENDING: &str = ".new.json";

/// The folder of saved runs.
pub(super) struct Kept {
    pub(super) folder: PathBuf,
    /// Those that were accepted.
    pub(super) accepted: Vec<(PathBuf, ReplayFile<TaskReplay>)>,
    /// Those that nobody has looked at.
    pub(super) pending: Vec<PathBuf>,
}

/// What became of a saved run.
pub(super) struct Regression {
    file: PathBuf,
    variant: String,
    promise: String,
    /// Whether it still breaks its promise; a run that the code does not allow any more does not.
    breaks: bool,
}

impl Kept {
    /// The folder that was asked for, or else the usual one if it is there.
    pub(super) fn load(asked: Option<&Path>) -> Result<Option<Kept>, CommandError> {
        let usual = Path::new(KEPT);
        match asked.or(usual.is_dir().then_some(usual)) {
            None => Ok(None),
            Some(folder) => {
                let kept = Kept::read(folder)?;
                if asked.is_some() && kept.accepted.is_empty() && kept.pending.is_empty() {
                    return Err(CommandError::Foreign(format!("{}: no saved run in it", folder.display())));
                }
                Ok(Some(kept))
            }
        }
    }

    /// Reads a folder.
    pub(super) fn read(folder: &Path) -> Result<Kept, CommandError> {
        let foreign = |error: io::Error| {
            let expected = "expected a folder of saved runs";
            CommandError::Foreign(format!("{}: {error}; {expected}", folder.display()))
        };
        let entries =
            fs::read_dir(folder).map_err(foreign)?.collect::<io::Result<Vec<_>>>().map_err(foreign)?;
        let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let (pending, accepted): (Vec<PathBuf>, _) = files.into_iter().partition(|file| is_pending(file));
        let load = |file: PathBuf| {
            let saved = ReplayFile::<TaskReplay>::load(&file)?;
            Ok((file, saved))
        };
        let accepted = accepted.into_iter().map(load).collect::<Result<Vec<_>, CommandError>>()?;
        Ok(Kept { folder: folder.into(), accepted, pending })
    }

    /// Makes every accepted run again.
    pub(super) fn replay(&self) -> Result<Vec<Regression>, CommandError> {
        self.accepted.iter().map(|(file, saved)| again(file, saved)).collect()
    }

    /// Keeps what a check found and what is not kept yet, for somebody to look at; but not in CI, where nobody would.
    pub(super) fn add_new(&self, report: &Report, specimens: Specimens) -> Result<Vec<String>, CommandError> {
        if env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false") {
            return Ok(Vec::new());
        }
        let judged = report
            .checked
            .iter()
            .filter(|checked| specimens == Specimens::LikeAnyOther || !checked.variant.is_specimen());
        let mut new = Vec::new();
        for found in judged.flat_map(|checked| &checked.counterexamples) {
            let TaskReplay { scenario, variant, .. } = &found.file.subject;
            let path = self.folder.join(format!("{scenario}.{variant}.{}{PENDING}", found.promise));
            // What waits for a review already is not pushed aside by another run.
            if self.file_of(found).is_none() && !path.exists() {
                write_whole(&path, found.file.to_json().as_bytes()).map_err(unwritable(&path))?;
                new.push(path.display().to_string());
            }
        }
        Ok(new)
    }

    /// Where a run is kept, if it was accepted: the same choices, in whatever bound.
    pub(super) fn file_of(&self, found: &Counterexample) -> Option<String> {
        let kept = self.accepted.iter().find(|(_, saved)| key(saved) == key(&found.file))?;
        Some(kept.0.display().to_string())
    }
}

/// What makes a run this one.
fn key(file: &ReplayFile<TaskReplay>) -> ([&str; 3], &[String]) {
    let TaskReplay { scenario, variant, .. } = &file.subject;
    ([scenario, variant, &file.promise], &file.choices)
}

fn is_pending(file: &Path) -> bool {
    file.to_string_lossy().ends_with(PENDING)
}

fn again(file: &Path, saved: &ReplayFile<TaskReplay>) -> Result<Regression, CommandError> {
    let foreign = |what: String| CommandError::Foreign(format!("{}: {what}", file.display()));
    let replayed = saved.subject.replay(&saved.choices).map_err(foreign)?;
    let promise = anechoic_model::Promise::ALL.iter().position(|promise| promise.name() == saved.promise);
    let promise = promise.ok_or_else(|| foreign(format!("no promise `{}`", saved.promise)))?;
    let breaks =
        replayed.fits.is_ok() && replayed.outcome.breaches.iter().any(|breach| breach.promise == promise);
    let (variant, promise) = (saved.subject.variant.clone(), saved.promise.clone());
    Ok(Regression { file: file.into(), variant, promise, breaks })
}

/// Code must not break its promise in a run that it once broke it in; a specimen must.
pub(super) fn judge(regressions: &[Regression], pending: usize, outcome: &mut Outcome) {
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
    match well {
        0 if regressions.is_empty() && pending > 0 => {
            let line = format!("– no saved run was made again: {pending} wait for a review");
            outcome.lines.push(line);
        }
        0 => {}
        1 => outcome.add(Exit::Holds, "1 saved run was made again, and ends as it should"),
        many => {
            outcome.add(Exit::Holds, &format!("{many} saved runs were made again, and end as they should"))
        }
    }
}
