//! What the sources of a project say, where nothing else does. They are looked at by patterns, so all of it is a guess.
use super::{Found, node, python, reach, tree, way::NODE};
use regex::Regex;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A source: its path from the folder, and its text.
pub(crate) type Source = (String, String);

/// The sources of a project.
#[derive(Debug)]
pub(crate) struct Project {
    folder: PathBuf,
    node: Vec<Source>,
    python: Vec<Source>,
}

impl Project {
    pub(crate) fn read(folder: &Path) -> Project {
        let of = |endings: &[&str]| tree::sources(folder, endings);
        Project { folder: folder.into(), node: of(&NODE), python: of(&["py"]) }
    }

    /// The handlers of a Node project: a server, or functions.
    ///
    /// # Errors
    /// If its `package.json` is none.
    pub(crate) fn handlers_in_node(&self, file: &str, text: &str) -> Result<Found, String> {
        let package: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
        let handlers = node::handlers((&self.folder, &self.node), &package, file, text);
        Ok(Found { handlers, ..Found::default() })
    }

    /// The handlers of a Python project: a web application, or functions.
    pub(crate) fn handlers_in_python(&self, file: &str) -> Found {
        Found { handlers: python::handlers(&self.folder, &self.python, file), ..Found::default() }
    }

    /// Adds the outside services that the sources name, and the tables if no template declares any.
    pub(crate) fn add_what_they_reach(&self, found: &mut Found) {
        let sources: Vec<&Source> = self.node.iter().chain(&self.python).collect();
        reach::services(&sources, found);
        if found.tables.is_empty() {
            reach::tables(&sources, found);
        }
    }
}

/// A pattern of ours.
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of ours is one")
}
