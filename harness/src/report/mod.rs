//! What a check found out, for people and for machines.
pub mod ci;
pub mod emit;
pub mod json;
mod observed;
pub mod page;
mod searched;
pub(crate) mod sides;
mod specimens;
pub mod text;
pub(crate) mod trace;
pub(crate) mod trace_json;
mod verdicts;
