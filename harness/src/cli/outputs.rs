//! The files that a check writes. Before the search it is made sure that each can be written and that none is in the way
//! of another; nothing is touched before its contents are there.
use super::{
    CommandError,
    args::{self, KEPT},
    invocation,
};
use crate::{
    Exit,
    check::Request,
    judge::{Judgement, Standing},
    report::{Coverage, Document, Found, Report},
    show,
};
use anechoic_evidence::{Output, read_whole, shown, write_whole};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// A form of the report as a file.
struct Form {
    /// Its option.
    option: &'static str,
    /// Where it is to be written, if it is.
    path: fn(&args::Outputs) -> Option<PathBuf>,
    /// Its text.
    text: fn(&Report, &Judgement) -> String,
    /// Whether it is added to what is there.
    is_appended: bool,
}

/// Every form. A new one is a file in `show` and a row here.
const FORMS: &[Form] = &[
    Form {
        option: "report.json in --out",
        path: |args| Some(args.out.join(DOCUMENT)),
        text: |report, _| Document::new(report.clone()).to_text(),
        is_appended: false,
    },
    Form {
        option: "--report",
        path: |args| Some(page(args)),
        text: |report, judgement| show::check_page(report, judgement, invocation()).to_html(),
        is_appended: false,
    },
    Form {
        option: "--junit",
        path: |args| args.junit.clone(),
        text: |report, judgement| show::junit(report, judgement, invocation()),
        is_appended: false,
    },
    Form { option: "--sarif", path: |args| args.sarif.clone(), text: show::sarif, is_appended: false },
    Form { option: "--summary", path: |args| args.summary.clone(), text: show::summary, is_appended: true },
    Form {
        option: "--coverage",
        path: |args| args.coverage.clone(),
        text: |report, _| Coverage::to_text(report.coverage.as_deref().unwrap_or_default()),
        is_appended: false,
    },
];

/// The report itself, always written beside the runs: it says which of them are ours.
const DOCUMENT: &str = "report.json";
/// The page, if no other place was asked for.
const PAGE: &str = "report.html";
/// More than the report of any check.
const MOST: u64 = 1 << 30;

/// Where the page is written.
fn page(args: &args::Outputs) -> PathBuf {
    args.report.clone().unwrap_or_else(|| args.out.join(PAGE))
}

/// The files of one check.
pub(super) struct Outputs {
    folder: PathBuf,
    page: PathBuf,
    files: Vec<(&'static Form, Output)>,
}

impl Outputs {
    /// Makes sure, before any work is done, that all of them can be written. `inputs` are files that are read, each with its
    /// option; `saved` is where saved runs are kept.
    pub(super) fn prepare(
        args: &args::Outputs,
        inputs: &[(&str, &Path)],
        saved: Option<&Path>,
    ) -> Result<Outputs, CommandError> {
        fs::create_dir_all(&args.out).map_err(unwritable(&args.out))?;
        let real = |path: &Path| path.canonicalize().ok();
        let kept: Vec<PathBuf> =
            [saved, Some(Path::new(KEPT))].into_iter().flatten().filter_map(real).collect();
        if real(&args.out).is_some_and(|out| kept.contains(&out)) {
            let what =
                format!("--out {} is where saved runs are kept; choose another folder", args.out.display());
            return Err(CommandError::Usage(what));
        }
        refuse_foreign(&args.out)?;
        let mut taken: BTreeMap<PathBuf, &str> = BTreeMap::new();
        taken.extend(inputs.iter().filter_map(|(option, path)| Some((real(path)?, *option))));
        let mut files = Vec::new();
        for form in FORMS {
            let Some(path) = (form.path)(args) else { continue };
            let output = Output::at(&path).map_err(unwritable(&path))?;
            if let Some(file) = output.file() {
                let other = taken.insert(file.to_path_buf(), form.option);
                let in_kept = file.parent().is_some_and(|folder| kept.iter().any(|kept| kept == folder));
                let run = is_run(file) && file.parent().map(Path::to_path_buf) == real(&args.out);
                let clash = other.or(in_kept.then_some("a saved run")).or(run.then_some("a run in --out"));
                if let Some(other) = clash {
                    let what =
                        format!("{} {} is the place of {other}; choose another", form.option, path.display());
                    return Err(CommandError::Usage(what));
                }
            }
            files.push((form, output));
        }
        Ok(Outputs { folder: args.out.clone(), page: page(args), files })
    }

    /// Where the page is.
    pub(super) fn page(&self) -> String {
        self.page.display().to_string()
    }

    /// Writes into the report where its runs are saved.
    pub(super) fn place_runs(&self, report: &mut Report) {
        for broken in report.results.iter_mut().flat_map(|searched| &mut searched.broken) {
            broken.run.file = self.folder.join(broken.run.usual_name()).display().to_string();
        }
    }

