//! Shows a run: as columns for people, as a replay file for machines; and verdicts, as CI reads them.
//!
//! Knows the engine's record of a run, and nothing of what the run is about.
mod blame;
pub mod ci;
mod columns;
mod files;
mod grid;
mod harmless;
mod look;
pub mod page;
mod replay_file;
mod sides;
mod why;

pub use columns::{WIDTH, columns};
pub use files::write_whole;
pub use grid::{Grid, Row};
pub use harmless::{harmless, harmless_json};
pub use look::{Dressed, Look};
pub use replay_file::{Format, ReplayFile, ReplayFileError};
pub use sides::{Side, sides};
pub use why::{Clause, why};
