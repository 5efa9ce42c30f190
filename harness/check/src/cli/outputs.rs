//! The files that a check writes. Before the search it is made sure that each can be written and that none is in the way
//! of another; nothing is touched before its contents are there.
use super::{
    CommandError, Context,
    args::{self, Format, KEPT},
};
use crate::{
    Catalogue, Exit,
    judge::{Judgement, Standing, judge},
    kept::{Kept, is_ci, keep},
    report::{Document, Found, Report},
    show::{
        self, DOCUMENT, FORMS, Form, View, screen,
        text::{self, Next},
        words::word,
    },
};
use anechoic_evidence::{Output, read_whole, shown, write_whole};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// More than the report of any check.
const MOST: u64 = 1 << 30;

/// Where a form is written, if it is.
fn place(form: &Form, args: &args::Outputs) -> Option<PathBuf> {
    let asked = args.files.of(form.name).map(Path::to_path_buf);
    asked.or_else(|| Some(args.out.join(form.usual?)))
}

/// What a form is called where its place is named.
fn called(form: &Form) -> String {
    match form.about.is_empty() {
        true => format!("{} in --out", form.ends),
        false => format!("--{}", form.name),
    }
}

/// The files of one check.
pub(super) struct Outputs {
    folder: PathBuf,
    files: Vec<(&'static Form, Output)>,
}

/// What comes after a report.
#[derive(Default)]
pub(super) struct Ending {
    /// Where new runs wait for a review.
    pub(super) kept: Option<Kept>,
    /// The command that shows them.
    pub(super) review: String,
}

impl Outputs {
    /// Makes sure, before any work is done, that all of them can be written. `inputs` are files that are read, each with its
    /// option; `saved` is where saved runs are kept.
    pub(super) fn prepare(
        catalogue: &Catalogue,
        args: &args::Outputs,
        inputs: &[(&str, &Path)],
        saved: Option<&Path>,
    ) -> Result<Outputs, CommandError> {
        fs::create_dir_all(&args.out).map_err(CommandError::unwritable(&args.out))?;
        let real = |path: &Path| path.canonicalize().ok();
        let kept: Vec<PathBuf> =
            [saved, Some(Path::new(KEPT))].into_iter().flatten().filter_map(real).collect();
        if real(&args.out).is_some_and(|out| kept.contains(&out)) {
            let what =
                format!("--out {} is where saved runs are kept; choose another folder", args.out.display());
            return Err(CommandError::Usage(what));
        }
        let scenarios: Vec<String> =
            catalogue.scenarios.iter().map(|scenario| scenario.name.to_string()).collect();
        refuse_foreign(&args.out, &scenarios)?;
        let mut taken: BTreeMap<PathBuf, String> = BTreeMap::new();
        taken.extend(inputs.iter().filter_map(|(option, path)| Some((real(path)?, option.to_string()))));
        let mut files = Vec::new();
        for form in FORMS {
            let Some(path) = place(form, args) else { continue };
            let output = Output::at(&path).map_err(CommandError::unwritable(&path))?;
            if let Some(file) = output.file() {
                let other = taken.insert(file.to_path_buf(), called(form));
                let in_kept = file.parent().is_some_and(|folder| kept.iter().any(|kept| kept == folder));
                let run = is_run(file, &scenarios) && file.parent().map(Path::to_path_buf) == real(&args.out);
                let saved = in_kept.then(|| "a saved run".to_string());
                let clash = other.or(saved).or(run.then(|| "a run in --out".into()));
                if let Some(other) = clash {
                    let what = format!(
                        "{} {} is the place of {other}; choose another",
                        called(form),
                        path.display()
                    );
                    return Err(CommandError::Usage(what));
                }
            }
            files.push((form, output));
        }
        Ok(Outputs { folder: args.out.clone(), files })
    }

    /// Writes into the report where its runs are saved.
    fn place_runs(&self, report: &mut Report) {
        for broken in report.results.iter_mut().flat_map(|searched| &mut searched.broken) {
            broken.run.file = self.folder.join(broken.run.replay.usual_name()).display().to_string();
        }
    }

