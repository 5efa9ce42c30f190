//! The forms of a report as a file. A new one is a file beside this and a row here: the command gets its option, and a test
//! writes it into the folder of its reports.
use super::View;
use crate::report::Coverage;

/// A form of the report as a file.
pub struct Form {
    /// Its name, and that of the option that asks for it; the document itself needs no asking.
    pub name: &'static str,
    /// What it is, for the help of the option.
    pub about: &'static str,
    /// What the name of its file ends with.
    pub ends: &'static str,
    /// Its file in the folder of a check, where it is written even if nobody asks for it.
    pub usual: Option<&'static str>,
    /// Its text; nothing, if the report does not hold what it is about. What an earlier check left in its usual place goes then.
    pub text: fn(View<'_>) -> Option<String>,
    /// Whether it is added to what is there.
    pub is_appended: bool,
}

impl Form {
    const fn new(
        name: &'static str,
        about: &'static str,
        ends: &'static str,
        text: fn(View<'_>) -> Option<String>,
    ) -> Form {
        Form { name, about, ends, usual: None, text, is_appended: false }
    }
}

/// The report itself, written beside the runs of a check: it says which of them are ours.
pub(crate) const DOCUMENT: &str = "report.json";

/// Every form that is built in. The page and what continuous integration reads are features.
pub const FORMS: &[Form] = &[
    Form { usual: Some(DOCUMENT), ..Form::new("document", "", DOCUMENT, |view| Some(view.document.into())) },
    #[cfg(feature = "page")]
    Form {
        usual: Some("report.html"),
        ..Form::new(
            "report",
            "Writes a page for the browser: the runs step by step, and why [default: report.html in --out]",
            "html",
            |view| Some(super::check_page(view).to_html()),
        )
    },
    #[cfg(feature = "page")]
    Form {
        usual: Some("run.svg"),
        ..Form::new(
            "picture",
            "Draws the smallest run of what is worst as SVG, for a pull request [default: run.svg in --out]",
            "svg",
            super::picture::worst,
        )
    },
    #[cfg(feature = "ci")]
    Form::new("junit", "Writes the verdicts as JUnit XML, too", "junit.xml", |view| Some(super::junit(view))),
    #[cfg(feature = "ci")]
    Form::new("sarif", "Writes the violations as SARIF 2.1.0, too", "sarif", |view| Some(super::sarif(view))),
    #[cfg(feature = "ci")]
    Form {
        is_appended: true,
        ..Form::new(
            "summary",
            "Adds a summary in Markdown to a file, such as $GITHUB_STEP_SUMMARY",
            "summary.md",
            |view| Some(super::summary(view)),
        )
    },
    Form::new(
        COVERAGE,
        "Writes down which operation went wrong in which way, and which never did; takes longer",
        "coverage.json",
        |view| view.report.coverage.as_deref().map(Coverage::to_text),
    ),
];

/// The form that a report holds only if it was asked for before the search.
pub(crate) const COVERAGE: &str = "coverage";
