//! Where something is wrong in a file of TOML.
use crate::nearest::nearest;
use std::fmt;

/// What is wrong in a file of TOML, at which line, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there, and what was expected.
    pub what: String,
}

impl ConfigError {
    /// What is wrong at a byte of a text.
    pub fn at(text: &str, byte: usize, what: impl Into<String>) -> ConfigError {
        let before = &text.as_bytes()[..byte.min(text.len())];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        ConfigError { line, what: what.into() }
    }

    /// What `toml` says of a text.
    pub fn of(text: &str, error: &toml::de::Error) -> ConfigError {
        ConfigError::at(text, error.span().map_or(0, |span| span.start), told(error))
    }
}

/// What `toml` says is wrong, in one line; of a key that nobody knows, with the one that was meant instead of all that there are.
pub fn told(error: &toml::de::Error) -> String {
    let what = error.message().lines().collect::<Vec<&str>>().join(" ");
    let Some((unknown, known)) = what.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'))
    else {
        return what;
    };
    match nearest(unknown, known.split('`').skip(1).step_by(2)) {
        None => what,
        Some(meant) => format!("unknown field `{unknown}`; did you mean `{meant}`?"),
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.what)
    }
}

impl std::error::Error for ConfigError {}
