use crate::{
    Fields, Role, TraceError,
    mapping_file::{File, Words},
};
use std::{collections::BTreeMap, path::Path};

/// Which field says what, and what other words there are for the same.
///
/// ```toml
/// [fields]
/// entity = ["order_id"]
/// event = ["kind"]
///
/// [values.event]
/// OrderFailed = "task_failed"
///
/// [lifecycle]
/// terminal = ["FAILED", "COMPLETED"]
/// ```
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The names of the fields of each role.
    pub(crate) fields: Vec<Vec<String>>,
    pub(crate) events: BTreeMap<String, String>,
    pub(crate) statuses: BTreeMap<String, String>,
    pub(crate) lifecycle: Option<Lifecycle>,
}

/// What a mapping declares of the statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// They are those that the tool knows, with all that it knows of them.
    Ours,
    /// These words, as they stand in a record, are ends. Every other is a status from which it goes on.
    Own {
        /// The words.
        terminal: Vec<String>,
    },
    /// They are not those that the tool knows, and nothing more is said.
    Foreign,
}

impl Default for Mapping {
    fn default() -> Mapping {
        let usual = |role: Role| role.usual().iter().map(ToString::to_string).collect();
        Mapping {
            fields: Role::ALL.map(usual).to_vec(),
            events: BTreeMap::new(),
            statuses: BTreeMap::new(),
            lifecycle: None,
        }
    }
}

impl Mapping {
    /// Reads a mapping, whose words for events and statuses have to be among those that are known.
    ///
    /// # Errors
    /// [`TraceError`], if it cannot be read, is not a mapping, or names what there is not.
    pub fn load(path: &Path, words: &Words<'_>) -> Result<Mapping, TraceError> {
        let unreadable = |error| TraceError::Unreadable { path: path.into(), error };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        File::read(&text).and_then(|file| file.mapping(words)).map_err(|(at, what)| {
            let line = 1 + text.get(..at).unwrap_or_default().matches('\n').count();
            TraceError::Mapping { path: path.into(), line, what }
        })
    }

    /// What the fields say in this role; of several fields, the first that the mapping names.
    pub fn get<'f>(&'f self, role: Role, fields: &'f Fields) -> Option<&'f str> {
        let text = self.as_it_stands(role, fields)?;
        let words = match role {
            Role::Event => &self.events,
            Role::Status | Role::From => &self.statuses,
            _ => return Some(text),
        };
        Some(words.get(text).map_or(text, String::as_str))
    }

    /// The same in the record's own words.
    pub fn as_it_stands<'f>(&self, role: Role, fields: &'f Fields) -> Option<&'f str> {
        fields.first(&self.fields[role as usize])
    }

    /// What is declared of the statuses; nothing, if the mapping does not speak of them.
    pub fn lifecycle(&self) -> Option<&Lifecycle> {
        self.lifecycle.as_ref()
    }

    /// Whether this role is looked for under other names than the usual ones.
    pub fn renames(&self, role: Role) -> bool {
        self.fields[role as usize].iter().any(|name| !role.usual().contains(&name.as_str()))
    }

    /// Whether a member of a record of this name tells, perhaps with another inside it, which thing or whose it is about.
    pub(crate) fn names(&self, member: &str) -> bool {
        let roles = [Role::Entity, Role::Owner].into_iter().flat_map(|role| &self.fields[role as usize]);
        roles.into_iter().any(|name| name.split('.').next() == Some(member))
    }

    /// Whether there are words of one's own for events.
    pub fn has_words_for_events(&self) -> bool {
        !self.events.is_empty()
    }
}
