//! The SDKs, and the handlers of ours that they run.
use anechoic_gate::Handler;
use clap::ValueEnum;
use regex::Regex;
use std::{fs, path::PathBuf};

/// An SDK, by its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sdk {
    /// `@aws/durable-execution-sdk-js`
    Js,
    /// `aws-durable-execution-sdk-python`
    Python,
}

impl Sdk {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Sdk::Js => "JavaScript",
            Sdk::Python => "Python",
        }
    }

    /// Where its handlers are: a file for each suite, with a function for each case.
    pub(crate) fn folder(self) -> PathBuf {
        let folder = if self == Sdk::Js { "js" } else { "python" };
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("handlers").join(folder)
    }

    /// Whether there is a function of this name for a suite.
    pub(crate) fn has(self, suite: &str, function: &str) -> bool {
        let ending = if self == Sdk::Js { "js" } else { "py" };
        let text = fs::read_to_string(self.folder().join(format!("{suite}.{ending}"))).unwrap_or_default();
        Regex::new(&format!(r"\b{function}\b")).is_ok_and(|name| name.is_match(&text))
    }

    /// The command that runs a function of a suite.
    ///
    /// # Errors
    /// What is not installed.
    pub(crate) fn command(self, suite: &str, function: &str) -> Result<Vec<String>, String> {
        let installed = if self == Sdk::Js { "node_modules" } else { ".venv/bin/python" };
        let folder = self.folder();
        if !folder.join(installed).exists() {
            return Err(format!("{} has no {installed}: see docs/conformance.md", folder.display()));
        }
        match self {
            Sdk::Js => Handler::node(&format!("{suite}.{function}"), &folder),
            Sdk::Python => Ok(Handler::python(&format!("{suite}.{function}"), installed)),
        }
    }
}
