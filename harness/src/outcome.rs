//! What a check comes to: one number, and a line for each reason.
use crate::{
    Baseline, Exit, Variant,
    check::{Report, Verdict},
    observed::Observed,
};
use anechoic_model::Promise;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The verdict on a whole check.
pub struct Outcome {
    /// How the command ends.
    pub exit: Exit,
    /// Why.
    pub lines: Vec<String>,
}

/// Specimens that behave as they should, of which one line says enough.
#[derive(Default)]
struct Caught {
    breaking: usize,
    harmless: usize,
}

/// What is expected of the specimens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Specimens {
    /// Each breaks the promises that it names and no other: the harness is proved at the same time.
    BreakExactlyTheirs,
    /// None breaks a promise that it does not name. The bound may be too narrow to break all that it names.
    BreakOnlyTheirs,
    /// Nothing: they are judged like any other code.
    LikeAnyOther,
}

/// What is known of one version.
pub struct Known<'v> {
    /// The version.
    pub variant: &'v Variant,
    /// The promises that it breaks, by name.
    pub broken: BTreeSet<&'v str>,
    /// Whether all that was asked was searched, and there was something in it.
    pub searched: bool,
    /// What must happen in some run, and did not.
    pub never: BTreeSet<&'v str>,
}

/// Judges a check. What the baseline knows to be broken may stay until its day.
pub fn judge(
    report: &Report,
    observed: Option<&Observed>,
    specimens: Specimens,
    (baseline, today): (&Baseline, Date),
) -> Outcome {
    let may_stay = |variant: &Variant, promise: Promise| {
        let mut breaking =
            report.of(variant).filter(|checked| checked.findings.breaks(promise as usize)).peekable();
        breaking.peek().is_some()
            && breaking.all(|checked| {
                let known = baseline.of(checked.scene.name, variant.name, promise.name());
                known.is_some_and(|known| known.may_stay(today))
            })
    };
    let known = report.request.variants.iter().map(|variant| {
        let broken = Promise::ALL
            .into_iter()
            .filter(|promise| report.breaks(variant, *promise) && !may_stay(variant, *promise));
        Known {
            variant,
            broken: broken.map(Promise::name).collect(),
            searched: report.is_searched(variant),
            never: report.of(variant).flat_map(|checked| checked.never.iter().copied()).collect(),
        }
    });
    let mut outcome = Outcome::of(known, specimens);
    for variant in &report.request.variants {
        outcome.lines.extend(baseline.review(variant.name, today, |scenario, promise| {
            let checked = report.of(variant).find(|checked| checked.scene.name == scenario)?;
            let promise = Promise::ALL.into_iter().find(|known| known.name() == promise)?;
            match checked.verdict(promise) {
                Verdict::Violated => Some(true),
                Verdict::Holds => Some(false),
                Verdict::Inconclusive => None,
            }
        }));
    }
    match observed.map(Observed::is_reproduced) {
        Some(true) => outcome.add(Exit::Holds, "the observed trace is reproduced"),
        Some(false) => outcome.add(Exit::Violated, "the observed trace is not reproduced"),
        None => {}
    }
    outcome
}

impl Outcome {
    /// Judges each version.
    pub fn of<'v>(known: impl Iterator<Item = Known<'v>>, specimens: Specimens) -> Outcome {
        let mut outcome = Outcome { exit: Exit::Holds, lines: Vec::new() };
        let mut caught = Caught::default();
        for known in known {
            if known.variant.is_specimen() && specimens != Specimens::LikeAnyOther {
                outcome.judge_specimen(&known, specimens, &mut caught);
            } else {
                outcome.judge_code(&known);
            }
        }
        if caught.breaking > 0 {
            let line = match caught.breaking {
                1 => "1 more specimen is caught: it breaks what it names".into(),
                many => format!("{many} more specimens are caught: each breaks what it names"),
            };
            outcome.add(Exit::Holds, &line);
        }
        if caught.harmless > 0 {
            outcome
                .lines
                .push(format!("– {} of the specimens cannot be caught in this bound", caught.harmless));
        }
        outcome
    }

    fn judge_code(&mut self, known: &Known<'_>) {
        let name = known.variant.name;
        if !known.broken.is_empty() {
            self.add(Exit::Violated, &format!("{name} breaks {}", list(&known.broken)));
        } else if known.searched && known.never.is_empty() {
            self.add(Exit::Holds, &format!("{name} holds every promise in the whole bound"));
        } else if known.never.is_empty() {
            let line = format!("{name} breaks no promise in what was searched, which is not all");
            self.add(Exit::Inconclusive, &line);
        } else {
            let line = format!("{name} proves nothing: in no run did a task end {}", list(&known.never));
            self.add(Exit::Inconclusive, &line);
        }
    }

    fn judge_specimen(&mut self, known: &Known<'_>, specimens: Specimens, caught: &mut Caught) {
        let name = known.variant.name;
        let named: BTreeSet<&str> = known.variant.breaks.iter().map(|promise| promise.name()).collect();
        let unnamed = &known.broken - &named;
        let unbroken = &named - &known.broken;
        if !unnamed.is_empty() {
            let line = format!("{name} is a specimen, and breaks what it does not name: {}", list(&unnamed));
            self.add(Exit::Violated, &line);
        } else if !known.searched {
            self.add(Exit::Inconclusive, &format!("{name} is a specimen; not all of its bound was searched"));
        } else if !unbroken.is_empty() && specimens == Specimens::BreakExactlyTheirs {
            let line = format!("{name} is a specimen that was not caught: {} not broken", list(&unbroken));
            self.add(Exit::Violated, &line);
        } else if !known.variant.is_compared() {
            let group = if known.broken.is_empty() { &mut caught.harmless } else { &mut caught.breaking };
            *group += 1;
        } else if known.broken.is_empty() {
            self.lines.push(format!("– {name} is a specimen, and nothing in this bound can catch it"));
        } else {
            self.add(
                Exit::Holds,
                &format!("{name} is a specimen, and is caught: breaks {}", list(&known.broken)),
            );
        }
    }

    /// A broken promise weighs more than an unanswered question.
    pub(crate) fn add(&mut self, exit: Exit, line: &str) {
        let mark = match exit {
            Exit::Violated => "✗",
            Exit::Inconclusive => "?",
            _ => "✓",
        };
        self.lines.push(format!("{mark} {line}"));
        if self.exit != Exit::Violated && exit != Exit::Holds {
            self.exit = exit;
        }
    }
}

fn list(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<&str>>().join(", ")
}
