//! What an `anechoic.toml` says, as a catalogue: handlers that are programs, what they reach, which events are delivered to
//! them, and what is promised of it.
mod build;
mod config;
mod error;
mod queries;
mod site;
mod template;

pub use build::load;
pub use error::ConfigError;

/// The JSON Schema of an `anechoic.toml`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(config::Config);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}
