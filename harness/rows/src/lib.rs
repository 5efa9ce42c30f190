//! What is observed as tables, and promises as SQL queries over them.
//!
//! [`Promises`] are what the `[promises]` table of an `anechoic.toml` says. [`Rows`] are named tables in SQLite, in memory,
//! filled with JSON objects. A [`Query`] is checked before anything runs; its answer is a [`Found`], whose rows are the
//! evidence. Knows nothing of where rows come from: a store that is searched, or a trace that was observed.
//!
//! ```
//! use anechoic_rows::{Promises, Rows, Table, When};
//!
//! let promises: Promises = toml::from_str::<Config>(
//!     r#"
//!     [promises.charged-once]
//!     never = "select order_id, count(*) as charges from charges group by order_id having count(*) > 1"
//!     "#,
//! )?.promises;
//! # #[derive(serde::Deserialize)]
//! # struct Config { promises: Promises }
//!
//! let mut rows = Rows::new([Table::new("charges").with_column("order_id")])?;
//! let promise = &promises[0];
//! let query = rows.query(promise.sql())?;
//! assert!(rows.ask(query)?.is_empty());
//!
//! let charge = serde_json::json!({"order_id": "o-1", "cents": 1999});
//! let charges = [charge.clone(), charge].map(|charge| charge.as_object().cloned().expect("an object"));
//! rows.replace("charges", &charges)?;
//! let found = rows.ask(query)?;
//! assert_eq!((promise.when, found.to_string().as_str()), (When::Never, "order_id = 'o-1', charges = 2"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
mod ask;
mod cell;
mod columns;
mod config;
mod constants;
mod decimal;
mod error;
mod found;
mod guard;
mod key;
mod moment;
mod nearest;
mod number;
mod otherwise;
mod promises;
mod query;
mod reading;
mod rows;
mod schema;
mod sql;
mod sums;
mod survey;
mod table;
mod unheld;
mod wrapped;

pub use cell::Cell;
pub use config::{ConfigError, told};
pub use constants::{ConstantError, Constants};
pub use error::{AskError, QueryError, TableError};
pub use found::{Found, SHOWN};
pub use key::Key;
pub use nearest::{nearest, perhaps};
pub use otherwise::{Otherwise, Reading};
pub use promises::{Promise, Promises, When};
pub use query::{Blank, Query};
pub use rows::Rows;
pub use sql::words;
pub use table::Table;
pub use unheld::Unheld;

/// A row, as it is given.
pub type Object = serde_json::Map<String, serde_json::Value>;
