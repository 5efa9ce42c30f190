//! Runs that are kept: what was run, and the label of every choice that was made.
mod first;

use crate::{Case, Catalogue, Situation, show::words::word};
use anechoic_engine::{
    Breach, Outcome, Pick, Point, Promise, Record, Source, Subject, Text,
    search::{Diverged, Exhaustive, Replay, Unlimited},
};
use anechoic_evidence::{harmless, harmless_json, read_whole, shown, unreadable};
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};

/// A run that can be made again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReplayFile {
    /// The format's name and version.
    pub format: Format,
    /// The catalogue that the run is of; for a test, `cargo:` and its package.
    pub catalogue: String,
    /// The scenario, by name; for a test, its path.
    pub scenario: String,
    /// The version of the handlers, by name.
    pub variant: String,
    /// The situation.
    pub situation: Situation,
    /// The promise that the run broke.
    pub promise: String,
    /// How it broke it.
    pub found: String,
    /// The choices, in order.
    pub choices: Vec<String>,
}

/// The name and version that a replay file begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ci", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "ci", schemars(rename = "ReplayFormat"))]
pub enum Format {
    /// The second version. The first is still read.
    #[default]
    #[serde(rename = "anechoic.replay/2")]
    V2,
}

/// Why a replay file cannot be read. Says where, and what was expected there.
#[derive(Debug, thiserror::Error)]
pub enum ReplayFileError {
    /// The file system would not give it.
    #[error("{}", unreadable(path, error))]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What it said.
        #[source]
        error: io::Error,
    },
    /// It is no replay file, or not a whole one.
    #[error(
        "{}:{line}:{column}: {message}; expected a run that a check has saved (anechoic.replay/1 or /2)",
        shown(path)
    )]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Where in it.
        line: usize,
        /// Where in the line.
        column: usize,
        /// What is wrong there.
        message: String,
    },
}

/// A run of a million choices has less.
const MOST: u64 = 256 << 20;

/// The catalogue of a test is its package, behind this.
pub(crate) const TEST: &str = "cargo:";

/// The beginning of a file of any version.
#[derive(Deserialize)]
struct Head {
    format: String,
}

impl ReplayFile {
    /// Reads a replay file.
    ///
    /// # Errors
    /// [`ReplayFileError`], if it cannot be read or is not a whole replay file.
    pub fn load(path: &Path) -> Result<ReplayFile, ReplayFileError> {
        let refused = |error| ReplayFileError::Unreadable { path: path.into(), error };
        let bytes = read_whole(path, MOST).map_err(refused)?;
        ReplayFile::parse(&bytes).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default().to_string();
            ReplayFileError::Malformed { path: path.into(), line, column, message }
        })
    }

    /// Reads the text of a replay file of any version.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(bytes: &[u8]) -> serde_json::Result<ReplayFile> {
        match serde_json::from_slice::<Head>(bytes)?.format.as_str() {
            first::FORMAT => first::parse(bytes),
            _ => serde_json::from_slice(bytes),
        }
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        let mut text =
            harmless_json(&serde_json::to_string_pretty(self).expect("plain data has a JSON form"));
        text.push('\n');
        text
    }

    /// The usual name of its file.
    pub fn usual_name(&self) -> String {
        // A path of modules has dots, which no name in it can have; what no file system takes has lines.
        let is_plain = |letter: char| letter.is_alphanumeric() || "-_.".contains(letter);
        let plain = |text: &str| -> String {
            let text = text.replace("::", ".");
            text.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).collect()
        };
        let case = plain(&case_name(&self.scenario, &self.variant, "."));
        format!("{case}.{}.json", plain(&self.promise))
    }

    /// The command that makes it again, if it is a run of a test: its handlers are built into that test. `path` is where the
    /// file is.
    pub fn test_command(&self, path: &Path) -> Option<String> {
        let package = self.catalogue.strip_prefix(TEST)?;
        let shown = word(&path.display().to_string());
        // The test runner does not know the target that stands in front; another may have a test of this name.
        let (target, test) = self.scenario.split_once("::").unwrap_or(("", &*self.scenario));
        let is_beside = path.iter().any(|part| part == "tests");
        let target = if is_beside { format!("--test {target} ") } else { String::new() };
        Some(format!("ANECHOIC_REPLAY={shown} cargo test -p {package} {target}{test} -- --exact"))
    }
}

