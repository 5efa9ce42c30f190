//! A run of a report, made again with its record on.
use crate::report::{Found, Passing};
use anechoic::{Breach, Record};
use anechoic_evidence::{Clause, why};
use anechoic_model::Promise;

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
    pub(super) fn make(found: &Found) -> Result<Again, String> {
        let replayed = found.replay.subject.replay(&found.replay.choices)?;
        if let Err(diverged) = &replayed.fits {
            return Err(format!("this program parts from it at choice {}", diverged.at));
        }
        let promise = Promise::ALL.iter().position(|promise| promise.name() == found.replay.promise);
        let breach = promise.and_then(|promise| replayed.breach(promise)).cloned();
        let breach = breach.ok_or_else(|| format!("this program keeps {} in it", found.replay.promise))?;
        Ok(Again { record: replayed.record, breach })
    }

    pub(super) fn why(&self) -> Vec<Clause> {
        why(&self.record, &self.breach)
    }
}

/// A run that breaks nothing, made again.
pub(super) fn passing(passing: &Passing) -> Option<(String, Record)> {
    let replayed = passing.subject.replay(&passing.choices).ok()?;
    replayed.fits.is_ok().then_some((passing.what.clone(), replayed.record))
}
