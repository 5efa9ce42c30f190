//! What a query may do: read tables, and compute what depends on nothing but these.
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use std::{
    collections::BTreeSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Listens to what SQLite asks for while it prepares a query, and forbids the rest.
#[derive(Default)]
pub(crate) struct Guard {
    /// Whether a query is being prepared, and not the tables.
    listens: AtomicBool,
    heard: Mutex<Heard>,
}

/// What a query asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    /// The tables and columns that it reads. A table of which only the rows are counted has an empty column.
    pub(crate) reads: BTreeSet<(String, String)>,
    /// What it must not do.
    pub(crate) refused: Option<String>,
}

/// The functions whose answer is another at each time, or does something.
const REFUSED: [&str; 9] = [
    "load_extension",
    "random",
    "randomblob",
    "current_date",
    "current_time",
    "current_timestamp",
    "changes",
    "total_changes",
    "last_insert_rowid",
];

impl Guard {
    /// What SQLite asks for while something is prepared.
    pub(crate) fn listen<T>(&self, prepare: impl FnOnce() -> T) -> (T, Heard) {
        *self.heard() = Heard::default();
        self.listens.store(true, Ordering::Relaxed);
        let prepared = prepare();
        self.listens.store(false, Ordering::Relaxed);
        (prepared, std::mem::take(&mut *self.heard()))
    }

    fn heard(&self) -> std::sync::MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn decide(&self, asked: &AuthContext<'_>) -> Authorization {
        if !self.listens.load(Ordering::Relaxed) {
            return Authorization::Allow;
        }
        let what = match asked.action {
            AuthAction::Select | AuthAction::Recursive => return Authorization::Allow,
            AuthAction::Read { table_name, column_name } => {
                self.heard().reads.insert((table_name.into(), column_name.into()));
                return Authorization::Allow;
            }
            AuthAction::Function { function_name } => {
                if !REFUSED.contains(&function_name.to_ascii_lowercase().as_str()) {
                    return Authorization::Allow;
                }
                format!("it calls {function_name}(), whose answer does not depend on the tables alone")
            }
            AuthAction::Pragma { .. } => "it is a pragma".into(),
            AuthAction::Attach { .. } | AuthAction::Detach { .. } => {
                "it opens or leaves another database".into()
            }
            _ => "it changes something".into(),
        };
        self.heard().refused.get_or_insert(format!("{what}; expected a query that only reads: select …"));
        Authorization::Deny
    }
}
