//! The folder of saved runs: those that were accepted are made again before every check.
use super::{CommandError, args::KEPT, outputs::unwritable};
use crate::{
    Variant,
    report::{Again, Found, Report, Saved},
    situation::{self, TaskReplay},
};
use anechoic_evidence::{ReplayFile, shown, write_whole};
use anechoic_model::Promise;
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

impl Kept {
    /// The folder that was asked for, or else the usual one if it is there.
    pub(super) fn load(asked: Option<&Path>) -> Result<Option<Kept>, CommandError> {
        let usual = Path::new(KEPT);
        // If anything is there, it is looked at, whatever it is.
        match asked.or(usual.symlink_metadata().is_ok().then_some(usual)) {
            None => Ok(None),
            Some(folder) => {
                let kept = Kept::read(folder)?;
                if asked.is_some() && kept.accepted.is_empty() && kept.pending.is_empty() {
                    return Err(CommandError::Foreign(format!("{}: no saved run in it", shown(folder))));
                }
                Ok(Some(kept))
            }
        }
    }

    /// Reads a folder.
    pub(super) fn read(folder: &Path) -> Result<Kept, CommandError> {
        let foreign = |error: io::Error| {
            let expected = "expected a folder of saved runs";
            CommandError::Foreign(format!("{}: {error}; {expected}", shown(folder)))
        };
        let entries =
            fs::read_dir(folder).map_err(foreign)?.collect::<io::Result<Vec<_>>>().map_err(foreign)?;
        let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json") && !file.is_dir());
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
    pub(super) fn replay(&self) -> Vec<Saved> {
        self.accepted.iter().map(|(file, saved)| again(file, saved)).collect()
    }

    /// Says in a report which of its runs are accepted.
    pub(super) fn recognise(&self, report: &mut Report) {
        for broken in report.results.iter_mut().flat_map(|searched| &mut searched.broken) {
            broken.run.kept_as = self.file_of(&broken.run);
        }
    }

    /// What a check found and what is not kept yet, to be kept for somebody to look at; but not in CI, where nobody would.
    pub(super) fn not_kept<'r>(&self, report: &'r Report) -> Vec<(PathBuf, &'r Found)> {
        if env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false") {
            return Vec::new();
        }
        let judged = report.found().filter(|(searched, _)| {
            let variant = report.asked.variant(&searched.variant);
            variant.is_some_and(|variant| !report.asked.is_on_purpose(variant))
        });
        let new = judged.filter(|(_, broken)| broken.run.kept_as.is_none()).map(|(_, broken)| &broken.run);
        let place = |run: &Found| {
            let name = run.usual_name();
            self.folder.join(format!("{}{PENDING}", name.trim_end_matches(".json")))
        };
        // What waits for a review already is not pushed aside by another run.
        new.map(|run| (place(run), run)).filter(|(path, _)| path.symlink_metadata().is_err()).collect()
    }

    /// Where a run is kept, if it was accepted: the same choices, in whatever bound.
    fn file_of(&self, found: &Found) -> Option<String> {
        let kept = self.accepted.iter().find(|(_, saved)| key(saved) == key(&found.replay))?;
        Some(kept.0.display().to_string())
    }
}

/// Writes the runs that wait for a review.
pub(super) fn keep(new: &[(PathBuf, &Found)]) -> Vec<CommandError> {
    let keep = |(path, run): &(PathBuf, &Found)| {
        write_whole(path, run.replay.to_json().as_bytes()).map_err(unwritable(path)).err()
    };
    new.iter().filter_map(keep).collect()
}

/// What makes a run this one.
fn key(file: &ReplayFile<TaskReplay>) -> ([&str; 3], &[String]) {
    let TaskReplay { scenario, variant, .. } = &file.subject;
    ([scenario, variant, &file.promise], &file.choices)
}

fn is_pending(file: &Path) -> bool {
    file.to_string_lossy().ends_with(PENDING)
}

fn again(file: &Path, saved: &ReplayFile<TaskReplay>) -> Saved {
    let variant = &saved.subject.variant;
    let name = |again| Saved {
        file: file.display().to_string(),
        scenario: saved.subject.scenario.clone(),
        variant: variant.clone(),
        promise: saved.promise.clone(),
        is_specimen: Variant::named(variant).is_some_and(Variant::is_specimen),
        again,
    };
    let promise = Promise::ALL.iter().position(|promise| promise.name() == saved.promise);
    let replayed = saved.subject.replay(&saved.choices);
    // What nothing goes by any more is what the code does not allow any more.
    let (promise, replayed) = match (promise, replayed) {
        (Some(promise), Ok(replayed)) => (promise, replayed),
        (None, _) => {
            return name(Again::CannotBeMade { why: format!("there is no promise `{}`", saved.promise) });
        }
        (_, Err(why)) => return name(Again::CannotBeMade { why }),
    };
    name(match (&replayed.fits, replayed.breach(promise)) {
        (Err(diverged), _) => {
            let why = situation::explain(diverged);
            Again::CannotBeMade { why: why.lines().next().unwrap_or_default().trim_end_matches('.').into() }
        }
        (Ok(()), None) => match replayed.outcome.breaches.first() {
            None => Again::Keeps,
            Some(other) => Again::BreaksAnother { promise: Promise::ALL[other.promise].name().into() },
        },
        (Ok(()), Some(breach)) => Again::Breaks {
            ways: replayed
                .outcome
                .breaches
                .iter()
                .filter(|breach| breach.promise == promise)
                .map(|breach| breach.word.to_string())
                .collect(),
            faults: situation::faults(&replayed.record, breach),
            actors: replayed.record.actors.len(),
        },
    })
}
