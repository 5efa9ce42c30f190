//! What becomes of a task, unless its process is killed.
use anechoic_sqlite::faults::KILL_AT;
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

/// A kind of task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// The guardrail blocks it.
    Blocked,
    /// Its agent completes it, in a process of its own.
    Completed,
    /// Nobody works on it.
    TimedOut,
    /// Somebody cancels it at some time.
    Cancelled,
}

impl Errand {
    pub(crate) const ALL: [Errand; 4] =
        [Errand::Blocked, Errand::Completed, Errand::TimedOut, Errand::Cancelled];

    /// How its workflow is run: fast.
    pub(crate) fn arguments(self, folder: &Path) -> Vec<String> {
        let program = |name: &str| folder.join(name).display().to_string();
        let mut arguments = vec!["--retry-delay=1ms", "--poll=2ms", "--polls=6", "--env", KILL_AT];
        let path;
        match self {
            Errand::Blocked => {
                path = program("blocks");
                arguments.extend(["--guardrail", &path]);
            }
            Errand::Completed => {
                path = program("starts-an-agent");
                arguments.extend(["--session", &path]);
            }
            Errand::TimedOut | Errand::Cancelled => {}
        }
        arguments.into_iter().map(Into::into).collect()
    }
}

/// Writes the programs that errands call.
pub(crate) fn write_programs(folder: &Path, file: &Path) {
    let command = env!("CARGO_BIN_EXE_anechoic-tasks-faulty");
    let file = file.display();
    let agent =
        format!("{command} --file {file} agent \"$1\" --every 1ms >/dev/null 2>&1 &\necho session-$1");
    for (name, script) in [("blocks", "echo PROMPT_ATTACK LOW; exit 1"), ("starts-an-agent", &agent)] {
        let path = folder.join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("made a program");
    }
}
