use crate::{Fields, TraceError};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

/// What a field can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Which thing the record is about, by its id.
    Entity,
    /// The durable key of an event.
    Key,
    /// What an event says.
    Event,
    /// Where the thing stands.
    Status,
    /// Where it stood before.
    From,
    /// Whose it is.
    Owner,
    /// What the owner's counter counts.
    Counter,
    /// How much the owner's counter may count.
    Cap,
    /// Whether a slot is held for it.
    Slot,
    /// When it was.
    Time,
    /// In which step of a workflow.
    Step,
    /// In which attempt at the step.
    Attempt,
    /// What was asked.
    Ask,
    /// What was answered.
    Answer,
    /// Which call was asked or answered.
    Call,
    /// Which session works on the thing.
    Session,
    /// Which edit told of the thing.
    Edit,
    /// What a history says of a step or an execution.
    History,
    /// What a log says.
    Text,
}

impl Role {
    const ALL: [Role; 19] = [
        Role::Entity,
        Role::Key,
        Role::Event,
        Role::Status,
        Role::From,
        Role::Owner,
        Role::Counter,
        Role::Cap,
        Role::Slot,
        Role::Time,
        Role::Step,
        Role::Attempt,
        Role::Ask,
        Role::Answer,
        Role::Call,
        Role::Session,
        Role::Edit,
        Role::History,
        Role::Text,
    ];

    /// The names that are looked for after those of the mapping.
    const fn usual(self) -> &'static [&'static str] {
        match self {
            Role::Entity => &["task_id", "taskId", "entity"],
            Role::Key => &["event_id", "eventId"],
            Role::Event => &["event_type", "eventType"],
            Role::Status => &["status"],
            Role::From => &["from_status", "from"],
            Role::Owner => &["user_id", "userId"],
            Role::Counter => &["active_count"],
            Role::Cap => &["cap", "max_concurrent"],
            Role::Slot => &["slot"],
            Role::Time => &["timestamp", "updated_at"],
            Role::Step => &["step"],
            Role::Attempt => &["attempt"],
            Role::Ask => &["ask"],
            Role::Answer => &["answer"],
            Role::Call => &["call"],
            Role::Session => &["session_id", "sessionId"],
            Role::Edit => &["edit_id", "editId"],
            Role::History => &["history"],
            Role::Text => &["text"],
        }
    }
}

/// Which field says what, and what other words there are for the same.
///
/// ```toml
/// [fields]
/// entity = ["order_id"]
/// event = ["kind"]
///
/// [values.event]
/// OrderFailed = "task_failed"
/// ```
#[derive(Clone, Debug)]
pub struct Mapping {
    fields: Vec<Vec<String>>,
    events: BTreeMap<String, String>,
    statuses: BTreeMap<String, String>,
}

impl Default for Mapping {
    fn default() -> Mapping {
        Mapping::of(File::default())
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    fields: BTreeMap<Role, Vec<String>>,
    #[serde(default)]
    values: Values,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Values {
    #[serde(default)]
    event: BTreeMap<String, String>,
    #[serde(default)]
    status: BTreeMap<String, String>,
}

impl Mapping {
    fn of(mut file: File) -> Mapping {
        let names = |role: Role| {
            let own = file.fields.remove(&role).unwrap_or_default();
            own.into_iter().chain(role.usual().iter().map(ToString::to_string)).collect()
        };
        let fields = Role::ALL.map(names).to_vec();
        Mapping { fields, events: file.values.event, statuses: file.values.status }
    }

    /// Reads a mapping.
    ///
    /// # Errors
    /// [`TraceError`], if it cannot be read or is not a mapping.
    pub fn load(path: &Path) -> Result<Mapping, TraceError> {
        let unreadable = |error| TraceError::Unreadable { path: path.into(), error };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        toml::from_str(&text).map(Mapping::of).map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            let what = error.message().lines().collect::<Vec<&str>>().join(" ");
            TraceError::Mapping { path: path.into(), what: format!("line {line}: {what}") }
        })
    }

    /// What the fields say in this role; of several fields, the first that the mapping names.
    pub fn get<'f>(&'f self, role: Role, fields: &'f Fields) -> Option<&'f str> {
        let text = fields.first(&self.fields[role as usize])?;
        let words = match role {
            Role::Event => &self.events,
            Role::Status | Role::From => &self.statuses,
            _ => return Some(text),
        };
        Some(words.get(text).map_or(text, String::as_str))
    }
}
