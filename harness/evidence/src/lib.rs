//! Shows a run: as columns for people, with the steps that say why.
//!
//! Knows the engine's record of a run, and nothing of what the run is about.
mod blame;
mod columns;
mod files;
mod grid;
mod harmless;
mod look;
mod picture;
mod sides;
mod table;
mod unreadable;
mod why;
mod wrapped;

pub use columns::{SCREEN, WIDTH, columns, columns_of, lines_of};
pub use files::{Output, open, read_text, read_whole, write_whole};
pub use grid::{Gap, Grid, Row};
pub use harmless::{harmless, harmless_json, harmless_lines, shown};
pub use look::{Dressed, Look};
pub use picture::{Drawn, Label, Name, Picture, Stroke};
pub use sides::{Side, sides};
pub use table::{table, table_within};
pub use unreadable::unreadable;
pub use why::{Clause, why};
pub use wrapped::{lines_within, wrapped_at, wrapped_within};
