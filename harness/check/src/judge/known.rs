//! What the baseline says of what was found.
use super::{Cell, Lines, Mark, Standing};
use crate::report::{Again, Broken, Known, Report, Saved, Searched};
use std::collections::BTreeSet;

fn entry<'r>(report: &'r Report, scenario: &str, variant: &str, promise: &str) -> Option<&'r Known> {
    let known = &report.baseline.as_ref()?.known;
    known.iter().find(|known| {
        (known.scenario.as_str(), known.variant.as_str(), known.promise.as_str())
            == (scenario, variant, promise)
    })
}

fn may_stay(report: &Report, known: &Known) -> bool {
    report.baseline.as_ref().is_some_and(|baseline| known.until >= baseline.today)
}

/// Whether a promise of a version in a scenario is known to be broken, in whatever way.
pub(super) fn is_listed(report: &Report, searched: &Searched, promise: &str) -> bool {
    entry(report, &searched.scenario, &searched.variant, promise).is_some()
}

/// What a broken promise is, if the baseline knows that it is broken in just this way.
pub(super) fn standing(report: &Report, searched: &Searched, broken: &Broken) -> Option<Standing> {
    let known = entry(report, &searched.scenario, &searched.variant, &broken.promise)?;
    let size = broken.run.size;
    if !known.covers(&broken.ways, size.faults, size.actors) {
        return None;
    }
    Some(match may_stay(report, known) {
        true => Standing::Known { reason: known.reason.clone(), until: known.until.to_owned() },
        false => Standing::Overdue { until: known.until.to_owned() },
    })
}

/// Whether a saved run that breaks its promise again is a violation that may stay.
pub(super) fn covers_saved(report: &Report, saved: &Saved) -> bool {
    let Again::Breaks { ways, faults, actors } = &saved.again else { return false };
    let known = entry(report, &saved.scenario, &saved.variant, &saved.promise);
    known.is_some_and(|known| known.covers(ways, *faults, *actors) && may_stay(report, known))
}

/// The promises that a version breaks in the table of troubles in a way that is not known from any scenario.
pub(super) fn unknown_troubles<'r>(
    report: &'r Report,
    variant: &str,
    standings: &[Cell],
) -> BTreeSet<&'r str> {
    let troubles = report.troubles.iter().filter(|trouble| trouble.variant == variant);
    let broken = troubles.flat_map(|trouble| &trouble.broken);
    let unknown = broken.filter(|(promise, ways)| {
        let cells = standings.iter().filter(|cell| cell.variant == variant && cell.promise == **promise);
        let known = cells.filter(|cell| matches!(cell.standing, Standing::Known { .. }));
        let mut entries = known.filter_map(|cell| entry(report, &cell.scenario, variant, promise)).peekable();
        entries.peek().is_none()
            || !ways.iter().all(|way| entries.clone().any(|known| known.ways.contains(way)))
    });
    unknown.map(|(promise, _)| promise.as_str()).collect()
}

/// Says of each entry what was found instead.
pub(super) fn review(report: &Report, standings: &[Cell], lines: &mut Lines) {
    for Cell { scenario, variant, promise, standing } in standings {
        let Some(known) = entry(report, scenario, variant, promise) else { continue };
        let Known { reason, until, .. } = known;
        match standing {
            Standing::Known { .. } => {
                let text = format!(
                    "{variant} breaks {promise} in {scenario}, which is known until {until}: {reason}"
                );
                lines.add(Mark::Known, text);
            }
            Standing::Overdue { .. } => {
                let text =
                    format!("{variant} still breaks {promise} in {scenario}, which was known until {until}");
                lines.add(Mark::Violated, text);
            }
            Standing::New | Standing::Saved { .. } => lines.add(Mark::Violated, otherwise(report, known)),
            Standing::Fixed => {
                let text = format!(
                    "{variant} no longer breaks {promise} in {scenario}: take it out of the baseline"
                );
                lines.add(Mark::Fixed, text);
            }
            Standing::Kept | Standing::OnPurpose | Standing::NotSearched => {}
        }
    }
}

/// How a promise is broken that is known to be broken otherwise.
fn otherwise(report: &Report, known: &Known) -> String {
    let Known { scenario, variant, promise, ways, faults, actors, .. } = known;
    let searched = report.of(variant).find(|searched| searched.scenario == *scenario);
    let broken = searched.and_then(|searched| searched.broken(promise));
    let found = broken.map_or_else(String::new, |broken| {
        let size = broken.run.size;
        format!("{} (faults: {}, actors: {})", broken.ways.join(", "), size.faults, size.actors)
    });
    format!(
        "{variant} breaks {promise} in {scenario} otherwise than is known: by {found}; known is {} (faults: {faults}, \
         actors: {actors}, or more)",
        ways.join(", ")
    )
}
