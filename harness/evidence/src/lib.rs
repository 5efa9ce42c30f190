//! Shows a run: as columns for people, as a replay file for machines; and verdicts, as CI reads them.
//!
//! Knows the engine's record of a run, and nothing of what the run is about.
pub mod ci;
mod columns;
mod files;
mod replay_file;

pub use columns::columns;
pub use files::write_whole;
pub use replay_file::{Format, ReplayFile, ReplayFileError};
