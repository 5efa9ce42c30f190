//! One run in a terminal: the run, why it breaks its promise, and what would have to be otherwise.
use super::{
    View,
    again::Again,
    words::{plural, remedied, size},
};
use crate::{
    ReplayFile,
    replay::{Replayed, case_name},
    report::{Broken, Remedy, Shown},
};
use anechoic_evidence::{
    Clause, WIDTH, columns, columns_of, harmless, lines_of, table_within, why, wrapped_at, wrapped_within,
};
use std::fmt::Write;

/// How much of a run is shown.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// How wide it is, in characters.
    width: u16,
    /// How much is said of how a promise is broken, in characters.
    detail: usize,
    /// A run with more rows is cut to what the why cites.
    rows: usize,
    /// So much of the why is enough to see the way back; all of it is in the page.
    why: usize,
}

impl Room {
    /// Of a report.
    const REPORT: Room = Room { width: WIDTH, detail: usize::MAX, rows: 24, why: 8 };
    /// On the first screen.
    #[cfg(feature = "cli")]
    pub(super) const SCREEN: Room = Room { width: anechoic_evidence::SCREEN, detail: 220, rows: 10, why: 3 };
}

/// A run of a report, with the command that makes it again and shows the whole of it.
pub(super) fn shown(view: View<'_>, shown: &Shown<'_>) -> String {
    let mut text = told(view, shown, Room::REPORT);
    let _ = writeln!(text, "\n replay   {}", (view.replay)(&shown.broken.run));
    text
}

/// Who breaks which promise, as in a report.
pub(crate) fn broken(variant: &str, promise: &str, found: &str) -> String {
    head(variant, promise, found, Room::REPORT)
}

fn head(variant: &str, promise: &str, found: &str, room: Room) -> String {
    wrapped_within(room.width, "✗ ", 2, &format!("{variant} breaks {promise}: {found}"))
}

/// A run of a report.
pub(super) fn told(view: View<'_>, shown: &Shown<'_>, room: Room) -> String {
    let Shown { broken, also, .. } = shown;
    let variant = &shown.searched.variant;
    let found = |broken: &Broken| harmless(&broken.run.replay.found, room.detail).into_owned();
    let mut text = head(variant, &broken.promise, &found(broken), room);
    for also in also {
        let what = format!("and breaks {}: {}", also.promise, found(also));
        text += &wrapped_within(room.width, "  ", 4, &what);
    }
    let _ = writeln!(text, "  {}\n", size(&broken.run));
    match Again::make(view.catalogue, &broken.run) {
        Ok(again) => {
            let why = again.why();
            let cited: Vec<u32> = why.iter().take(room.why).map(|clause| clause.number).collect();
            let laid_out = if room.width < WIDTH { lines_of } else { columns_of };
            text += &laid_out(&again.record, &again.breach, &cited, room.rows);
            text += &because(&why, room);
        }
        Err(why) => {
            let _ = writeln!(text, "  the run itself cannot be shown: {why}");
        }
    }
    text + &instead(&broken.run.remedies, room)
}

/// A replayed run: verdict, run, and why.
pub fn replayed(name: &str, file: &ReplayFile, found: &Replayed) -> String {
    let ReplayFile { scenario, variant, .. } = file;
    let mut text = format!("{name}: {}\n", case_name(variant, scenario, " in "));
    let breaches = &found.outcome.breaches;
    for breach in breaches {
        text += &wrapped_at("✗ ", 2, &format!("{}: {}", found.name(breach), breach.detail));
    }
    let saved = found.breach(&file.promise);
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
        text += &because(&why(&found.record, breach), Room::REPORT);
    }
    if breaches.is_empty() {
        let _ = writeln!(text, "\n✓ {name}: the run is made as recorded, and breaks no promise any more");
    }
    text
}

/// How the broken promise follows.
fn because(why: &[Clause], room: Room) -> String {
    let rows = why.iter().take(room.why).enumerate().map(|(index, clause)| {
        let title = if index == 0 { "why" } else { "" };
        vec![title.into(), clause.number.to_string(), clause.what.clone(), clause.because.clone()]
    });
    let mut text = String::from("\n") + &table_within(room.width, Vec::new(), rows.collect());
    if why.len() > room.why {
        let _ = writeln!(text, "          … and {} before", plural((why.len() - room.why) as u64, "step"));
    }
    text
}

/// What would have to be otherwise.
fn instead(remedies: &[Remedy], room: Room) -> String {
    let rows = remedies.iter().enumerate().map(|(index, remedy)| {
        let title = if index == 0 { "if" } else { "" };
        vec![title.into(), remedy.change.clone(), remedied(remedy)]
    });
    String::from("\n") + &table_within(room.width, Vec::new(), rows.collect())
}