    /// Judges a report, prints what was found, and then writes the files: whatever may fail comes after the verdict.
    pub(super) fn deliver(
        &self,
        context: &Context<'_>,
        args: &args::Outputs,
        mut report: Report,
        ending: &Ending,
        out: &mut dyn io::Write,
    ) -> Exit {
        self.place_runs(&mut report);
        let judgement = judge(&report);
        let document = Document::new(report.clone()).to_text();
        let replay = |found: &Found| format!("{} replay {}", context.command, word(&found.file));
        let catalogue = context.catalogue;
        let view =
            View { catalogue, report: &report, judgement: &judgement, document: &document, replay: &replay };
        let new = ending.kept.as_ref().filter(|_| !is_ci());
        let new = new.map(|kept| kept.not_kept(&report)).unwrap_or_default();
        let mut text = match args.format {
            Format::Text => {
                let pending = new.iter().map(|(path, _)| path.display().to_string()).collect();
                let page = self.files.iter().find(|(form, _)| form.ends == "html");
                let page = page.map(|(_, output)| output.path().display().to_string()).unwrap_or_default();
                let (command, review) = (context.command.clone(), ending.review.clone());
                let next = Next { command, page, pending, review };
                if args.all { text::report(view, &next) } else { screen::screen(view, &next) }
            }
            Format::Json => document.clone(),
        };
        if args.annotations.is_some() {
            text = show::annotated(view, &text);
        }
        let printed = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        let mut failed: Vec<CommandError> =
            keep(&new).into_iter().map(|(path, error)| CommandError::Unwritable { path, error }).collect();
        failed.extend(self.write(view));
        failed.extend(printed.map_err(CommandError::from).err());
        for error in &failed {
            super::complain(error);
        }
        match (judgement.exit, failed.first()) {
            // What is green and could not be told, or not be written down, is not green.
            (Exit::Holds, Some(_)) => Exit::Unreadable,
            (exit, _) => exit,
        }
    }

    /// Writes all of them, and goes on past one that cannot be written.
    fn write(&self, view: View<'_>) -> Vec<CommandError> {
        let View { report, judgement, .. } = view;
        let before = self.before();
        let mut failed = Vec::new();
        // The report first: it says that the runs beside it are ours.
        for (form, output) in &self.files {
            let Some(text) = (form.text)(view) else {
                // An old one beside a new report would tell of a run that is no more.
                failed.extend(self.remove_old(form).map_err(CommandError::unwritable(output.path())).err());
                continue;
            };
            let done =
                if form.is_appended { output.append(text.as_bytes()) } else { output.write(text.as_bytes()) };
            failed.extend(done.map_err(CommandError::unwritable(output.path())).err());
        }
        for (_, broken) in report.found() {
            let path = self.folder.join(broken.run.replay.usual_name());
            // A link in the place of a run is not ours, nor is what it leads to.
            if fs::symlink_metadata(&path).is_ok_and(|kind| kind.is_symlink()) {
                let what = io::Error::new(io::ErrorKind::AlreadyExists, "a link is in its place");
                failed.push(CommandError::unwritable(&path)(what));
                continue;
            }
            failed.extend(
                write_whole(&path, broken.run.replay.to_json().as_bytes())
                    .map_err(CommandError::unwritable(&path))
                    .err(),
            );
        }
        for gone in before.iter().flat_map(|before| fixed(before, report, judgement)) {
            failed.extend(self.remove(gone).map_err(CommandError::unwritable(&self.folder)).err());
        }
        failed
    }

    /// Removes what an earlier check left in the usual place of a form; all that is there is ours, or nothing would be written.
    fn remove_old(&self, form: &Form) -> io::Result<()> {
        let path = form.usual.map(|usual| self.folder.join(usual));
        path.filter(|path| is_file(path)).map_or(Ok(()), fs::remove_file)
    }

    /// What an earlier check wrote here, if it can still be told.
    fn before(&self) -> Option<Report> {
        Document::read(&read_whole(&self.folder.join(DOCUMENT), MOST).ok()?).ok()
    }

    /// Removes the file of a run, if it is there and still what was written.
    fn remove(&self, run: &Found) -> io::Result<()> {
        let path = self.folder.join(run.replay.usual_name());
        let is_ours =
            is_file(&path) && fs::read(&path).is_ok_and(|bytes| bytes == run.replay.to_json().into_bytes());
        if is_ours { fs::remove_file(path) } else { Ok(()) }
    }
}

/// Whether there is a file and no link, which is not ours, nor is what it leads to.
fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|kind| kind.is_file())
}

/// Refuses a folder in which somebody else keeps what we would write over: runs or a report, and no report of ours beside.
fn refuse_foreign(folder: &Path, scenarios: &[String]) -> Result<(), CommandError> {
    let is_ours = |document: &Path| {
        let bytes = read_whole(document, MOST).ok()?;
        let document: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
        Some(document.get("format")?.as_str()?.starts_with("anechoic.check/"))
    };
    if is_ours(&folder.join(DOCUMENT)).unwrap_or(false) {
        return Ok(());
    }
    let entries =
        fs::read_dir(folder).map_err(CommandError::unwritable(folder))?.flatten().map(|entry| entry.path());
    let is_taken = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default();
        is_run(path, scenarios) || FORMS.iter().any(|form| form.usual.is_some_and(|usual| name == usual))
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
fn is_run(file: &Path, scenarios: &[String]) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        [scenario, .., "json"] => parts.len() > 2 && scenarios.iter().any(|known| known == scenario),
        _ => false,
    }
}
