//! The first screen of a report: what it comes to, the smallest run that shows it, why, what would have to be otherwise, what was
//! searched and what was not, and what to do next. The rest is a word away.
use super::{
    View,
    run::{self, Room},
    searched,
    standing::worst,
    table::section_within,
    text::{Next, verdict_within},
    troubles,
    words::{self, plural, word},
};
use crate::report::{Found, Report, Shown};
use anechoic_evidence::{SCREEN, wrapped_within};

/// The first screen.
pub(crate) fn screen(view: View<'_>, next: &Next) -> String {
    let View { report, judgement, .. } = view;
    let mut text = section_within(SCREEN, "Verdict") + &verdict_within(SCREEN, &judgement.lines);
    let troubles = troubles::troubles(report, SCREEN, 1);
    let runs = report.shown();
    let (shown, is_wanted) = worst(&runs, judgement);
    if let Some((table, _)) = &troubles {
        text += &format!("\n{table}");
    }
    // Of what is wrong on purpose the table says enough.
    let shown = shown.filter(|_| is_wanted || troubles.is_none());
    if let Some(shown) = shown {
        text += "\n";
        text += run::told(view, shown, Room::SCREEN).trim_end();
        text += "\n";
    }
    text += "\n";
    text += &extent(report);
    text + "\n" + &what_next(next, shown, runs.len())
}

/// How much was searched; each search that did not come to its end by itself.
fn extent(report: &Report) -> String {
    let runs = report.results.iter().map(|searched| searched.executions).sum::<u64>()
        + report.troubles.iter().map(|trouble| trouble.executions).sum::<u64>();
    let all = report.results.len();
    let searches = if all == 1 { "1 search".into() } else { format!("{all} searches") };
    let open: Vec<_> = report.results.iter().filter(|searched| !searched.complete).collect();
    let whole = match (open.len(), report.asked.search.shard()) {
        (0, None) => format!("the whole bound of {searches}"),
        (0, Some(_)) => format!("this part of {searches}"),
        (open, _) => format!("{} of {searches} came to an end", all - open),
    };
    let mut text = line("searched", &format!("{}; {whole}", plural(runs, "run")));
    for searched in open {
        let called = searched::called(searched);
        text += &line("not all", &format!("{called}: {}", searched::extent(report, searched)));
    }
    let unfinished = report.troubles.iter().filter(|trouble| !trouble.complete).count() as u64;
    if unfinished > 0 {
        text += &line("not all", &format!("{} of the table above", plural(unfinished, "cell")));
    }
    if report.asked.search.is_sample() {
        // Which sample it was: with its seed it can be drawn again.
        let how = searched::bound(report).into_iter().filter(|(name, _)| name == "search");
        text.extend(how.map(|(name, how)| line(&name, &how)));
    }
    text += &line("bound", &bound(report));
    text.extend(report.asked.beyond.lines().map(|beyond| line("beyond", beyond)));
    text
}

/// How much may happen in a run, in a line; all of it is in the page.
fn bound(report: &Report) -> String {
    let bounds = || report.results.iter().map(|searched| &searched.bound);
    let mut actors: Vec<String> = Vec::new();
    for bound in bounds() {
        let actors_of = bound.actors.clone().unwrap_or_else(|| match (bound.callers_from, bound.callers) {
            (from, to) if from == to => plural(to as u64, "caller"),
            (from, to) => format!("{from} to {to} callers"),
        });
        if !actors.contains(&actors_of) {
            actors.push(actors_of);
        }
    }
    let faults = bounds().map(|bound| bound.faults).max().unwrap_or(0);
    let retries = bounds().map(|bound| bound.retries).max().unwrap_or(0);
    let (faults, retries) = (plural(faults.into(), "fault"), words::retries(retries));
    format!("{}; up to {faults} in one run, and {retries}", actors.join(", "))
}

/// What to do next: a command each.
fn what_next(next: &Next, shown: Option<&Shown<'_>>, runs: usize) -> String {
    let mut text = String::new();
    if let Some(Found { file, .. }) = shown.map(|shown| &shown.broken.run) {
        let file = word(file);
        text += &whole_line("replay", &format!("{} replay {file}", next.command));
        text += &whole_line("explore", &format!("{} explore {file}", next.command));
    }
    text += &whole_line("report", &next.page);
    let others = runs - usize::from(shown.is_some());
    let more = match others {
        0 => "all of this report".into(),
        others => format!("all of this report, and {} more", plural(others as u64, "run")),
    };
    text += &line("all", &format!("--all prints {more}; the page has it"));
    for (index, file) in next.pending.iter().enumerate() {
        text += &whole_line(if index == 0 { "new" } else { "" }, file);
    }
    if !next.pending.is_empty() {
        text += &whole_line("keep", &next.review);
    }
    text
}

fn line(name: &str, value: &str) -> String {
    wrapped_within(SCREEN, &format!(" {name:<8} "), 10, value)
}

/// What is to be taken over as it is: it is not broken.
fn whole_line(name: &str, value: &str) -> String {
    format!(" {name:<8} {value}\n")
}
