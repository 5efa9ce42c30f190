//! Judges what was observed by promises that are SQL queries: one specification for the handler before merge and for the
//! trace after.
//!
//! A [`Config`] says what is promised, by which attributes a row of a table is known, and which lines of logs make tables. A
//! [`Witness`] reads traces in any format, puts their records into the tables whose they are, and comes to a [`Testimony`]:
//! each promise holds, is broken with the rows that show it, or cannot be told. What is only a part, what nobody knows the
//! table of, and what was never there is no pass.
//!
//! ```
//! use anechoic_traces::Mapping;
//! use anechoic_witness::{Config, Source, Verdict, Witness};
//!
//! let config = r#"
//!     [promises.charged-once]
//!     never = "select order_id, count(*) as charges from charges group by order_id having count(*) > 1"
//! "#;
//! let mut witness = Witness::new(Config::read(config)?, config)?;
//! let scan = r#"{"Items":[{"id":{"S":"c-1"},"order_id":{"S":"o-1"}},{"id":{"S":"c-2"},"order_id":{"S":"o-1"}}],"Count":2}"#;
//! let source = Source { name: "charges.json", format: None, mapping: &Mapping::default() };
//! witness.read(&source, &mut scan.as_bytes())?;
//! let testimony = witness.judge(&mut || true);
//! assert_eq!(testimony.promises[0].verdict, Verdict::Violated);
//! assert_eq!(testimony.promises[0].why, "order_id = 'o-1', charges = 2");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
mod absent;
mod changes;
mod config;
mod doubts;
mod file;
mod judge;
mod kept;
mod logs;
mod missing;
mod table;
mod testimony;
mod walk;
mod whose;
mod witness;

pub use config::{Config, Keyed};
pub use logs::Selected;
pub use testimony::{Judged, Stray, Tabled, Testimony, Verdict};
pub use witness::{Source, Witness};