/// Scenario and version in one; once, if there is one version of that name.
pub(crate) fn case_name(scenario: &str, variant: &str, between: &str) -> String {
    if scenario == variant { scenario.into() } else { format!("{scenario}{between}{variant}") }
}

/// A run that is made again, of which each choice is told before it is made.
struct StepByStep<'s> {
    replay: Replay<'s>,
    before: &'s mut dyn FnMut(&str),
}

impl Source for StepByStep<'_> {
    fn pick(&mut self, point: &dyn Point) -> Pick {
        let pick = self.replay.pick(point);
        if let Pick::Take(way) = pick {
            (self.before)(&point.label(way));
        }
        pick
    }
}

/// What came of making a run again.
pub struct Replayed {
    /// What was promised.
    pub promises: Vec<Promise>,
    /// The run.
    pub record: Record,
    /// What it broke.
    pub outcome: Outcome,
    /// Whether it is the run of its record.
    pub fits: Result<(), Misfit>,
}

/// Why a run that was made again shows nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// It is another than the one of its record.
    #[error("{}", explain(.0))]
    Diverged(Diverged),
    /// What happened in it is not what would happen.
    #[error("nothing can be said of this run: {0}")]
    CannotTell(Text),
}

impl Replayed {
    /// How a promise is broken, given by name.
    pub fn breach(&self, promise: &str) -> Option<&Breach> {
        self.outcome.breaches.iter().find(|breach| self.name(breach) == promise)
    }

    /// The promise that a breach is of.
    pub fn name(&self, breach: &Breach) -> &str {
        &self.promises[breach.promise].name
    }

    /// Whether there is a promise of this name at all.
    pub fn knows(&self, promise: &str) -> bool {
        self.promises.iter().any(|known| known.name == promise)
    }
}

impl Catalogue {
    /// Makes a run again.
    ///
    /// # Errors
    /// The name that nothing goes by any more, or what of its situation has no meaning.
    pub fn replay(
        &self,
        (scenario, variant): (&str, &str),
        at: &Situation,
        choices: &[String],
    ) -> Result<Replayed, String> {
        self.replay_step_by_step((scenario, variant), at, choices, &mut |_| ())
    }

    fn replay_step_by_step(
        &self,
        (scenario, variant): (&str, &str),
        at: &Situation,
        choices: &[String],
        before: &mut dyn FnMut(&str),
    ) -> Result<Replayed, String> {
        let once = |subject: &dyn Subject| {
            let mut source = StepByStep { replay: Replay::new(choices), before: &mut *before };
            let (outcome, record) = subject.record(&mut source);
            (outcome, record, source.replay.finish())
        };
        let case = self.checked((scenario, variant), at)?;
        let (subject, (outcome, record, followed)) =
            case.settled(at, once, |(outcome, ..)| outcome.cannot_tell.is_some())?;
        let fits = match &outcome.cannot_tell {
            Some(why) => Err(Misfit::CannotTell(why.clone())),
            None => followed.map_err(Misfit::Diverged),
        };
        Ok(Replayed { promises: subject.promises(), record, outcome, fits })
    }

    /// The case of these names, which this situation has a meaning for.
    fn checked(&self, (scenario, variant): (&str, &str), at: &Situation) -> Result<&Case, String> {
        if !self.has_scenario(scenario) {
            return Err(format!("no scenario `{scenario}`"));
        }
        if self.variant(variant).is_none() {
            return Err(format!("no variant `{variant}`"));
        }
        let case = self.case(scenario, variant);
        let case = case.ok_or_else(|| format!("`{variant}` is not checked in `{scenario}`"))?;
        at.check()?;
        Ok(case)
    }

