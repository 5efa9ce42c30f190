//! The folder of saved runs: those that were accepted are made again before every check.
use crate::{
    Catalogue, ReplayFile, Variant,
    replay::{ReplayFileError, faults},
    report::{Again, Found, Report, Saved},
};
use anechoic_evidence::{unreadable, write_whole};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The name of a run that nobody has looked at ends so.
const PENDING: &str = ".new.json";

/// A folder of saved runs.
pub(crate) struct Kept {
    pub(crate) folder: PathBuf,
    /// Those that were accepted.
    pub(crate) accepted: Vec<(PathBuf, ReplayFile)>,
    /// Those that nobody has looked at.
    pub(crate) pending: Vec<PathBuf>,
    /// Those among them that show nothing any more, and may be written over.
    stale: Vec<PathBuf>,
}

/// Why a folder of saved runs cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeptError {
    #[error("{}", unreadable(.folder, .error))]
    Unreadable { folder: PathBuf, error: io::Error },
    #[error(transparent)]
    File(#[from] ReplayFileError),
}

impl Kept {
    /// Reads a folder.
    pub(crate) fn read(folder: &Path) -> Result<Kept, KeptError> {
        let refused = |error| KeptError::Unreadable { folder: folder.into(), error };
        let entries =
            fs::read_dir(folder).map_err(refused)?.collect::<io::Result<Vec<_>>>().map_err(refused)?;
        let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json") && !file.is_dir());
        files.sort();
        let (pending, accepted): (Vec<PathBuf>, _) = files.into_iter().partition(|file| is_pending(file));
        let load = |file: PathBuf| {
            let saved = ReplayFile::load(&file)?;
            Ok((file, saved))
        };
        let accepted = accepted.into_iter().map(load).collect::<Result<Vec<_>, KeptError>>()?;
        Ok(Kept { folder: folder.into(), accepted, pending, stale: Vec::new() })
    }

    /// A folder in which there is nothing, or that is not there.
    pub(crate) fn empty(folder: &Path) -> Kept {
        Kept { folder: folder.into(), accepted: Vec::new(), pending: Vec::new(), stale: Vec::new() }
    }

    /// Of these runs, those of one scenario.
    pub(crate) fn of(self, catalogue: &str, scenario: &str) -> Result<Kept, KeptError> {
        let is_own = |saved: &ReplayFile| saved.catalogue == catalogue && saved.scenario == scenario;
        let accepted = self.accepted.into_iter().filter(|(_, saved)| is_own(saved)).collect();
        let mut pending = Vec::new();
        for file in self.pending {
            if is_own(&ReplayFile::load(&file)?) {
                pending.push(file);
            }
        }
        Ok(Kept { folder: self.folder, accepted, pending, stale: Vec::new() })
    }

    /// Makes every accepted run again, and of those that nobody has looked at the ones that still break something. What the
    /// code does not allow any more, or what holds now, waits for its review, unless a new run takes its place, or all holds.
    pub(crate) fn made(&mut self, catalogue: &Catalogue) -> Vec<Saved> {
        let mut saved = Vec::new();
        for file in &self.pending {
            let made = ReplayFile::load(file).ok().map(|run| again(catalogue, file, &run));
            match made {
                Some(made) if matches!(made.again, Again::Breaks { .. } | Again::BreaksAnother { .. }) => {
                    saved.push(made);
                }
                _ => self.stale.push(file.clone()),
            }
        }
        saved.extend(self.replay(catalogue));
        saved
    }

    /// All holds, so what waits for its review and shows nothing any more is taken away. What cannot be.
    pub(crate) fn drop_stale(&self) -> Vec<(PathBuf, io::Error)> {
        let remove = |path: &PathBuf| fs::remove_file(path).err().map(|error| (path.clone(), error));
        self.stale.iter().filter_map(remove).collect()
    }

    /// Where a run waits for its review.
    pub(crate) fn pending_path(&self, replay: &ReplayFile) -> PathBuf {
        let name = replay.usual_name();
        self.folder.join(format!("{}{PENDING}", name.trim_end_matches(".json")))
    }

