//! Why a run at the gate is not what would happen.

/// Why nothing can be said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// A process cannot be started.
    #[error("handler `{handler}`: {why}")]
    Start {
        /// Whose.
        handler: String,
        /// Why not.
        why: String,
    },
    /// A process does not do what a handler does.
    #[error("handler `{handler}` {what}{}", said(.output))]
    Stray {
        /// Whose.
        handler: String,
        /// What it does, as the rest of a sentence.
        what: String,
        /// The last that it printed.
        output: String,
    },
    /// What was seen cannot be judged.
    #[error("{what}")]
    Unclear {
        /// Why.
        what: String,
    },
    /// It was told the same, and did something else.
    #[error(
        "handler `{handler}` does not do the same again when it is told the same{}: before, {before}; and now, {now}{}",
        fresh(*.is_fresh), hint(*.is_fresh)
    )]
    Diverged {
        /// Whose.
        handler: String,
        /// What it did.
        before: String,
        /// What it does now.
        now: String,
        /// Whether the process that does it now is a fresh one.
        is_fresh: bool,
    },
}

fn fresh(is_fresh: bool) -> &'static str {
    if is_fresh { "" } else { " in a process that has worked before" }
}

fn hint(is_fresh: bool) -> &'static str {
    if is_fresh {
        "; chance, the time, threads of its own or what another process has left behind (a file, a database on this machine) \
         decides what it does: take that away, or let it be kept in a table or a service that is declared"
    } else {
        "; something of an event outlives it in the process (a module's variable?): say `fresh = true` of the handler, and each \
         delivery gets a process of its own"
    }
}

fn said(output: &str) -> String {
    if output.is_empty() { String::new() } else { format!("; the last that it printed:\n{output}") }
}
