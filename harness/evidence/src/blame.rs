use anechoic_engine::{Breach, Record, StepKind};

/// The step to which a breach is put down: the one at which it was found; or, if all was quiet by then, the last one that
/// changed what shows too much; or, where that is not known, that changed anything that can be seen, or went wrong.
pub(crate) fn blamed(record: &Record, breach: &Breach) -> u32 {
    if !breach.at_rest {
        return breach.step;
    }
    let steps = || (0..record.steps.len()).rev().filter(|at| record.steps[*at].number <= breach.step);
    let excess = breach.excess.as_ref().and_then(|name| record.columns.iter().position(|own| own == name));
    let added = |at: &usize| excess.is_some_and(|column| changed(record, *at).contains(&column));
    let did = |at: &usize| record.steps[*at].fault.is_some() || !changed(record, *at).is_empty();
    let last = steps().find(added).or_else(|| steps().find(did));
    last.map_or(breach.step, |at| record.steps[at].number)
}

/// The columns that a step changed. Premises are chosen before the set-up, so they never count as changes.
pub(crate) fn changed(record: &Record, at: usize) -> Vec<usize> {
    let is_shown = |before: &usize| record.steps[*before].kind != StepKind::Choice;
    if !is_shown(&at) {
        return Vec::new();
    }
    let before = (0..at).rev().find(is_shown).map_or(&record.initial, |before| &record.steps[before].cells);
    let cells = record.steps[at].cells.iter().zip(before).enumerate();
    cells.filter(|(_, (now, then))| now != then).map(|(column, _)| column).collect()
}
