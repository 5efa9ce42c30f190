/// What a field can be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    pub(crate) const ALL: [Role; 19] = [
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

    /// Its name in a mapping.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Role::Entity => "entity",
            Role::Key => "key",
            Role::Event => "event",
            Role::Status => "status",
            Role::From => "from",
            Role::Owner => "owner",
            Role::Counter => "counter",
            Role::Cap => "cap",
            Role::Slot => "slot",
            Role::Time => "time",
            Role::Step => "step",
            Role::Attempt => "attempt",
            Role::Ask => "ask",
            Role::Answer => "answer",
            Role::Call => "call",
            Role::Session => "session",
            Role::Edit => "edit",
            Role::History => "history",
            Role::Text => "text",
        }
    }

    /// Whether it tells which of many something is.
    pub(crate) const fn is_id(self) -> bool {
        matches!(self, Role::Entity | Role::Key | Role::Owner | Role::Session)
    }

    /// The names that are looked for where a mapping names no field for it.
    pub(crate) const fn usual(self) -> &'static [&'static str] {
        match self {
            Role::Entity => &["task_id", "taskId", "entity"],
            Role::Key => &["event_id", "eventId"],
            // The last is how a span calls an event that is told by its name alone.
            Role::Event => &["event_type", "eventType", "span_event"],
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
