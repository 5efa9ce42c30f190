//! Reads what was observed, in whatever form it was exported, as a stream of [`Line`]s.
//!
//! Knows formats and nothing of what a line is about. What a file holds is told by its content: see [`Format`]. A
//! [`Mapping`] names the fields in which a record says what. Nothing of a file is held in memory but the record at hand.
//!
//! ```
//! use anechoic_traces::{Mapping, Options, Role, read};
//!
//! let export = r#"{"Item":{"task_id":{"S":"t-1"},"event_id":{"S":"e-1"},"event_type":{"S":"task_failed"}}}"#;
//! let (mapping, mut events) = (Mapping::default(), 0);
//! let options = Options { format: None, mapping: &mapping, rows: None, after: None };
//! let read = read("export.json", &mut export.as_bytes(), &options, &mut |line| {
//!     events += usize::from(mapping.get(Role::Event, &line.fields) == Some("task_failed"));
//! })?;
//! assert_eq!((events, read.formats.keys().next().map(|format| format.name())), (1, Some("s3-export")));
//! # Ok::<(), anechoic_traces::TraceError>(())
//! ```
mod answer;
mod archived;
mod binary;
mod bounded;
mod clock;
mod clocks;
mod colours;
mod definition;
mod document;
mod error;
mod fenced;
mod fields;
mod format;
mod formats;
mod framed;
mod gather;
mod growing;
mod history;
mod line;
mod listed;
mod mapping;
mod mapping_file;
mod merge;
mod message;
mod nearest;
mod nested;
mod not_json;
mod once;
mod open;
mod packed;
mod pages;
mod pairs;
mod pattern;
mod place;
mod reader;
mod records;
mod role;
mod row;
mod sniff;
mod source;
mod table;
mod unpack;
mod unread;
mod values;

pub use clock::{Clock, Sequence};
pub use error::{Skipped, TraceError};
pub use fields::Fields;
pub use format::{Format, UnknownFormat};
pub use growing::Growing;
pub use line::Line;
pub use mapping::{Lifecycle, Mapping};
pub use mapping_file::Words;
pub use merge::{Moment, merge, order};
pub use open::open;
pub use pages::complete;
pub use pattern::Pattern;
pub use place::Place;
pub use reader::{Apart, Options, Read, open_end, read};
pub use role::Role;
pub use row::{Change, Row, by_look};
pub use values::Where;
