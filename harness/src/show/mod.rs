//! What a check found out, as people and machines are shown it: each form is a function of the report, of its judgement,
//! and of the runs that are made again from their choices.
mod again;
mod cases;
pub mod emit;
mod github;
mod junit;
pub(crate) mod markdown;
pub mod page;
pub(crate) mod run;
mod sarif;
mod searched;
pub(crate) mod sides;
mod specimens;
pub(crate) mod table;
pub mod text;
pub(crate) mod trace;
pub(crate) mod trace_json;
mod troubles;
pub(crate) mod words;

pub use github::annotated;
pub use junit::junit;
pub use markdown::summary;
pub use page::check_page;
pub use sarif::sarif;
