use super::{CommandError, args, invocation, regressions::Kept};
use crate::{
    Baseline,
    check::{Counterexample, CoverageJson, Finding, Report},
    observed::Observed,
    outcome::{Outcome, Specimens},
    report::{
        ci::suites,
        page::{Known, page},
    },
};
use anechoic_evidence::{ci, write_whole};
use anechoic_model::Promise;
use jiff::civil::Date;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The files that a check writes.
pub(super) struct Files<'a> {
    args: &'a args::Check,
    page: PathBuf,
}

/// What they are about.
pub(super) struct Contents<'c> {
    pub(super) report: &'c Report,
    pub(super) findings: &'c [Finding<'c>],
    pub(super) observed: Option<&'c Observed>,
    pub(super) coverage: Option<&'c CoverageJson>,
    pub(super) outcome: &'c Outcome,
    pub(super) specimens: Specimens,
    pub(super) baseline: (&'c Baseline, Date),
    pub(super) kept: Option<&'c Kept>,
}

impl<'a> Files<'a> {
    /// Makes sure, before any work is done, that all of them can be written.
    pub(super) fn prepare(args: &'a args::Check) -> Result<Files<'a>, CommandError> {
        fs::create_dir_all(&args.out).map_err(unwritable(&args.out))?;
        let page = args.report.clone().unwrap_or_else(|| args.out.join("report.html"));
        let all = [&args.coverage, &args.junit, &args.sarif, &args.summary].into_iter().flatten();
        for file in all.chain([&page]) {
            write_whole(file, b"").map_err(unwritable(file))?;
        }
        Ok(Files { args, page })
    }

    /// Where the page is.
    pub(super) fn page(&self) -> String {
        self.page.display().to_string()
    }

    /// Where a counterexample is saved.
    pub(super) fn saved(&self, found: &Counterexample) -> String {
        let subject = &found.file.subject;
        let name = name_of(&subject.scenario, &subject.variant, found.promise);
        self.args.out.join(name).display().to_string()
    }

    /// The command that makes it again.
    pub(super) fn replay(&self, found: &Counterexample) -> String {
        format!("{} replay {}", invocation(), self.saved(found))
    }

    /// Writes them; what is to be printed besides the report comes back.
    pub(super) fn write(&self, contents: &Contents<'_>) -> Result<String, CommandError> {
        let Contents { report, findings, observed, coverage, outcome, specimens, baseline, kept } = contents;
        save(report, &self.args.out).map_err(unwritable(&self.args.out))?;
        let file_of = |found: &Counterexample| kept.and_then(|kept| kept.file_of(found));
        let known = Known { specimens: *specimens, baseline: baseline.0, today: baseline.1, kept: &file_of };
        let page = page(report, findings, *observed, outcome, &known, |found| self.replay(found));
        let suites = suites(report, *specimens, *baseline, invocation(), |found| self.saved(found));
        let args = self.args;
        let forms: [(_, &dyn Fn() -> String); 5] = [
            (Some(&self.page), &|| page.to_html()),
            (args.coverage.as_ref(), &|| coverage.map(CoverageJson::to_text).unwrap_or_default()),
            (args.junit.as_ref(), &|| ci::junit(&suites)),
            (args.sarif.as_ref(), &|| ci::sarif(&suites)),
            (args.summary.as_ref(), &|| ci::summary(&suites, &outcome.lines)),
        ];
        for (file, form) in forms {
            if let Some(file) = file {
                write_whole(file, form().as_bytes()).map_err(unwritable(file))?;
            }
        }
        Ok(match args.annotations {
            Some(args::Annotations::Github) => ci::annotations(&suites),
            None => String::new(),
        })
    }
}

pub(super) fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> CommandError {
    let path = path.to_path_buf();
    move |error| CommandError::Unwritable { path, error }
}

/// Saves the counterexamples. What an earlier check of the same saved and this one did not find goes.
fn save(report: &Report, folder: &Path) -> io::Result<()> {
    for checked in &report.checked {
        for promise in Promise::ALL {
            let found = checked.counterexamples.iter().find(|found| found.promise == promise);
            let path = folder.join(name_of(checked.scene.name, checked.variant.name, promise));
            match found {
                Some(found) => write_whole(&path, found.file.to_json().as_bytes())?,
                None if path.exists() => fs::remove_file(&path)?,
                None => {}
            }
        }
    }
    Ok(())
}

fn name_of(scenario: &str, variant: &str, promise: Promise) -> String {
    format!("{scenario}.{variant}.{promise}.json")
}
