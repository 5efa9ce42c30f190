//! What a check comes to: one number, and a line for each reason.
use crate::{Exit, Variant, check::Report, observed::Observed};
use anechoic_model::Promise;

/// The verdict on a whole check.
pub struct Outcome {
    /// How the command ends.
    pub exit: Exit,
    /// Why.
    pub lines: Vec<String>,
}

/// What is expected of the specimens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Specimens {
    /// Each breaks the promises that it names and no other: the harness is proved at the same time.
    BreakExactlyTheirs,
    /// None breaks a promise that it does not name. The bound may be too narrow to break all that it names.
    BreakOnlyTheirs,
    /// Nothing: they are judged like any other code.
    LikeAnyOther,
}

/// Judges a check.
pub fn judge(report: &Report, observed: Option<&Observed>, specimens: Specimens) -> Outcome {
    let mut outcome = Outcome { exit: Exit::Holds, lines: Vec::new() };
    for variant in &report.request.variants {
        outcome.judge_variant(report, variant, specimens);
    }
    if let Some(observed) = observed {
        outcome.add(
            if observed.is_reproduced() { Exit::Holds } else { Exit::Violated },
            "the observed trace",
            if observed.is_reproduced() { "is reproduced" } else { "is not reproduced" },
        );
    }
    outcome
}

impl Outcome {
    fn judge_variant(&mut self, report: &Report, variant: &Variant, specimens: Specimens) {
        let broken: Vec<Promise> =
            Promise::ALL.into_iter().filter(|promise| report.breaks(variant, *promise)).collect();
        let names = |promises: &[Promise]| {
            promises.iter().map(|promise| promise.name()).collect::<Vec<_>>().join(", ")
        };
        let unsearched = !report.of(variant).all(|checked| checked.findings.complete)
            || report.matrix.as_ref().is_some_and(|matrix| !matrix.is_complete(variant));
        let unnamed: Vec<Promise> =
            broken.iter().copied().filter(|promise| !variant.breaks.contains(promise)).collect();
        let unbroken: Vec<Promise> =
            variant.breaks.iter().copied().filter(|promise| !broken.contains(promise)).collect();
        let name = variant.name;
        if !variant.is_specimen() || specimens == Specimens::LikeAnyOther {
            match (broken.is_empty(), unsearched) {
                (false, _) => self.add(Exit::Violated, name, &format!("breaks {}", names(&broken))),
                (true, true) => self.add(
                    Exit::Inconclusive,
                    name,
                    "breaks no promise in what was searched, which is not all",
                ),
                (true, false) => self.add(Exit::Holds, name, "holds every promise in the whole bound"),
            }
        } else if !unnamed.is_empty() {
            self.add(
                Exit::Violated,
                name,
                &format!("is a specimen, and breaks what it does not name: {}", names(&unnamed)),
            );
        } else if unsearched {
            self.add(Exit::Inconclusive, name, "is a specimen; not all of its bound was searched");
        } else if !unbroken.is_empty() && specimens == Specimens::BreakExactlyTheirs {
            self.add(
                Exit::Violated,
                name,
                &format!("is a specimen that was not caught: {} not broken", names(&unbroken)),
            );
        } else if broken.is_empty() {
            self.add(Exit::Holds, name, "is a specimen, and this bound is too narrow to catch it");
        } else {
            self.add(Exit::Holds, name, &format!("is a specimen, and is caught: breaks {}", names(&broken)));
        }
    }

    /// A broken promise weighs more than an unanswered question.
    fn add(&mut self, exit: Exit, name: &str, line: &str) {
        let mark = match exit {
            Exit::Violated => "✗",
            Exit::Inconclusive => "?",
            _ => "✓",
        };
        self.lines.push(format!("{mark} {name} {line}"));
        if self.exit != Exit::Violated && exit != Exit::Holds {
            self.exit = exit;
        }
    }
}
