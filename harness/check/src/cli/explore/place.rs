//! Where exploring begins: a case in a situation, and the choices that were made.
use super::{
    super::{CommandError, check::asked},
    Explore,
};
use crate::{Case, Catalogue, ReplayFile, Situation, replay::explain};
use anechoic_engine::{Pick, Point, Source, Subject, search::Replay};
use anechoic_evidence::{harmless, shown};
use std::path::Path;

/// A case in a situation, and the choices that were made.
pub(super) struct Place<'c> {
    pub(super) case: &'c Case,
    pub(super) at: Situation,
    pub(super) schedule: Vec<u32>,
    pub(super) subject: Box<dyn Subject>,
}

/// Where exploring is to begin.
pub(super) fn place<'c>(catalogue: &'c Catalogue, args: &Explore) -> Result<Place<'c>, CommandError> {
    if catalogue.has_scenario(&args.what) {
        let case = case(catalogue, args)?;
        let asked = asked(catalogue, &args.bound)?;
        let at = case.situations(&asked).last().unwrap_or_else(|| asked.situation());
        at.check().map_err(CommandError::Usage)?;
        let subject = case.open(&at)?;
        return Ok(Place { case, at, schedule: Vec::new(), subject });
    }
    let path = Path::new(&args.what);
    if path.symlink_metadata().is_err() {
        let known: Vec<&str> = catalogue.scenarios.iter().map(|scenario| &*scenario.name).collect();
        let what = harmless(&args.what, 200);
        let known = known.join(", ");
        return Err(CommandError::Usage(format!(
            "`{what}` is no file and no scenario; expected a run that a check has saved, or one of: {known}"
        )));
    }
    if args.variant.is_some() || args.bound != Default::default() {
        let what = "a saved run has its version and its bound in it; only a scenario takes others";
        return Err(CommandError::Usage(what.into()));
    }
    saved(catalogue, path)
}

/// The version of a scenario that was asked for, or the first that is not wrong on purpose.
fn case<'c>(catalogue: &'c Catalogue, args: &Explore) -> Result<&'c Case, CommandError> {
    let of_scenario = || catalogue.cases.iter().filter(|case| case.scenario == args.what);
    let is_code =
        |case: &&Case| catalogue.variant(&case.variant).is_some_and(|variant| !variant.is_specimen());
    let found = match &args.variant {
        Some(name) => of_scenario().find(|case| case.variant == *name),
        None => of_scenario().find(is_code).or_else(|| of_scenario().next()),
    };
    found.ok_or_else(|| {
        let known: Vec<&str> = of_scenario().map(|case| &*case.variant).collect();
        let name = harmless(args.variant.as_deref().unwrap_or_default(), 200);
        let (what, known) = (&args.what, known.join(", "));
        CommandError::Usage(format!("--variant: `{name}` is not checked in {what}; expected one of: {known}"))
    })
}

/// A saved run, to its end.
fn saved<'c>(catalogue: &'c Catalogue, path: &Path) -> Result<Place<'c>, CommandError> {
    let foreign = |what: String| CommandError::Foreign(format!("{}: {what}", shown(path)));
    let file = ReplayFile::load(path)?;
    if let Some(test) = file.test_command(path) {
        return Err(foreign(format!("it is a run of a test; make it again with\n  {test}")));
    }
    let case = catalogue.case_of(&file).map_err(foreign)?;
    let numbered = |subject: &dyn Subject| {
        let mut numbered = Numbered { replay: Replay::new(&file.choices), schedule: Vec::new() };
        let outcome = subject.run(&mut numbered);
        (outcome, numbered.replay.finish(), numbered.schedule)
    };
    let settled = case.settled(&file.situation, numbered, |(outcome, ..)| outcome.cannot_tell.is_some());
    let (subject, (_, followed, schedule)) = settled.map_err(|error| foreign(String::from(error)))?;
    followed.map_err(|diverged| foreign(explain(&diverged)))?;
    Ok(Place { case, at: file.situation, schedule, subject })
}

/// A run that is made again by its labels, of which the numbers are kept.
struct Numbered<'c> {
    replay: Replay<'c>,
    schedule: Vec<u32>,
}

impl Source for Numbered<'_> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let pick = self.replay.pick(point);
        if let Pick::Take(way) = pick
            && point.ways() > 1
        {
            self.schedule.push(way as u32);
        }
        pick
    }

    fn trusts_states(&self) -> bool {
        false
    }
}
