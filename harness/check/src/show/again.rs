//! A run of a report, made again with its record on.
use crate::{Catalogue, replay::Misfit, report::Found};
use anechoic_engine::{Breach, Record};
use anechoic_evidence::{Clause, why};

/// A run, and how it breaks its promise.
pub(super) struct Again {
    pub(super) record: Record,
    pub(super) breach: Breach,
}

impl Again {
    /// Makes a run again.
    ///
    /// # Errors
    /// Why it cannot be made: the report is of another program than this one.
    pub(super) fn make(catalogue: &Catalogue, found: &Found) -> Result<Again, String> {
        let replayed = catalogue.again(&found.replay)?;
        match &replayed.fits {
            Ok(()) => {}
            Err(Misfit::Diverged(diverged)) => {
                return Err(format!("this program parts from it at choice {}", diverged.at));
            }
            Err(misfit) => return Err(misfit.to_string()),
        }
        let promise = &found.replay.promise;
        let breach = replayed.breach(promise).cloned();
        let breach = breach.ok_or_else(|| format!("this program keeps {promise} in it"))?;
        Ok(Again { record: replayed.record, breach })
    }

    pub(super) fn why(&self) -> Vec<Clause> {
        why(&self.record, &self.breach)
    }
}

/// A run that breaks nothing, made again, and what it is.
#[cfg(feature = "page")]
pub(super) fn passing(catalogue: &Catalogue, found: &Found) -> Option<(String, Record)> {
    let passing = found.passing.as_ref()?;
    let case = (&*found.replay.scenario, &*passing.variant);
    let replayed = catalogue.replay(case, &passing.situation, &passing.choices).ok()?;
    replayed.fits.is_ok().then(|| (passing.what.clone(), replayed.record))
}
