use crate::report::{Report, Trouble, Verdict};
use anechoic_evidence::{table_within, wrapped_at};
use std::collections::BTreeSet;

/// Versions of the handlers against kinds of trouble, with a verdict in each cell, of this width; and what the kinds are. Of the ways
/// in which something is broken, so many are named at most, and the others counted.
pub(super) fn troubles(report: &Report, width: u16, most: usize) -> Option<(String, String)> {
    let first = report.troubles.first()?;
    let kinds = report.troubles.iter().filter(|trouble| trouble.variant == first.variant);
    let variants: Vec<_> = report.asked.variants.iter().filter(|variant| !variant.is_brief).collect();
    let header = variants.iter().map(|variant| {
        let kind = if variant.is_specimen() { "specimen" } else { "code" };
        format!("{} ({kind})", variant.name)
    });
    let rows = kinds.map(|kind| {
        let of = |name: &str| {
            let mut cells = report.troubles.iter().filter(|cell| cell.trouble == kind.trouble);
            cells.find(|cell| cell.variant == name).map(|cell| verdict(cell, most)).unwrap_or_default()
        };
        [kind.trouble.clone()].into_iter().chain(variants.iter().map(|variant| of(&variant.name))).collect()
    });
    let header = [String::new()].into_iter().chain(header).collect();
    Some((table_within(width, header, rows.collect()), wrapped_at("", 0, &report.asked.troubles)))
}

fn verdict(cell: &Trouble, most: usize) -> String {
    match cell.verdict() {
        Verdict::Violated => {
            let all: BTreeSet<&str> = cell.broken.values().flatten().map(String::as_str).collect();
            let named = all.iter().copied().take(most).collect::<Vec<&str>>().join(", ");
            match all.len().saturating_sub(most) {
                0 => format!("✗ {named}"),
                others => format!("✗ {named} +{others}"),
            }
        }
        Verdict::Holds if !cell.reached => "– cannot come".into(),
        Verdict::Holds => "✓ holds".into(),
        Verdict::Inconclusive if cell.complete => "? never came".into(),
        Verdict::Inconclusive if cell.diverged.is_some() => "? given up".into(),
        Verdict::Inconclusive => "? unfinished".into(),
    }
}