    /// Writes all of them, and goes on past one that cannot be written.
    pub(super) fn write(&self, report: &Report, judgement: &Judgement) -> Vec<CommandError> {
        let before = self.before();
        let mut failed = Vec::new();
        // The report first: it says that the runs beside it are ours.
        for (form, output) in &self.files {
            let text = (form.text)(report, judgement);
            let done =
                if form.is_appended { output.append(text.as_bytes()) } else { output.write(text.as_bytes()) };
            failed.extend(done.map_err(unwritable(output.path())).err());
        }
        for (_, broken) in report.found() {
            let path = self.folder.join(broken.run.usual_name());
            // A link in the place of a run is not ours, nor is what it leads to.
            if fs::symlink_metadata(&path).is_ok_and(|kind| kind.is_symlink()) {
                let what = io::Error::new(io::ErrorKind::AlreadyExists, "a link is in its place");
                failed.push(unwritable(&path)(what));
                continue;
            }
            failed.extend(
                write_whole(&path, broken.run.replay.to_json().as_bytes()).map_err(unwritable(&path)).err(),
            );
        }
        for gone in before.iter().flat_map(|before| fixed(before, report, judgement)) {
            failed.extend(self.remove(gone).map_err(unwritable(&self.folder)).err());
        }
        failed
    }

    /// What an earlier check wrote here, if it can still be told.
    fn before(&self) -> Option<Report> {
        Document::read(&read_whole(&self.folder.join(DOCUMENT), MOST).ok()?).ok()
    }

    /// Removes the file of a run, if it is there and still what was written.
    fn remove(&self, run: &Found) -> io::Result<()> {
        let path = self.folder.join(run.usual_name());
        let is_ours = fs::symlink_metadata(&path).is_ok_and(|kind| kind.is_file())
            && fs::read(&path).is_ok_and(|bytes| bytes == run.replay.to_json().into_bytes());
        if is_ours { fs::remove_file(path) } else { Ok(()) }
    }
}

/// Refuses a folder in which somebody else keeps what we would write over: runs or a report, and no report of ours beside.
fn refuse_foreign(folder: &Path) -> Result<(), CommandError> {
    let is_ours = |document: &Path| {
        let bytes = read_whole(document, MOST).ok()?;
        let document: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
        Some(document.get("format")?.as_str()?.starts_with("anechoic.check/"))
    };
    if is_ours(&folder.join(DOCUMENT)).unwrap_or(false) {
        return Ok(());
    }
    let entries = fs::read_dir(folder).map_err(unwritable(folder))?.flatten().map(|entry| entry.path());
    let is_taken = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        is_run(path) || name == DOCUMENT || name == PAGE
    };
    match entries.into_iter().find(is_taken) {
        None => Ok(()),
        Some(path) => Err(CommandError::Usage(format!(
            "--out {} has a {} that no check has written there, as far as its {DOCUMENT} tells; choose another folder",
            shown(folder),
            shown(Path::new(path.file_name().unwrap_or_default()))
        ))),
    }
}

/// The runs of an earlier report whose promises were since found kept, in the same bound and searched to its end.
fn fixed<'r>(before: &'r Report, report: &Report, judgement: &Judgement) -> Vec<&'r Found> {
    let found = before.found().filter(|(searched, broken)| {
        let is_same = report
            .of(&searched.variant)
            .any(|now| now.scenario == searched.scenario && now.bound == searched.bound);
        let cell = judgement.standings.iter().find(|cell| {
            (&cell.scenario, &cell.variant, &cell.promise)
                == (&searched.scenario, &searched.variant, &broken.promise)
        });
        is_same && cell.is_some_and(|cell| matches!(cell.standing, Standing::Kept | Standing::Fixed))
    });
    found.map(|(_, broken)| &broken.run).collect()
}

/// Whether a file has the name of a run.
fn is_run(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let parts: Vec<&str> = name.split('.').collect();
    matches!(parts.as_slice(), [scenario, _, _, "json"] if crate::Scene::named(scenario).is_some())
}

pub(super) fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> CommandError {
    let path = path.to_path_buf();
    move |error| CommandError::Unwritable { path, error }
}

/// Prints what was found, and then writes the files: whatever may fail comes after the verdict.
pub(super) fn deliver(
    text: &str,
    out: &mut dyn io::Write,
    files: impl FnOnce() -> Vec<CommandError>,
    exit: Exit,
) -> Exit {
    let printed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    let mut failed = files();
    failed.extend(printed.map_err(CommandError::from).err());
    for error in &failed {
        super::complain(error);
    }
    match (exit, failed.first()) {
        // What is green and could not be told, or not be written down, is not green.
        (Exit::Holds, Some(CommandError::Print(_))) => Exit::Inconclusive,
        (Exit::Holds, Some(_)) => Exit::Unreadable,
        _ => exit,
    }
}

/// Whether everything was asked for that there is, in the usual bound.
pub(super) fn is_whole(args: &args::Check, request: &Request) -> bool {
    let usual = args::Check::default();
    args.scenarios.is_empty()
        && args.variant.is_empty()
        && matches!(request.search, crate::check::Search::Exhaustive(_))
        && (args.callers, args.faults, args.retries, args.client_attempts, &args.policy)
            == (usual.callers, usual.faults, usual.retries, usual.client_attempts, &usual.policy)
}
