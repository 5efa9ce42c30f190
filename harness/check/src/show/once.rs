//! What is found without a specification, beside what was written down.
use super::{table::table, words::plural};
use crate::report::{Report, Searched};
use anechoic_engine::AS_IF_ONCE;
use std::collections::BTreeSet;

/// The promise that nobody has to write beside those that somebody wrote, where there are such and specimens to tell them
/// apart.
pub(super) fn once(report: &Report) -> Option<String> {
    let is_compared = report.results.iter().any(|searched| searched.compared.is_some());
    let specimens = || report.asked.variants.iter().filter(|variant| report.asked.is_on_purpose(variant));
    if !is_compared || specimens().next().is_none() || report.asked.promises.len() < 2 {
        return None;
    }
    let variants = report.asked.variants.iter().filter(|variant| !variant.is_brief);
    let rows: Vec<Vec<String>> = variants
        .map(|variant| {
            let results: Vec<&Searched> = report.of(&variant.name).collect();
            let of = |is_written: bool| found(&results, is_written);
            vec![variant.name.clone(), of(false), of(true)]
        })
        .collect();
    let header = [String::new(), AS_IF_ONCE.into(), "all that was written".into()];
    let mut text = if rows.is_empty() { String::new() } else { table(header.to_vec(), rows) + "\n" };
    let unseen = specimens().filter_map(|variant| Some(vec![variant.name.clone(), variant.unseen.clone()?]));
    let unseen: Vec<Vec<String>> = unseen.collect();
    let (all, not) = (specimens().count(), unseen.len());
    let seen = all - not;
    text +=
        &format!("{AS_IF_ONCE} needs no specification. It sees {seen} of {}", plural(all as u64, "specimen"));
    if unseen.is_empty() {
        return Some(text + ".\n");
    }
    text += "; these it does not see:\n\n";
    Some(text + &table(vec!["specimen".into(), "because".into()], unseen))
}

/// In which ways a version breaks what was written, or the promise that was not.
fn found(results: &[&Searched], is_written: bool) -> String {
    let broken = results.iter().flat_map(|searched| &searched.broken);
    let ways: BTreeSet<&str> = broken
        .filter(|broken| (broken.promise != AS_IF_ONCE) == is_written)
        .flat_map(|broken| broken.ways.iter().map(String::as_str))
        .collect();
    let all = |is_so: fn(&Searched) -> bool| results.iter().all(|searched| is_so(searched));
    if !ways.is_empty() {
        format!("✗ {}", ways.into_iter().collect::<Vec<&str>>().join(", "))
    } else if !all(Searched::is_complete) {
        "? unfinished".into()
    } else if !is_written && !all(|searched| searched.unclear().next().is_none()) {
        "? cannot tell".into()
    } else {
        "✓ holds".into()
    }
}
