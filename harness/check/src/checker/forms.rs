//! The report of a test in other forms.
use super::Place;
use crate::show::{FORMS, View};
use anechoic_evidence::write_whole;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Where the reports of a package's tests are.
pub(super) fn folder(place: &Place, folder: &Path) -> PathBuf {
    folder.join(place.package)
}

/// Writes all forms, and the runs; says which cannot be written.
pub(super) fn write(view: View<'_>, place: &Place, into: &Path) -> Vec<String> {
    let folder = folder(place, into);
    if let Err(error) = fs::create_dir_all(&folder) {
        return vec![format!("{}: {error}", folder.display())];
    }
    let test = place.test().replace("::", ".");
    let forms = FORMS.iter().filter_map(|form| Some((format!("{test}.{}", form.ends), (form.text)(view)?)));
    let runs = view.report.found().map(|(_, broken)| &broken.run.replay);
    let runs = runs.map(|replay| (replay.usual_name(), replay.to_json()));
    let written = forms.chain(runs).map(|(name, text)| write_one(&folder.join(name), &text));
    written.filter_map(Result::err).collect()
}

fn write_one(path: &Path, text: &str) -> Result<(), String> {
    write_whole(path, text.as_bytes()).map_err(|error: io::Error| format!("{}: {error}", path.display()))
}

/// In a workflow of GitHub's, prints the violations as annotations.
pub(super) fn annotate(view: View<'_>) {
    #[cfg(feature = "ci")]
    if std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true") {
        print!("{}", crate::show::annotated(view, ""));
    }
    #[cfg(not(feature = "ci"))]
    let _ = view;
}