    /// Makes every accepted run again.
    pub(crate) fn replay(&self, catalogue: &Catalogue) -> Vec<Saved> {
        self.accepted.iter().map(|(file, saved)| again(catalogue, file, saved)).collect()
    }

    /// Says in a report which of its runs are accepted.
    pub(crate) fn recognise(&self, report: &mut Report) {
        for broken in report.results.iter_mut().flat_map(|searched| &mut searched.broken) {
            broken.run.kept_as = self.file_of(&broken.run);
        }
    }

    /// What a check found and what is not kept yet, to be kept for somebody to look at.
    pub(crate) fn not_kept<'r>(&self, report: &'r Report) -> Vec<(PathBuf, &'r Found)> {
        let judged = report.found().filter(|(searched, _)| {
            let variant = report.asked.variant(&searched.variant);
            variant.is_some_and(|variant| !report.asked.is_on_purpose(variant))
        });
        let new = judged.filter(|(_, broken)| broken.run.kept_as.is_none()).map(|(_, broken)| &broken.run);
        // What waits for a review already is not pushed aside by another run, as long as it shows something.
        let place = |run: &'r Found| (self.pending_path(&run.replay), run);
        new.map(place)
            .filter(|(path, _)| path.symlink_metadata().is_err() || self.stale.contains(path))
            .collect()
    }

    /// Where a run is kept, if it was accepted: the same choices, in whatever bound.
    fn file_of(&self, found: &Found) -> Option<String> {
        let kept = self.accepted.iter().find(|(_, saved)| key(saved) == key(&found.replay))?;
        Some(kept.0.display().to_string())
    }
}

/// Whether this is continuous integration, where nobody reviews what a check leaves behind.
pub(crate) fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false")
}

/// Writes the runs that wait for a review, and goes on past one that cannot be written.
pub(crate) fn keep(new: &[(PathBuf, &Found)]) -> Vec<(PathBuf, io::Error)> {
    let keep = |(path, run): &(PathBuf, &Found)| {
        let written = path.parent().map_or(Ok(()), fs::create_dir_all);
        let written = written.and_then(|()| write_whole(path, run.replay.to_json().as_bytes()));
        written.map_err(|error| (path.clone(), error)).err()
    };
    new.iter().filter_map(keep).collect()
}

/// What makes a run this one.
fn key(file: &ReplayFile) -> ([&str; 4], &[String]) {
    ([&file.catalogue, &file.scenario, &file.variant, &file.promise], &file.choices)
}

fn is_pending(file: &Path) -> bool {
    file.to_string_lossy().ends_with(PENDING)
}

fn again(catalogue: &Catalogue, file: &Path, saved: &ReplayFile) -> Saved {
    let ReplayFile { scenario, variant, promise, .. } = saved;
    let name = |again| Saved {
        file: file.display().to_string(),
        scenario: scenario.clone(),
        variant: variant.clone(),
        promise: promise.clone(),
        is_specimen: catalogue.variant(variant).is_some_and(Variant::is_specimen),
        again,
    };
    // What nothing goes by any more is what the code does not allow any more.
    let replayed = match catalogue.again(saved) {
        Ok(replayed) if replayed.knows(promise) => replayed,
        Ok(_) => return name(Again::CannotBeMade { why: format!("there is no promise `{promise}`") }),
        Err(why) => return name(Again::CannotBeMade { why }),
    };
    name(match (&replayed.fits, replayed.breach(promise)) {
        (Err(misfit), _) => {
            let why = misfit.to_string();
            Again::CannotBeMade { why: why.lines().next().unwrap_or_default().trim_end_matches('.').into() }
        }
        (Ok(()), None) => match replayed.outcome.breaches.first() {
            None => Again::Keeps,
            Some(other) => Again::BreaksAnother { promise: replayed.name(other).into() },
        },
        (Ok(()), Some(breach)) => {
            let breaches = replayed.outcome.breaches.iter();
            let own = breaches.filter(|breach| replayed.name(breach) == promise);
            Again::Breaks {
                ways: own.map(|breach| breach.word.to_string()).collect(),
                faults: faults(&replayed.record, breach),
                actors: replayed.record.actors.len(),
            }
        }
    })
}
