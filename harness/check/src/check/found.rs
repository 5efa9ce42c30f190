use super::{Clockwork, Request};
use crate::{
    Asked, Case, Catalogue, OpenError, ReplayFile, Situation,
    replay::{Format, faults},
    report::{Found, Size},
};
use anechoic_engine::search::{Path, shortest, shrink};

/// The smallest run of a case that breaks a promise, given by position; or, when time is up, the one that was found, made as
/// small as a few tries make it. None, if it does not break it when it is made again.
pub(super) fn smallest(
    (case, promise): (&Case, usize),
    request: &Request<'_>,
    (at, path): (Situation, Path),
    clockwork: &Clockwork<'_>,
) -> Result<Option<(Path, Found)>, OpenError> {
    let found = match search_up((case, promise), &request.asked, clockwork)? {
        Some((at, path)) => (at, path, true),
        None => {
            let path = shrunk((case, promise), &at, path, clockwork)?;
            (at, path, false)
        }
    };
    let (at, path, is_smallest) = found;
    let shown = show(request.catalogue, (case, promise), &at, &path, is_smallest)?;
    Ok(shown.map(|shown| (path, shown)))
}

/// Allows more and more until the promise breaks: first more faults, then more callers.
fn search_up(
    (case, promise): (&Case, usize),
    asked: &Asked,
    clockwork: &Clockwork<'_>,
) -> Result<Option<(Situation, Path)>, OpenError> {
    for faults in 0..=case.most_faults(asked) {
        let up_to = Asked { faults: Some(faults), callers: 1..=*asked.callers.end(), ..asked.clone() };
        for at in case.situations(&up_to) {
            let what = format!("the smallest run of {} {}", case.scenario, case.variant);
            let mut watch = clockwork.watch(what);
            if watch.is_over() {
                return Ok(None);
            }
            if let Some(path) = shortest(&*case.open(&at)?, promise, &mut watch) {
                return Ok(Some((at, path)));
            }
        }
    }
    Ok(None)
}

fn shrunk(
    (case, promise): (&Case, usize),
    at: &Situation,
    path: Path,
    clockwork: &Clockwork<'_>,
) -> Result<Path, OpenError> {
    const TRIES: u64 = 2_000;
    let what = format!("a smaller run of {} {}", case.scenario, case.variant);
    Ok(shrink(&*case.open(at)?, promise, path, &mut clockwork.watch(what).at_most(TRIES)))
}

/// A run of a case that breaks a promise, given by position, as a report holds it. None, if it does not break it.
///
/// # Errors
/// What in the situation has no meaning for the case.
pub fn show(
    catalogue: &Catalogue,
    (case, promise): (&Case, usize),
    at: &Situation,
    path: &Path,
    is_smallest: bool,
) -> Result<Option<Found>, OpenError> {
    let subject = case.open(at)?;
    let (outcome, record) = path.replay(&*subject);
    let Some(breach) = outcome.breaches.into_iter().find(|breach| breach.promise == promise) else {
        return Ok(None);
    };
    let size = Size { faults: faults(&record, &breach), actors: record.actors.len(), steps: breach.step };
    let replay = ReplayFile {
        format: Format::V2,
        catalogue: catalogue.name.clone().into(),
        scenario: case.scenario.clone().into(),
        variant: case.variant.clone().into(),
        situation: at.clone(),
        promise: subject.promises()[promise].name.clone().into(),
        found: breach.detail,
        choices: record.choices,
    };
    let (file, kept_as) = (String::new(), None);
    let way = breach.word.into();
    Ok(Some(Found { replay, way, size, is_smallest, file, kept_as, remedies: Vec::new(), passing: None }))
}
