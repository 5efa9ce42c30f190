//! What an `anechoic.toml` says, as a catalogue: handlers that are programs, what they reach, which events are delivered to
//! them, and what is promised of it.
#![cfg_attr(
    not(unix),
    allow(
        dead_code,
        reason = "what a file may say is the same everywhere, and checked only where processes are held"
    )
)]
mod begin;
mod beyond;
#[cfg(unix)]
mod build;
mod config;
mod constants;
#[cfg(not(unix))]
mod elsewhere;
mod error;
mod listed;
#[cfg(unix)]
mod queries;
#[cfg(unix)]
mod site;
mod template;
mod variants;

pub use begin::{BeginError, Begun, Guess, begin, sources};
#[cfg(unix)]
pub use build::load;
pub use constants::read_constants;
#[cfg(not(unix))]
pub use elsewhere::load;
pub use error::ConfigError;
pub use listed::{of_traces, understand};

/// The JSON Schema of an `anechoic.toml`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(config::Config);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
