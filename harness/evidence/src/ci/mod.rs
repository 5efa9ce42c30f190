//! A check's verdicts, in the forms that continuous integration reads.
mod github;
mod junit;
mod sarif;

pub use github::{annotations, summary};
pub use junit::junit;
pub use sarif::sarif;

use std::time::Duration;

/// Verdicts that belong together: those of one scenario.
#[derive(Clone, Debug)]
pub struct Suite {
    /// The scenario.
    pub name: String,
    /// Its verdicts.
    pub cases: Vec<Case>,
}

/// The verdict on one promise.
#[derive(Clone, Debug)]
pub struct Case {
    /// Who made the promise: a version of the code.
    pub subject: String,
    /// The promise.
    pub promise: String,
    /// The promise in a sentence.
    pub about: String,
    /// How long the subject was searched; nothing if that must not be told.
    pub took: Option<Duration>,
    /// The verdict.
    pub verdict: CaseVerdict,
}

/// What is to be made of a promise.
#[derive(Clone, Debug)]
pub enum CaseVerdict {
    /// It holds, or is broken by a specimen that is there to break it.
    Passed,
    /// It is broken.
    Violated(Violation),
    /// It is broken, as is known for this reason.
    Known(Violation, String),
    /// It was not all searched.
    Inconclusive,
}

/// A run that breaks a promise.
#[derive(Clone, Debug)]
pub struct Violation {
    /// How it breaks it.
    pub message: String,
    /// What happened in it, a line for each step.
    pub steps: Vec<String>,
    /// The file that holds it.
    pub file: String,
    /// The line in that file at which the choice of each step stands, counted from 1.
    pub lines: Vec<usize>,
    /// The command that makes it again.
    pub replay: String,
}

/// All cases, with the suite of each.
fn cases(suites: &[Suite]) -> impl Iterator<Item = (&Suite, &Case)> {
    suites.iter().flat_map(|suite| suite.cases.iter().map(move |case| (suite, case)))
}
