//! What a check found out, for people and for machines.
pub mod ci;
pub mod json;
mod observed;
mod searched;
mod specimens;
pub mod text;
pub(crate) mod trace;
mod verdicts;
