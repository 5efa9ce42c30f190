use crate::Selected;
use anechoic_rows::{ConfigError, Constants, Key, Promises};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What an `anechoic.toml` says of promises and of what they are asked of. Its other tables are no business of this type.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Config {
    /// What is promised.
    #[serde(default)]
    pub promises: Promises,
    /// The tables, by their names.
    #[serde(default)]
    pub tables: BTreeMap<String, Keyed>,
    /// Tables that are always there, and of which no record is.
    #[serde(default)]
    pub constants: Constants,
    /// The tables that lines of logs make, by their names.
    #[serde(default)]
    pub logs: BTreeMap<String, Selected>,
}

/// A table. What else a file says of one is no business of this type.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Keyed {
    /// By which attributes a row is one and no other.
    pub key: Option<Key>,
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ConfigError`], which says at which line it is not what it should be.
    pub fn read(text: &str) -> Result<Config, ConfigError> {
        toml::from_str(text).map_err(|error| ConfigError::of(text, &error))
    }
}
