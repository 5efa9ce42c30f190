//! What a test says.
use super::Place;
use crate::{
    Catalogue, ReplayFile,
    replay::Replayed,
    report::{Report, Saved, Searched},
    show::{
        View, run, searched, text,
        words::{plural, word},
    },
};
use anechoic_evidence::wrapped_at;
use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

/// The command that makes a run again; where it is not kept, what would keep it.
pub(super) fn command(replay: &ReplayFile, file: &str) -> String {
    match file.is_empty() {
        false => replay.test_command(Path::new(file)).unwrap_or_default(),
        true => "not kept; ANECHOIC_UPDATE=new keeps it beside the test".into(),
    }
}

/// All promises hold.
pub(super) fn well(view: View<'_>) -> String {
    let runs = view.report.results.iter().map(|searched| searched.executions).sum();
    format!("{}  in {}\n{}", text::verdict(&view.judgement.lines), plural(runs, "run"), bound(view))
}

/// Some do not: the smallest runs, the verdict, and what was searched. Where a promise is broken, no more faults are let in.
pub(super) fn failed(view: View<'_>) -> String {
    let ends = |searched: &Searched| match (searched.broken.is_empty(), searched.covered) {
        (false, Some(covered)) if !searched.complete => covered.faults,
        _ => None,
    };
    let least = view.report.results.iter().filter_map(ends).min();
    let why = least.map_or_else(String::new, |faults| {
        let within = if faults == 0 {
            "without a fault".into()
        } else {
            format!("with up to {}", plural(faults.into(), "fault"))
        };
        wrapped_at(
            "  ",
            2,
            &format!("every run {within} was made, and not all with more, since a promise is broken"),
        )
    });
    text::failure(view) + &why + &bound(view)
}

/// Whether the time ended before every run was made.
pub(super) fn is_cut(report: &Report) -> bool {
    let is_exhaustive = !report.asked.search.is_sample();
    let is_cut =
        |searched: &Searched| !searched.complete && searched.diverged.is_none() && searched.broken.is_empty();
    is_exhaustive && report.results.iter().any(is_cut)
}

/// What makes a search faster.
pub(super) const SLOW: &str = "  with `fn snapshot(&self) -> Option<Self> { Some(self.clone()) }` in its service, a search goes back to \
                               where two runs part\n";

/// A verdict is never said without its bound.
fn bound(view: View<'_>) -> String {
    let rows = searched::bound(view.report);
    let within = rows.iter().filter(|(name, _)| name != "beyond").map(|(_, value)| value.as_str());
    wrapped_at("  ", 2, &format!("searched: {}", within.collect::<Vec<&str>>().join("; ")))
}

/// What to do next.
pub(super) fn next(place: &Place, new: &[PathBuf], failed: &[String]) -> String {
    let mut text = String::new();
    for (index, file) in new.iter().enumerate() {
        let title = if index == 0 { "\n new     " } else { "         " };
        let _ = writeln!(text, "{title} {}", place.relative(file));
    }
    if !new.is_empty() {
        let folder = place.relative(&place.folder());
        let _ = writeln!(text, " keep     anechoic review {}", word(&folder));
    }
    for what in failed {
        let _ = writeln!(text, "cannot write {what}");
    }
    text
}

/// Saved runs that break promises again, before anything else was searched. They are told in the words of a search, so that a test
/// that has to fail fails alike in both.
pub(super) fn again(catalogue: &Catalogue, place: &Place, broken: &[&Saved]) -> Result<String, String> {
    let (mut told, mut runs) = (Vec::new(), String::new());
    for saved in broken {
        let path = Path::new(&saved.file);
        let (file, found) = load(catalogue, path)?;
        let shown = place.relative(path);
        for breach in &found.outcome.breaches {
            told.push(run::broken(&file.variant, found.name(breach), &breach.detail));
        }
        runs += &format!("\n{}", run::replayed(&shown, &file, &found));
        let _ = writeln!(runs, "\n replay   {}", command(&file, &shown));
    }
    told.sort();
    told.dedup();
    let how_many = match broken.len() {
        1 => "1 of them still breaks",
        number => &format!("{number} of them still break"),
    };
    let why = "what was kept of earlier checks is made again first";
    Ok(format!("{}{runs} {why}: {how_many} a promise, so nothing else was searched\n", told.concat()))
}

/// The one run of a file, made in the test that it is of: to be stepped through in a debugger.
pub(super) fn replayed(catalogue: &Catalogue, place: &Place, path: &Path) -> Result<String, String> {
    let path = place.resolve(path);
    let shown = place.relative(&path);
    let saved = ReplayFile::load(&path).map_err(|error| format!("ANECHOIC_REPLAY: {error}"))?;
    if saved.catalogue != catalogue.name || saved.scenario != place.test() {
        let other =
            saved.test_command(Path::new(&shown)).unwrap_or_else(|| format!("anechoic replay {shown}"));
        return Err(format!(
            "ANECHOIC_REPLAY: {shown} is a run of `{}`; make it again with\n  {other}\n",
            saved.scenario
        ));
    }
    let (file, found) = load(catalogue, &path).map_err(|error| format!("ANECHOIC_REPLAY: {error}"))?;
    let text = run::replayed(&shown, &file, &found);
    if found.outcome.breaches.is_empty() { Ok(text) } else { Err(text) }
}

fn load(catalogue: &Catalogue, path: &Path) -> Result<(ReplayFile, Replayed), String> {
    let file = ReplayFile::load(path).map_err(|error| error.to_string())?;
    let named = |what: String| format!("{}: {what}", path.display());
    let found = catalogue.again(&file).map_err(named)?;
    match &found.fits {
        Ok(()) => Ok((file, found)),
        Err(misfit) => Err(named(misfit.to_string())),
    }
}