    /// What a saved run is of.
    #[cfg(feature = "cli")]
    pub(crate) fn case_of(&self, file: &ReplayFile) -> Result<&Case, String> {
        self.owns(file)?;
        self.checked((&file.scenario, &file.variant), &file.situation)
    }

    /// Whether a saved run is of this catalogue.
    fn owns(&self, file: &ReplayFile) -> Result<(), String> {
        if file.catalogue != self.name {
            return Err(format!("it is a run of `{}`, not of `{}`", file.catalogue, self.name));
        }
        Ok(())
    }

    /// Makes a saved run again.
    ///
    /// # Errors
    /// The name that nothing goes by any more, or what of its situation has no meaning.
    pub fn again(&self, file: &ReplayFile) -> Result<Replayed, String> {
        self.step_by_step(file, &mut |_| ())
    }

    /// Makes a saved run again, and tells the label of each choice before it is made.
    ///
    /// # Errors
    /// The name that nothing goes by any more, or what of its situation has no meaning.
    pub fn step_by_step(&self, file: &ReplayFile, before: &mut dyn FnMut(&str)) -> Result<Replayed, String> {
        self.owns(file)?;
        let names = (&*file.scenario, &*file.variant);
        self.replay_step_by_step(names, &file.situation, &file.choices, before)
    }

    /// Which promises a version of the handlers breaks in the situation of a saved run; the first that is not there to break
    /// any, if none is named.
    ///
    /// The version of the file makes exactly its run. Any other makes every run of the file's situation, because it need
    /// not come to the same choices.
    ///
    /// # Errors
    /// Why the run cannot be made: the text is no replay file, or it names what there is no more.
    pub fn broken(&self, replay: &str, variant: Option<&str>) -> Result<Vec<String>, String> {
        let file = ReplayFile::parse(replay.as_bytes()).map_err(|error| error.to_string())?;
        let code = || self.variants.iter().find(|variant| !variant.is_specimen());
        let name = variant.or_else(|| code().map(|variant| &*variant.name)).ok_or("no version is code")?;
        if name == file.variant {
            let replayed = self.again(&file)?;
            if let Err(misfit) = &replayed.fits {
                return Err(misfit.to_string());
            }
            let say = |breach: &Breach| format!("{}: {}", replayed.name(breach), breach.detail);
            return Ok(replayed.outcome.breaches.iter().map(say).collect());
        }
        let case = self.case(&file.scenario, name);
        let case = case.ok_or_else(|| format!("`{name}` is not checked in `{}`", file.scenario))?;
        file.situation.check()?;
        let subject = case.open(&file.situation)?;
        let findings = Exhaustive::default().search(&*subject, &mut Unlimited);
        if let Some(why) = findings.diverged {
            return Err(format!("nothing can be said of `{name}`: {why}"));
        }
        let promises = subject.promises();
        Ok(findings.broken.keys().map(|(promise, word)| format!("{}: {word}", promises[*promise])).collect())
    }
}

/// How many faults there are in a run until a promise is broken.
pub(crate) fn faults(record: &Record, breach: &Breach) -> u32 {
    let faults = record.steps.iter().filter(|step| step.number <= breach.step && step.fault.is_some());
    faults.count() as u32
}

/// Where a run and its record part, and why.
pub(crate) fn explain(diverged: &Diverged) -> String {
    let at = diverged.at;
    let recorded = diverged.recorded.as_deref().map(|recorded| harmless(recorded, 200));
    let offered: String = diverged.offered.iter().map(|way| format!("\n    {way}")).collect();
    match (&recorded, diverged.offered.as_slice()) {
        (Some(recorded), []) => {
            format!("choice {at} is `{recorded}`, but the run is over before it: the code has changed since")
        }
        (Some(recorded), _) => format!(
            "choice {at} is `{recorded}`, which the run does not offer any more: the code has changed since.\n  expected one \
             of{offered}"
        ),
        (None, _) => {
            format!(
                "choice {at} is missing: the run goes on where the file ends.\n  expected one of{offered}"
            )
        }
    }
}
