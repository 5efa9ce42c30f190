//! One run in a terminal: the run, why it breaks its promise, and what would have to be otherwise.
use super::{
    View,
    again::Again,
    table::table,
    words::{plural, remedied, size},
};
use crate::{
    ReplayFile,
    replay::{Replayed, case_name},
    report::{Remedy, Shown},
};
use anechoic_engine::Breach;
use anechoic_evidence::{Clause, columns, columns_of, why, wrapped_at};
use std::fmt::Write;

/// A run with more rows than these is cut to what the why cites.
const MOST_ROWS: usize = 24;
/// So much of the why is enough to see the way back; all of it is in the page.
const SHOWN: usize = 8;

/// A run of a report, with the command that makes it again and shows the whole of it.
pub(super) fn shown(view: View<'_>, shown: &Shown<'_>) -> String {
    let Shown { broken, also, .. } = shown;
    let variant = &shown.searched.variant;
    let mut text =
        wrapped_at("✗ ", 2, &format!("{variant} breaks {}: {}", broken.promise, broken.run.replay.found));
    for also in also {
        text += &wrapped_at("  ", 4, &format!("and breaks {}: {}", also.promise, also.run.replay.found));
    }
    let _ = writeln!(text, "  {}\n", size(&broken.run));
    match Again::make(view.catalogue, &broken.run) {
        Ok(again) => {
            let why = again.why();
            let cited: Vec<u32> = why.iter().take(SHOWN).map(|clause| clause.number).collect();
            text += &columns_of(&again.record, &again.breach, &cited, MOST_ROWS);
            text += &because(&why);
        }
        Err(why) => {
            let _ = writeln!(text, "  the run itself cannot be shown: {why}");
        }
    }
    text += &instead(&broken.run.remedies);
    let _ = writeln!(text, "\n replay   {}", (view.replay)(&broken.run));
    text
}

/// A replayed run: verdict, run, and why.
pub fn replayed(name: &str, file: &ReplayFile, found: &Replayed) -> String {
    let ReplayFile { scenario, variant, .. } = file;
    let mut text = format!("{name}: {}\n", case_name(variant, scenario, " in "));
    let breaches = &found.outcome.breaches;
    for breach in breaches {
        text += &wrapped_at("✗ ", 2, &format!("{}: {}", found.name(breach), breach.detail));
    }
    let is_saved = |breach: &&Breach| found.name(breach) == file.promise;
    let saved = breaches.iter().find(is_saved);
    if saved.is_some() {
        let _ = writeln!(text, "  it was saved because it breaks {}", file.promise);
    } else {
        let _ = writeln!(
            text,
            "✓ it was saved because it broke {}, and does not break it any more",
            file.promise
        );
    }
    let shown = saved.or(breaches.first());
    let _ = write!(text, "\n{}", columns(&found.record, shown));
    if let Some(breach) = shown {
        text += &because(&why(&found.record, breach));
    }
    if breaches.is_empty() {
        let _ = writeln!(text, "\n✓ {name}: the run is made as recorded, and breaks no promise any more");
    }
    text
}

/// How the broken promise follows.
fn because(why: &[Clause]) -> String {
    let rows = why.iter().take(SHOWN).enumerate().map(|(index, clause)| {
        let title = if index == 0 { "why" } else { "" };
        vec![title.into(), clause.number.to_string(), clause.what.clone(), clause.because.clone()]
    });
    let mut text = String::from("\n") + &table(Vec::new(), rows.collect());
    if why.len() > SHOWN {
        let _ = writeln!(text, "          … and {} before", plural((why.len() - SHOWN) as u64, "step"));
    }
    text
}

/// What would have to be otherwise.
fn instead(remedies: &[Remedy]) -> String {
    let rows = remedies.iter().enumerate().map(|(index, remedy)| {
        let title = if index == 0 { "if" } else { "" };
        vec![title.into(), remedy.change.clone(), remedied(remedy)]
    });
    String::from("\n") + &table(Vec::new(), rows.collect())
}
