//! Versions that are there to break promises: each has to break those that it names, and no other.
use super::{Cell, Lines, Mark, Standing, list};
use crate::report::{Report, Specimens, Trouble, Variant};
use std::collections::BTreeSet;

/// Specimens that behave as they should, of which one line says enough.
#[derive(Default)]
pub(super) struct Caught {
    breaking: usize,
    harmless: usize,
}

impl Caught {
    /// Judges one specimen.
    pub(super) fn judge(
        &mut self,
        report: &Report,
        variant: &Variant,
        standings: &[Cell],
        lines: &mut Lines,
    ) {
        let name = &variant.name;
        let named: BTreeSet<&str> = variant.breaks.iter().map(String::as_str).collect();
        let broken = broken(report, name);
        let cells = || standings.iter().filter(|cell| cell.variant == *name);
        // What is known of it besides is listed by the baseline; whatever else it does not name is red.
        let known: BTreeSet<&str> = cells()
            .filter(|cell| matches!(cell.standing, Standing::Known { .. }))
            .map(|cell| cell.promise.as_str())
            .collect();
        let unnamed: BTreeSet<&str> = &(&broken - &named) - &known;
        let unbroken = &named - &broken;
        let is_part = report.asked.search.shard().is_some();
        if !unnamed.is_empty() {
            let text = format!("{name} is a specimen, and breaks what it does not name: {}", list(&unnamed));
            lines.add(Mark::Violated, text);
        } else if is_part {
            // What it breaks is known when all parts are joined.
        } else if !is_searched(report, name) {
            let text = format!("{name} is a specimen; not all of its bound was searched");
            lines.add(Mark::Inconclusive, text);
        } else if !unbroken.is_empty() && report.asked.specimens == Specimens::BreakExactlyTheirs {
            let text = format!("{name} is a specimen that was not caught: {} not broken", list(&unbroken));
            lines.add(Mark::Violated, text);
        } else if variant.is_brief {
            let group = if broken.is_empty() { &mut self.harmless } else { &mut self.breaking };
            *group += 1;
        } else if broken.is_empty() {
            lines.add(Mark::Remark, format!("{name} is a specimen, and nothing in this bound can catch it"));
        } else {
            let text = format!("{name} is a specimen, and is caught: breaks {}", list(&broken));
            lines.add(Mark::Holds, text);
        }
    }

    /// Those of which nothing was said.
    pub(super) fn sum_up(self, asked: Specimens, lines: &mut Lines) {
        let what = match asked {
            Specimens::BreakExactlyTheirs => "what it names",
            Specimens::BreakOnlyTheirs | Specimens::LikeAnyOther => "nothing but what it names",
        };
        match self.breaking {
            0 => {}
            1 => lines.add(Mark::Holds, format!("1 more specimen is caught: it breaks {what}")),
            many => lines.add(Mark::Holds, format!("{many} more specimens are caught: each breaks {what}")),
        }
        match self.harmless {
            0 => {}
            1 => lines.add(Mark::Remark, "1 of the specimens cannot be caught in this bound"),
            many => {
                lines.add(Mark::Remark, format!("{many} of the specimens cannot be caught in this bound"))
            }
        }
    }
}

/// What a version breaks, in any scenario or by any kind of trouble.
fn broken<'r>(report: &'r Report, name: &str) -> BTreeSet<&'r str> {
    let results = report.results.iter().filter(|searched| searched.variant == name);
    let broken = results.flat_map(|searched| &searched.broken).map(|broken| broken.promise.as_str());
    let troubles = report.troubles.iter().filter(|trouble| trouble.variant == name);
    broken.chain(troubles.flat_map(|trouble| trouble.broken.keys().map(String::as_str))).collect()
}

/// Whether all that was asked of it was searched, and there was something in it. That an end is never reached may be the
/// very mistake of a specimen.
fn is_searched(report: &Report, name: &str) -> bool {
    let results =
        report.of(name).all(|searched| searched.complete && searched.finished > 0 && !searched.is_idle());
    let mut troubles = report.troubles.iter().filter(|trouble| trouble.variant == name);
    results && troubles.all(Trouble::is_tried)
}
