//! What a check found out, as people and machines are shown it: each form is a function of the report, of its judgement,
//! and of the runs that are made again from their choices.
mod again;
#[cfg(feature = "ci")]
mod cases;
pub mod emit;
mod forms;
#[cfg(feature = "ci")]
mod github;
#[cfg(feature = "ci")]
mod junit;
#[cfg(feature = "ci")]
pub(crate) mod markdown;
mod once;
#[cfg(feature = "page")]
pub mod page;
#[cfg(feature = "page")]
pub mod picture;
pub mod run;
#[cfg(feature = "ci")]
mod sarif;
#[cfg(feature = "cli")]
pub(crate) mod screen;
pub(crate) mod searched;
pub mod sides;
mod specimens;
#[cfg(any(feature = "page", feature = "ci"))]
mod standing;
pub mod table;
pub mod text;
mod troubles;
pub mod words;

#[cfg(feature = "cli")]
pub(crate) use forms::{COVERAGE, DOCUMENT};
pub use forms::{FORMS, Form};
#[cfg(feature = "ci")]
pub use github::annotated;
#[cfg(feature = "ci")]
pub use junit::junit;
#[cfg(feature = "ci")]
pub use markdown::summary;
#[cfg(feature = "page")]
pub use page::check_page;
#[cfg(feature = "ci")]
pub use sarif::sarif;

use crate::{
    Catalogue,
    judge::Judgement,
    report::{Found, Report},
};

/// A report to be shown, with all that it takes to show it.
#[derive(Clone, Copy)]
pub struct View<'v> {
    /// What was checked: its runs are made again where they are shown.
    pub catalogue: &'v Catalogue,
    /// What was found.
    pub report: &'v Report,
    /// What it comes to.
    pub judgement: &'v Judgement,
    /// Both as a document.
    pub document: &'v str,
    /// The command that makes a run again.
    pub replay: &'v dyn Fn(&Found) -> String,
}
